import { expect, it } from '@jest/globals';
import { secondsLeft, validityPeriod } from './life-left.js';

it.each<[number, number]>([
  [60_000, 60],
  [1_999, 1],
  [999, 0],
  [-5_000, 0],
])('of %i ms are left %i whole seconds', (ms, seconds) => {
  expect(secondsLeft(1_000_000 + ms, 1_000_000)).toBe(seconds);
});

it.each<[string, number, string]>([
  ['twelve seconds', 12, '000000000012000R'],
  ['none, which is a second', 0, '000000000001000R'],
  ['an hour, two minutes and three seconds', 3_723, '000000010203000R'],
  ['two days', 2 * 86_400, '000002000000000R'],
  ['longer, as it would by itself', 2 * 86_400 + 1, ''],
])('a center keeps it for %s', (_name, seconds, period) => {
  expect(validityPeriod(seconds)).toBe(period);
});
