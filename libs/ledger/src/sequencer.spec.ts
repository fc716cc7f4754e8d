import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { EntryId, SubjectId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { CompactRange } from '#lib/proof';
import { LedgerService } from './ledger.service.js';
import { sequenceStore } from './sequence.store.js';
import { LedgerDamaged } from './sequencer.js';
import { BRAND, KEYS, LedgerFixture, OTHER_BRAND, someDecision, someTopic } from './testing/ledger-fixture.js';

describe('the sequencer', () => {
  let fixture: LedgerFixture;
  let subject: SubjectId;
  beforeEach(async () => {
    fixture = await LedgerFixture.create();
    subject = await fixture.subject();
  });
  afterEach(() => fixture.close());

  const decisions = (count: number) => Array.from({ length: count }, (_, i) => someDecision(subject, `${i}`));

  /** The log and its head, checked against the definition of the tree in RFC 6962, section 2.1. */
  async function checkedLog(): Promise<{ idx: number; id: EntryId; leaf: Buffer }[]> {
    const rows = await fixture.database.tx.sql<{ idx: number; id: EntryId; leaf: Buffer; leaf_hash: Buffer }>`
      SELECT idx, id, leaf, leaf_hash FROM ledger.log ORDER BY idx`;
    const [head] = await fixture.database.tx.sql<{
      size: number;
      root: Buffer;
      range: Buffer;
    }>`SELECT * FROM ledger.head`;
    expect(rows.map(({ idx }) => idx)).toEqual(rows.map((_, i) => i));
    for (const { leaf, leaf_hash } of rows) expect(leaf_hash).toEqual(sha256(Buffer.concat([Buffer.of(0), leaf])));
    expect(head?.size).toBe(rows.length);
    expect(head?.root).toEqual(treeHead(rows.map(({ leaf }) => leaf)));
    expect(CompactRange.parse(head!.size, head!.range).root()).toEqual(head?.root);
    return rows;
  }

  it('gives what was appended consecutive positions and grows the tree over it', async () => {
    const sequencer = fixture.sequencer();
    expect(await sequencer.runOnce()).toBe(0);
    const appended: { id: EntryId }[] = [];
    for (const count of [1, 2, 5, 1, 300]) {
      appended.push(...(await fixture.append(...decisions(count), someTopic())));
      expect(await sequencer.runOnce()).toBe(count + 1);
    }
    const log = await checkedLog();
    expect(log.map(({ id }) => id)).toEqual(appended.map(({ id }) => id));
    expect(await sequencer.runOnce()).toBe(0);
    expect(await fixture.ledger.backlog(fixture.database.tx)).toEqual({ pending: 0, oldestAgeMs: null });
  });

  it('takes a batch of a backlog at a time, and a slot that is larger than a batch whole', async () => {
    const sequencer = fixture.sequencer({ batch: 10 });
    for (let i = 0; i < 12; i++) await fixture.append(someTopic());
    await fixture.append(...decisions(25));
    const rounds: number[] = [];
    for (let placed = await sequencer.runOnce(); placed > 0; placed = await sequencer.runOnce()) rounds.push(placed);
    expect(rounds).toEqual([10, 2, 25]);
    await checkedLog();
  });

  it('numbers entries in the order of commit, whatever the order of their keys', async () => {
    const sequencer = fixture.sequencer();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let early: { id: EntryId }[] = [];
    const slow = fixture.database.transaction(async (tx) => {
      early = await fixture.ledger.append(tx, [someTopic()]);
      await held;
    });
    await until(() => early.length > 0);
    const late = await fixture.append(someTopic());
    expect(await sequencer.runOnce()).toBe(1);
    release();
    await slow;
    expect(await sequencer.runOnce()).toBe(1);
    expect((await checkedLog()).map(({ id }) => id)).toEqual([late[0]!.id, early[0]!.id]);
  });

  it('leaves no gap for what was rolled back', async () => {
    const sequencer = fixture.sequencer();
    await fixture.append(someTopic());
    const undone = fixture.database.transaction(async (tx) => {
      await fixture.ledger.append(tx, decisions(3));
      throw new Error('changed my mind');
    });
    await expect(undone).rejects.toThrow();
    await fixture.append(someTopic());
    expect(await sequencer.runOnce()).toBe(2);
    await checkedLog();
  });

  it('places everything once when several run at the same time', async () => {
    const sequencers = [1, 2, 3].map(() => fixture.sequencer({ batch: 7 }));
    const appending = (async () => {
      for (let i = 0; i < 60; i++) await fixture.append(...decisions(i % 3), someTopic());
    })();
    let placed = 0;
    let done = false;
    const running = sequencers.map(async (sequencer) => {
      for (;;) {
        const last = done;
        const count = await sequencer.runOnce();
        placed += count;
        if (count === 0 && last) return;
      }
    });
    await appending;
    done = true;
    await Promise.all(running);
    const log = await checkedLog();
    expect(log).toHaveLength(120);
    expect(placed).toBe(120);
    expect(new Set(log.map(({ id }) => id)).size).toBe(120);
  });

  it('does nothing when the head moved under a round that slept through its lock', async () => {
    await fixture.append(someTopic(), someTopic());
    const work = new Database({ url: fixture.server.urls.sequencer, max: 2 });
    const outcome = await work.transaction(async (tx) => {
      const [head] = await work.tx.sql<{
        size: number;
        root: Buffer;
        range: Buffer;
      }>`SELECT size, root, range FROM ledger.head`;
      const { slots } = await sequenceStore.waiting(tx, 100);
      await fixture.sequencer().runOnce();
      const [slot] = slots;
      const run = { firstIdx: 0, n: slot!.n, count: slot!.count, brandId: BRAND };
      return sequenceStore.place(tx, [], [{ ...run, firstIdx: 99, n: 1 }], [], head!, { ...head!, size: 2 });
    });
    await work.close();
    expect(outcome).toBe(false);
  });

  it('loses nothing when it is cut off in the middle of a round', async () => {
    await fixture.append(...decisions(20));
    // While this lock is held, a round stops where it has checked everything and is about to write.
    const killer = new pg.Client({ connectionString: fixture.server.urls.admin });
    await killer.connect();
    await killer.query('BEGIN');
    await killer.query('LOCK TABLE ledger.placement IN EXCLUSIVE MODE');
    const doomed = fixture.sequencer();
    const round = doomed.runOnce().then(
      () => 'placed',
      () => 'cut off',
    );
    await until(async () => {
      const cut = await fixture.asSuperuser(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE usename = 'gateway_sequencer' AND datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return cut.length > 0;
    });
    expect(await round).toBe('cut off');
    await killer.query('ROLLBACK');
    await killer.end();
    expect((await fixture.ledger.backlog(fixture.database.tx)).pending).toBe(20);
    expect(await doomed.runOnce()).toBe(20);
    await checkedLog();
  });

  describe('finds that somebody had a hand on the database', () => {
    const quarantine = () => fixture.asSuperuser('SELECT n, reason FROM ledger.quarantine ORDER BY n');
    const texts = async () =>
      (await checkedLog()).map(
        ({ leaf }) => JSON.parse(leaf.toString()) as { t: string; alert?: string; cnt?: number },
      );

    it('and sets a changed entry aside, without holding up its neighbours', async () => {
      const sequencer = fixture.sequencer();
      const ids = await fixture.append(...decisions(5));
      await fixture.append(someTopic());
      await fixture.tamper(
        `UPDATE ledger.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"drop"', '"pass"'), 'UTF8') WHERE id = $1`,
        [ids[2]!.id],
      );
      expect(await sequencer.runOnce()).toBe(5);
      expect((await quarantine()).map(({ reason }) => reason)).toEqual(['altered']);
      expect(await sequencer.runOnce()).toBe(1);
      const log = await texts();
      expect(log.at(-1)).toMatchObject({ t: 'integrity.alert', alert: 'quarantined', cnt: 1 });
      const { tx } = fixture.database;
      expect((await fixture.ledger.entry(tx, ids[2]!.id))?.status).toBe('quarantined');
      expect(
        [
          ...(
            await fixture.ledger.positions(
              tx,
              ids.map(({ id }) => id),
            )
          ).values(),
        ].sort(),
      ).toEqual([0, 1, 2, 3]);
    });

    it('and notices entries that were swapped, renamed or taken away', async () => {
      const sequencer = fixture.sequencer();
      const ids = await fixture.append(...decisions(6));
      const rows = await fixture.asSuperuser('SELECT n FROM ledger.entry ORDER BY n');
      const n = rows.map((row) => Number(row['n']));
      const [first, second, , fourth, , sixth] = n;
      await fixture.tamper(
        `UPDATE ledger.entry SET leaf = o.leaf FROM ledger.entry o
          WHERE (entry.n, o.n) IN (($1::bigint, $2::bigint), ($2::bigint, $1::bigint))`,
        [first, second],
      );
      await fixture.tamper('UPDATE ledger.entry SET id = gen_random_uuid() WHERE n = $1', [fourth]);
      await fixture.tamper('DELETE FROM ledger.entry WHERE n = $1', [sixth]);
      expect(await sequencer.runOnce()).toBe(2);
      expect((await quarantine()).map((row) => [Number(row['n']), row['reason']])).toEqual([
        [first, 'altered'],
        [second, 'altered'],
        [fourth, 'altered'],
        [sixth, 'missing'],
      ]);
      expect(await sequencer.runOnce()).toBe(1);
      expect((await checkedLog()).map(({ id }) => id).slice(0, 2)).toEqual([ids[2]!.id, ids[4]!.id]);
    });

    it.each([
      ['the seals', 'UPDATE ledger.pending SET seals = overlay(seals PLACING sha256($1) FROM 17)'],
      ['the mac', 'UPDATE ledger.pending SET mac = sha256($1)'],
      ['the brand', `UPDATE ledger.pending SET brand_id = '${OTHER_BRAND}' WHERE $1 <> ''`],
    ])('and sets a slot aside when %s was changed', async (_name, sql) => {
      const sequencer = fixture.sequencer();
      await fixture.append(...decisions(3));
      await fixture.tamper(sql, [Buffer.from('forged')]);
      await fixture.append(someTopic());
      expect(await sequencer.runOnce()).toBe(1);
      expect((await quarantine()).map(({ reason }) => reason)).toEqual(['bad_mac', 'bad_mac', 'bad_mac']);
      expect(await sequencer.runOnce()).toBe(1);
      expect(await texts()).toMatchObject([{ t: 'topic.changed' }, { t: 'integrity.alert', cnt: 3 }]);
    });

    it('and refuses entries of somebody who has the application’s role and not its key', async () => {
      const sequencer = fixture.sequencer();
      const forger = new LedgerService({ ...KEYS, macKey: Buffer.alloc(32, 66) });
      await fixture.database.transaction((tx) => forger.append(tx, decisions(2)));
      expect(await sequencer.runOnce()).toBe(0);
      expect(await sequencer.runOnce()).toBe(1);
      expect(await texts()).toMatchObject([{ t: 'integrity.alert', cnt: 2 }]);
    });

    it('and places nothing a second time', async () => {
      const sequencer = fixture.sequencer();
      await fixture.append(...decisions(2));
      const [slot] = await fixture.asSuperuser('SELECT * FROM ledger.pending');
      await sequencer.runOnce();
      await fixture.database.tx.execute`
        INSERT INTO ledger.pending (n, count, brand_id, seals, mac)
        VALUES (${slot!['n']}, ${slot!['count']}, ${slot!['brand_id']}, ${slot!['seals']}, ${slot!['mac']})`;
      expect(await sequencer.runOnce()).toBe(0);
      expect((await quarantine()).map(({ reason }) => reason)).toEqual(['already_placed', 'already_placed']);
      await sequencer.runOnce();
      expect(await checkedLog()).toHaveLength(3);
    });

    it.each([
      ['the head was set back', `UPDATE ledger.head SET size = 0, root = sha256(''), range = ''`],
      ['the root was changed', `UPDATE ledger.head SET root = sha256('forged')`],
      ['the last placement was taken away', 'DELETE FROM ledger.placement WHERE first_idx = 2'],
    ])('and stops when %s', async (_name, sql) => {
      const sequencer = fixture.sequencer();
      await fixture.append(...decisions(2));
      await sequencer.runOnce();
      await fixture.append(someTopic());
      await sequencer.runOnce();
      await fixture.tamper(sql);
      await fixture.append(someTopic());
      await expect(sequencer.runOnce()).rejects.toThrow(LedgerDamaged);
      expect((await fixture.ledger.backlog(fixture.database.tx)).pending).toBe(1);
    });
  });

  describe('in its loop', () => {
    it('wakes up for an append and stops when told', async () => {
      const sequencer = fixture.sequencer({ tickMs: 60_000 });
      sequencer.start();
      await until(async () => (await fixture.asSuperuser(LISTENING)).length === 1);
      const [entry] = await fixture.append(someTopic());
      await until(async () => (await fixture.ledger.positions(fixture.database.tx, [entry!.id])).size === 1);
      await sequencer.stop();
      const [late] = await fixture.append(someTopic());
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect((await fixture.ledger.entry(fixture.database.tx, late!.id))?.status).toBe('pending');
    });

    it('goes on after its connections were cut', async () => {
      const sequencer = fixture.sequencer({ tickMs: 20 });
      sequencer.start();
      await until(async () => (await fixture.asSuperuser(LISTENING)).length === 1);
      await fixture.asSuperuser(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gateway_sequencer' AND datname = current_database()`,
      );
      const [entry] = await fixture.append(someTopic());
      await until(async () => (await fixture.ledger.positions(fixture.database.tx, [entry!.id])).size === 1);
      await checkedLog();
    });

    it('follows one that leads, and goes on in its place when that has ended', async () => {
      const [first, second] = [fixture.sequencer({ tickMs: 60_000 }), fixture.sequencer({ tickMs: 60_000 })];
      const isPlaced = async (): Promise<boolean> => {
        const [entry] = await fixture.append(someTopic());
        await until(async () => (await fixture.ledger.positions(fixture.database.tx, [entry!.id])).size === 1);
        return true;
      };
      first.start();
      await until(async () => (await fixture.asSuperuser(LISTENING)).length === 1);
      second.start();
      await until(async () => (await fixture.asSuperuser(WAITING)).length === 1);
      expect(await isPlaced()).toBe(true);
      await first.stop();
      await until(async () => (await fixture.asSuperuser(LEADING)).length === 1);
      expect(await isPlaced()).toBe(true);
      await checkedLog();
    });
  });
});

/** A listener whose last words were that it would lead, which it was not granted. */
const WAITING = `SELECT 1 FROM pg_stat_activity a
  WHERE usename = 'gateway_sequencer' AND datname = current_database() AND (query LIKE 'LISTEN%' OR query LIKE '%try_advisory%')
    AND NOT EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory')`;
const LEADING = `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND a.usename = 'gateway_sequencer' AND a.datname = current_database()`;

const LISTENING = `SELECT 1 FROM pg_stat_activity
  WHERE usename = 'gateway_sequencer' AND datname = current_database() AND query LIKE 'LISTEN%'`;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('waited in vain');
}

/** The tree head as RFC 6962, section 2.1, defines it. */
function treeHead(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256(Buffer.alloc(0));
  if (leaves.length === 1) return sha256(Buffer.concat([Buffer.of(0), first]));
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Buffer.concat([Buffer.of(1), treeHead(leaves.slice(0, k)), treeHead(leaves.slice(k))]));
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
