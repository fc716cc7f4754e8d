import { describe, expect, it } from '@jest/globals';
import {
  buildLeaf,
  canonicalize,
  CompactRange,
  ED25519,
  leafHash,
  signingKey,
  signNote,
  TILE_WIDTH,
  type TrustPolicy,
  writeCheckpoint,
  writeEntryBundle,
  writeNote,
} from '#lib/proof';
import { completeness } from './completeness.js';

const ORIGIN = 'log.example';
const KEY = signingKey(ORIGIN, ED25519, Buffer.alloc(32, 1));
const POLICY: TrustPolicy = { logs: [{ key: KEY.key, url: null }], witnesses: [], groups: [], quorum: null };
const BRAND = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';
const SCOPE = { brand: BRAND, subjects: null, campaign: null, from: null, to: null };
const SIZE = 300;
const entries = (mark: string, count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => {
    const id = `01a21ea3-7fe5-7000-9b58-${mark.repeat(4)}${String(i).padStart(8, '0')}`;
    const at = '2026-11-01T00:00:00.000Z';
    const clear = canonicalize({ at, br: i % 2 === 0 ? BRAND : OTHER, id, now: at, t: 'topic.changed', v: 1 });
    return Buffer.from(buildLeaf(clear.slice(1, -1), []));
  });
const rootOf = (leaves: readonly Buffer[]): Buffer => {
  const tree = CompactRange.empty();
  for (const leaf of leaves) tree.append(leafHash(leaf));
  return tree.root();
};
const LOG = entries('a', SIZE);
/** A copy of a log: what its checkpoint says, and what it holds. */
const copyOf = (leaves: readonly Buffer[], { origin = ORIGIN, held = leaves, key = KEY } = {}) => ({
  checkpoint: () => {
    const text = writeCheckpoint({ origin, size: leaves.length, root: rootOf(leaves), extensions: [] });
    return Promise.resolve(writeNote({ text, signatures: [signNote(text, key.key, key.privateKey)] }));
  },
  read: (name: string) => {
    const start = Number(/entries\/(\d+)/.exec(name)?.[1] ?? NaN) * TILE_WIDTH;
    return Promise.resolve(writeEntryBundle(held.slice(start, start + TILE_WIDTH)));
  },
});
const ALL = new Set(LOG.keys());
const look = async (copy: ReturnType<typeof copyOf>, shown: ReadonlySet<number> = ALL) => {
  const bundle = { scope: SCOPE, size: SIZE, origin: ORIGIN };
  const { result, problem } = await completeness(copy, bundle, shown, rootOf(LOG), POLICY);
  return [result, problem];
};

describe('a bundle beside a copy of the log', () => {
  it('leaves nothing out, or what it leaves out is named', async () => {
    const longer = [...LOG, ...entries('b', 400)];
    expect([await look(copyOf(LOG)), await look(copyOf(longer))]).toEqual([['holds', ''], ['holds', '']]); // prettier-ignore
    const without = new Set([...ALL].filter((idx) => idx !== 4 && idx !== 5));
    const missing = ['fails', 'entry 4 was asked for and is not in the bundle'];
    expect([await look(copyOf(LOG), without), await look(copyOf(longer), without)]).toEqual([missing, missing]);
  });

  it('is judged by a copy that is right in itself alone', async () => {
    const longer = [...LOG, ...entries('b', 400)];
    const damaged = longer.with(4, entries('c', 5)[4]!);
    for (const held of [damaged, longer.slice(0, 400)])
      expect(await look(copyOf(longer, { held }), new Set())).toEqual(['unchecked', expect.stringContaining('the copy is damaged')]); // prettier-ignore
    expect(await look(copyOf(LOG, { origin: 'other.example' }))).toEqual(['unchecked', 'the copy is of other.example']);
    expect(await look(copyOf(LOG.slice(0, 200)))).toEqual(['unchecked', 'the copy has 200 entries, and the bundle is of 300']); // prettier-ignore
    // A second log under the same name.
    expect(await look(copyOf(entries('c', 500)))).toEqual(['fails', 'the copy is of another log than the bundle, and the log has signed both']); // prettier-ignore
    const nobody = signingKey('nobody.example', ED25519, Buffer.alloc(32, 2));
    expect(await look(copyOf(entries('c', 500), { key: nobody }))).toEqual(['unchecked', expect.stringContaining('log.example has not signed')]); // prettier-ignore
  });
});
