import { describe, expect, it } from '@jest/globals';
import { placeTexts, type PlacedText, type ReadText } from './place-texts.js';

const text = (name: string, bytes: number): ReadText => ({ text: name.padEnd(bytes, '.'), lang: null });
const [LONG, OTHER, SHORT] = [text('long', 1_000), text('other', 1_000), text('short', 50)];
const seen = (placed: PlacedText[][]): string[] =>
  placed.map((texts) => texts.map((one) => (one.where === 'above' ? `above ${one.id}` : one.where === 'here' ? `here ${one.id}` : 'elsewhere')).join(', ')); // prettier-ignore

describe('texts on a page', () => {
  it.each<[string, ReadText[][], number, number | null, string[]]>([
    ['stand once, and are pointed at', [[LONG], [LONG, SHORT], [OTHER]], 5_000, null, ['here t0', 'above t0, here null', 'here t1']], // prettier-ignore
    ['are said again when they are short', [[SHORT], [SHORT]], 5_000, null, ['here null', 'here null']],
    ['are elsewhere when they do not fit', [[LONG], [OTHER], [SHORT]], 1_200, null, ['here t0', 'elsewhere', 'here null']], // prettier-ignore
    ['end the page with their entry where the next page goes on', [[LONG], [LONG], [OTHER]], 2_000, 300, ['here t0', 'above t0']], // prettier-ignore
    ['are one at least, whole', [[LONG], [OTHER]], 10, 300, ['here t0']],
  ])('%s', (_what, entries, bytes, perEntry, expected) => {
    expect(seen(placeTexts(entries, { bytes, perEntry }))).toEqual(expected);
  });

  it('stand where they stand already', () => {
    const present = new Map([[LONG.text, 'notice']]);
    expect(seen(placeTexts([[LONG], [OTHER]], { bytes: 5_000, perEntry: null }, present))).toEqual(['above notice', 'here t1']); // prettier-ignore
  });
});
