import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { holidays, holidaysEdition } from './index.js';
import { digestOf } from './testing/answers.js';

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

// Before a newer date-holidays is installed, `node scripts/keep-holidays.mjs` keeps the tables in use: decisions are made
// again from those that they name. The digests also notice a reader of them that says something else.
describe('editions of the holidays', () => {
  const SOME = { DE: ['BY', 'BE'], AT: [], FR: ['57'], GB: ['SCT'], UZ: [], IL: [] };
  it.each([
    ['date-holidays-3.36.1', '4a2f9a6f4078357b'],
    ['date-holidays-3.37.0', '405ebaf37740d152'],
  ])('%s answer as they did when decisions were made by them', (version, answers) => {
    const edition = holidaysEdition(version);
    expect(edition?.version).toBe(version);
    expect(edition === null ? null : digestOf(edition, SOME, [2026, 2027])).toBe(answers);
    expect(holidaysEdition(version)).toBe(edition);
  });

  it('are all of them named here, and others are not there', () => {
    const kept = readdirSync(new URL('./superseded/', import.meta.url)).map((file) => file.replace('.json', ''));
    expect([...kept, holidays.version]).toEqual(['date-holidays-3.36.1', 'date-holidays-3.37.0']);
    expect([holidaysEdition('date-holidays-3.0.0'), holidaysEdition('../index'), holidaysEdition('')]).toEqual([null, null, null]); // prettier-ignore
  });

  it('that have no table of a country do not lend it from another', () => {
    expect(holidaysEdition('date-holidays-3.36.1')?.hasTable?.('UZ')).toBe(false);
    expect(() => holidaysEdition('date-holidays-3.36.1')?.holiday('UZ', null, '2026-12-08')).toThrow(RangeError);
    expect(holidays.holiday('UZ', null, '2026-12-08')).toBe('Constitution Day');
  });
});
