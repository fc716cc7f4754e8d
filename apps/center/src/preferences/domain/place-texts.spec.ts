import { describe, expect, it } from '@jest/globals';
import { LONG_BYTES, partsOf, placeTexts, type PlacedText, type ReadText } from './place-texts.js';

const text = (name: string, bytes: number): ReadText => ({ text: name.padEnd(bytes, '.'), lang: null });
const [LONG, OTHER, SHORT] = [text('long', 1_000), text('other', 1_000), text('short', 50)];
const HUGE = text('huge', LONG_BYTES + 1);
const seen = (placed: PlacedText[][]): string[] =>
  placed.map((texts) => texts.map((one) => (one.where === 'above' ? `above ${one.id}` : one.where === 'here' ? `here ${one.id}` : one.isLong ? 'long' : 'elsewhere')).join(', ')); // prettier-ignore

describe('texts on a page', () => {
  it.each<[string, ReadText[][], number, number | null, string[]]>([
    ['stand once, and are pointed at', [[LONG], [LONG, SHORT], [OTHER]], 5_000, null, ['here t0', 'above t0, here null', 'here t1']], // prettier-ignore
    ['are said again when they are short', [[SHORT], [SHORT]], 5_000, null, ['here null', 'here null']],
    ['are elsewhere when they do not fit', [[LONG], [OTHER], [SHORT]], 1_200, null, ['here t0', 'elsewhere', 'here null']], // prettier-ignore
    ['end the page with their entry where the next page goes on', [[LONG], [LONG], [OTHER]], 2_000, 300, ['here t0', 'above t0']], // prettier-ignore
    ['are one at least', [[LONG], [OTHER]], 10, 300, ['here t0']],
    ['are on pages of their own when they are long', [[HUGE, LONG], [HUGE]], 3_000, 300, ['long, here t0', 'long']],
    ['also where they might fit', [[HUGE]], 50_000, null, ['long']],
  ])('%s', (_what, entries, bytes, perEntry, expected) => {
    expect(seen(placeTexts(entries, { bytes, perEntry }))).toEqual(expected);
  });

  it('stand where they stand already', () => {
    const present = new Map([[LONG.text, 'notice']]);
    expect(seen(placeTexts([[LONG], [OTHER]], { bytes: 5_000, perEntry: null }, present))).toEqual(['above notice', 'here t1']); // prettier-ignore
  });
});

describe('a long text in parts', () => {
  it.each<[string, string, number, string[]]>([
    ['between words', 'one two three', 8, ['one two ', 'three']],
    ['within a word that is too long', 'abcdefgh ij', 4, ['abcd', 'efgh', ' ij']],
    ['by bytes', 'äöü äöü', 7, ['äöü ', 'äöü']],
    ['never within a letter', '😀😀😀', 4, ['😀', '😀', '😀']],
    ['by what it is in HTML', 'a&b c', 9, ['a&b ', 'c']],
    ['in one where it fits', 'one two', 100, ['one two']],
  ])('%s', (_what, whole, most, parts) => {
    expect(partsOf(whole, most)).toEqual(parts);
    expect(parts.join('')).toBe(whole);
  });
});
