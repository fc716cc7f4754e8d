import { describe, expect, it } from '@jest/globals';
import { smsText } from './sms-text.js';

const shape = (text: string) => {
  const sms = smsText(text);
  return sms === null ? null : [sms.encoding, sms.parts.map(({ length }) => length)];
};

describe('a text as SMS', () => {
  it.each<[string, string, unknown]>([
    ['160 characters of the alphabet in one part', 'a'.repeat(160), ['gsm7', [160]]],
    ['161 in two, of which the first has 153', 'a'.repeat(161), ['gsm7', [153, 8]]],
    ['306 in two', 'a'.repeat(306), ['gsm7', [153, 153]]],
    ['307 in three', 'a'.repeat(307), ['gsm7', [153, 153, 1]]],
    ['German letters and the euro sign, which counts twice', 'äöüßÄÖÜ€', ['gsm7', [9]]],
    ['80 euro signs', '€'.repeat(80), ['gsm7', [160]]],
    ['81 euro signs, none of which is cut in two', '€'.repeat(81), ['gsm7', [152, 10]]],
    ['70 characters of another alphabet in one part', 'я'.repeat(70), ['ucs2', [140]]],
    ['71 in two, of which the first has 67', 'я'.repeat(71), ['ucs2', [134, 8]]],
    ['one emoji makes all of it UCS-2', `${'a'.repeat(69)}😀`, ['ucs2', [134, 8]]],
    ['an emoji is not cut in two', `${'a'.repeat(66)}😀${'a'.repeat(9)}`, ['ucs2', [132, 22]]],
    ['an accent that only looks as if it were there', 'ê', ['ucs2', [2]]],
    ['nothing', '', ['gsm7', [0]]],
    ['more parts than can be numbered', 'a'.repeat(153 * 255 + 1), null],
  ])('%s', (_what, text, expected) => expect(shape(text)).toEqual(expected));

  it('has the codes of 3GPP TS 23.038', () => {
    // 6.2.1 and 6.2.1.1, read by row and column: @ is 0/0, Δ 1/0, space 2/0, ¡ 4/0, Ä 5/11, ¿ 6/0, à 7/15.
    const codes = { '@': [0], Δ: [0x10], ' ': [0x20], '¡': [0x40], Ä: [0x5b], '¿': [0x60], à: [0x7f], '€': [0x1b, 0x65], '[': [0x1b, 0x3c], é: [0x05], ß: [0x1e], A: [0x41], z: [0x7a], $: [0x02], _: [0x11] }; // prettier-ignore
    for (const [character, octets] of Object.entries(codes)) {
      expect([character, [...(smsText(character)?.parts[0] ?? [])]]).toEqual([character, octets]);
    }
  });

  it('is UCS-2 in big-endian octets', () => {
    expect(smsText('я')?.parts[0]).toEqual(Buffer.from([0x04, 0x4f]));
  });
});
