import { type Check, fails, HOLDS } from './malformed.js';
import { HASH_BYTES, nodeHash } from './merkle.js';
import { hashOfLeaves, type Leaves, splitOf, type SubtreeHash } from './subtrees.js';
import { assertSize } from './text.js';

/**
 * Which leaves each hash of an inclusion proof stands for, from the leaf's sibling up: PATH(index, D[size]) of
 * RFC 9162, section 2.1.3.1 (RFC 6962, section 2.1.1).
 *
 * @throws RangeError when the tree has no leaf at `index`.
 */
export function inclusionPath(index: number, size: number): Leaves[] {
  assertSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`a tree of ${size} leaves has none at ${index}`);
  }
  const siblings: Leaves[] = [];
  for (let start = 0, end = size; end - start > 1;) {
    const split = start + splitOf(end - start);
    siblings.push(index < split ? { start: split, end } : { start, end: split });
    if (index < split) end = split;
    else start = split;
  }
  return siblings.reverse();
}

/** The hashes that lead from the leaf at `index` to the root of the tree of `size` leaves. */
export function inclusionProof(index: number, size: number, hashOf: SubtreeHash): Buffer[] {
  return inclusionPath(index, size).map((leaves) => hashOfLeaves(leaves, hashOf));
}

/** What an inclusion proof is about. */
export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly root: Uint8Array;
}

/** Whether the proof shows the leaf in the tree, by the steps of RFC 9162, section 2.1.3.2, numbered as there. */
export function verifyInclusion({ index, size, leafHash, root }: Inclusion, proof: readonly Uint8Array[]): Check {
  if (![index, size].every((n) => Number.isSafeInteger(n) && n >= 0)) return fails('index or size is not a count');
  if (![leafHash, root, ...proof].every(({ length }) => length === HASH_BYTES)) return fails('a hash is not 32 bytes');

  // 1.
  if (index >= size) return fails(`a tree of ${size} leaves has none at ${index}`);
  // 2.
  let fn = index;
  let sn = size - 1;
  // 3.
  let r = leafHash;
  // 4.
  for (const p of proof) {
    if (sn === 0) return fails('the proof is too long');
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  // 5.
  if (sn !== 0) return fails('the proof is too short');
  return Buffer.compare(r, root) === 0 ? HOLDS : fails('the proof does not lead to the root');
}

// Sizes go beyond the 32 bits of JavaScript's shifts.
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
