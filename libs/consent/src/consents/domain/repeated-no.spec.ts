import { expect, it } from '@jest/globals';
import { isSameNo } from './repeated-no.js';

const NOW = 1_800_000_000_000;
const flood = { inLastMinute: 10, lastAt: NOW - 400, isLast: true };

it.each([
  ['within a second, by a program', flood, true],
  ['the tenth in a minute', { ...flood, inLastMinute: 9 }, false],
  ['a second later', { ...flood, lastAt: NOW - 1_000 }, false],
  ['after anything else was recorded', { ...flood, isLast: false }, false],
  ['when the clock has stepped back', { ...flood, lastAt: NOW + 5 }, false],
])('a no is the same no said once more: %s', (_what, earlier, expected) => {
  expect(isSameNo(earlier, NOW)).toBe(expected);
});
