import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubjectId } from '#lib/kernel';
import {
  cosign,
  HASH_BYTES,
  parseSignedCheckpoint,
  parseTrustPolicy,
  readZip,
  type SigningKey,
  signNote,
  verifyBundle,
  writeCheckpoint,
  writeSignatureLine,
  writeNote,
  writeTrustPolicy,
} from '#lib/proof';
import { GrowingTiles } from '../domain/growing-tiles.js';
import { ALL, BOTH, BundleWorld, consent, known, OTHER_WITNESS, TRUST, WITNESS } from '../testing/bundle-world.js';
import { BRAND, type LedgerFixture, LOG_KEY, someDecision } from '../testing/ledger-fixture.js';
import { tileStore } from '../tile.store.js';

/** Checkpoints that one witness alone has seen, one after each entry. */
const AWAY = 300;

describe('a bundle of a time in which a witness was away', () => {
  let world: BundleWorld;
  let fixture: LedgerFixture;
  /** Their consents stand in the midst of it, far from both ends. */
  let during: SubjectId;
  /** Numbers of entries of the checkpoints just before and just after it that both have seen. */
  let around: readonly [number, number];

  const sizeNow = async () => parseSignedCheckpoint((await fixture.published.checkpoint())!).checkpoint.size;

  /** Has a checkpoint of each size between two kept, cosigned by the first witness. */
  const keepBetween = async (from: number, to: number, line: (text: string) => string) => {
    const hashes = await tileStore.leafHashes(fixture.database.tx, 0, to);
    const tiles = GrowingTiles.empty();
    const rows: { size: number; root: string; note: string; line: string }[] = [];
    for (let size = 1; size < to; size++) {
      tiles.append(hashes.subarray((size - 1) * HASH_BYTES, size * HASH_BYTES));
      if (size <= from) continue;
      const root = tiles.root();
      const text = writeCheckpoint({ origin: LOG_KEY.key.name, size, root, extensions: [] });
      rows.push({
        size,
        root: root.toString('hex'),
        note: writeNote({ text, signatures: [signNote(text, LOG_KEY.key, LOG_KEY.privateKey)] }),
        line: line(text),
      });
    }
    await fixture.asSuperuser(
      `WITH rows AS (SELECT * FROM jsonb_to_recordset($1) AS r (size bigint, root text, note text, line text)),
            kept AS (INSERT INTO ledger.checkpoint (origin, size, root, note)
                     SELECT $2, size, decode(root, 'hex'), note FROM rows RETURNING id, size)
       INSERT INTO ledger.cosignature SELECT id, line, $3, now() FROM kept JOIN rows USING (size)`,
      [JSON.stringify(rows), LOG_KEY.key.name, WITNESS.key.name],
    );
    return rows.length;
  };
  const lineOf = ({ key, privateKey }: SigningKey, text: string) =>
    writeSignatureLine(cosign(text, key, privateKey, Math.floor(Date.now() / 1000)));

  /** The numbers of entries in the checkpoints that say when a record was there. */
  const sizesIn = (bundle: Map<string, Buffer>) =>
    bundle
      .get('times.ndjson')!
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => parseSignedCheckpoint((JSON.parse(line) as { note: string }).note).checkpoint.size);

  const bundleOf = async (subject: SubjectId, policy: string) => {
    const { id } = await world.exports.request(BRAND, { ...ALL, subjects: [subject] }, null, 'key-1');
    for (let i = 0; i < 4 && (await world.exports.get(BRAND, id)).state !== 'ready'; i++) {
      await world.published([WITNESS, OTHER_WITNESS]);
      await fixture.asSuperuser('UPDATE ledger.export SET lease_until = NULL');
      await world.exports.buildNext(() => policy);
    }
    return readZip(await world.bytesOf(id));
  };

  beforeAll(async () => {
    world = await BundleWorld.create();
    ({ fixture } = world);
    during = await fixture.subject();
    const others = await fixture.subject();
    const publishedByBoth = async () => {
      await fixture.append(someDecision(others));
      await world.published([WITNESS, OTHER_WITNESS]);
      return sizeNow();
    };
    // Two on either side, so that the inner ones are nobody's but theirs.
    await publishedByBoth();
    const before = await publishedByBoth();
    const many = Array.from({ length: AWAY / 2 }, (_, i) => someDecision(others, `o${i}`));
    await fixture.append(...many, known(during), consent(during), ...many);
    around = [before, await publishedByBoth()];
    expect(await keepBetween(...around, (text) => lineOf(WITNESS, text))).toBe(AWAY + 2);
    await publishedByBoth();
  });
  afterAll(() => world.close());

  it('brings the last checkpoint before it and the first behind it that all who are asked for have seen', async () => {
    const made = await bundleOf(during, BOTH);
    expect(sizesIn(made)).toEqual(expect.arrayContaining([...around]));
    const { verdict, steps } = verifyBundle({ files: made, policy: BOTH });
    expect([verdict, steps.find(({ step }) => step === 'times')?.result]).toEqual(['holds', 'holds']);
  });

  it('asks of each checkpoint for whom was asked for at its number of entries', async () => {
    const [, since] = around;
    const both = parseTrustPolicy(BOTH);
    const former = (until: number) =>
      writeTrustPolicy({ ...both, quorum: 'w1', formerQuorums: [{ until, quorum: 'both' }] });
    expect(sizesIn(await bundleOf(during, former(since - 1)))).toEqual(expect.arrayContaining([...around]));
    // From the tenth before its end on the first alone is asked for.
    const sooner = await bundleOf(during, former(since - 10));
    expect(sizesIn(sooner)).toEqual(expect.arrayContaining([around[0], since - 9]));
  });

  it('passes over checkpoints with wrong lines one by one', async () => {
    const [one, other, from] = [await fixture.subject(), await fixture.subject(), await sizeNow()];
    const many = Array.from({ length: 30 }, () => someDecision(other));
    await fixture.append(...many, consent(one), ...many);
    await world.published();
    const to = await sizeNow();
    await keepBetween(from, to, () => lineOf(WITNESS, 'something else\n'));
    expect(sizesIn(await bundleOf(one, writeTrustPolicy(TRUST)))).toEqual(expect.arrayContaining([from, to]));
  });
});
