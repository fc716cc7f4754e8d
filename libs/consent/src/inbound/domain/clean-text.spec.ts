import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readKeyword } from '../../keywords/domain/read-keyword.js';
import { cleanText } from './clean-text.js';

it.each([
  ['STOP\u0000', 'STOP'],
  ['\u0000S\u0000T\u0000O\u0000P', 'STOP'],
  ['ST\u0007OP\u001b\u009f', 'STOP'],
  ['STOP \ud83d', 'STOP '],
  ['\ude00STOP', 'STOP'],
  ['line\r\n\tline', 'line\r\n\tline'],
  ['Grüße 👋🏽 قف', 'Grüße 👋🏽 قف'],
])('%j is %j', (text, clean) => {
  expect(cleanText(text)).toBe(clean);
});

it('a word of leaving is heard with anything in it that cannot be seen', () => {
  const noise = fc.string({ unit: fc.constantFrom('\u0000', '\u0001', '\u001f', '\u007f', '\ud800', '\udfff') });
  fc.assert(
    fc.property(fc.array(noise, { minLength: 5, maxLength: 5 }), ([a, b, c, d, e]) => {
      // Two halves that meet are a character of their own, so each noise is of its own kind.
      const text = `${a}S${b}T${c}O${d}P${e}`.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '');
      expect(readKeyword(cleanText(text))).toMatchObject({ kind: 'opt_out', how: 'keyword' });
    }),
  );
});
