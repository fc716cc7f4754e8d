import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Allowance } from './allowance.js';

describe('an allowance', () => {
  it('lets a burst pass, then one per interval', () => {
    const allowance = new Allowance(3, 1_000);
    expect([0, 0, 0].map((now) => allowance.take('a', now))).toEqual([null, null, null]);
    expect(allowance.take('a', 0)).toBe(1_000);
    expect(allowance.take('a', 999)).toBe(1);
    expect(allowance.take('a', 1_000)).toBeNull();
    expect(allowance.take('b', 0)).toBeNull();
  });

  it('says whether it is short of so many, and takes none of them', () => {
    const allowance = new Allowance(3, 1_000);
    const short = (now: number) => [1, 2, 3, 4].filter((times) => allowance.isShortOf(times, 'a', now));
    expect([short(0), short(0)]).toEqual([[4], [4]]);
    for (let n = 0; n < 3; n++) allowance.take('a', 0);
    expect([short(0), short(999), short(1_000), short(2_000)]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [2, 3, 4],
      [3, 4],
    ]);
  });

  it('never lets more pass in any window than the burst and what the window brings', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }), (steps) => {
        const allowance = new Allowance(5, 100);
        let now = 0;
        const passed = steps.flatMap((step) => {
          now += step;
          return allowance.take('a', now) === null ? [now] : [];
        });
        for (const from of passed) {
          const inWindow = passed.filter((at) => at >= from && at < from + 1_000).length;
          expect(inWindow).toBeLessThanOrEqual(5 + 10);
        }
      }),
    );
  });

  it('stays small', () => {
    const allowance = new Allowance(1, 1_000, 2);
    for (const name of ['a', 'b', 'c']) allowance.take(name, 0);
    expect(allowance.take('c', 0)).toBe(1_000);
    expect(allowance.take('a', 0)).toBeNull();
  });
});
