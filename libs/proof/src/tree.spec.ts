import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { mergeRanges, type RangeHashes, rangeOfLeaf, rootOfRange } from './compact-range.js';
import { consistencyProof, verifyConsistency } from './consistency.js';
import { inclusionProof, verifyInclusion } from './inclusion.js';
import { CompactRange, EMPTY_ROOT, leafHash } from './merkle.js';
import { subtreesOf } from './subtrees.js';
import { growthOf, inclusionOf, sizes, wrongConsistencies, wrongInclusions } from './testing/against-model.js';
import { CT_ENTRIES, entriesOf, TreeModel } from './testing/model.js';

const model = new TreeModel(entriesOf(300));
/** `tree.worlds.spec.ts` goes on to 300. */
const ALL_UP_TO = 40;
const ct = new TreeModel(CT_ENTRIES);
const base64 = (hashes: readonly Uint8Array[]): string[] => hashes.map((hash) => Buffer.from(hash).toString('base64'));
/** Every way to spoil a list of hashes by one hash, and by one bit of its choice. */
function* spoiled(proof: readonly Buffer[], bit: number): Generator<Buffer[]> {
  const other = Buffer.alloc(32, 7);
  for (let i = 0; i <= proof.length; i++) {
    yield [...proof.slice(0, i), other, ...proof.slice(i)];
    const hash = proof[i];
    if (hash === undefined) continue;
    yield [...proof.slice(0, i), ...proof.slice(i + 1)];
    yield [...proof.slice(0, i + 1), ...proof.slice(i)];
    yield [...proof.slice(0, i), flipped(hash, bit), ...proof.slice(i + 1)];
    const next = proof[i + 1];
    if (next !== undefined && !next.equals(hash)) yield [...proof.slice(0, i), next, hash, ...proof.slice(i + 2)];
  }
}

function flipped(hash: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(hash);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

describe('an inclusion proof', () => {
  // transparency-dev/merkle, testdata/inclusion/{0..4}/happy-path.json.
  it.each<[index: number, size: number, proof: string[]]>([
    [0, 1, []],
    [
      0,
      8,
      [
        'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
        'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
        'a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=',
      ],
    ],
    [
      5,
      8,
      [
        'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
        'yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=',
        '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
      ],
    ],
    [2, 3, ['+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=']],
    [
      1,
      5,
      [
        'bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=',
        'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
        'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=',
      ],
    ],
  ])('of entry %i among %i is the published one', (index, size, proof) => {
    const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
    expect(base64(inclusionProof(index, size, ct.hashOf))).toEqual(proof);
    expect(verifyInclusion(inclusionOf(ct, index, size), hashes)).toEqual({ holds: true });
  });

  it(`is the one of the RFC and holds, for every entry of every size up to ${ALL_UP_TO}`, () => {
    expect(sizes(ALL_UP_TO).flatMap((size) => wrongInclusions(model, size))).toEqual([]);
  });

  it('does not hold with any hash too many, missing, changed or in another place, nor for another entry or size', () => {
    for (const size of sizes(16).slice(1)) {
      for (const index of sizes(size - 1)) {
        const inclusion = inclusionOf(model, index, size);
        const proof = model.path(index, 0, size);
        for (const other of spoiled(proof, (index * 7 + size) % 256)) {
          if (verifyInclusion(inclusion, other).holds) throw new Error(`${index} of ${size} holds with another proof`);
        }
        expect(verifyInclusion({ ...inclusion, leafHash: flipped(inclusion.leafHash, size) }, proof).holds).toBe(false);
        expect(verifyInclusion({ ...inclusion, root: flipped(inclusion.root, size) }, proof).holds).toBe(false);
        for (const at of sizes(size - 1)) {
          if (at !== index && verifyInclusion({ ...inclusion, index: at }, proof).holds)
            throw new Error(`${index} as ${at}`);
        }
      }
    }
  });

  it('is too short for a tree of more levels, whatever its root is said to be', () => {
    for (const size of sizes(16).slice(1)) {
      for (const index of sizes(size - 1)) {
        const inclusion = { ...inclusionOf(model, index, size), size: 4 * size };
        expect(verifyInclusion(inclusion, model.path(index, 0, size)).holds).toBe(false);
      }
    }
  });

  it('does not hold with any one bit flipped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), fc.nat(255), (size, at, which, bit) => {
        const index = at % size;
        const proof = model.path(index, 0, size);
        const i = which % proof.length;
        const spoilt = proof.map((hash, j) => (i === j ? flipped(hash, bit) : hash));
        expect(verifyInclusion(inclusionOf(model, index, size), spoilt).holds).toBe(false);
      }),
      { numRuns: runs(500) },
    );
  });

  it.each([
    ['in a tree of nothing', 0, 0],
    ['after the last leaf', 5, 5],
    ['before the first', -1, 5],
    ['between two', 0.5, 5],
  ])('is neither made nor held to be right %s', (_name, index, size) => {
    expect(() => inclusionProof(index, size, model.hashOf)).toThrow(RangeError);
    const hash = Buffer.alloc(32);
    expect(verifyInclusion({ index, size, leafHash: hash, root: hash }, []).holds).toBe(false);
  });

  it('does not hold with hashes of another length', () => {
    const inclusion = inclusionOf(model, 0, 2);
    const [hash = EMPTY_ROOT] = model.path(0, 0, 2);
    expect(verifyInclusion(inclusion, [hash])).toEqual({ holds: true });
    expect(verifyInclusion(inclusion, [hash.subarray(1)]).holds).toBe(false);
    expect(verifyInclusion({ ...inclusion, root: Buffer.alloc(0) }, [hash]).holds).toBe(false);
  });
});

describe('a consistency proof', () => {
  // transparency-dev/merkle, testdata/consistency/{0..4}/happy-path.json.
  it.each<[from: number, to: number, proof: string[]]>([
    [1, 1, []],
    [
      1,
      8,
      [
        'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
        'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
        'a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=',
      ],
    ],
    [
      6,
      8,
      [
        'DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=',
        'yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=',
        '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
      ],
    ],
    [2, 5, ['Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=', 'vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=']],
    [
      6,
      7,
      [
        'DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=',
        'sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=',
        '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=',
      ],
    ],
  ])('from %i to %i is the published one', (from, to, proof) => {
    const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
    expect(base64(consistencyProof(from, to, ct.hashOf))).toEqual(proof);
    expect(verifyConsistency(growthOf(ct, from, to), hashes)).toEqual({ holds: true });
  });

  it(`is the one of the RFC and holds, between any two sizes up to ${ALL_UP_TO}`, () => {
    expect(sizes(ALL_UP_TO).flatMap((to) => wrongConsistencies(model, to))).toEqual([]);
  });

  it('holds between sizes beyond', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(verifyConsistency(growthOf(model, from, to), consistencyProof(from, to, model.hashOf)).holds).toBe(true);
      }),
      { numRuns: runs(100) },
    );
  });

  it('does not hold with any hash too many, missing, changed or in another place, nor between other roots', () => {
    for (const to of sizes(16)) {
      for (const from of sizes(to)) {
        const growth = growthOf(model, from, to);
        const proof = consistencyProof(from, to, model.hashOf);
        for (const other of spoiled(proof, (from * 7 + to) % 256)) {
          if (verifyConsistency(growth, other).holds) throw new Error(`${from} to ${to} holds with another proof`);
        }
        const earlier = { ...growth.from, root: flipped(growth.from.root, from) };
        const later = { ...growth.to, root: flipped(growth.to.root, to) };
        expect(verifyConsistency({ ...growth, from: earlier }, proof).holds).toBe(false);
        // Anything begins with nothing: with no leaf before, the later root is not at stake.
        expect(verifyConsistency({ ...growth, to: later }, proof).holds).toBe(from === 0 && to > 0);
      }
    }
  });

  it('is too short for a tree of more levels, whatever its root is said to be', () => {
    for (const to of sizes(16).slice(2)) {
      for (const from of sizes(to - 1).slice(1)) {
        const { from: earlier, to: later } = growthOf(model, from, to);
        const proof = consistencyProof(from, to, model.hashOf);
        expect(verifyConsistency({ from: earlier, to: { ...later, size: 4 * to } }, proof).holds).toBe(false);
      }
    }
  });

  it('is neither made nor held to be right for a tree that shrinks', () => {
    expect(() => consistencyProof(5, 4, model.hashOf)).toThrow(RangeError);
    expect(verifyConsistency(growthOf(model, 5, 4), []).holds).toBe(false);
  });

  it('holds from nothing on, and between equals, only when it is empty', () => {
    expect(verifyConsistency(growthOf(model, 0, 7), []).holds).toBe(true);
    expect(verifyConsistency(growthOf(model, 0, 7), [EMPTY_ROOT]).holds).toBe(false);
    expect(verifyConsistency(growthOf(model, 7, 7), [EMPTY_ROOT]).holds).toBe(false);
  });
});

describe('a compact range', () => {
  const rangeOf = (start: number, end: number): RangeHashes => ({
    start,
    end,
    hashes: subtreesOf({ start, end }).map(model.hashOf),
  });

  it('merged from any parts is the range of the whole, and has its root', () => {
    const cuts = fc.tuple(fc.nat(300), fc.nat(300), fc.nat(300)).map((three) => three.sort((a, b) => a - b));
    fc.assert(
      fc.property(cuts, ([start, cut, end]) => {
        expect(mergeRanges(rangeOf(start, cut), rangeOf(cut, end))).toEqual(rangeOf(start, end));
        const whole = mergeRanges(rangeOf(0, cut), rangeOf(cut, end));
        expect(rootOfRange(whole)).toEqual(model.head(0, end));
      }),
      { numRuns: runs(300) },
    );
  });

  it('grows leaf by leaf into what CompactRange keeps', () => {
    const kept = CompactRange.empty();
    let range: RangeHashes = { start: 0, end: 0, hashes: [] };
    for (const entry of model.entries.slice(0, 70)) {
      const hash = leafHash(entry);
      kept.append(hash);
      range = mergeRanges(range, rangeOfLeaf(range.end, hash));
      expect(Buffer.concat(range.hashes)).toEqual(kept.toBytes());
    }
  });

  it('is refused when parts do not touch, or have another number of hashes, or others than hashes', () => {
    expect(() => mergeRanges(rangeOf(0, 3), rangeOf(4, 5))).toThrow(RangeError);
    expect(() => mergeRanges(rangeOf(0, 3), { ...rangeOf(3, 5), hashes: [] })).toThrow(RangeError);
    expect(() => rootOfRange({ start: 0, end: 1, hashes: [Buffer.alloc(31)] })).toThrow(RangeError);
    expect(() => rootOfRange(rangeOf(1, 2))).toThrow(RangeError);
    expect(() => rootOfRange({ start: 0, end: -1, hashes: [] })).toThrow(RangeError);
  });
});
