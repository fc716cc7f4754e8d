import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ALL, BundleWorld, failing, verify } from '../testing/bundle-world.js';
import { BRAND } from '../testing/ledger-fixture.js';

let world: BundleWorld;
beforeAll(async () => {
  world = await BundleWorld.create();
});
afterAll(() => world.close());

it('keyed hashes of addresses are shown to nobody, and the bundle verifies without them', async () => {
  const hash = 'c0ffee'.repeat(10);
  await world.fixture.append(
    {
      type: 'suppression.added',
      ...{ at: Date.now(), brandId: BRAND, clear: { ch: 'email', reason: 'suppressed_manual', via: 'api' } },
      disclosed: { event: { kind: 'manual' }, evidence: { addressHash: hash }, actor: 'spec' },
    },
    {
      type: 'addresses.kept',
      ...{ at: Date.now(), brandId: BRAND, clear: { cnt: 1 } },
      disclosed: { addresses: [{ point: 'p', channel: 'email', hash }], actor: 'spec' },
    },
  );
  const files = await world.bundleOf(ALL);
  const verdict = verify(files);
  expect([verdict.verdict, failing(verdict)]).toEqual(['holds', []]);
  const records = verdict.records.filter(({ type }) => type === 'suppression.added' || type === 'addresses.kept');
  expect(records).toHaveLength(2);
  const lines = files.get('entries.ndjson')!.toString().trimEnd().split('\n');
  const wires = lines.flatMap((line) => (JSON.parse(line) as { disclosures: string[] }).disclosures);
  const texts = wires.map((wire) => Buffer.from(wire, 'base64url').toString());
  expect(texts.some((text) => text.includes('"kind":"manual"'))).toBe(true);
  expect(texts.filter((text) => text.includes(hash))).toEqual([]);
});
