import { type Check, fails, HOLDS } from './malformed.js';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle.js';
import { hashOfLeaves, type Leaves, splitOf, type SubtreeHash } from './subtrees.js';
import { assertSize } from './text.js';

/**
 * Which leaves each hash of a consistency proof stands for: PROOF(from, D[to]) of RFC 9162, section 2.1.4.1 (RFC 6962,
 * section 2.1.2). Nothing when the sizes are equal or `from` is 0, where there is nothing to show.
 *
 * @throws RangeError when `from` is larger than `to`.
 */
export function consistencyPath(from: number, to: number): Leaves[] {
  assertSize(from);
  assertSize(to);
  if (from > to) throw new RangeError(`a tree does not shrink from ${from} to ${to} leaves`);
  if (from === 0 || from === to) return [];

  const path: Leaves[] = [];
  let start = 0;
  let end = to;
  // SUBPROOF: `start` has moved exactly when the subtree at hand is not the old tree as a whole, whose root is known.
  while (end !== from) {
    const split = start + splitOf(end - start);
    path.push(from <= split ? { start: split, end } : { start, end: split });
    if (from <= split) end = split;
    else start = split;
  }
  if (start !== 0) path.push({ start, end });
  return path.reverse();
}

/** The hashes that show the tree of `from` leaves to be the beginning of that of `to` leaves. */
export function consistencyProof(from: number, to: number, hashOf: SubtreeHash): Buffer[] {
  return consistencyPath(from, to).map((leaves) => hashOfLeaves(leaves, hashOf));
}

/** What a consistency proof is about. */
export interface Growth {
  readonly from: { readonly size: number; readonly root: Uint8Array };
  readonly to: { readonly size: number; readonly root: Uint8Array };
}

/**
 * Whether the proof shows that the later tree begins with the earlier one, by the steps of RFC 9162, section 2.1.4.2,
 * numbered as there. The two cases that the RFC leaves out, equal sizes and an empty earlier tree, hold with an empty
 * proof and the one possible root, and not otherwise (as C2SP tlog-witness has it).
 */
export function verifyConsistency({ from, to }: Growth, proof: readonly Uint8Array[]): Check {
  if (![from.size, to.size].every((n) => Number.isSafeInteger(n) && n >= 0)) return fails('a size is not a count');
  if (![from.root, to.root, ...proof].every(({ length }) => length === HASH_BYTES)) {
    return fails('a hash is not 32 bytes');
  }
  if (from.size > to.size) return fails(`the tree shrinks from ${from.size} to ${to.size} leaves`);
  if (to.size === 0 && !isSame(to.root, EMPTY_ROOT)) return fails('an empty tree has another root');
  if (from.size === 0 || from.size === to.size) {
    if (proof.length > 0) return fails('the proof is too long');
    const only = from.size === 0 ? EMPTY_ROOT : to.root;
    return isSame(from.root, only) ? HOLDS : fails('trees of one size have different roots');
  }

  // 1. and 2.
  const path = isPowerOfTwo(from.size) ? [from.root, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined || proof.length === 0) return fails('the proof is too short');
  // 3. and 4.
  let fn = from.size - 1;
  let sn = to.size - 1;
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  // 5.
  let fr = first;
  let sr = first;
  // 6.
  for (const c of rest) {
    if (sn === 0) return fails('the proof is too long');
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  // 7.
  if (sn !== 0) return fails('the proof is too short');
  if (!isSame(fr, from.root)) return fails('the proof does not lead to the earlier root');
  return isSame(sr, to.root) ? HOLDS : fails('the proof does not lead to the later root');
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const isPowerOfTwo = (n: number): boolean => (isOdd(n) ? n === 1 : isPowerOfTwo(half(n)));
// Sizes go beyond the 32 bits of JavaScript's shifts.
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
