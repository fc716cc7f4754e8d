import { consistencyPath, consistencyProof, verifyConsistency } from '../consistency.js';
import { inclusionPath, inclusionProof, verifyInclusion } from '../inclusion.js';
import { type Leaves, rootOf, type SubtreeHash } from '../subtrees.js';
import { tilePath } from '../tile-path.js';
import { hashesInTiles, type Tile, tilesFor, tilesOf, writeTile } from '../tiles.js';
import { growthOf, inclusionOf } from './against-model.js';
import type { TreeModel } from './model.js';

/** Around everything that changes in the tiling. */
export const TILE_SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000];

/** A tile as the specification defines it: MTH(D[(n * 256 + i) * 256^l : (n * 256 + i + 1) * 256^l]). */
export const tileBytesOf =
  (tree: TreeModel) =>
  ({ level, index, width }: Tile): Buffer =>
    writeTile(
      Array.from({ length: width }, (_, i) => {
        const first = index * 256 + i;
        return tree.head(first * 256 ** level, (first + 1) * 256 ** level);
      }),
    );

/** Widths of the partial tiles at the levels 0 to 3. */
export function partialWidths(size: number): number[] {
  const widths = [0, 0, 0, 0];
  for (const { level, width } of tilesOf(size)) if (width < 256) widths[level] = width;
  return widths;
}

/** floor(s / 256^l) mod 256, as C2SP tlog-tiles has it. */
export const specifiedWidths = (size: number): number[] =>
  [0, 1, 2, 3].map((level) => Math.floor(size / 256 ** level) % 256);

/** What does not come out of the tiles of the tree of this size as it should: its root, and proofs from the named tiles. */
export function wrongInTiles(tree: TreeModel, size: number): string[] {
  const tileBytes = tileBytesOf(tree);
  const fromNamed = (ranges: readonly Leaves[]): SubtreeHash => {
    const named = new Map(tilesFor(ranges, size).map((tile) => [tilePath(tile), tileBytes(tile)]));
    return hashesInTiles(size, (tile) => named.get(tilePath(tile)));
  };
  const places = [0, 1, 255, 256, 511, size - 2, size - 1].filter((at) => at >= 0 && at < size);
  return [
    ...(rootOf(size, hashesInTiles(size, tileBytes)).equals(tree.head(0, size)) ? [] : ['the root']),
    ...places
      .filter((index) => {
        const proof = inclusionProof(index, size, fromNamed(inclusionPath(index, size)));
        return !verifyInclusion(inclusionOf(tree, index, size), proof).holds;
      })
      .map((index) => `entry ${index}`),
    ...TILE_SIZES.filter((from) => {
      if (from > size) return false;
      const proof = consistencyProof(from, size, fromNamed(consistencyPath(from, size)));
      return !verifyConsistency(growthOf(tree, from, size), proof).holds;
    }).map((from) => `from ${from}`),
  ];
}
