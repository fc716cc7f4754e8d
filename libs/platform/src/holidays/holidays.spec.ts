import { describe, expect, it } from '@jest/globals';
import { holidays } from './index.js';

describe('public holidays', () => {
  it.each([
    ['DE', null, '2026-12-25', 'Christmas Day'],
    ['DE', null, '2026-12-24', null],
    ['DE', 'DE-BE', '2026-03-08', "International Women's Day"],
    ['DE', 'DE-HH', '2026-03-08', null],
    ['DE', null, '2026-03-08', "International Women's Day"],
    ['DE', 'DE-BY', '2026-08-15', 'Assumption'],
    ['US', 'US-TX', '2026-07-04', 'Independence Day'],
    ['US', 'US-MA', '2026-04-20', "Patriots' Day"],
    ['US', 'US-TX', '2026-04-20', null],
    ['US', 'US-PR', '2026-01-06', 'Epiphany'],
    ['GB', 'GB-SCT', '2026-01-02', 'January 2nd'],
    ['FR', 'FR-75', '2026-07-14', 'Bastille Day'],
    ['AT', null, '2026-10-26', 'National Holiday'],
  ])('%s %s on %s: %s', (country, region, date, name) => {
    expect(holidays.holiday(country, region, date)).toBe(name);
  });

  it('of several days are kept on each of them, over new year as well', () => {
    const inRomania = ['2026-01-01', '2026-01-02', '2026-01-03'].map((date) => holidays.holiday('RO', null, date));

    expect(inRomania).toEqual(["New Year's Day", "New Year's Day", null]);
    expect(holidays.holiday('SZ', null, '2027-01-02')).toBe('Incwala Festival');
  });

  it('on part of a day count for the whole of it', () => {
    expect(holidays.holiday('IS', null, '2026-12-24')).toBe('Christmas Eve');
  });

  it('of a country without a table are an error and not a workday', () => {
    expect(() => holidays.holiday('XX', null, '2026-01-01')).toThrow(RangeError);
    expect(() => holidays.holiday('DE', null, '1 May 2026')).toThrow(RangeError);
  });

  it('name the version of their source', () => {
    expect(holidays.version).toMatch(/^date-holidays-\d+\.\d+\.\d+$/);
  });
});
