import { Malformed } from './malformed.js';
import { HASH_BYTES, pairHash } from './merkle.js';
import { type Leaves, type Subtree, type SubtreeHash, subtreesOf } from './subtrees.js';
import { assertSize } from './text.js';
import { tilePath } from './tile-path.js';

/** Hashes in a full tile: tiles are eight levels high (C2SP tlog-tiles, "Merkle Tree"). */
export const TILE_WIDTH = 256;
const TILE_LEVELS = 8;

/**
 * Hash i of the tile at `level` and `index` is that of the full subtree over the leaves from
 * `(index * 256 + i) * 256^level` on. `width` says how many it has: 256, or fewer at the right edge of a tree.
 */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** All tiles of a tree of `size` leaves, level by level; of those that are full, also the ones below the right edge. */
export function tilesOf(size: number): Generator<Tile> {
  return tilesBetween(0, size);
}

/**
 * The tiles that a tree of `to` leaves has and one of `from` leaves has not: what must be written when it grows.
 * A partial tile never counts as a hash of the level above, and there is none of width 0 ("Partial Tiles").
 */
export function* tilesBetween(from: number, to: number): Generator<Tile> {
  assertSize(from);
  assertSize(to);
  for (let level = 0, before = from, hashes = to; hashes > 0; level++) {
    for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < hashes; index++) {
      const width = Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH);
      if (index * TILE_WIDTH + width > before) yield { level, index, width };
    }
    before = Math.floor(before / TILE_WIDTH);
    hashes = Math.floor(hashes / TILE_WIDTH);
  }
}

/** The tile that holds the hash of a full subtree, or all the hashes it is made of, in a tree of `size` leaves. */
export function tileOf({ level, index }: Subtree, size: number): Tile {
  const tileLevel = Math.floor(level / TILE_LEVELS);
  const first = index * 2 ** (level % TILE_LEVELS);
  const tile = Math.floor(first / TILE_WIDTH);
  const hashes = Math.floor(size / TILE_WIDTH ** tileLevel);
  if (first + 2 ** (level % TILE_LEVELS) > hashes) throw new RangeError(`no such subtree in a tree of ${size} leaves`);
  return { level: tileLevel, index: tile, width: Math.min(TILE_WIDTH, hashes - tile * TILE_WIDTH) };
}

/** The tiles of a tree of `size` leaves from which the hashes of these ranges can be made; each of them once. */
export function tilesFor(ranges: readonly Leaves[], size: number): Tile[] {
  const tiles = new Map<string, Tile>();
  for (const subtree of ranges.flatMap(subtreesOf)) {
    const tile = tileOf(subtree, size);
    tiles.set(tilePath(tile), tile);
  }
  return [...tiles.values()];
}

/**
 * Hashes of full subtrees out of the tiles of a tree of `size` leaves. A tile may be wider than asked for, when the
 * tree has grown. Nothing here is checked against the tree: what is made from the hashes, a root or a proof, is to
 * be verified against a checkpoint before it is used.
 *
 * @throws Malformed when `tileAt` has no such tile or one of another length.
 */
export function hashesInTiles(size: number, tileAt: (tile: Tile) => Uint8Array | undefined): SubtreeHash {
  return (subtree) => {
    const tile = tileOf(subtree, size);
    const bytes = tileAt(tile);
    if (bytes === undefined) throw new Malformed('tile', `${tilePath(tile)} is missing`);
    if (bytes.length % HASH_BYTES !== 0 || bytes.length < tile.width * HASH_BYTES || bytes.length > MAX_TILE_BYTES) {
      throw new Malformed('tile', `${tilePath(tile)} has ${bytes.length} bytes`);
    }
    const width = 2 ** (subtree.level % TILE_LEVELS);
    const first = subtree.index * width - tile.index * TILE_WIDTH;
    return rootOfFull(bytes.subarray(first * HASH_BYTES, (first + width) * HASH_BYTES));
  };
}

const MAX_TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** The hashes of a tile of this width. */
export function readTile(bytes: Uint8Array, width: number): Buffer[] {
  if (!isWidth(width)) throw new Malformed('tile', `no tile is ${width} wide`);
  if (bytes.length !== width * HASH_BYTES) {
    throw new Malformed('tile', `${bytes.length} bytes are no tile of width ${width}`);
  }
  return split(bytes);
}

/** Bytes of a tile: its hashes one after the other. */
export function writeTile(hashes: readonly Uint8Array[]): Buffer {
  if (!isWidth(hashes.length) || hashes.some(({ length }) => length !== HASH_BYTES)) {
    throw new RangeError('a tile is 1 to 256 hashes of 32 bytes');
  }
  return Buffer.concat(hashes);
}

/** What a full tile is in the tile above: the root of its 256 hashes. */
export function rootOfTile(bytes: Uint8Array): Buffer {
  if (bytes.length !== MAX_TILE_BYTES) throw new Malformed('tile', `${bytes.length} bytes are no full tile`);
  return rootOfFull(bytes);
}

const isWidth = (width: number): boolean => Number.isInteger(width) && width >= 1 && width <= TILE_WIDTH;

function split(bytes: Uint8Array): Buffer[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, i) =>
    Buffer.from(bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)),
  );
}

/** Root of a full subtree from the hashes of its lowest level, of which there are a power of two. */
function rootOfFull(hashes: Uint8Array): Buffer {
  let level = Buffer.from(hashes);
  while (level.length > HASH_BYTES) {
    const above = Buffer.alloc(level.length / 2);
    for (let at = 0; at < above.length; at += HASH_BYTES) {
      above.set(pairHash(level, 2 * at), at);
    }
    level = above;
  }
  return level;
}
