import { EMPTY_ROOT, nodeHash } from './merkle.js';

/** The full subtree over the leaves from `index * 2^level` up to, not including, `(index + 1) * 2^level`. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** Gives the hash of a full subtree, from wherever the hashes of a tree are kept. */
export type SubtreeHash = (subtree: Subtree) => Uint8Array;

/** Leaves from `start` up to, not including, `end`. */
export interface Leaves {
  readonly start: number;
  readonly end: number;
}

/** Largest power of two smaller than `n`, which is at least 2: where RFC 6962, section 2.1, splits n leaves. */
export function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The fewest full subtrees that hold exactly these leaves, from left to right: the nodes of a compact range. */
export function subtreesOf({ start, end }: Leaves): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end;) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2;
      level += 1;
    }
    subtrees.push({ level, index: at / width });
    at += width;
  }
  return subtrees;
}

/**
 * MTH(D[start:end]) of RFC 6962, section 2.1. `start` is where the recursion of that section puts a subtree, so that
 * the full subtrees inside shrink from left to right, and hash up from the right.
 */
export function hashOfLeaves(leaves: Leaves, hashOf: SubtreeHash): Buffer {
  const hashes = subtreesOf(leaves).map((subtree): Buffer => Buffer.from(hashOf(subtree)));
  return hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** Root of the tree of the first `size` leaves. */
export function rootOf(size: number, hashOf: SubtreeHash): Buffer {
  return hashOfLeaves({ start: 0, end: size }, hashOf);
}
