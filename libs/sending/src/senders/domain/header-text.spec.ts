import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANY_CHARACTER } from '../../../../../test/support/any-character.js';
import { headerText } from './header-text.js';

it.each([
  ['plain text stays', 'Neues im März', 'Neues im März'],
  ['a line break cannot start a header', 'Hi\r\nBcc: eve@example.org', 'Hi Bcc: eve@example.org'],
  ['a bare CR cannot either', 'Hi\rBcc: eve@example.org', 'Hi Bcc: eve@example.org'],
  ['nor a Unicode line separator', 'Hi\u2028Bcc: x\u0085y', 'Hi Bcc: x y'],
  ['controls become one space', 'a\u0000\u0007\tb', 'a b'],
  ['what reorders the display is removed', 'bill\u202Egpj.exe\u202C', 'billgpj.exe'],
  ['half a surrogate pair is removed', 'a\ud83d b', 'a b'],
  ['a whole emoji stays', 'a 🎈', 'a 🎈'],
  ['Arabic with its marks stays', 'أخبار \u200f(2026)', 'أخبار \u200f(2026)'],
])('%s', (_name, text, expected) => {
  expect(headerText(text)).toBe(expected);
});

it('no text gives a line break, a control or ill-formed text', () => {
  fc.assert(
    fc.property(fc.string({ unit: ANY_CHARACTER }), (text) => {
      const line = headerText(text);
      expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(headerText(line)).toBe(line);
    }),
  );
});
