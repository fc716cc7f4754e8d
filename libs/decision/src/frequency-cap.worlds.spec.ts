import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calendarUsage, capUsage } from './frequency-cap.js';
import type { CalendarWindow, Weekday } from './policy.js';
import { capUse, ms, someCap, someFacts } from './testing/some-facts.js';
import { testZone } from './testing/test-zones.js';
import { runs } from '../../../test/support/runs.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Counts by the definition alone: hand-overs that are not older than the window, one by one. Of a calendar the window is
 * the date, the week or the month that the runtime's own clock writes; nothing here knows when a unit begins.
 */
const rollingCount = (windowMs: number, uses: readonly number[], at: number) =>
  uses.filter((use) => at - use < windowMs).length;

const calendars = new Map<string, Intl.DateTimeFormat>();
function dateOn(zone: string, at: number): string {
  let format = calendars.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
    calendars.set(zone, format);
  }
  return format.format(at);
}

function unitOn(zone: string, { unit, weekStart = 1 }: CalendarWindow, at: number): string {
  const date = dateOn(zone, at);
  if (unit === 'day') return date;
  if (unit === 'month') return date.slice(0, 7);
  // Back, day by day, to the one the week starts on.
  let day = new Date(`${date}T00:00:00Z`);
  while ((day.getUTCDay() || 7) !== weekStart) day = new Date(day.getTime() - DAY);
  return day.toISOString().slice(0, 10);
}

const calendarCount = (zones: readonly string[], window: CalendarWindow, uses: readonly number[], at: number) =>
  Math.max(
    ...zones.map((zone) => {
      const now = unitOn(zone, window, at);
      return uses.filter((use) => use > at || unitOn(zone, window, use) === now).length;
    }),
  );

/** Hand-overs at these instants, ascending, of which a cap on everything counts each. */
const CAP = someCap();
const pastOf = (uses: readonly number[]) => ({ facts: someFacts(), uses: uses.map((at) => capUse(at)) });

/** Every set of the first `n` ticks. */
const subsets = (n: number) =>
  Array.from({ length: 2 ** n }, (_, bits) => Array.from({ length: n }, (_, i) => i).filter((i) => (bits >> i) & 1));

describe('in every world of eight ticks', () => {
  it('a rolling window counts what the definition counts and names the first tick with room', () => {
    let worlds = 0;
    for (const uses of subsets(8)) {
      const past = pastOf(uses);
      for (let windowMs = 1; windowMs <= 4; windowMs++) {
        const counts = Array.from({ length: 14 }, (_, at) => rollingCount(windowMs, uses, at));
        for (let limit = 0; limit <= 3; limit++) {
          for (let at = 0; at < 9; at++) {
            const free = counts.findIndex((count, tick) => tick >= at && count < limit);
            const found = capUsage(CAP, limit, windowMs, past, at);
            if (found.usage !== counts[at] || found.nextFreeAt !== (free === -1 ? null : free)) {
              expect({ uses, windowMs, limit, at, ...found }).toMatchObject({ usage: counts[at], nextFreeAt: free });
            }
            worlds++;
          }
        }
      }
    }
    expect(worlds).toBe(256 * 4 * 4 * 9);
  });

  it.each<[string, string[], string]>([
    ['the night the clocks go forward', ['Europe/Berlin'], '2025-03-29T01:00Z'],
    ['the night they go back', ['Europe/Berlin'], '2025-10-25T01:00Z'],
    ['the night without midnight', ['America/Santiago'], '2025-09-06T01:00Z'],
    ['the night with two midnights', ['America/Havana'], '2025-11-01T01:00Z'],
    ['two zones on either side of the date line', ['Pacific/Auckland', 'Pacific/Honolulu'], '2025-06-01T01:00Z'],
  ])('a calendar day does so on %s', (_name, zones, begin) => {
    const from = ms(begin);
    const clocks = zones.map(testZone);
    const window: CalendarWindow = { unit: 'day', zone: 'contact' };
    // Seven hours apart, so that a day holds three or four ticks and its edge falls anywhere between two.
    const instants = Array.from({ length: 8 }, (_, i) => from + i * 7 * HOUR);
    const hours = Array.from({ length: 24 * 5 }, (_, i) => from + i * HOUR);
    for (const chosen of subsets(8)) {
      const uses = chosen.map((i) => instants[i] ?? NaN);
      const past = pastOf(uses);
      const counts = hours.map((hour) => calendarCount(zones, window, uses, hour));
      for (let limit = 0; limit <= 3; limit++) {
        for (let at = 0; at < hours.length; at += 7) {
          const instant = hours[at] ?? NaN;
          const free = counts.findIndex((count, hour) => hour >= at && count < limit);
          const { usage, nextFreeAt } = calendarUsage(CAP, limit, window, clocks, past, instant);
          const expected = { usage: counts[at], nextFreeAt: free === -1 ? null : hours[free] };
          if (usage !== expected.usage || nextFreeAt !== expected.nextFreeAt) {
            expect({ uses, limit, instant, usage, nextFreeAt }).toMatchObject(expected);
          }
        }
      }
    }
  });
});

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'America/Havana',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
];
const NIGHTS = [
  '2025-03-09',
  '2025-03-30',
  '2025-04-06',
  '2025-09-07',
  '2025-10-05',
  '2025-10-26',
  '2025-11-02',
  '2025-12-31',
];
const anyInstant = fc
  .tuple(fc.constantFrom(...NIGHTS), fc.integer({ min: -40 * HOUR, max: 40 * HOUR }))
  .map(([night, away]) => ms(`${night}T00:00Z`) + away);

describe('whatever was handed over when', () => {
  it('a calendar counts what the definition counts, up to the millisecond at which it has room', () => {
    const tries = runs(500);
    let full = 0;
    fc.assert(
      fc.property(
        anyInstant,
        fc.record({
          unit: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
          zone: fc.constant('contact' as const),
          weekStart: fc.constantFrom<Weekday>(1, 2, 3, 4, 5, 6, 7),
        }),
        fc.uniqueArray(fc.constantFrom(...ZONES), { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: -35 * DAY, max: 12 * HOUR }), { maxLength: 6 }),
        fc.array(fc.integer({ min: -40 * HOUR, max: HOUR }), { maxLength: 6 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (at, window, zones, far, close, limit, points) => {
          const uses = [...far, ...close].map((away) => at + away).sort((a, b) => a - b);
          const clocks = zones.map(testZone);
          const { usage, nextFreeAt, zone } = calendarUsage(CAP, limit, window, clocks, pastOf(uses), at);

          expect(usage).toBe(calendarCount(zones, window, uses, at));
          expect(zones).toContain(zone);
          if (nextFreeAt === null) expect(limit).toBe(0);
          const end = nextFreeAt ?? at + 100 * DAY;
          if (end > at) {
            full++;
            const before = [at, end - 1, ...points.map((point) => Math.floor(at + point * (end - 1 - at)))];
            for (const instant of before)
              expect(calendarCount(zones, window, uses, instant)).toBeGreaterThanOrEqual(limit);
          }
          if (nextFreeAt !== null) expect(calendarCount(zones, window, uses, nextFreeAt)).toBeLessThan(limit);
        },
      ),
      { numRuns: tries },
    );
    expect(full).toBeGreaterThan(tries / 5);
  });

  it('a rolling window does so too', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 1, max: 8 * DAY }),
        fc.array(fc.integer({ min: -9 * DAY, max: HOUR }), { maxLength: 10 }),
        fc.integer({ min: 0, max: 5 }),
        (at, windowMs, away, limit) => {
          const uses = away.map((ago) => at + ago).sort((a, b) => a - b);
          const { usage, nextFreeAt } = capUsage(CAP, limit, windowMs, pastOf(uses), at);

          expect(usage).toBe(rollingCount(windowMs, uses, at));
          if (nextFreeAt === null) expect(limit).toBe(0);
          else {
            expect(rollingCount(windowMs, uses, nextFreeAt)).toBeLessThan(limit);
            if (nextFreeAt > at) expect(rollingCount(windowMs, uses, nextFreeAt - 1)).toBeGreaterThanOrEqual(limit);
          }
        },
      ),
      { numRuns: runs(1000) },
    );
  });

  it('another zone the contact may be in never makes room', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.constantFrom('day' as const, 'week' as const, 'month' as const),
        fc.array(fc.integer({ min: -60 * HOUR, max: 0 }), { maxLength: 6 }),
        fc.constantFrom(...ZONES),
        fc.constantFrom(...ZONES),
        (at, unit, away, one, other) => {
          const uses = away.map((ago) => at + ago).sort((a, b) => a - b);
          const free = (...zones: string[]) =>
            calendarUsage(CAP, 2, { unit, zone: 'contact' }, zones.map(testZone), pastOf(uses), at).nextFreeAt ??
            Infinity;

          expect(free(one, other)).toBe(Math.max(free(one), free(other)));
          expect(free(other, one)).toBe(free(one, other));
        },
      ),
      { numRuns: runs(500) },
    );
  });
});
