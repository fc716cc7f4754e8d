import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { CompactRange, EMPTY_ROOT, HASH_BYTES, leafHash, nodeHash } from './merkle.js';
import { runs } from '../../../test/support/runs.js';

/** The tree head of RFC 6962, section 2.1, written as the RFC writes it. */
function treeHead(entries: readonly Buffer[]): Buffer {
  const [first] = entries;
  if (first === undefined) return sha256(Buffer.alloc(0));
  if (entries.length === 1) return sha256(Buffer.concat([Buffer.of(0), first]));
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(Buffer.concat([Buffer.of(1), treeHead(entries.slice(0, k)), treeHead(entries.slice(k))]));
}
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const rangeOver = (entries: readonly Buffer[]): CompactRange => {
  const range = CompactRange.empty();
  for (const entry of entries) range.append(leafHash(entry));
  return range;
};

/** Certificate Transparency's reference inputs and the root after each of them. */
const PUBLISHED: readonly (readonly [entry: string, root: string])[] = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
];

describe('the Merkle tree', () => {
  it('has SHA-256 of nothing as the root of nothing', () => {
    expect(EMPTY_ROOT.toString('base64')).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
    expect(CompactRange.empty().root()).toEqual(EMPTY_ROOT);
  });

  it('reaches the published root at every published size', () => {
    const range = CompactRange.empty();
    const roots = PUBLISHED.map(([entry]) => {
      range.append(leafHash(Buffer.from(entry, 'hex')));
      return range.root().toString('hex');
    });
    expect(roots).toEqual(PUBLISHED.map(([, root]) => root));
  });

  it('tells a leaf from a node', () => {
    const left = Buffer.alloc(HASH_BYTES, 1);
    const right = Buffer.alloc(HASH_BYTES, 2);
    expect(nodeHash(left, right)).not.toEqual(leafHash(Buffer.concat([left, right])));
  });

  it('has the same root as the recursive definition at every size up to 300', () => {
    const entries = Array.from({ length: 300 }, (_, i) => Buffer.from(`entry ${i}`));
    const range = CompactRange.empty();
    entries.forEach((entry, i) => {
      range.append(leafHash(entry));
      expect(range.size).toBe(i + 1);
      expect(range.root()).toEqual(treeHead(entries.slice(0, i + 1)));
    });
  });

  it('continues from its stored form as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 70 }), fc.nat(), (bytes, cut) => {
        const entries = bytes.map((b) => Buffer.from(b));
        const at = cut % (entries.length + 1);
        const before = rangeOver(entries.slice(0, at));
        const after = CompactRange.parse(before.size, before.toBytes());
        for (const entry of entries.slice(at)) after.append(leafHash(entry));
        expect(after.toBytes()).toEqual(rangeOver(entries).toBytes());
        expect(after.root()).toEqual(treeHead(entries));
      }),
      { numRuns: runs(50) },
    );
  });

  it('keeps one hash per 1-bit of the size', () => {
    const sizes = [0, 1, 2, 3, 255, 256, 257];
    const entries = Array.from({ length: 257 }, (_, i) => Buffer.of(i % 256));
    const hashes = sizes.map((size) => rangeOver(entries.slice(0, size)).toBytes().length / HASH_BYTES);
    expect(hashes).toEqual([0, 1, 1, 2, 8, 1, 2]);
  });

  it('does not change when the bytes that it was parsed from do', () => {
    const stored = rangeOver([Buffer.from('a')]).toBytes();
    const range = CompactRange.parse(1, stored);
    stored.fill(0);
    expect(range.root()).toEqual(leafHash(Buffer.from('a')));
  });

  it.each([
    ['too few roots', 3, HASH_BYTES],
    ['too many roots', 1, 2 * HASH_BYTES],
    ['half a root', 1, 16],
    ['a negative size', -1, 0],
    ['a fraction of a leaf', 1.5, HASH_BYTES],
    ['a size past 2^53', 2 ** 53, HASH_BYTES],
  ])('refuses a stored form with %s', (_name, size, length) => {
    expect(() => CompactRange.parse(size, Buffer.alloc(length))).toThrow(RangeError);
  });

  it('refuses to append what is not a hash', () => {
    expect(() => CompactRange.empty().append(Buffer.alloc(31))).toThrow(RangeError);
  });
});
