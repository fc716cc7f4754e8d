import { hashesInTiles, rootOf, rootOfTile, type Tile, TILE_WIDTH, writeTile } from '#lib/proof';

/** A tile that has just become full, and what it is in the tile above. */
export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Buffer;
  readonly root: Buffer;
}

/** The right edge of a tree in tiles: of every level the hashes that do not fill a tile yet. Enough to grow, and to know the root. */
export class GrowingTiles {
  private constructor(
    private leaves: number,
    private readonly edges: Buffer[][],
  ) {}

  static empty(): GrowingTiles {
    return new GrowingTiles(0, []);
  }

  /** @throws RangeError unless each level has as many hashes as a tree of this size leaves over there. */
  static resume(size: number, edges: readonly (readonly Buffer[])[]): GrowingTiles {
    edges.forEach((edge, level) => {
      if (edge.length !== Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH) {
        throw new RangeError(`a tree of ${size} leaves does not leave ${edge.length} hashes over at level ${level}`);
      }
    });
    if (Math.floor(size / TILE_WIDTH ** edges.length) > 0) throw new RangeError('a level is missing');
    return new GrowingTiles(
      size,
      edges.map((edge) => [...edge]),
    );
  }

  copy(): GrowingTiles {
    return GrowingTiles.resume(this.leaves, this.edges);
  }

  get size(): number {
    return this.leaves;
  }

  /** Adds the next leaf by its hash; answers the tiles that it fills. */
  append(leafHash: Buffer): FullTile[] {
    const filled: FullTile[] = [];
    this.leaves += 1;
    let hash = leafHash;
    for (let level = 0; ; level++) {
      const edge = (this.edges[level] ??= []);
      edge.push(hash);
      if (edge.length < TILE_WIDTH) return filled;
      const hashes = writeTile(edge);
      const index = Math.floor(this.leaves / TILE_WIDTH ** (level + 1)) - 1;
      hash = rootOfTile(hashes);
      filled.push({ level, index, hashes, root: hash });
      this.edges[level] = [];
    }
  }

  /** The tiles at the right edge that are not full. */
  partial(): { readonly level: number; readonly index: number; readonly hashes: Buffer }[] {
    return this.edges.flatMap((edge, level) => {
      const index = Math.floor(this.leaves / TILE_WIDTH ** (level + 1));
      return edge.length === 0 ? [] : [{ level, index, hashes: writeTile(edge) }];
    });
  }

  /** The full subtrees at the right edge are all of which the root is made. */
  root(): Buffer {
    return rootOf(
      this.leaves,
      hashesInTiles(this.leaves, ({ level }: Tile) => Buffer.concat(this.edges[level] ?? [])),
    );
  }
}
