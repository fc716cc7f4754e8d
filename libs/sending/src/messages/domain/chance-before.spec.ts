import { describe, expect, it } from '@jest/globals';
import { chanceBefore } from './chance-before.js';

describe('a message without a turn before its end', () => {
  it.each([
    [72 * 3_600_000, 36 * 3_600_000],
    [2_001, 1_001],
    [1_001, 501],
    [1_000, 1_000],
    [1, 1],
    [0, 1],
    [-5_000, 1],
  ])('that lives for %d ms more asks again in %d', (left, again) => {
    expect(chanceBefore(1_000_000 + left, 1_000_000)).toBe(1_000_000 + again);
  });

  it('asks some twenty times, each later than the one before, and at last when it is over', () => {
    const asked = [0];
    while ((asked.at(-1) ?? 0) < 259_200_000) asked.push(chanceBefore(259_200_000, asked.at(-1) ?? 0));
    expect([asked.length < 25, asked.at(-1)]).toEqual([true, 259_200_000]);
  });
});
