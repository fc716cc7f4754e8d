import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { parseEntryBundle, writeEntryBundle } from './entry-bundle.js';
import { Malformed } from './malformed.js';
import { rootOf } from './subtrees.js';
import { partialWidths, specifiedWidths, TILE_SIZES, tileBytesOf, wrongInTiles } from './testing/in-tiles.js';
import { entriesOf, TreeModel } from './testing/model.js';
import { parseTilePath, tilePath } from './tile-path.js';
import { hashesInTiles, readTile, tilesBetween, tilesOf, writeTile } from './tiles.js';

const tree = new TreeModel(entriesOf(600));
const tileBytes = tileBytesOf(tree);

describe('the tiles of a tree', () => {
  it('of 70,000 leaves are those of the example in C2SP tlog-tiles', () => {
    const count: Record<string, number> = {};
    for (const { level, width } of tilesOf(70_000)) count[`${level}:${width}`] = (count[`${level}:${width}`] ?? 0) + 1;
    expect(count).toEqual({ '0:256': 273, '0:112': 1, '1:256': 1, '1:17': 1, '2:1': 1 });
    expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect([...tilesOf(0)]).toEqual([]);
  });

  it('have the widths of the specification at every level', () => {
    for (const size of TILE_SIZES) expect(partialWidths(size)).toEqual(specifiedWidths(size));
  });

  // `tree.worlds.spec.ts` goes on with the larger ones.
  it.each(TILE_SIZES.filter((size) => size < 600))('of %i leaves give its root and every proof', (size) => {
    expect(wrongInTiles(tree, size)).toEqual([]);
  });

  it('may come from a larger tree, and are refused when missing or of a length that no tile has', () => {
    const wider = hashesInTiles(300, ({ level, index }) => tileBytes({ level, index, width: level === 0 ? 256 : 2 }));
    expect(rootOf(300, wider)).toEqual(tree.head(0, 300));
    for (const bytes of [undefined, Buffer.alloc(0), Buffer.alloc(43 * 32), Buffer.alloc(8193), Buffer.alloc(8224)]) {
      expect(() =>
        rootOf(
          300,
          hashesInTiles(300, () => bytes),
        ),
      ).toThrow(Malformed);
    }
  });

  it('that come with growth are those of the larger tree that the smaller has not', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(2_000), (from, more) => {
        const old = new Set([...tilesOf(from)].map(tilePath));
        const grown = [...tilesBetween(from, from + more)].map(tilePath);
        expect(grown).toEqual([...tilesOf(from + more)].map(tilePath).filter((path) => !old.has(path)));
      }),
      { numRuns: runs(40) },
    );
  });
});

describe('the path of a tile', () => {
  it.each([
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/63/000.p/1', { level: 63, index: 0, width: 1 }],
    ['tile/1/999.p/255', { level: 1, index: 999, width: 255 }],
    ['tile/2/x001/000', { level: 2, index: 1000, width: 256 }],
    ['tile/entries/x001/x234/067.p/8', { level: 'entries' as const, index: 1_234_067, width: 8 }],
    ['tile/0/x009/x007/x199/x254/x740/991', { level: 0, index: 2 ** 53 - 1, width: 256 }],
  ])('%s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each([
    '',
    'tile/0',
    'tile/0/',
    '/tile/0/000',
    'tile/0/000/',
    'tile/00/000',
    'tile/01/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/0',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/x000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/001/x002',
    'tile/0/X001/000',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/257',
    'tile/0/000.p/',
    'tile/0/000.p',
    'tile/0/000.P/1',
    'tile/data/000',
    'tile/entries/x000/000',
    'tile/8/0/000',
    'tile/0/000\n',
    'tile/0/x009/x007/x199/x254/x740/992',
    'tile/0/x001/x001/x001/x001/x001/x001/001',
    'tile/0/٠٠٠',
  ])('is not %j', (path) => {
    expect(() => parseTilePath(path)).toThrow(Malformed);
  });

  it('is one, and says which tile', () => {
    const level = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const));
    const tile = fc.record({ level, index: fc.maxSafeNat(), width: fc.integer({ min: 1, max: 256 }) });
    fc.assert(
      fc.property(tile, (one) => {
        expect(parseTilePath(tilePath(one))).toEqual(one);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('a tile', () => {
  it('is its hashes, and nothing that is shorter, longer or wider', () => {
    const bytes = tileBytes({ level: 0, index: 0, width: 3 });
    expect(writeTile(readTile(bytes, 3))).toEqual(bytes);
    for (const width of [0, 2, 4, 257, 1.5, NaN]) expect(() => readTile(bytes, width)).toThrow(Malformed);
    expect(() => readTile(bytes.subarray(1), 3)).toThrow(Malformed);
    expect(() => writeTile([])).toThrow(RangeError);
    expect(() => writeTile([bytes])).toThrow(RangeError);
  });
});

describe('a bundle of entries', () => {
  const some = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 256 });

  it('has before each entry its length', () => {
    expect(writeEntryBundle([Buffer.from('a'), Buffer.from(''), Buffer.from('bc')]).toString('hex')).toBe(
      '000161' + '0000' + '00026263',
    );
    const largest = writeEntryBundle([Buffer.alloc(65_535)]);
    expect(parseEntryBundle(largest, 1)[0]).toHaveLength(65_535);
    expect(() => writeEntryBundle([Buffer.alloc(65_536)])).toThrow(RangeError);
  });

  it('comes back as it was, and as nothing else with a byte more or less or another width', () => {
    fc.assert(
      fc.property(some, fc.nat(), (list, cut) => {
        const bytes = writeEntryBundle(list);
        const read = parseEntryBundle(bytes, list.length);
        expect(read).toEqual(list.map((entry) => Buffer.from(entry)));
        expect(writeEntryBundle(read)).toEqual(bytes);
        for (const width of [list.length - 1, list.length + 1, 0, 257, 1.5]) {
          expect(() => parseEntryBundle(bytes, width)).toThrow(Malformed);
        }
        expect(() => parseEntryBundle(bytes.subarray(0, cut % bytes.length), list.length)).toThrow(Malformed);
        expect(() => parseEntryBundle(Buffer.concat([bytes, Buffer.of(0)]), list.length)).toThrow(Malformed);
      }),
      { numRuns: runs(60) },
    );
  });
});
