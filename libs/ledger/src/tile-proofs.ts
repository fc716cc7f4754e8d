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
  TILE_WIDTH,
  tilesFor,
} from '#lib/proof';
import { tileStore } from './tile.store.js';

/** The hashes that show the tree of `from` entries to be the beginning of that of `to` entries. @throws Malformed when a tile is missing. */
export async function proveConsistency(tx: Tx, from: number, to: number): Promise<Buffer[]> {
  return consistencyProof(from, to, await hashesOf(tx, consistencyPath(from, to), to));
}

async function hashesOf(tx: Tx, ranges: readonly Leaves[], size: number): Promise<SubtreeHash> {
  const bytes = new Map<string, Buffer>();
  for (const tile of tilesFor(ranges, size)) {
    const found = await tileStore.tile(tx, tile);
    if (found !== null) bytes.set(tilePath(tile), found);
  }
  return hashesInTiles(size, (tile) => bytes.get(tilePath(tile)));
}

/** What is kept at once: each tile has up to 8 kB, each hash 32 bytes. */
const MOST_TILES = 2_000;
const MOST_HASHES = 100_000;

/**
 * Makes many proofs; reads each tile once, and hashes each part of it once. Neither depends on the size of the tree: a
 * full tile and a full subtree are the same in every larger one, and partial tiles are told apart by their width.
 */
export class TileProver {
  private readonly tiles = new Map<string, Buffer>();
  private readonly hashes = new Map<string, Uint8Array>();

  constructor(private readonly tx: Tx) {}

  /** Whether it holds so much that whoever keeps it should begin anew. */
  get isLarge(): boolean {
    return this.tiles.size > MOST_TILES || this.hashes.size > MOST_HASHES;
  }

  /** The hashes that lead from the entry at a position to the root. @throws Malformed when a tile is missing */
  async inclusion(idx: number, size: number): Promise<Buffer[]> {
    return inclusionProof(idx, size, await this.hashesOf(inclusionPath(idx, size), size));
  }

  /** As `proveConsistency`. */
  async consistency(from: number, to: number): Promise<Buffer[]> {
    return consistencyProof(from, to, await this.hashesOf(consistencyPath(from, to), to));
  }

  private async hashesOf(ranges: readonly Leaves[], size: number): Promise<SubtreeHash> {
    const missing = tilesFor(ranges, size).filter((tile) => !this.tiles.has(tilePath(tile)));
    const full = missing.filter(({ width }) => width === TILE_WIDTH);
    const found = full.length === 0 ? [] : await tileStore.fullAmong(this.tx, full);
    for (const { level, index, hashes } of found) this.tiles.set(tilePath({ level, index, width: TILE_WIDTH }), hashes);
    for (const tile of missing) {
      const path = tilePath(tile);
      const made = this.tiles.has(path) ? null : await tileStore.tile(this.tx, tile);
      if (made !== null) this.tiles.set(path, made);
    }
    const inTiles = hashesInTiles(size, (tile) => this.tiles.get(tilePath(tile)));
    return (subtree) => {
      const name = `${subtree.level} ${subtree.index}`;
      const known = this.hashes.get(name) ?? inTiles(subtree);
      this.hashes.set(name, known);
      return known;
    };
  }
}
