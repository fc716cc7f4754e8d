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

async function hashesOf(tx: Tx, ranges: readonly Leaves[], size: number): Promise<SubtreeHash> {
  const bytes = new Map<string, Buffer>();
  for (const tile of tilesFor(ranges, size)) {
    const found = await tileStore.tile(tx, tile);
    if (found !== null) bytes.set(tilePath(tile), found);
  }
  return hashesInTiles(size, (tile) => bytes.get(tilePath(tile)));
}

/** Tiles that are kept at once. */
const MOST_TILES = 2_000;

/** Makes many proofs for one size of the tree; reads each tile once, and hashes each part of it once. */
export class TileProver {
  private readonly tiles = new Map<string, Buffer>();
  private readonly hashes = new Map<string, Uint8Array>();
  private readonly hashOf: SubtreeHash;

  constructor(
    private readonly tx: Tx,
    readonly size: number,
  ) {
    const inTiles = hashesInTiles(size, (tile) => this.tiles.get(tilePath(tile)));
    this.hashOf = (subtree) => {
      const name = `${subtree.level} ${subtree.index}`;
      const known = this.hashes.get(name) ?? inTiles(subtree);
      this.hashes.set(name, known);
      return known;
    };
  }

  /** Whether it holds so many tiles that whoever keeps it should begin anew: each has up to 8 kB. */
  get isLarge(): boolean {
    return this.tiles.size > MOST_TILES;
  }

  /** The hashes that lead from the entry at a position to the root. @throws Malformed when a tile is missing */
  async inclusion(idx: number): Promise<Buffer[]> {
    return inclusionProof(idx, this.size, await this.hashesOf(inclusionPath(idx, this.size)));
  }

  /** As `proveConsistency`, up to this size. */
  async consistency(from: number): Promise<Buffer[]> {
    return consistencyProof(from, this.size, await this.hashesOf(consistencyPath(from, this.size)));
  }

  private async hashesOf(ranges: readonly Leaves[]): Promise<SubtreeHash> {
    for (const tile of tilesFor(ranges, this.size)) {
      const path = tilePath(tile);
      if (this.tiles.has(path)) continue;
      const found = await tileStore.tile(this.tx, tile);
      if (found !== null) this.tiles.set(path, found);
    }
    return this.hashOf;
  }
}
