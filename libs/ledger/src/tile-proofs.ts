import type { Tx } from '#lib/platform';
import {
  consistencyPath,
  consistencyProof,
  hashesInTiles,
  inclusionPath,
  inclusionProof,
  type Leaves,
  type SubtreeHash,
  tilePath,
  tilesFor,
} from '#lib/proof';
import { tileStore } from './tile.store.js';

/** The hashes that show the tree of `from` entries to be the beginning of that of `to` entries. @throws Malformed when a tile is missing. */
export async function proveConsistency(tx: Tx, from: number, to: number): Promise<Buffer[]> {
  return consistencyProof(from, to, await hashesOf(tx, consistencyPath(from, to), to));
}

/** The hashes that lead from the entry at a position to the root of the tree of `size` entries. @throws Malformed when a tile is missing. */
export async function proveInclusion(tx: Tx, idx: number, size: number): Promise<Buffer[]> {
  return inclusionProof(idx, size, await hashesOf(tx, inclusionPath(idx, size), size));
}

async function hashesOf(tx: Tx, ranges: readonly Leaves[], size: number): Promise<SubtreeHash> {
  const bytes = new Map<string, Buffer>();
  for (const tile of tilesFor(ranges, size)) {
    const found = await tileStore.tile(tx, tile);
    if (found !== null) bytes.set(tilePath(tile), found);
  }
  return hashesInTiles(size, (tile) => bytes.get(tilePath(tile)));
}
