import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { inclusionProof } from './inclusion.js';
import { CompactRange, leafHash } from './merkle.js';
import { rootOf } from './subtrees.js';
import { sizes, wrongConsistencies, wrongInclusions } from './testing/against-model.js';
import { TILE_SIZES, wrongInTiles } from './testing/in-tiles.js';
import { entriesOf, TreeModel } from './testing/model.js';
import { LONG } from '../../../test/support/form.js';

/** Every shape that a tree can have at its right edge is there by 128; the work grows with the square. */
const MOST = LONG ? 300 : 140;

describe('of every tree', () => {
  const tree = new TreeModel(entriesOf(MOST));

  it(`up to ${MOST} entries, the proof of every entry is the one of the RFC and holds`, () => {
    expect(sizes(MOST).flatMap((size) => wrongInclusions(tree, size))).toEqual([]);
  });

  it(`up to ${MOST} entries, the proof from every smaller size is the one of the RFC and holds`, () => {
    expect(sizes(MOST).flatMap((to) => wrongConsistencies(tree, to))).toEqual([]);
  });
});

describe('of large trees', () => {
  const entries = entriesOf(70_000);
  const tree = new TreeModel(entries);

  it.each(TILE_SIZES)('with %i entries, root and proofs come out of the tiles', (size) => {
    expect(wrongInTiles(tree, size)).toEqual([]);
  });

  it('the root that comes out of the tiles is the one that is reached entry by entry', () => {
    const range = CompactRange.empty();
    for (const entry of entries) {
      range.append(leafHash(entry));
      if (TILE_SIZES.includes(range.size)) expect(range.root()).toEqual(tree.head(0, range.size));
    }
  });
});

describe('proofs and hashes of subtrees', () => {
  /** Subtrees that draft-ietf-plants-merkle-tree-certs calls valid: start is a multiple of the width, rounded up to 2^k. */
  const isValid = (start: number, end: number): boolean =>
    start === 0 || start === end || start % 2 ** Math.ceil(Math.log2(end - start)) === 0;
  const tree = new TreeModel(sizes(129).map((i) => Buffer.of(i)));

  // The rolling hashes of the draft's appendix "Subtree Test Vectors", as transparency-dev/merkle checks them too.
  it('come to the published rolling hashes over every subtree of up to 130 leaves', () => {
    const hashes = createHash('sha256');
    const proofs = createHash('sha256');
    for (const end of sizes(130)) {
      for (const start of sizes(end).filter((at) => isValid(at, end))) {
        const hashOf = ({ level, index }: { level: number; index: number }): Buffer =>
          tree.head(start + index * 2 ** level, start + (index + 1) * 2 ** level);
        hashes.update(`[${start}, ${end}) ${rootOf(end - start, hashOf).toString('hex')}\n`);
        for (let index = start; index < end; index++) {
          const proof = inclusionProof(index - start, end - start, hashOf).map((hash) => ` ${hash.toString('hex')}`);
          proofs.update(`${index} [${start}, ${end})${proof.join('')}\n`);
        }
      }
    }
    expect(hashes.digest('hex')).toBe('b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81');
    expect(proofs.digest('hex')).toBe('ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f');
  });
});
