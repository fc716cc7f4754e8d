import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { ianaNames, tzdb } from '../zones/index.js';
import { nameOfZone, Times } from './times.js';

const AT = Date.parse('2026-06-01T22:30:00Z');
const WINTER = Date.parse('2026-01-01T12:00:00Z');

describe('times as one reader knows them', () => {
  it.each([
    ['de', 'Europe/Berlin', '2. Juni 2026 um 00:30 MESZ', '2. Juni 2026'],
    ['en', 'America/Los_Angeles', 'June 1, 2026 at 3:30 PM PDT', 'June 1, 2026'],
    ['fr', 'UTC', '1 juin 2026 à 22:30 UTC', '1 juin 2026'],
    ['en', 'Asia/Kolkata', 'June 2, 2026 at 4:00 AM GMT+5:30', 'June 2, 2026'],
    ['en', 'No/Zone', 'June 1, 2026 at 10:30 PM GMT', 'June 1, 2026'],
  ])('%s in %s', (language, zone, instant, day) => {
    const times = new Times(language, zone, AT);
    // Twice: what was made for the first is used again.
    for (let i = 0; i < 2; i++) expect([times.instant(AT), times.day(AT)]).toEqual([instant, day]);
  });

  it('are by the product’s zones in each of them, whatever the runtime knows', () => {
    const wrong = ianaNames().filter((zone) => {
      const local = DateTime.fromMillis(AT, { zone: tzdb.zone(zone) ?? 'utc' });
      return !new Times('en', zone, AT).instant(AT).startsWith(local.toFormat("LLLL d, yyyy 'at' h:mm a"));
    });
    expect(wrong).toEqual([]);
  });

  it('name a zone by its city and by its clock then, and what is no zone by itself', () => {
    const times = new Times('de', 'Europe/Berlin', WINTER);
    expect(times.zoneName()).toBe('Berlin (GMT+1)');
    expect(times.zoneName('America/New_York')).toBe('New York (GMT-\u20605)');
    expect(times.zoneName('<Atlantis>')).toBe('<Atlantis>');
    expect(nameOfZone('de', 'Europe/Berlin', AT)).toBe('Berlin (GMT+2)');
    expect(nameOfZone('en', 'Europe/Istanbul', WINTER)).toBe('Istanbul (GMT+3)');
  });

  it('say a clock in one piece: in its own direction between sentences that run the other way, and on one line', () => {
    const zone = 'America/Los_Angeles';
    expect(new Times('he', zone, AT).instant(AT)).toMatch(/ \u2068GMT-\u20607\u2069$/);
    expect(nameOfZone('he', zone, AT)).toBe('\u2068Los Angeles (GMT-\u20607)\u2069');
    expect(nameOfZone('ar', zone, AT)).toMatch(/^\u2068Los Angeles \(.*-\u20607\)\u2069$/);
  });

  it('end a day where the day of the reader ends, also when the clocks change', () => {
    const times = new Times('de', 'Europe/Berlin', WINTER);
    expect(times.endOf('2026-03-28')).toBe(Date.parse('2026-03-28T23:00:00Z'));
    expect(times.endOf('2026-03-29')).toBe(Date.parse('2026-03-29T22:00:00Z'));
    expect(times.endOf('2026-02-30')).toBeNull();
    expect(times.field(Date.parse('2026-03-29T22:00:00Z'))).toBe('2026-03-30');
    expect(times.endOfDayIn(1, Date.parse('2026-03-28T12:00:00Z'))).toBe(Date.parse('2026-03-29T22:00:00Z'));
  });
});
