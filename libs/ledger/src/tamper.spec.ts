import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import path from 'node:path';
import {
  COSIGNATURE_V1,
  cosign,
  CompactRange,
  ED25519,
  leafHash,
  parseSignedCheckpoint,
  parseTilePath,
  parseTlogProof,
  type SignedCheckpoint,
  signingKey,
  signNote,
  type TrustPolicy,
  verifyInclusion,
  writeCheckpoint,
  writeNote,
  writeSignatureLine,
} from '#lib/proof';
import type { AuditReport } from './audit.js';
import { auditDatabase } from './audit-database.js';
import { auditSource, type LogSource } from './audit-source.js';
import { keptName } from './kept-checkpoints.js';
import { memoryName, SignerRefuses } from './signer.js';
import { BRAND, KEYS, LedgerFixture, LOG_KEY, ORIGIN, someTopic } from './testing/ledger-fixture.js';

const WITNESS = signingKey('witness.example/w1', COSIGNATURE_V1, Buffer.alloc(32, 4));
const TRUST: TrustPolicy = {
  logs: [{ key: LOG_KEY.key, url: null }],
  witnesses: [{ name: 'w1', key: WITNESS.key, url: null }],
  groups: [],
  quorum: 'w1',
};

/**
 * Somebody with all rights over the database, and in the end with the log's key too, changes history. Each change is
 * found by a tool that is named: `fsck` of the operator, `verify` of a stranger, `consistency` of whoever kept a
 * checkpoint, the signer, or the sequencer.
 */
describe('somebody with all rights over the database', () => {
  let original: LedgerFixture;
  let fixture: LedgerFixture;
  beforeAll(async () => {
    original = await LedgerFixture.create();
    fixture = original;
    const publisher = fixture.publisher();
    for (const count of [3, 254, 300]) {
      await fixture.append(...Array.from({ length: count }, () => someTopic()));
      await fixture.sequencer().runOnce();
      await publisher.runOnce();
      await cosignNewest();
    }
    await original.disconnect();
  });
  afterAll(() => original.close());
  beforeEach(async () => {
    fixture = await LedgerFixture.copyOf(original);
  });
  afterEach(() => fixture.close());

  /** As a witness does, at a time of its own clock. */
  async function cosignNewest(time = Math.floor(Date.now() / 1000)): Promise<void> {
    const note = (await fixture.published.checkpoint())!;
    const { text } = parseSignedCheckpoint(note).note;
    const line = writeSignatureLine(cosign(text, WITNESS.key, WITNESS.privateKey, time));
    await fixture.asSuperuser(
      `INSERT INTO ledger.cosignature SELECT max(id), $1, $2, to_timestamp($3) FROM ledger.checkpoint`,
      [line, WITNESS.key.name, time],
    );
  }

  const memory = (): string => fs.readFileSync(path.join(fixture.folder, memoryName(ORIGIN)), 'utf8');
  const kept = (): string => fs.readFileSync(path.join(fixture.folder, keptName(ORIGIN)), 'utf8');
  const fsck = (): Promise<AuditReport> =>
    auditDatabase(fixture.database, { policy: TRUST, keys: KEYS, memory: memory(), kept: kept() });
  const source: LogSource = {
    checkpoint: () => fixture.published.checkpoint(),
    read: (name) => fixture.published.tile(parseTilePath(name)),
  };
  const verify = (older?: SignedCheckpoint): Promise<AuditReport> =>
    auditSource(source, { policy: TRUST, ...(older === undefined ? {} : { older }) });
  const failing = ({ steps }: AuditReport): string[] =>
    steps.filter(({ result }) => result === 'fails').map(({ step }) => step);

  it('who changes nothing is accused of nothing', async () => {
    expect(await fsck()).toMatchObject({ verdict: 'holds', size: 557, origin: ORIGIN });
    expect((await fsck()).steps.filter(({ result }) => result !== 'holds')).toEqual([]);
    expect(await verify()).toMatchObject({ verdict: 'holds', size: 557 });
    expect(await auditSource(source, { policy: null })).toMatchObject({ verdict: 'holds' });
  });

  const at = (idx: number): string =>
    `(SELECT e.n FROM ledger.placement p JOIN ledger.entry e ON e.n >= p.n AND e.n < p.n + p.count WHERE p.first_idx + (e.n - p.n) = ${idx})`;

  it.each<[what: string, sql: string, byFsck: string[], byVerify: string[]]>([
    [
      'edits an entry',
      `UPDATE ledger.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"v":1}', '"v":1} '), 'UTF8') WHERE n = ${at(7)}`,
      ['entries', 'chains', 'tiles', 'head', 'checkpoints', 'memory'],
      ['entries', 'tiles', 'root'],
    ],
    [
      'says something else in a well-formed entry',
      `UPDATE ledger.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"at":"20', '"at":"19'), 'UTF8') WHERE n = ${at(300)}`,
      ['tiles', 'head', 'checkpoints', 'times', 'memory'],
      ['tiles', 'root'],
    ],
    ['deletes an entry', `DELETE FROM ledger.entry WHERE n = ${at(100)}`, ['entries', 'chains'], ['entries']],
    [
      'deletes an entry and closes the gap',
      `WITH gone AS (DELETE FROM ledger.entry WHERE n = ${at(0)}) UPDATE ledger.placement SET n = n + 1, count = count - 1 WHERE first_idx = 0`,
      ['positions', 'entries', 'chains'],
      ['entries'],
    ],
    [
      'inserts an entry that never waited',
      `INSERT INTO ledger.entry SELECT n + 2000, gen_random_uuid(), leaf FROM ledger.entry WHERE n = ${at(9)}`,
      ['strays'],
      [],
    ],
    [
      'swaps two entries',
      `WITH a AS (SELECT n, leaf FROM ledger.entry WHERE n = ${at(10)}), b AS (SELECT n, leaf FROM ledger.entry WHERE n = ${at(11)})
       UPDATE ledger.entry e SET leaf = s.leaf FROM (SELECT a.n, b.leaf FROM a, b UNION ALL SELECT b.n, a.leaf FROM a, b) s WHERE e.n = s.n`,
      ['chains', 'tiles', 'head', 'checkpoints', 'memory'],
      ['tiles', 'root'],
    ],
    [
      'cuts off the end',
      'DELETE FROM ledger.placement WHERE first_idx >= 257',
      ['positions', 'strays', 'entries'],
      ['entries'],
    ],
    [
      'truncates the tables',
      'TRUNCATE ledger.entry, ledger.placement CASCADE',
      ['positions', 'entries', 'chains'],
      ['entries'],
    ],
    [
      'edits a tile',
      `UPDATE ledger.tile SET hashes = set_byte(hashes, 77, get_byte(hashes, 77) # 1) WHERE level = 0 AND idx = 1`,
      ['tiles'],
      ['tiles'],
    ],
    [
      'edits what a tile is in the one above',
      `UPDATE ledger.tile SET root = sha256('x') WHERE level = 0 AND idx = 0`,
      ['tiles'],
      ['tiles'],
    ],
    ['removes a tile', 'DELETE FROM ledger.tile WHERE idx = 1', ['tiles'], ['tiles']],
    ['takes the head away', 'DELETE FROM ledger.head', ['positions', 'head'], []],
    ['edits the head', `UPDATE ledger.head SET root = sha256('x')`, ['head'], []],
    [
      'edits a checkpoint',
      `UPDATE ledger.checkpoint SET note = replace(note, E'\\n257\\n', E'\\n256\\n') WHERE size = 257`,
      ['checkpoints', 'signatures', 'kept'],
      [],
    ],
    [
      'takes a checkpoint away with its cosignatures',
      `WITH gone AS (DELETE FROM ledger.checkpoint WHERE size = 257 RETURNING id) DELETE FROM ledger.cosignature USING gone WHERE checkpoint_id = gone.id`,
      ['kept'],
      [],
    ],
    ['takes the newest checkpoint away', 'DELETE FROM ledger.checkpoint WHERE size = 557', ['kept'], []],
    ['takes all checkpoints away', 'DELETE FROM ledger.checkpoint', ['kept'], []],
    [
      'takes a cosignature away',
      'DELETE FROM ledger.cosignature WHERE checkpoint_id = (SELECT id FROM ledger.checkpoint WHERE size = 3)',
      ['kept'],
      [],
    ],
    [
      'says that a witness saw a checkpoint earlier',
      `UPDATE ledger.cosignature SET witnessed_at = witnessed_at - interval '1 year'`,
      ['signatures'],
      [],
    ],
    ['says that another witness saw it', `UPDATE ledger.cosignature SET witness = 'other.example'`, ['signatures'], []],
    [
      'gives an entry to another brand',
      `UPDATE ledger.placement SET brand_id = gen_random_uuid() WHERE first_idx = 257`,
      ['positions'],
      [],
    ],
  ])('who %s is found', async (_what, sql, byFsck, byVerify) => {
    await fixture.tamper(sql);
    const found = await fsck();
    expect(failing(found)).toEqual(byFsck);
    expect(found.verdict).toBe('fails');
    expect(failing(await verify())).toEqual(byVerify);
  });

  it('who edits what waits for its position is found by fsck, and set aside by the sequencer', async () => {
    await fixture.append(someTopic(), someTopic());
    await fixture.tamper(`UPDATE ledger.entry SET leaf = leaf || ' '::bytea WHERE n = (SELECT n FROM ledger.pending)`);
    expect(failing(await fsck())).toEqual(['pending', 'chains']);
    await fixture.sequencer().runOnce();
    expect(await fixture.asSuperuser('SELECT reason FROM ledger.quarantine')).toEqual([{ reason: 'altered' }]);
    const forged = await fixture.asSuperuser(
      `INSERT INTO ledger.pending (n, count, seals, mac) VALUES (nextval('ledger.slot_n'), 1, decode(repeat('00', 48), 'hex'), sha256('')) RETURNING n`,
    );
    expect(forged).toHaveLength(1);
    expect(failing(await fsck())).toEqual(['pending', 'chains']);
  });

  it('who takes away what waits for its position is found by fsck, and gets none of it into the log', async () => {
    await fixture.append(someTopic());
    await fixture.tamper('DELETE FROM ledger.pending');
    expect(failing(await fsck())).toEqual(['strays']);
    expect(await fixture.sequencer().runOnce()).toBe(0);
  });

  it('who restores the dump of yesterday is refused by the signer, and found by fsck and by whoever kept a checkpoint', async () => {
    const kept = parseSignedCheckpoint((await fixture.published.checkpoint())!);
    const [older] = await fixture.asSuperuser('SELECT size, root FROM ledger.checkpoint WHERE size = 257');
    const leaves = await fixture.asSuperuser('SELECT leaf_hash FROM ledger.log WHERE idx < 257 ORDER BY idx');
    const tree = CompactRange.empty();
    for (const { leaf_hash } of leaves) tree.append(leaf_hash as Buffer);
    expect(tree.root()).toEqual(older!['root']);
    for (const sql of [
      'DELETE FROM ledger.entry WHERE n >= (SELECT n FROM ledger.placement WHERE first_idx = 257)',
      'DELETE FROM ledger.disclosure d WHERE NOT EXISTS (SELECT FROM ledger.entry e WHERE e.n = d.n)',
      'DELETE FROM ledger.placement WHERE first_idx >= 257',
      'DELETE FROM ledger.tile WHERE idx = 1',
      'DELETE FROM ledger.cosignature WHERE checkpoint_id = (SELECT max(id) FROM ledger.checkpoint)',
      'DELETE FROM ledger.checkpoint WHERE size > 257',
    ])
      await fixture.tamper(sql);
    await fixture.tamper('UPDATE ledger.head SET size = 257, root = $1, range = $2', [tree.root(), tree.toBytes()]);

    await expect(fixture.publisher().runOnce()).rejects.toThrow(SignerRefuses);
    expect(failing(await fsck())).toEqual(['memory', 'kept']);
    expect(failing(await verify())).toEqual([]);
    expect(failing(await verify(kept))).toEqual(['consistency']);
  });

  it('who rewrites everything and has the log’s key to sign it with is found by the witness and by whoever kept a checkpoint', async () => {
    const kept = parseSignedCheckpoint((await fixture.published.checkpoint())!);
    const [seventh] = await fixture.asSuperuser('SELECT id, leaf_hash FROM ledger.log WHERE idx = 7');
    const proves = async (): Promise<boolean> => {
      const { index, hashes, checkpoint } = parseTlogProof(
        (await fixture.published.proof(seventh!['id'] as never, BRAND))!,
      );
      return verifyInclusion({ ...checkpoint, index, leafHash: seventh!['leaf_hash'] as Buffer }, hashes).holds;
    };
    expect(await proves()).toBe(true);
    await fixture.tamper(
      `UPDATE ledger.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"at":"20', '"at":"19'), 'UTF8') WHERE n = ${at(5)}`,
    );
    const rows = await fixture.asSuperuser('SELECT leaf FROM ledger.log ORDER BY idx');
    const tree = CompactRange.empty();
    for (const { leaf } of rows) tree.append(leafHash(leaf as Buffer));
    await fixture.tamper('DELETE FROM ledger.cosignature');
    await fixture.tamper('DELETE FROM ledger.checkpoint');
    await fixture.tamper('DELETE FROM ledger.tile');
    await fixture.tamper('UPDATE ledger.head SET root = $1, range = $2', [tree.root(), tree.toBytes()]);

    // The signer remembers. Whoever has its key signs without it.
    const honest = fixture.publisher();
    await expect(honest.runOnce()).rejects.toThrow(SignerRefuses);
    await honest.stop();
    for (const name of [memoryName, keptName]) fs.rmSync(path.join(fixture.folder, name(ORIGIN)));
    const stolen = fixture.publisher();
    await stolen.runOnce();
    await stolen.stop();
    const inside = await fsck();
    expect([inside.verdict, failing(inside)]).toEqual(['holds', []]);
    // Whoever served the log before proves nothing by tiles that it remembers.
    expect(await proves()).toBe(true);
    expect(failing(await verify())).toEqual(['witnesses']);
    const alone = { ...TRUST, quorum: null };
    expect(failing(await auditSource(source, { policy: alone }))).toEqual([]);
    expect(failing(await auditSource(source, { policy: alone, older: kept }))).toEqual(['consistency']);
  });

  it('who signs with another key is found by whoever has the policy', async () => {
    const thief = signingKey(ORIGIN, ED25519, Buffer.alloc(32, 66));
    const { checkpoint } = parseSignedCheckpoint((await fixture.published.checkpoint())!);
    const text = writeCheckpoint(checkpoint);
    const note = writeNote({ text, signatures: [signNote(text, thief.key, thief.privateKey)] });
    await fixture.tamper('UPDATE ledger.checkpoint SET note = $1 WHERE size = 557', [note]);
    expect(failing(await fsck())).toEqual(['signatures', 'kept']);
    expect(failing(await verify())).toEqual(['log']);
  });

  it.each([
    ['back-dates an entry', -7_200, 'says'],
    ['post-dates an entry', 60, 'already'],
  ])('who %s contradicts the clocks of the witnesses', async (_what, seconds, word) => {
    await cosignNewest();
    const seenBefore = parseSignedCheckpoint((await fixture.published.checkpoint())!);
    const publisher = fixture.publisher();
    await publisher.runOnce();
    await fixture.append(someTopic());
    const day = new Date(Date.now() + seconds * 1000).toISOString();
    // Before it is placed: with the sequencer's rights and the application's key, as the gateway itself could.
    await forge(day);
    await fixture.sequencer().runOnce();
    await publisher.runOnce();
    await cosignNewest();
    const found = await fsck();
    expect(failing(found)).toEqual(['times']);
    expect(found.steps.find(({ step }) => step === 'times')!.problem).toContain(word);
    // So does a stranger who has nothing but what is published, and what they saw before.
    const stranger = await verify(seenBefore);
    expect([failing(stranger), stranger.steps.find(({ step }) => step === 'times')!.problem]).toEqual([
      ['times'],
      expect.stringContaining(word === 'says' ? 'back-dated' : 'already'),
    ]);
  });

  /** Writes another time into the entry that waits, and seals it again. */
  async function forge(day: string): Promise<void> {
    const { sealsOf, slotMac } = await import('./sealing.js');
    const [row] = await fixture.asSuperuser(
      'SELECT e.n, e.id, e.leaf, w.brand_id FROM ledger.pending w JOIN ledger.entry e ON e.n = w.n',
    );
    const { n, id, leaf, brand_id } = row as { n: string; id: string; leaf: Buffer; brand_id: string };
    const forged = Buffer.from(leaf.toString('utf8').replace(/"at":"[^"]+"/, `"at":"${day}"`));
    const seals = sealsOf([{ id: id as never, leafHash: leafHash(forged).toString('base64url') }]);
    await fixture.tamper('UPDATE ledger.entry SET leaf = $1 WHERE n = $2', [forged, n]);
    await fixture.tamper('UPDATE ledger.pending SET seals = $1, mac = $2 WHERE n = $3', [
      seals,
      slotMac(KEYS, brand_id as never, seals),
      n,
    ]);
  }
});
