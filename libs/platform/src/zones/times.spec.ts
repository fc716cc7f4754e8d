import { describe, expect, it } from '@jest/globals';
import { Times } from './times.js';

const AT = Date.parse('2026-06-01T22:30:00Z');

describe('times as one reader knows them', () => {
  it.each([
    ['de', 'Europe/Berlin', '2. Juni 2026 um 00:30 MESZ', '2. Juni 2026'],
    ['en', 'America/Los_Angeles', 'June 1, 2026 at 3:30 PM PDT', 'June 1, 2026'],
    ['fr', 'UTC', '1 juin 2026 à 22:30 UTC', '1 juin 2026'],
  ])('%s in %s', (language, zone, instant, day) => {
    const times = new Times(language, zone);
    // Twice: what was made for the first is used again.
    for (let i = 0; i < 2; i++) expect([times.instant(AT), times.day(AT)]).toEqual([instant, day]);
  });

  it('names a zone by its city and clock, and what is no zone by itself', () => {
    const times = new Times('de', 'Europe/Berlin');
    expect(times.zoneName()).toBe('Berlin (GMT+1)');
    expect(times.zoneName('America/New_York')).toBe('New York (GMT-5)');
    expect(times.zoneName('<Atlantis>')).toBe('<Atlantis>');
  });
});
