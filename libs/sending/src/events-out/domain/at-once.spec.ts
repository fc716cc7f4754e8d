import { describe, expect, it } from '@jest/globals';
import { atOnceAfter, FIRST_AT_ONCE, MOST_AT_ONCE } from './at-once.js';

const answer = (status: number | null) => ({ status, code: String(status), retryAfterMs: null });
/** After many answers in turn, each with as many under way as may be. */
const after = (start: number, statuses: readonly (number | null)[], rounds = 1): number => {
  let atOnce = start;
  for (let round = 0; round < rounds; round++)
    for (const status of statuses) atOnce = atOnceAfter(atOnce, answer(status), Math.floor(atOnce));
  return Math.floor(atOnce);
};
const times = (n: number, status: number | null) => Array.from({ length: n }, () => status);

describe('how many events are with a receiver at once', () => {
  it.each<[string, number, (number | null)[], number, number]>([
    ['grows by one for each round that is taken', 20, times(20, 204), 1, 20],
    ['and by five in a little more than five', 20, times(23, 204), 5, 25],
    ['to no more than a hundred', 20, times(100, 200), 1_000, MOST_AT_ONCE],
    ['grows as well where one in twenty gets no answer', 20, [null, ...times(19, 204)], 20, 26],
    ['halves at each word that it is too much', 20, [429], 1, 10],
    ['and again', 20, [503, 429], 1, 5],
    ['shrinks to one where nobody answers', 20, [null], 100, 1],
    ['or all fail', 20, [500], 100, 1],
    ['and grows again from there', 1, [204], 10, 4],
    ['grows where the receiver refuses what it was told: it is there', 1, [400], 10, 4],
  ])('%s', (_name, start, statuses, rounds, expected) => {
    expect(after(start, statuses, rounds)).toBe(expected);
  });

  it('does not grow where not even half is used', () => {
    expect(atOnceAfter(FIRST_AT_ONCE, answer(204), 9)).toBe(FIRST_AT_ONCE);
    expect(atOnceAfter(FIRST_AT_ONCE, answer(204), 10)).toBeGreaterThan(FIRST_AT_ONCE);
  });
});
