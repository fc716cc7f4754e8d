import { spawnSync } from 'node:child_process';
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

  it('do not depend on the zone and the date of the machine', () => {
    const here = allOf({ zone: 'UTC', today: '2026-07-01T12:00:00Z' });

    expect(here.split('\n').length).toBeGreaterThan(50);
    expect(allOf({ zone: 'America/New_York', today: '2031-12-31T23:30:00Z' })).toBe(here);
    expect(allOf({ zone: 'Pacific/Apia', today: '2019-01-01T00:30:00Z' })).toBe(here);
  });
});

const HOOKS = new URL('../../../decision/src/testing/typescript-hooks.mjs', import.meta.url).href;
const SOURCE = new URL('./index.ts', import.meta.url).href;

/** Every holiday of some countries with a calendar of their own, as a process says whose zone and clock are those. */
function allOf({ zone, today }: { zone: string; today: string }): string {
  const program = `
    import { register } from 'node:module';
    register(${JSON.stringify(HOOKS)});
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...parts) { parts.length === 0 ? super(${JSON.stringify(today)}) : super(...parts); }
      static now() { return RealDate.parse(${JSON.stringify(today)}); }
    };
    const { holidays } = await import(${JSON.stringify(SOURCE)});
    for (const country of ['DE', 'IL', 'TR', 'KR']) {
      for (let day = RealDate.UTC(2026, 0, 1); day < RealDate.UTC(2027, 0, 1); day += 86400000) {
        const date = new RealDate(day).toISOString().slice(0, 10);
        const name = holidays.holiday(country, null, date);
        if (name !== null) console.log(country, date, name);
      }
    }`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=source', '--input-type=module', '--eval', program],
    { encoding: 'utf8', env: { ...process.env, TZ: zone, NODE_OPTIONS: '' } },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
