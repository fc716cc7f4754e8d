import { expect, it } from '@jest/globals';
import { largestRemainder } from './cents.js';

/** Half of each of so many cents, as sums of tenths that doubles round up or down. */
const tenths = (times: number): number => Array.from({ length: times }, () => 0.1).reduce((sum, one) => sum + one, 0);

it('gives the cent of equals to the earlier, whatever their sums were rounded to', () => {
  // 0.1 + 0.2 is more than 0.3 in doubles, and ten tenths are less than one.
  expect(largestRemainder(1, [0.3, 0.1 + 0.2])).toEqual([1, 0]);
  expect(largestRemainder(1, [0.1 + 0.2, 0.3])).toEqual([1, 0]);
  expect(largestRemainder(1, [tenths(10), 1])).toEqual([1, 0]);
  expect(largestRemainder(1, [1, tenths(10)])).toEqual([1, 0]);
  expect(largestRemainder(100_001, [tenths(10), 1, tenths(3) / 0.3])).toEqual([33_334, 33_334, 33_333]);
});

it('takes for whole what is whole but for a rounding', () => {
  // Thrice a third of 300 is 100 each; no remainder of nothing may win over a real one.
  expect(largestRemainder(4, [tenths(10), 2.4, 0.6])).toEqual([1, 2, 1]);
});

it('tells remainders apart that are not equal', () => {
  expect(largestRemainder(1, [0.499_999_9, 0.500_000_1])).toEqual([0, 1]);
  expect(largestRemainder(10, [1, 1, 1])).toEqual([4, 3, 3]);
  expect(largestRemainder(-10, [1, 1, 1])).toEqual([-4, -3, -3]);
});

it('adds up where doubles end', () => {
  const parts = largestRemainder(2 ** 53 - 1, [1, 1, 1, 0.5]);
  expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(2n ** 53n - 1n);
});
