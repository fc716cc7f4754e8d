import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { luckOf } from '../luck.js';
import { bestOf } from './best-arm.js';
import { type AllowedTime, drawTime, PARTS_OF_DAY, partOfDay, timesWithin } from './best-time.js';

const HOUR = 3_600_000;
const EVEN = Array.from({ length: PARTS_OF_DAY }, () => 1 / PARTS_OF_DAY);
const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anyTimes = fc
  .array(fc.integer({ min: 0, max: PARTS_OF_DAY - 1 }), { minLength: 1, maxLength: 73 })
  .map((parts) => parts.map((part, i): AllowedTime => ({ at: i * HOUR, part })));
const anyShares = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: PARTS_OF_DAY,
    maxLength: PARTS_OF_DAY,
  })
  .map((raw) =>
    raw.map(
      (share) =>
        share /
        Math.max(
          1e-9,
          raw.reduce((a, b) => a + b, 0),
        ),
    ),
  );

describe('the times that are looked at', () => {
  it('are one in each hour of the window, and none outside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 72 }), luck, (hours, minute) => {
        const times = timesWithin(1_000, hours, minute);
        expect(times).toHaveLength(hours);
        times.forEach((at, i) => {
          expect(at).toBeGreaterThanOrEqual(1_000 + i * HOUR);
          expect(at).toBeLessThan(1_000 + (i + 1) * HOUR);
        });
      }),
      { numRuns: runs(100) },
    );
  });

  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [9, 4],
    [23, 11],
  ])('at %i o’clock are in part %i of the day', (hour, part) => {
    expect(partOfDay(hour)).toBe(part);
  });
});

describe('drawing a time', () => {
  it('says with which probability each part was, and they add up to 1', () => {
    fc.assert(
      fc.property(anyTimes, anyShares, luck, (allowed, shares, one) => {
        const { chosen, propensity, parts } = drawTime(allowed, shares, one);
        expect(allowed[chosen]).toBeDefined();
        expect(propensity).toBeGreaterThan(0);
        expect(parts.reduce((sum, part) => sum + part.propensity, 0)).toBeCloseTo(1, 10);
        expect(parts.reduce((sum, part) => sum + part.times, 0)).toBe(allowed.length);
      }),
      { numRuns: runs(300) },
    );
  });

  it('chooses each as often as it says', () => {
    const allowed = [3, 4, 4, 9].map((part, i): AllowedTime => ({ at: i, part }));
    const shares = EVEN.map((_, part) => (part === 4 ? 0.6 : part === 9 ? 0.2 : 0.02));
    const counts = allowed.map(() => 0);
    const n = 20_000;
    const says = new Map<number, number>();
    for (let i = 0; i < n; i++) {
      const { chosen, propensity } = drawTime(allowed, shares, (i + 0.5) / n);
      counts[chosen] = (counts[chosen] ?? 0) + 1;
      says.set(chosen, propensity);
    }
    counts.forEach((count, i) => expect(count / n).toBeCloseTo(says.get(i) ?? NaN, 3));
    // 0.02, 0.6 and 0.2 of 0.82 are left of what is known; a tenth is the control's.
    expect(says.get(0)).toBeCloseTo(0.1 + (0.9 * 0.02) / 0.82, 10);
    expect(says.get(1)).toBeCloseTo((0.9 * 0.6) / 0.82 / 2, 10);
    expect(says.get(3)).toBeCloseTo((0.9 * 0.2) / 0.82, 10);
  });

  it('knows nothing where all that is known speaks for times that are not allowed', () => {
    const shares = EVEN.map((_, part) => (part === 4 ? 1 : 0));
    const { parts } = drawTime([{ at: 0, part: 1 }, { at: 1, part: 7 }], shares, 0.99); // prettier-ignore
    expect(parts.map(({ propensity }) => propensity)).toEqual([expect.closeTo(0.55, 10), expect.closeTo(0.45, 10)]);
  });

  it('learns: most are written to when it works, and the earliest keeps its share', () => {
    const day = Array.from({ length: 24 }, (_, hour): AllowedTime => ({ at: hour, part: partOfDay(hour) }));
    const counts = EVEN.map(() => ({ tried: 0, met: 0 }));
    const rate = (part: number): number => (part === 9 ? 0.3 : 0.05);
    let late = 0;
    let earliest = 0;
    let shares = bestOf(counts);
    for (let i = 0; i < 1_500; i++) {
      // As the gateway does it: what came of the others is known after a while.
      if (i % 100 === 0) shares = bestOf(counts);
      const { chosen } = drawTime(day, shares, luckOf('time', String(i)));
      const part = day[chosen]?.part ?? 0;
      const one = counts[part];
      if (one === undefined) throw new Error('no part was chosen');
      one.tried++;
      if (luckOf('click', String(i)) < rate(part)) one.met++;
      if (i >= 1_000 && part === 9) late++;
      if (chosen === 0) earliest++;
    }
    expect(late / 500).toBeGreaterThan(0.7);
    expect(earliest / 1_500).toBeGreaterThan(0.08);
  });
});
