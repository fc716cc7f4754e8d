import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOOKS = new URL('./testing/typescript-hooks.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('./testing/print-decisions.ts', import.meta.url));

/** What a process prints whose own zone is `zone` and whose clock stands at `today`. */
function decisionsIn({ zone, today, language }: { zone: string; today: string; language: string }): string {
  const start = `
    import { register } from 'node:module';
    register(${JSON.stringify(HOOKS)});
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...parts) { parts.length === 0 ? super(${JSON.stringify(today)}) : super(...parts); }
      static now() { return RealDate.parse(${JSON.stringify(today)}); }
    };`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--conditions=source', '--import', `data:text/javascript,${encodeURIComponent(start)}`, PROGRAM],
    { encoding: 'utf8', env: { ...process.env, TZ: zone, LANG: language, LC_ALL: language, NODE_OPTIONS: '' } },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

describe('a decision', () => {
  it('does not depend on the zone, the language and the date of the machine that makes it', () => {
    const here = decisionsIn({ zone: 'UTC', today: '2025-07-01T12:00:00Z', language: 'C' });

    expect(here.match(/"outcome":"defer"/g)).toHaveLength(12);
    expect(decisionsIn({ zone: 'America/New_York', today: '2025-12-24T01:30:00Z', language: 'de_DE.UTF-8' })).toBe(
      here,
    );
    expect(decisionsIn({ zone: 'Pacific/Apia', today: '2031-02-03T04:05:06Z', language: 'ar_EG.UTF-8' })).toBe(here);
  });
});
