import { describe, expect, it } from '@jest/globals';
import { CompactRange, EMPTY_ROOT, hashesInTiles, leafHash, rootOf, tilePath, tilesOf } from '#lib/proof';
import { GrowingTiles } from './growing-tiles.js';
import { LONG } from '../../../../test/support/form.js';

/** The first tile of the third level is of the long form alone. */
const SIZES = [0, 1, 2, 255, 256, 257, 511, 512, ...(LONG ? [65_535, 65_536, 65_537, 70_000] : [2_000])];

describe('a tree that grows in tiles', () => {
  it('has at every size the root of its leaves, and the tiles of which it can be made again', () => {
    const tree = GrowingTiles.empty();
    const range = CompactRange.empty();
    const tiles = new Map<string, Buffer>();
    expect(tree.root()).toEqual(EMPTY_ROOT);
    for (const size of SIZES) {
      while (tree.size < size) {
        const hash = leafHash(Buffer.from(`entry ${tree.size}`));
        range.append(hash);
        for (const { level, index, hashes } of tree.append(hash))
          tiles.set(tilePath({ level, index, width: 256 }), hashes);
      }
      expect(tree.root()).toEqual(range.root());
      const all = new Map(tiles);
      for (const { level, index, hashes } of tree.partial()) {
        all.set(tilePath({ level, index, width: hashes.length / 32 }), hashes);
      }
      expect([...all.keys()].sort()).toEqual([...tilesOf(size)].map(tilePath).sort());
      expect(
        rootOf(
          size,
          hashesInTiles(size, (tile) => all.get(tilePath(tile))),
        ),
      ).toEqual(range.root());
    }
  });

  it('goes on from what is left over at each level, and from nothing else', () => {
    const tree = GrowingTiles.empty();
    for (let i = 0; i < 700; i++) tree.append(leafHash(Buffer.from(`${i}`)));
    const edges = tree
      .partial()
      .map(({ hashes }) => Array.from({ length: hashes.length / 32 }, (_, i) => hashes.subarray(i * 32, (i + 1) * 32)));
    const resumed = GrowingTiles.resume(700, edges);
    for (const one of [tree, resumed]) for (let i = 0; i < 100; i++) one.append(leafHash(Buffer.from(`then ${i}`)));
    expect(resumed.root()).toEqual(tree.root());
    expect(() => GrowingTiles.resume(701, edges)).toThrow(RangeError);
    expect(() => GrowingTiles.resume(700, edges.slice(0, 1))).toThrow(RangeError);
  });
});
