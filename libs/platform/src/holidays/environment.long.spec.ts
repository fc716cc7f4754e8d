import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';

describe('public holidays', () => {
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
