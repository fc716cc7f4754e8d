import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metAtLeast, runs } from '../../../test/support/runs.js';
import type { WallClock } from './contact-zones.js';
import type { QuietHoursRule, Weekday } from './policy.js';
import { QuietCalendar } from './quiet-calendar.js';
import { type HolidayOn, quietStretch, quietTimes } from './quiet-hours.js';
import { ms, someQuietHours } from './testing/some-facts.js';
import { testZone } from './testing/test-zones.js';

const HOUR = 3_600_000;
const clock = (name: string): WallClock => ({ name, rules: testZone(name) });
const CLOCKS = [
  ['Europe/Berlin'],
  ['America/Santiago'],
  ['America/Havana'],
  ['Australia/Lord_Howe'],
  ['America/Chicago', 'America/Los_Angeles', 'America/New_York'],
  ['Pacific/Auckland', 'Pacific/Honolulu'],
].map((names) => names.map(clock));
const CHANGES = ['2025-03-09', '2025-03-30', '2025-04-06', '2025-09-07', '2025-10-26', '2025-11-02', '2025-12-31'];

const anyInstant = fc
  .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -60 * HOUR, max: 60 * HOUR }))
  .map(([day, away]) => ms(`${day}T00:00Z`) + away);
const anyFigure = fc.integer({ min: 0, max: 95 }).map((n) => {
  const [hours, minutes] = [Math.floor(n / 4), (n % 4) * 15].map((part) => String(part).padStart(2, '0'));
  return `${hours}:${minutes}`;
});
const anyWindow = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom<Weekday>(1, 2, 3, 4, 5, 6, 7), { minLength: 1 }),
    start: anyFigure,
    end: anyFigure,
  })
  .filter(({ start, end }) => start !== end);
const anyRule: fc.Arbitrary<QuietHoursRule> = fc
  .record({
    windows: fc.array(anyWindow, { minLength: 1, maxLength: 3 }),
    dates: fc.constantFrom([], [{ from: '2025-03-29', to: '2025-03-30' }], [{ from: '2025-11-02', to: '2025-11-02' }]),
    holidays: fc.boolean(),
  })
  .map((change) => someQuietHours(change));
const holidayOn: HolidayOn = (date) => (date === '2025-12-31' || date === '2025-04-06' ? 'Feast' : null);

describe('a quiet calendar', () => {
  it('says at every instant what the rule says, in whatever order it is asked', () => {
    let quiet = 0;
    fc.assert(
      fc.property(
        anyRule,
        fc.constantFrom(...CLOCKS),
        fc.array(anyInstant, { minLength: 1, maxLength: 12 }),
        (rule, clocks, instants) => {
          // The contact's own hours: a rule of a policy may not be quiet for ever, and these are.
          const times = quietTimes(rule, true);
          const calendar = new QuietCalendar(times, clocks, holidayOn);
          for (const instant of instants) {
            const piece = calendar.at(instant);
            expect(piece.stretch).toEqual(quietStretch(times, clocks, holidayOn, instant));
            expect(piece.until).toBeGreaterThan(instant);
            // To its last millisecond it says the same, and the rule does.
            expect(calendar.at(piece.until - 1)).toBe(piece);
            expect(piece.stretch).toEqual(quietStretch(times, clocks, holidayOn, piece.until - 1));
            if (piece.stretch !== null) quiet++;
          }
        },
      ),
      { numRuns: runs(400) },
    );
    expect(quiet).toBeGreaterThanOrEqual(metAtLeast(200));
  });

  it('works a piece out once', () => {
    let asked = 0;
    const watched: HolidayOn = (date) => {
      asked++;
      return holidayOn(date);
    };
    const rule = someQuietHours({ holidays: true });
    const calendar = new QuietCalendar(quietTimes(rule), [clock('Europe/Berlin')], watched);
    const first = calendar.at(ms('2025-06-02T12:00:00+02:00'));
    const before = asked;
    expect(calendar.at(ms('2025-06-02T20:59:59.999+02:00'))).toBe(first);
    expect(calendar.at(ms('2025-06-02T08:00:00+02:00'))).toBe(first);
    expect(asked).toBe(before);
  });

  it('forgets days when there are many, and says the same again', () => {
    const calendar = new QuietCalendar(quietTimes(someQuietHours()), [clock('Europe/Berlin')], null);
    const noon = (day: number) => ms('2025-06-02T12:00:00+02:00') + day * 24 * HOUR;
    const first = calendar.at(noon(0));
    for (let day = 1; day < 100; day++) expect(calendar.at(noon(day)).stretch).toBeNull();
    expect(calendar.at(noon(0))).toEqual(first);
  });
});
