import { describe, expect, it } from '@jest/globals';
import { dayOf, isoDate, localDay, localUnit, startOfDay } from './calendar.js';
import type { Weekday } from './policy.js';
import { ms } from './testing/some-facts.js';
import { testZone } from './testing/test-zones.js';

describe('localUnit', () => {
  it.each<[string, string, 'day' | 'week' | 'month', Weekday, string, string, string]>([
    [
      'an ordinary day',
      'Europe/Berlin',
      'day',
      1,
      '2025-06-02T12:00+02:00',
      '2025-06-02T00:00+02:00',
      '2025-06-03T00:00+02:00',
    ],
    [
      'midnight begins the day',
      'Europe/Berlin',
      'day',
      1,
      '2025-06-02T00:00+02:00',
      '2025-06-02T00:00+02:00',
      '2025-06-03T00:00+02:00',
    ],
    [
      'a day of 23 hours',
      'Europe/Berlin',
      'day',
      1,
      '2025-03-30T12:00+02:00',
      '2025-03-30T00:00+01:00',
      '2025-03-31T00:00+02:00',
    ],
    [
      'a day of 25 hours',
      'Europe/Berlin',
      'day',
      1,
      '2025-10-26T12:00+01:00',
      '2025-10-26T00:00+02:00',
      '2025-10-27T00:00+01:00',
    ],
    [
      'a day whose midnight is skipped',
      'America/Santiago',
      'day',
      1,
      '2025-09-07T12:00-03:00',
      '2025-09-07T01:00-03:00',
      '2025-09-08T00:00-03:00',
    ],
    [
      'the day before it ends at the leap',
      'America/Santiago',
      'day',
      1,
      '2025-09-06T23:59-04:00',
      '2025-09-06T00:00-04:00',
      '2025-09-07T01:00-03:00',
    ],
    [
      'a day whose last hour comes twice',
      'America/Santiago',
      'day',
      1,
      '2025-04-05T23:30-03:00',
      '2025-04-05T00:00-03:00',
      '2025-04-06T00:00-04:00',
    ],
    [
      'a day whose first hour comes twice',
      'America/Havana',
      'day',
      1,
      '2025-11-02T00:30-05:00',
      '2025-11-02T00:00-04:00',
      '2025-11-03T00:00-05:00',
    ],
    [
      'a leap of half an hour',
      'Australia/Lord_Howe',
      'day',
      1,
      '2025-04-06T12:00+10:30',
      '2025-04-06T00:00+11:00',
      '2025-04-07T00:00+10:30',
    ],
    [
      'a day that is set back into the one before goes on',
      'America/St_Johns',
      'day',
      1,
      '2010-11-06T23:30-03:30',
      '2010-11-07T00:00-02:30',
      '2010-11-08T00:00-03:30',
    ],
    [
      'a date that was left out',
      'Pacific/Apia',
      'day',
      1,
      '2011-12-29T23:59-10:00',
      '2011-12-29T00:00-10:00',
      '2011-12-31T00:00+14:00',
    ],
    [
      'the date after it',
      'Pacific/Apia',
      'day',
      1,
      '2011-12-31T00:00+14:00',
      '2011-12-31T00:00+14:00',
      '2012-01-01T00:00+14:00',
    ],
    [
      'a week from Monday',
      'Europe/Berlin',
      'week',
      1,
      '2025-06-01T12:00+02:00',
      '2025-05-26T00:00+02:00',
      '2025-06-02T00:00+02:00',
    ],
    [
      'a week from Sunday',
      'Europe/Berlin',
      'week',
      7,
      '2025-06-01T12:00+02:00',
      '2025-06-01T00:00+02:00',
      '2025-06-08T00:00+02:00',
    ],
    [
      'a week from Saturday',
      'Asia/Dubai',
      'week',
      6,
      '2025-06-06T23:59+04:00',
      '2025-05-31T00:00+04:00',
      '2025-06-07T00:00+04:00',
    ],
    ['a week before 1970', 'Etc/UTC', 'week', 1, '1969-12-28T12:00Z', '1969-12-22T00:00Z', '1969-12-29T00:00Z'],
    [
      'a week that the clocks shorten',
      'Europe/Berlin',
      'week',
      1,
      '2025-03-30T12:00+02:00',
      '2025-03-24T00:00+01:00',
      '2025-03-31T00:00+02:00',
    ],
    [
      'a month',
      'Europe/Berlin',
      'month',
      1,
      '2025-10-15T12:00+02:00',
      '2025-10-01T00:00+02:00',
      '2025-11-01T00:00+01:00',
    ],
    [
      'February in a leap year',
      'Europe/Berlin',
      'month',
      1,
      '2024-02-29T23:59+01:00',
      '2024-02-01T00:00+01:00',
      '2024-03-01T00:00+01:00',
    ],
    [
      'December',
      'Pacific/Auckland',
      'month',
      1,
      '2025-12-31T23:59+13:00',
      '2025-12-01T00:00+13:00',
      '2026-01-01T00:00+13:00',
    ],
  ])('%s', (_name, zone, unit, weekStart, instant, start, end) => {
    expect(localUnit(testZone(zone), unit, weekStart, ms(instant))).toMatchObject({ start: ms(start), end: ms(end) });
  });

  it('answers the same whatever it was asked before', () => {
    const zone = testZone('Europe/Berlin');
    const asked = ['2025-06-02T12:00Z', '2025-06-03T12:00Z', '2025-06-02T12:00Z'].map((at) =>
      localUnit(zone, 'day', 1, ms(at)),
    );

    expect(asked[2]).toEqual(asked[0]);
    expect(asked[1]?.start).toBe(asked[0]?.end);
    expect(localUnit(zone, 'week', 1, ms('2025-06-02T12:00Z'))).not.toEqual(
      localUnit(zone, 'week', 2, ms('2025-06-02T12:00Z')),
    );
  });
});

describe('dates', () => {
  it.each([
    ['2026-11-21', 20_778],
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2024-02-29', 19_782],
  ])('%s is day %i', (date, day) => {
    expect(dayOf(date)).toBe(day);
    expect(isoDate(day)).toBe(date);
  });

  it.each(['2025-02-29', '2026-13-01', '2026-1-1', '26-01-01', '0026-01-01', '2026-11-21T00:00', 'soon', ''])(
    '"%s" is none',
    (date) => {
      expect(dayOf(date)).toBeNull();
    },
  );

  it('a local day is the one its clock shows', () => {
    const at = ms('2026-11-21T11:30Z');

    expect(isoDate(localDay(testZone('Pacific/Auckland'), at))).toBe('2026-11-22');
    expect(isoDate(localDay(testZone('America/Los_Angeles'), at))).toBe('2026-11-21');
    expect(startOfDay(testZone('America/Santiago'), dayOf('2025-09-07') ?? NaN)).toBe(ms('2025-09-07T01:00-03:00'));
  });
});
