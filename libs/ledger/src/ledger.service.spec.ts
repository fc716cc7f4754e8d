import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrandId, EntryId, SubjectId } from '#lib/kernel';
import { newId } from '#lib/platform';
import {
  canonicalize,
  disclosureDigest,
  encodeDisclosure,
  type JsonObject,
  type JsonValue,
  leafHash,
  readDisclosure,
} from '#lib/proof';
import type { NewEntry } from './domain/entry-types.js';
import { LedgerService } from './ledger.service.js';
import { openDisclosures, subjectKey } from './sealing.js';
import { BRAND, KEYS, LedgerFixture, OTHER_BRAND, someDecision, someTopic } from './testing/ledger-fixture.js';

describe('the ledger', () => {
  let fixture: LedgerFixture;
  beforeAll(async () => {
    fixture = await LedgerFixture.create();
  });
  afterAll(() => fixture.close());

  interface Stored {
    readonly id: EntryId;
    readonly leaf: Buffer;
    readonly n: number;
    readonly chain: { readonly id: JsonValue; readonly n: number; readonly prev: JsonValue };
  }

  /** A subject's entries as they are stored, in the order of their chain. */
  async function chainOf(subjectId: SubjectId): Promise<Stored[]> {
    const rows = await fixture.database.tx.sql<{
      id: EntryId;
      leaf: Buffer;
      n: number;
      sealed: Buffer;
      secret: Buffer;
    }>`
      SELECT e.id, e.leaf, e.n, d.sealed, s.secret
        FROM ledger.disclosure d JOIN ledger.entry e USING (n) JOIN ledger.subject s ON s.id = d.subject_id
       WHERE d.subject_id = ${subjectId}`;
    return rows
      .map(({ id, leaf, n, sealed, secret }) => {
        const texts = openDisclosures(subjectKey(KEYS, subjectId, secret), id, sealed)
          .split('\n')
          .map(readDisclosure);
        const link = texts.find(({ name }) => name === 'subj')?.value as JsonObject;
        const chain = { id: link['id'] ?? null, n: Number(link['n']), prev: link['prev'] ?? null };
        return { id, leaf, n, chain };
      })
      .sort((a, b) => a.chain.n - b.chain.n);
  }

  function expectUnbroken(subjectId: SubjectId, entries: readonly Stored[]): void {
    expect(entries.map(({ chain }) => chain)).toEqual(
      entries.map((_, i) => {
        const before = entries[i - 1];
        return {
          id: subjectId,
          n: i + 1,
          prev: before === undefined ? null : leafHash(before.leaf).toString('base64url'),
        };
      }),
    );
    // The sequencer takes keys in ascending order, which must therefore be the order of the chain.
    expect(entries.map(({ n }) => n)).toEqual(entries.map(({ n }) => n).sort((a, b) => a - b));
  }

  describe('append', () => {
    it('answers the ids in order, drawn or given', async () => {
      const subject = await fixture.subject();
      const given = newId<EntryId>();
      const ids = await fixture.append(someDecision(subject), { ...someDecision(subject), id: given }, someTopic());
      expect(ids).toHaveLength(3);
      expect(ids[1]).toEqual({ id: given });
      for (const { id } of ids) expect((await fixture.ledger.entry(fixture.database.tx, id))?.status).toBe('pending');
    });

    it('continues a person’s chain within a batch and across transactions', async () => {
      const [one, two] = [await fixture.subject(), await fixture.subject()];
      await fixture.append(someDecision(one), someDecision(two), someDecision(one), someTopic(), someDecision(one));
      await fixture.append(someDecision(two), someDecision(one));
      await fixture.database.transaction(async (tx) => {
        await fixture.ledger.append(tx, [someDecision(one)]);
        await fixture.ledger.append(tx, [someDecision(one)]);
      });
      const chain = await chainOf(one);
      expect(chain).toHaveLength(6);
      expectUnbroken(one, chain);
      expectUnbroken(two, await chainOf(two));
    });

    it('leaves no gap in a chain when the transaction rolls back', async () => {
      const subject = await fixture.subject();
      await fixture.append(someDecision(subject));
      const undone = fixture.database.transaction(async (tx) => {
        await fixture.ledger.append(tx, [someDecision(subject), someDecision(subject)]);
        throw new Error('changed my mind');
      });
      await expect(undone).rejects.toThrow('changed my mind');
      await fixture.append(someDecision(subject));
      const chain = await chainOf(subject);
      expect(chain).toHaveLength(2);
      expectUnbroken(subject, chain);
    });

    it('gives concurrent appends to one person consecutive numbers', async () => {
      const subjects = [await fixture.subject(), await fixture.subject(), await fixture.subject()];
      const [a, b, c] = subjects as [SubjectId, SubjectId, SubjectId];
      await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          // Every order of the three occurs, so locks taken in the order of the entries would deadlock.
          fixture.append(
            ...[
              [a, b, c],
              [c, a, b],
              [b, c, a],
              [c, b, a],
            ][i % 4]!.map((subject) => someDecision(subject)),
          ),
        ),
      );
      for (const subject of subjects) {
        const chain = await chainOf(subject);
        expect(chain).toHaveLength(30);
        expectUnbroken(subject, chain);
      }
    });

    it('gives appends of one entry each consecutive numbers, in the order of their keys', async () => {
      const subject = await fixture.subject();
      await Promise.all(Array.from({ length: 40 }, () => fixture.append(someDecision(subject))));
      const chain = await chainOf(subject);
      expect(chain).toHaveLength(40);
      expectUnbroken(subject, chain);
    });

    it('splits what one slot cannot number, and keeps the chain in order', async () => {
      const subject = await fixture.subject();
      await fixture.append(...Array.from({ length: 4100 }, () => someDecision(subject)));
      const chain = await chainOf(subject);
      expect(chain).toHaveLength(4100);
      expectUnbroken(subject, chain);
    });

    it('stamps the database’s clock, whatever the caller’s clock says', async () => {
      const before = Date.now();
      const [entry] = await fixture.append({ ...someDecision(await fixture.subject()), at: Date.UTC(1999, 0, 1) });
      const found = await fixture.ledger.entry(fixture.database.tx, entry!.id);
      const leaf = JSON.parse(found!.leaf.toString()) as { at: string; now: string };
      expect(leaf.now).toBe('1999-01-01T00:00:00.000Z');
      expect(Date.parse(leaf.at)).toBeGreaterThanOrEqual(before - 1000);
      expect(Date.parse(leaf.at)).toBeLessThanOrEqual(Date.now() + 1000);
    });

    it('reads the clock after the lock was granted', async () => {
      const subject = await fixture.subject();
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      let hasLock = (): void => undefined;
      const locked = new Promise<void>((resolve) => (hasLock = resolve));
      const first = fixture.database.transaction(async (tx) => {
        await fixture.ledger.append(tx, [someDecision(subject)]);
        hasLock();
        await held;
      });
      await locked;
      const second = fixture.append(someDecision(subject));
      await new Promise((resolve) => setTimeout(resolve, 300));
      const released = Date.now();
      release();
      await Promise.all([first, second]);
      const [, waited] = await chainOf(subject);
      const { at } = JSON.parse(waited!.leaf.toString()) as { at: string };
      expect(Date.parse(at)).toBeGreaterThanOrEqual(released - 20);
    });

    it('refuses an unknown subject, an erased one, one of two brands, and an id that is taken', async () => {
      const stranger = newId<SubjectId>();
      await expect(fixture.append(someDecision(stranger))).rejects.toThrow('unknown or was erased');

      const erased = await fixture.subject();
      await fixture.asSuperuser('UPDATE ledger.subject SET secret = NULL WHERE id = $1', [erased]);
      await expect(fixture.append(someDecision(erased))).rejects.toThrow('unknown or was erased');

      const subject = await fixture.subject();
      const twoBrands = fixture.append(someDecision(subject), someDecision(subject, 'x', OTHER_BRAND));
      await expect(twoBrands).rejects.toThrow('one brand');

      const [taken] = await fixture.append(someTopic());
      await expect(fixture.append({ ...someTopic(), id: taken!.id })).rejects.toMatchObject({ code: '23505' });
      expect(await chainOf(subject)).toEqual([]);
    });

    it('writes nothing at all when one entry of a batch is refused', async () => {
      const subject = await fixture.subject();
      const wrong = { ...someDecision(subject), clear: { reason: 'not a reason' } } as NewEntry;
      await expect(fixture.append(someDecision(subject), wrong)).rejects.toThrow(RangeError);
      expect(await chainOf(subject)).toEqual([]);
    });

    it('begins a log once, however many begin it at the same time', async () => {
      const fresh = await LedgerFixture.create();
      const begin = () => fresh.database.transaction((tx) => fresh.ledger.begin(tx, Date.now()));
      await Promise.all([begin(), begin(), begin()]);
      await fresh.append(someTopic());
      await begin();
      await fresh.sequencer().runOnce();
      const { entries } = await fresh.ledger.entries(fresh.database.tx, -1, 10);
      const types = entries.map(({ leaf }) => (JSON.parse(leaf.toString()) as { t: string }).t);
      expect(types).toEqual(['log.started', 'topic.changed']);
      await fresh.close();
    });

    it('does nothing when there is nothing to append', async () => {
      expect(await fixture.append()).toEqual([]);
      expect(await fixture.ledger.createSubjects(fixture.database.tx, 0)).toEqual([]);
    });
  });

  describe('what is stored', () => {
    it('is canonical JSON of itself, with no value that was disclosed', async () => {
      const subject = await fixture.subject();
      const secrets = ['jane.doe@example.org', 'message-4711', 'a wording she agreed to'];
      await fixture.append(
        someDecision(subject, secrets[0]),
        { ...someDecision(subject), disclosed: { message: { id: secrets[1]! } } },
        {
          type: 'consent.granted',
          at: 0,
          brandId: BRAND,
          subjectId: subject,
          clear: { ch: 'email' },
          disclosed: { wording: { text: secrets[2]! } },
        },
      );
      const rows = await fixture.asSuperuser('SELECT leaf FROM ledger.entry');
      for (const { leaf } of rows as { leaf: Buffer }[]) {
        const text = leaf.toString();
        expect(canonicalize(JSON.parse(text) as JsonValue)).toBe(text);
        for (const secret of [...secrets, subject]) expect(text).not.toContain(secret);
      }
      const tables = ['entry', 'pending', 'placement', 'head', 'quarantine', 'disclosure', 'subject'];
      for (const table of tables) {
        const found = await fixture.asSuperuser(`SELECT 1 FROM ledger.${table} t WHERE t::text LIKE ANY ($1)`, [
          secrets.flatMap((secret) => [`%${secret}%`, `%${Buffer.from(secret).toString('hex')}%`]),
        ]);
        expect(found).toEqual([]);
      }
    });

    it('is opened with the person’s key, and with no other', async () => {
      const subject = await fixture.subject();
      const [mine, setUp] = await fixture.append(someDecision(subject, 'private'), someTopic());
      const { tx } = fixture.database;
      const disclosed = await fixture.ledger.disclosures(tx, [mine!.id, setUp!.id, newId<EntryId>()]);
      expect(disclosed.size).toBe(2);
      expect(disclosed.get(mine!.id)).toMatchObject({ checks: ['private'], subj: { id: subject, n: 1, prev: null } });
      expect(disclosed.get(setUp!.id)).toEqual({ topic: { key: 'news' } });

      const stranger = new LedgerService({ ...KEYS, kek: Buffer.alloc(32, 9) });
      await expect(stranger.disclosures(tx, [mine!.id])).rejects.toThrow();
    });

    it('cannot be moved to another entry', async () => {
      const subject = await fixture.subject();
      const [one, two] = await fixture.append(someDecision(subject), someDecision(subject));
      await fixture.asSuperuser(
        `UPDATE ledger.disclosure SET sealed = (SELECT sealed FROM ledger.disclosure JOIN ledger.entry USING (n) WHERE id = $1)
          WHERE n = (SELECT n FROM ledger.entry WHERE id = $2)`,
        [one!.id, two!.id],
      );
      await expect(fixture.ledger.disclosures(fixture.database.tx, [two!.id])).rejects.toThrow();
    });

    it('is gone when the person’s secret is', async () => {
      const subject = await fixture.subject();
      const [entry] = await fixture.append(someDecision(subject));
      await fixture.asSuperuser('UPDATE ledger.subject SET secret = NULL WHERE id = $1', [subject]);
      expect(await fixture.ledger.disclosures(fixture.database.tx, [entry!.id])).toEqual(new Map());
    });

    it('hashes to what the leaf commits to', async () => {
      const subject = await fixture.subject();
      const [entry] = await fixture.append(someDecision(subject));
      const [row] = await fixture.database.tx.sql<{ leaf: Buffer; sealed: Buffer; secret: Buffer }>`
        SELECT leaf, sealed, secret FROM ledger.entry JOIN ledger.disclosure USING (n)
          JOIN ledger.subject ON subject.id = subject_id WHERE entry.id = ${entry!.id}`;
      const { _sd } = JSON.parse(row!.leaf.toString()) as { _sd: string[] };
      const texts = openDisclosures(subjectKey(KEYS, subject, row!.secret), entry!.id, row!.sealed).split('\n');
      expect(texts).toHaveLength(3);
      for (const text of texts) expect(_sd).toContain(disclosureDigest(encodeDisclosure(text)));
    });
  });

  describe('reading', () => {
    let log: LedgerFixture;
    let subject: SubjectId;
    beforeAll(async () => {
      log = await LedgerFixture.create();
      subject = await log.subject();
      const sequencer = log.sequencer();
      await log.append(someDecision(subject, '0'), someDecision(subject, '1'));
      await log.append(someTopic(OTHER_BRAND), someTopic(), someTopic(null));
      await sequencer.runOnce();
      await log.append(someTopic(OTHER_BRAND), someDecision(subject, '6'));
      await sequencer.runOnce();
      await log.append(someDecision(subject, 'waits'));
    });
    afterAll(() => log.close());

    const positions = async (after: number, limit: number, filter: { brandId?: BrandId; type?: string } = {}) => {
      const page = await log.ledger.entries(log.database.tx, after, limit, filter);
      return { idx: page.entries.map(({ idx }) => idx), next: page.next };
    };

    it('goes through the log page by page', async () => {
      expect(await positions(-1, 3)).toEqual({ idx: [0, 1, 2], next: 2 });
      expect(await positions(2, 3)).toEqual({ idx: [3, 4, 5], next: 5 });
      expect(await positions(5, 3)).toEqual({ idx: [6], next: null });
      expect(await positions(6, 3)).toEqual({ idx: [], next: null });
    });

    it('shows a brand its own entries only', async () => {
      const own = (await positions(-1, 10, { brandId: BRAND })).idx;
      const others = (await positions(-1, 10, { brandId: OTHER_BRAND })).idx;
      expect([own.length, others.length]).toEqual([4, 2]);
      const page = await log.ledger.entries(log.database.tx, -1, 10, { brandId: BRAND });
      for (const { leaf } of page.entries) expect(JSON.parse(leaf.toString())).toMatchObject({ br: BRAND });
      for (const after of [-1, ...own]) {
        expect((await positions(after, 10, { brandId: BRAND })).idx).toEqual(own.filter((idx) => idx > after));
      }
      expect((await positions(-1, 10, { brandId: newId<BrandId>() })).idx).toEqual([]);
    });

    it('finds entries of one type', async () => {
      const page = await log.ledger.entries(log.database.tx, -1, 10, { type: 'topic.changed' });
      expect(page.entries).toHaveLength(4);
      expect(page.next).toBeNull();
      expect((await positions(-1, 2, { type: 'topic.changed' })).idx).toHaveLength(2);
      expect((await positions(-1, 10, { brandId: OTHER_BRAND, type: 'send.decided' })).idx).toEqual([]);
      expect((await positions(-1, 10, { type: 'topic.changed","x":"' })).idx).toEqual([]);
    });

    it('tells where an entry is', async () => {
      const { tx } = log.database;
      const [first] = (await log.ledger.entries(tx, 5, 1)).entries;
      expect(await log.ledger.entry(tx, first!.id)).toEqual({ ...first, status: 'integrated' });
      const [waiting] = await tx.sql<{ id: EntryId }>`
        SELECT id FROM ledger.entry WHERE NOT EXISTS (SELECT 1 FROM ledger.log WHERE log.id = entry.id)`;
      expect(await log.ledger.entry(tx, waiting!.id)).toMatchObject({ status: 'pending', idx: null });
      expect(await log.ledger.entry(tx, newId<EntryId>())).toBeNull();
      const both = await log.ledger.entriesById(tx, [waiting!.id, newId<EntryId>(), first!.id]);
      expect(both.size).toBe(2);
      expect(both.get(first!.id)).toEqual({ ...first, status: 'integrated' });
      expect(both.get(waiting!.id)).toMatchObject({ status: 'pending', idx: null });
      expect(await log.ledger.entriesById(tx, [])).toEqual(new Map());
      expect(await log.ledger.positions(tx, [waiting!.id, first!.id])).toEqual(new Map([[first!.id, 6]]));
      expect(await log.ledger.positions(tx, [])).toEqual(new Map());
    });

    it('counts what waits', async () => {
      const backlog = await log.ledger.backlog(log.database.tx);
      expect(backlog.pending).toBe(1);
      expect(backlog.oldestAgeMs).toBeGreaterThanOrEqual(0);
      expect(backlog.oldestAgeMs).toBeLessThan(60_000);
    });
  });
});
