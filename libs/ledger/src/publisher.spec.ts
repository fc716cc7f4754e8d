import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {
  CompactRange,
  hashesInTiles,
  judgeCheckpoint,
  leafHash,
  parseEntryBundle,
  parseHashLines,
  parseSignedCheckpoint,
  parseTlogProof,
  parseTrustPolicy,
  rootOf,
  signingKey,
  tilePath,
  tilesOf,
  verifyConsistency,
  verifyInclusion,
  ED25519,
} from '#lib/proof';
import { auditDatabase } from './audit-database.js';
import { LedgerDamaged } from './sequencer.js';
import { keptName } from './kept-checkpoints.js';
import { memoryName, SignerRefuses } from './signer.js';
import { tileStore } from './tile.store.js';
import { BRAND, KEYS, LedgerFixture, LOG_KEY, ORIGIN, OTHER_BRAND, someTopic } from './testing/ledger-fixture.js';
import type { EntryId } from '#lib/kernel';
import { newId } from '#lib/platform';
import { policyWith, restoreYesterday, SomeWitness } from '../../../test/support/some-witness.js';
import { everyNth } from '../../../test/support/form.js';

describe('the publisher', () => {
  let fixture: LedgerFixture;
  const stops: (() => Promise<void> | void)[] = [];
  beforeEach(async () => {
    fixture = await LedgerFixture.create();
  });
  afterEach(async () => {
    await fixture.close();
    for (const stop of stops.splice(0)) await stop();
  });

  const topics = (count: number) => Array.from({ length: count }, () => someTopic());
  const grow = async (count: number): Promise<void> => {
    if (count > 0) await fixture.append(...topics(count));
    await fixture.sequencer().runOnce();
  };
  const memory = (): string => path.join(fixture.folder, memoryName(ORIGIN));
  const kept = (): string => path.join(fixture.folder, keptName(ORIGIN));
  const newest = async () => parseSignedCheckpoint((await fixture.published.checkpoint()) ?? '').checkpoint;

  const withWitness = async (): Promise<SomeWitness> => {
    const witness = await SomeWitness.start(fixture);
    stops.push(() => witness.stop());
    return witness;
  };

  it('serves at every size around a tile what the specification says, whole, and nothing beyond it', async () => {
    const publisher = fixture.publisher();
    const entries: Buffer[] = [];
    const seen: { size: number; root: Buffer }[] = [];
    expect(await publisher.runOnce()).toBe(false);
    expect(await fixture.published.checkpoint()).toBeNull();
    for (const size of [1, 2, 255, 256, 257, 511, 512]) {
      await grow(size - entries.length);
      expect(await publisher.runOnce()).toBe(true);
      const checkpoint = await newest();
      expect([checkpoint.origin, checkpoint.size]).toEqual([ORIGIN, size]);

      const tiles = new Map<string, Buffer>();
      for (const tile of tilesOf(size)) tiles.set(tilePath(tile), (await fixture.published.tile(tile))!);
      const hashOf = hashesInTiles(size, (tile) => tiles.get(tilePath(tile)));
      expect(rootOf(size, hashOf)).toEqual(checkpoint.root);
      entries.length = 0;
      for (const { index, width } of [...tilesOf(size)].filter(({ level }) => level === 0)) {
        const bundle = await fixture.published.tile({ level: 'entries', index, width });
        entries.push(...parseEntryBundle(bundle!, width));
      }
      expect(entries.map((entry, i) => leafHash(entry).equals(hashOf({ level: 0, index: i })))).toEqual(
        entries.map(() => true),
      );
      const width = (size % 256) + 1;
      const index = Math.floor(size / 256);
      expect(await fixture.published.tile({ level: 0, index, width })).toBeNull();
      expect(await fixture.published.tile({ level: 'entries', index, width })).toBeNull();
      for (const from of seen) {
        const proof = parseHashLines((await fixture.published.consistency(from.size, size))!);
        expect(verifyConsistency({ from, to: checkpoint }, proof)).toEqual({ holds: true });
      }
      seen.push(checkpoint);
    }
    expect(await publisher.runOnce()).toBe(false);
  });

  it('gives a proof of each entry to its own brand, once it is published', async () => {
    const [mine] = await fixture.append(someTopic());
    await fixture.append(someTopic(OTHER_BRAND));
    expect(await fixture.published.entry(mine!.id, BRAND)).toMatchObject({ status: 'pending', idx: null });
    await fixture.sequencer().runOnce();
    expect(await fixture.published.entry(mine!.id, BRAND)).toMatchObject({ status: 'integrated', idx: 0 });
    expect(await fixture.published.proof(mine!.id, BRAND)).toBeNull();
    const waiting = fixture.published.entry(mine!.id, BRAND, 20_000);
    await fixture.publisher().runOnce();
    expect(await waiting).toMatchObject({ status: 'published', idx: 0 });

    const proof = parseTlogProof((await fixture.published.proof(mine!.id, BRAND))!);
    const { leaf } = (await tileStore.placed(fixture.database.tx, mine!.id))!;
    const { size, root } = proof.checkpoint;
    expect(verifyInclusion({ index: proof.index, size, root, leafHash: leafHash(leaf) }, proof.hashes)).toEqual({
      holds: true,
    });
    expect(await fixture.published.proof(mine!.id, OTHER_BRAND)).toBeNull();
    expect(await fixture.published.entry(mine!.id, OTHER_BRAND)).toBeNull();
  });

  it('goes on where another has left, and only one of two publishes at a time', async () => {
    const [first, second] = [fixture.publisher(), fixture.publisher()];
    await grow(300);
    expect([await first.runOnce(), await second.runOnce()]).toEqual([true, false]);
    await grow(300);
    await first.stop();
    expect(await second.runOnce()).toBe(true);
    expect((await newest()).size).toBe(600);
  });

  it('keeps what it signed in a file that only its account can read, before anything else sees it', async () => {
    const publisher = fixture.publisher();
    await grow(3);
    await fixture.asSuperuser('ALTER TABLE ledger.checkpoint RENAME TO away');
    await expect(publisher.runOnce()).rejects.toThrow('checkpoint');
    expect(fs.existsSync(memory())).toBe(false);
    await fixture.asSuperuser('ALTER TABLE ledger.away RENAME TO checkpoint');
    // Signed, and then the database fails: the memory has it, and the next round says the same again.
    await fixture.asSuperuser('REVOKE INSERT ON ledger.checkpoint FROM gateway_sequencer');
    await expect(publisher.runOnce()).rejects.toMatchObject({ code: '42501' });
    expect(parseSignedCheckpoint(fs.readFileSync(memory())).checkpoint.size).toBe(3);
    expect(fs.statSync(memory()).mode & 0o777).toBe(0o600);
    await fixture.asSuperuser('GRANT INSERT ON ledger.checkpoint TO gateway_sequencer');
    await grow(1);
    expect(await publisher.runOnce()).toBe(true);
    expect((await newest()).size).toBe(4);
  });

  const CUTS: readonly [string, (broken: boolean) => Promise<unknown>][] = [
    ['before the tiles', (broken) => grant(broken, 'tile')],
    ['before it has signed', async (broken) => (broken ? fs.mkdirSync(draft()) : fs.rmdirSync(draft()))],
    ['after it has signed and the witness has seen it', (broken) => grant(broken, 'checkpoint')],
    ['before the cosignature is kept', (broken) => grant(broken, 'cosignature')],
  ];
  it.each(everyNth(2, CUTS))('cut off %s leaves nothing that the next one has to undo', async (_where, fault) => {
    await withWitness();
    await grow(300);
    const first = fixture.publisher();
    await first.runOnce();
    await grow(300);
    await fault(true);
    await expect(first.runOnce()).rejects.toThrow();
    await first.stop();
    await fault(false);
    await grow(1);
    const second = fixture.publisher();
    expect(await second.runOnce()).toBe(true);
    const found = await auditDatabase(fixture.database, {
      policy: parseTrustPolicy(fs.readFileSync(path.join(fixture.folder, 'policy.txt'))),
      keys: KEYS,
      memory: fs.readFileSync(memory(), 'utf8'),
      kept: fs.readFileSync(kept(), 'utf8'),
    });
    expect([found.verdict, found.size, found.steps.filter(({ result }) => result !== 'holds')]).toEqual([
      'holds',
      601,
      [],
    ]);
  });

  const draft = (): string => `${memory()}.new`;
  const grant = (broken: boolean, table: string) =>
    fixture.asSuperuser(
      broken
        ? `REVOKE INSERT ON ledger.${table} FROM gateway_sequencer`
        : `GRANT INSERT ON ledger.${table} TO gateway_sequencer`,
    );

  it('signs with both keys while one follows the other, and refuses keys of different logs or that others can read', async () => {
    const next = signingKey(ORIGIN, ED25519, Buffer.alloc(32, 9));
    await grow(1);
    const before = fixture.publisher();
    await before.runOnce();
    await before.stop();
    fixture.writeKeys([LOG_KEY, next]);
    await grow(1);
    await fixture.publisher().runOnce();
    const signed = parseSignedCheckpoint((await fixture.published.checkpoint())!);
    for (const { key } of [LOG_KEY, next]) {
      const trust = { logs: [{ key, url: null }], witnesses: [], groups: [], quorum: null };
      expect(judgeCheckpoint(trust, signed).log).toEqual({ holds: true });
    }
    fixture.writeKeys([LOG_KEY, signingKey('other.example', ED25519, Buffer.alloc(32, 9))]);
    expect(() => fixture.publisher()).toThrow('keys of one log');
    fixture.writeKeys([LOG_KEY]);
    fs.chmodSync(path.join(fixture.folder, 'log.key'), 0o640);
    expect(() => fixture.publisher()).toThrow('can be read by others');
  });

  it('refuses once its memory is gone, and goes on with the newest checkpoint that a witness has', async () => {
    const { witness } = await withWitness();
    await grow(2);
    const first = fixture.publisher();
    await first.runOnce();
    await first.stop();
    fs.rmSync(memory());
    const second = fixture.publisher();
    await grow(1);
    await expect(second.runOnce()).rejects.toThrow(SignerRefuses);
    expect((await newest()).size).toBe(2);
    await second.stop();
    const id = createHash('sha256').update(ORIGIN).digest('hex');
    fs.writeFileSync(memory(), witness.newest(id)!, { mode: 0o600 });
    expect(await fixture.publisher().runOnce()).toBe(true);
    expect((await newest()).size).toBe(3);
  });

  it('signs nothing over a database that is older than what it has signed, says so where readiness looks, and resumes', async () => {
    await grow(2);
    const before = fixture.publisher();
    await before.runOnce();
    const dump = await fixture.asSuperuser('SELECT size, root, range FROM ledger.head');
    await grow(3);
    await before.runOnce();
    await before.stop();
    const now = await fixture.asSuperuser('SELECT size, root, range FROM ledger.head');
    const lost = await fixture.asSuperuser('SELECT * FROM ledger.placement WHERE first_idx >= 2');
    const restore = async ([head]: Record<string, unknown>[]): Promise<void> =>
      fixture.tamper('UPDATE ledger.head SET size = $1, root = $2, range = $3', [
        head!['size'],
        head!['root'],
        head!['range'],
      ]);
    await restore(dump);
    await fixture.tamper('DELETE FROM ledger.placement WHERE first_idx >= 2');
    await fixture.tamper('DELETE FROM ledger.checkpoint WHERE size > 2');

    const told: (string | null)[] = [];
    const publisher = fixture.publisher({ tickMs: 10, onProblem: (problem) => told.push(problem) });
    publisher.start();
    await until(async () => (await tileStore.problem(fixture.database.tx)) !== null);
    expect(told).toEqual([expect.stringContaining('it is an older one')]);
    expect(publisher.problemNow).toBe(told[0]);
    expect((await newest()).size).toBe(2);

    for (const { first_idx, n, count, brand_id } of lost) {
      await fixture.tamper('INSERT INTO ledger.placement VALUES ($1, $2, $3, $4)', [first_idx, n, count, brand_id]);
    }
    await restore(now);
    await until(async () => (await tileStore.problem(fixture.database.tx)) === null);
    expect((await newest()).size).toBe(5);
  });

  it('lets messages leave only when what must come before is done, and asks again while it fails', async () => {
    await grow(2);
    const first = fixture.publisher();
    await first.runOnce();
    await first.stop();
    // As after a start of the server.
    await fixture.tamper('UPDATE ledger.publisher SET recognised = NULL');
    const holds = async (): Promise<string | undefined> => (await fixture.ledger.hold(fixture.database.tx))?.kind;
    const seen: (string | undefined)[] = [];
    let fails = true;
    const publisher = fixture.publisher({
      beforeRecognising: async () => {
        seen.push(await holds());
        if (fails) throw new Error('the erased could not be erased again');
      },
    });
    await expect(publisher.runOnce()).rejects.toThrow('erased again');
    seen.push(await holds());
    fails = false;
    await publisher.runOnce();
    await publisher.runOnce();
    expect([...seen, await holds()]).toEqual(['unrecognised', 'unrecognised', 'unrecognised', undefined]);
  });

  it('signs nothing when the witness has seen more than signer and database together remember', async () => {
    await withWitness();
    await restoreYesterday(fixture);
    await expect(fixture.publisher().runOnce()).rejects.toThrow(
      /witness w1 has seen 4 entries, and the database holds 3/,
    );
  });

  it('knows the latest time that entries say', async () => {
    expect(await tileStore.latestTime(fixture.database.tx)).toBeNull();
    await grow(2);
    const times = (await fixture.ledger.entries(fixture.database.tx, -1, 10)).entries.map(({ leaf }) =>
      Date.parse((JSON.parse(leaf.toString()) as { at: string }).at),
    );
    expect(await tileStore.latestTime(fixture.database.tx)).toBe(Math.max(...times));
  });

  it('signs nothing while the database’s clock is off', async () => {
    await withWitness();
    await grow(2);
    let offMs = 0;
    const publisher = fixture.publisher({ heartbeatMs: -1, lookAroundMs: 0, now: () => Date.now() + offMs });
    expect(await publisher.runOnce()).toBe(true);
    await grow(1);
    const times = async () => fixture.asSuperuser('SELECT count(*)::int AS n FROM ledger.cosignature');
    const before = await times();
    // This machine's clock is right: it is the database's that is 10 s behind, and then 3 s ahead.
    for (const [off, problem] of [
      [10_000, /database’s clock is 10 s behind this machine’s/],
      [-3_000, /database’s clock is 3 s ahead of this machine’s/],
    ] as const) {
      offMs = off;
      await expect(publisher.runOnce()).rejects.toThrow(problem);
      await expect(publisher.runOnce()).rejects.toThrow(SignerRefuses);
    }
    expect([(await newest()).size, await times()]).toEqual([2, before]);
    // By then what the database said while it was ahead has come.
    offMs = 0;
    expect(await publisher.runOnce()).toBe(true);
    expect((await newest()).size).toBe(3);
  });

  it('shows nothing while an entry has waited for long, so that no witness says it was not there', async () => {
    await withWitness();
    await grow(2);
    const publisher = fixture.publisher({ heartbeatMs: -1, lookAroundMs: 0, longestWaitMs: 300 });
    expect(await publisher.runOnce()).toBe(true);
    await fixture.append(someTopic());
    await fixture.append(someTopic());
    await new Promise((resolve) => setTimeout(resolve, 350));
    const times = async () => fixture.asSuperuser('SELECT count(*)::int AS n FROM ledger.cosignature');
    const before = await times();
    expect(await publisher.runOnce()).toBe(false); // no heartbeat either
    await fixture.sequencer({ batch: 1 }).runOnce();
    expect(await publisher.runOnce()).toBe(false); // one of two has its position
    expect([(await newest()).size, await times()]).toEqual([2, before]);
    await fixture.sequencer({ batch: 1 }).runOnce();
    expect(await publisher.runOnce()).toBe(true);
    expect((await newest()).size).toBe(4);
    // An entry that has only just come holds nothing up, also by a process whose clock is an hour behind or ahead.
    const idAt = (ms: number): EntryId =>
      `${ms.toString(16).padStart(12, '0').replace(/^.{8}/, '$&-')}${newId().slice(13)}` as EntryId;
    for (const offMs of [-3_600_000, 3_600_000]) await fixture.append({ ...someTopic(), id: idAt(Date.now() + offMs) });
    expect(await publisher.runOnce()).toBe(true);
  });

  it('says that entries and head contradict each other, and signs nothing', async () => {
    await grow(3);
    await fixture.tamper(`UPDATE ledger.entry SET leaf = '\\x7b7d' WHERE n = (SELECT max(n) FROM ledger.entry)`);
    const publisher = fixture.publisher();
    await expect(publisher.runOnce()).rejects.toThrow(LedgerDamaged);
    await fixture.tamper('DELETE FROM ledger.entry WHERE n = (SELECT max(n) FROM ledger.entry)');
    await expect(publisher.runOnce()).rejects.toThrow('some are missing');
    expect(fs.existsSync(memory())).toBe(false);
  });

  describe('and its witness', () => {
    it('puts its cosignature below every checkpoint, so that a policy holds and times bound an entry', async () => {
      await withWitness();
      const before = Math.floor(Date.now() / 1000) * 1000;
      await grow(2);
      const publisher = fixture.publisher();
      await publisher.runOnce();
      const [entry] = await fixture.append(someTopic());
      await fixture.sequencer().runOnce();
      await publisher.runOnce();
      const signed = parseSignedCheckpoint((await fixture.published.checkpoint())!);
      const judged = judgeCheckpoint(parseTrustPolicy(policyWith('http://x')), signed);
      expect([judged.log, judged.quorum]).toEqual([{ holds: true }, { holds: true }]);
      const found = (await fixture.published.entry(entry!.id, BRAND))!;
      expect(found.notBefore).toBeGreaterThanOrEqual(before);
      expect(found.notAfter).toBeGreaterThanOrEqual(found.notBefore!);
      expect(found.notAfter).toBeLessThanOrEqual(Date.now());
    });

    const away = async ({ server }: { server: http.Server }): Promise<() => Promise<void>> => {
      const { port } = server.address() as { port: number };
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      return () => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    };

    it('publishes without it while it is away, and has it catch up afterwards', async () => {
      const witness = await withWitness();
      await grow(1);
      const publisher = fixture.publisher({ tickMs: 20 });
      await publisher.runOnce();
      const comeBack = await away(witness);
      await grow(1);
      await publisher.runOnce();
      await grow(2);
      await publisher.runOnce();
      expect(parseSignedCheckpoint((await fixture.published.checkpoint())!).note.signatures).toHaveLength(1);
      await comeBack();
      publisher.start();
      await until(
        async () => parseSignedCheckpoint((await fixture.published.checkpoint())!).note.signatures.length === 2,
      );
      expect((await newest()).size).toBe(4);
    });

    it('is waited for before anything is signed, for ever where nobody else could know that nothing was', async () => {
      const comeBack = await away(await withWitness());
      await grow(2);
      const publisher = fixture.publisher({ witnessGraceMs: 0 });
      await expect(publisher.runOnce()).rejects.toThrow('the witness w1 does not say what it has seen');
      expect(fs.existsSync(memory())).toBe(false);
      await comeBack();
      expect(await publisher.runOnce()).toBe(true);
    });

    it('is waited for a while after a start, and says what it has seen before more is signed than that', async () => {
      const witness = await withWitness();
      await grow(2);
      const before = fixture.publisher();
      await before.runOnce();
      const yesterday = fs.readFileSync(memory(), 'utf8');
      await grow(1);
      await before.runOnce();
      await before.stop();
      const comeBack = await away(witness);
      await grow(1);
      const patient = fixture.publisher();
      await expect(patient.runOnce()).rejects.toThrow('does not say what it has seen');
      expect((await newest()).size).toBe(3);
      await patient.stop();

      // The signer's memory is of yesterday, and the database another one: only the witness can tell.
      fs.writeFileSync(memory(), yesterday, { mode: 0o600 });
      await fixture.tamper(`UPDATE ledger.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"at":"20', '"at":"19'), 'UTF8')
         WHERE n = (SELECT n FROM ledger.placement WHERE first_idx = 2)`);
      await fixture.tamper('DELETE FROM ledger.checkpoint WHERE size > 2');
      const leaves = await fixture.asSuperuser('SELECT leaf_hash FROM ledger.log ORDER BY idx');
      const tree = CompactRange.empty();
      for (const { leaf_hash } of leaves) tree.append(leaf_hash as Buffer);
      await fixture.tamper('UPDATE ledger.head SET root = $1, range = $2', [tree.root(), tree.toBytes()]);
      const hasty = fixture.publisher({ witnessGraceMs: 0, lookAroundMs: 0 });
      expect(await hasty.runOnce()).toBe(true);
      await comeBack();
      await grow(1);
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      await expect(hasty.runOnce()).rejects.toThrow('the witness w1 has seen another log of 3 entries');
      expect((await newest()).size).toBe(4);
    });

    it('is waited for anew after the next failure, where it had answered late in between', async () => {
      const witness = await withWitness();
      await grow(1);
      const before = fixture.publisher();
      await before.runOnce();
      await before.stop();
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      const comeBack = await away(witness);
      const publisher = fixture.publisher({ witnessGraceMs: 300, lookAroundMs: 0 });
      const silent = 'does not say what it has seen';
      await grow(1);
      await expect(publisher.runOnce()).rejects.toThrow(silent);
      await pause(310);
      expect(await publisher.runOnce()).toBe(true);
      await comeBack();
      await pause(2_100);
      await grow(1);
      expect(await publisher.runOnce()).toBe(true);

      await away(witness);
      await grow(1);
      const [{ root } = { root: null }] = await fixture.asSuperuser('SELECT root FROM ledger.head');
      await fixture.tamper('UPDATE ledger.head SET root = sha256(root)');
      await expect(publisher.runOnce()).rejects.toThrow('another root');
      await fixture.tamper('UPDATE ledger.head SET root = $1', [root]);
      await expect(publisher.runOnce()).rejects.toThrow(silent);
      expect((await newest()).size).toBe(3);
    });

    it('is remembered line by line, and what the database has lost by then does not become what it should have', async () => {
      await withWitness();
      const publisher = fixture.publisher({ heartbeatMs: -1, lookAroundMs: 0 });
      const fails = async (): Promise<string[]> => {
        const report = await auditDatabase(fixture.database, {
          policy: null,
          keys: KEYS,
          kept: fs.readFileSync(kept(), 'utf8'),
        });
        return report.steps.flatMap(({ result, problem }) => (result === 'fails' ? [problem] : []));
      };
      await grow(2);
      await publisher.runOnce();
      expect(await fails()).toEqual([]);
      await fixture.tamper('DELETE FROM ledger.cosignature');
      expect(await fails()).toEqual(['a cosignature of the newest checkpoint is gone']);
      await grow(1);
      await publisher.runOnce();
      expect(await fails()).toEqual([expect.stringContaining('is gone or was changed, of those up to')]);
    });

    it('asks again though nothing was added, so that time goes on', async () => {
      const { witness } = await withWitness();
      await grow(1);
      const publisher = fixture.publisher({ heartbeatMs: -1, lookAroundMs: 0 });
      await publisher.runOnce();
      const spy = witness.addCheckpoint.bind(witness);
      let asked = 0;
      witness.addCheckpoint = (body) => {
        asked += 1;
        return spy(body);
      };
      await publisher.runOnce();
      expect(asked).toBe(1);
    });
  });

  async function until(holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error('waited for too long');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});
