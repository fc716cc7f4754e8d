import { describe, expect, it } from '@jest/globals';
import { CompactRange, leafHash } from './merkle.js';
import { sizes, wrongConsistencies, wrongInclusions } from './testing/against-model.js';
import { TILE_SIZES, wrongInTiles } from './testing/in-tiles.js';
import { entriesOf, TreeModel } from './testing/model.js';

describe('of every tree', () => {
  const tree = new TreeModel(entriesOf(300));

  it('up to 300 entries, the proof of every entry is the one of the RFC and holds', () => {
    expect(sizes(300).flatMap((size) => wrongInclusions(tree, size))).toEqual([]);
  });

  it('up to 300 entries, the proof from every smaller size is the one of the RFC and holds', () => {
    expect(sizes(300).flatMap((to) => wrongConsistencies(tree, to))).toEqual([]);
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
