import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { luckOf } from '../luck.js';
import { bestOf } from './best-arm.js';
import {
  type AllowedTime,
  DAYS_OF_WEEK,
  drawTime,
  PARTS_OF_DAY,
  partOfDay,
  placeOf,
  timesWithin,
} from './best-time.js';

const HOUR = 3_600_000;
const EVEN = Array.from({ length: PARTS_OF_DAY }, () => 1 / PARTS_OF_DAY);
const luck = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anyTimes = fc
  .array(fc.integer({ min: 0, max: PARTS_OF_DAY - 1 }), { minLength: 1, maxLength: 73 })
  .map((parts) => parts.map((part, i): AllowedTime => ({ at: i * HOUR, part, day: Math.floor(i / 24) })));
const EVEN_DAYS = Array.from({ length: DAYS_OF_WEEK }, () => 1 / DAYS_OF_WEEK);
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

it.each([
  ['2026-11-23T00:00:00Z', { part: 0, day: 0 }],
  ['2026-11-27T13:59:00Z', { part: 6, day: 4 }],
  ['2026-11-29T23:00:00Z', { part: 11, day: 6 }],
])('%s on the contact’s clock is %j', (clock, place) => {
  expect(placeOf(Date.parse(clock))).toEqual(place);
});

describe('drawing a time', () => {
  it('says with which probability each part was, and they add up to 1', () => {
    fc.assert(
      fc.property(
        anyTimes,
        anyShares,
        fc.constantFrom(EVEN_DAYS, [0, 0, 0, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0, 0]),
        luck,
        (allowed, shares, days, one) => {
          const { chosen, propensity, parts, days: byDay } = drawTime(allowed, { parts: shares, days }, one);
          expect(allowed[chosen]).toBeDefined();
          expect(propensity).toBeGreaterThan(0);
          expect(parts.reduce((sum, part) => sum + part.propensity, 0)).toBeCloseTo(1, 10);
          expect(parts.reduce((sum, part) => sum + part.times, 0)).toBe(allowed.length);
          expect(byDay.reduce((sum, day) => sum + day.propensity, 0)).toBeCloseTo(1, 10);
          expect(byDay.reduce((sum, day) => sum + day.times, 0)).toBe(allowed.length);
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it('chooses each as often as it says', () => {
    const allowed = [3, 4, 4, 9].map((part, i): AllowedTime => ({ at: i, part, day: 2 }));
    const shares = EVEN.map((_, part) => (part === 4 ? 0.6 : part === 9 ? 0.2 : 0.02));
    const counts = allowed.map(() => 0);
    const n = 20_000;
    const says = new Map<number, number>();
    for (let i = 0; i < n; i++) {
      const { chosen, propensity } = drawTime(allowed, { parts: shares, days: EVEN_DAYS }, (i + 0.5) / n);
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
    const { parts } = drawTime([{ at: 0, part: 1, day: 0 }, { at: 1, part: 7, day: 0 }], { parts: shares, days: EVEN_DAYS }, 0.99); // prettier-ignore
    expect(parts.map(({ propensity }) => propensity)).toEqual([expect.closeTo(0.55, 10), expect.closeTo(0.45, 10)]);
  });

  it('weighs a part of the day and its day of the week, each by what is known of it', () => {
    // Friday afternoon, Saturday morning, Saturday afternoon: the mornings are better, and so are Fridays.
    const allowed = [{ at: 0, part: 7, day: 4 }, { at: 1, part: 4, day: 5 }, { at: 2, part: 7, day: 5 }]; // prettier-ignore
    const shares = { parts: EVEN.map((_, part) => (part === 4 ? 0.6 : part === 7 ? 0.2 : 0)), days: [0, 0, 0, 0, 0.75, 0.25, 0] }; // prettier-ignore
    const { parts, days } = drawTime(allowed, shares, 0, 0);
    // 0.2 * 0.75, 0.6 * 0.25 and 0.2 * 0.25: three, three and one of seven.
    expect(parts.map(({ propensity }) => propensity)).toEqual([expect.closeTo(3 / 7, 10), expect.closeTo(4 / 7, 10)]);
    expect(days).toEqual([
      { day: 4, times: 1, propensity: expect.closeTo(3 / 7, 10) },
      { day: 5, times: 2, propensity: expect.closeTo(4 / 7, 10) },
    ]);
  });

  it('learns: most are written to when it works, and the earliest keeps its share', () => {
    const day = Array.from({ length: 24 }, (_, hour): AllowedTime => ({ at: hour, part: partOfDay(hour), day: 0 }));
    const counts = EVEN.map(() => ({ tried: 0, met: 0 }));
    const rate = (part: number): number => (part === 9 ? 0.3 : 0.05);
    let late = 0;
    let earliest = 0;
    let shares = bestOf(counts);
    for (let i = 0; i < 1_500; i++) {
      // As the gateway does it: what came of the others is known after a while.
      if (i % 100 === 0) shares = bestOf(counts);
      const { chosen } = drawTime(day, { parts: shares, days: EVEN_DAYS }, luckOf('time', String(i)));
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
