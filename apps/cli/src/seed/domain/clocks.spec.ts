import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { tzdb } from '#lib/platform';
import { clockIn, zoneByDay, zoneByNight } from './clocks.js';

const HOUR = 3_600_000;

describe('the clocks of the demo', () => {
  it('know a zone by day and one by night at every hour of two years', () => {
    for (let now = Date.UTC(2026, 0, 1); now < Date.UTC(2028, 0, 1); now += HOUR) {
      const hourIn = (name: string) => DateTime.fromMillis(now, { zone: tzdb.zone(name) ?? '' }).hour;
      const day = hourIn(zoneByDay(tzdb, now));
      const night = hourIn(zoneByNight(tzdb, now));
      if (day < 9 || day > 17) throw new Error(`${day} is not day, at ${new Date(now).toISOString()}`);
      if (night < 22 && night > 4) throw new Error(`${night} is not night, at ${new Date(now).toISOString()}`);
    }
  });

  it('prefer Los Angeles at night, and Berlin by day', () => {
    expect(zoneByNight(tzdb, Date.parse('2026-11-21T08:00:00Z'))).toBe('America/Los_Angeles');
    expect(zoneByDay(tzdb, Date.parse('2026-11-21T08:00:00Z'))).toBe('Europe/Berlin');
  });

  it.each([
    ['2026-11-21T16:00:00Z', 'Sat 21 Nov 2026, 08:00 (America/Los_Angeles)'],
    ['2026-11-21T16:00:00.001Z', 'Sat 21 Nov 2026, 08:00:01 (America/Los_Angeles)'],
  ])('show %s on the clock of the place, never too early', (instant, shown) => {
    expect(clockIn(tzdb, 'America/Los_Angeles', Date.parse(instant))).toBe(shown);
  });
});
