import { consistencyProof, type Growth, verifyConsistency } from '../consistency.js';
import { type Inclusion, inclusionProof, verifyInclusion } from '../inclusion.js';
import type { TreeModel } from './model.js';

/** 0, 1, 2, up to `to`. */
export const sizes = (to: number): number[] => Array.from({ length: to + 1 }, (_, size) => size);

export const inclusionOf = (tree: TreeModel, index: number, size: number): Inclusion => ({
  index,
  size,
  leafHash: tree.head(index, index + 1),
  root: tree.head(0, size),
});

export const growthOf = (tree: TreeModel, from: number, to: number): Growth => ({
  from: { size: from, root: tree.head(0, from) },
  to: { size: to, root: tree.head(0, to) },
});

/** Entries of the tree of this size whose proof is not the RFC's, or does not hold. */
export const wrongInclusions = (tree: TreeModel, size: number): string[] =>
  sizes(size - 1)
    .filter((index) => {
      const proof = inclusionProof(index, size, tree.hashOf);
      return !isSame(proof, tree.path(index, 0, size)) || !verifyInclusion(inclusionOf(tree, index, size), proof).holds;
    })
    .map((index) => `${index} of ${size}`);

/** Sizes from which the proof to this size is not the RFC's, or does not hold. */
export const wrongConsistencies = (tree: TreeModel, to: number): string[] =>
  sizes(to)
    .filter((from) => {
      const proof = consistencyProof(from, to, tree.hashOf);
      const expected = from === 0 ? [] : tree.subproof(from, 0, to, true);
      return !isSame(proof, expected) || !verifyConsistency(growthOf(tree, from, to), proof).holds;
    })
    .map((from) => `${from} to ${to}`);

const isSame = (a: readonly Buffer[], b: readonly Buffer[]): boolean =>
  a.length === b.length && Buffer.concat(a).equals(Buffer.concat(b));
