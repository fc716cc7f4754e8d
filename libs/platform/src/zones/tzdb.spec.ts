import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { ianaNames, tzdb } from './index.js';
import { parseTzdb } from './tzdb.js';

const text = readFileSync(new URL('./tzdb.json', import.meta.url), 'utf8');

describe('the time zone database', () => {
  it('names its version', () => {
    expect(tzdb.version).toMatch(/^20\d\d[a-z]$/);
  });

  it('accepts each of its names and no other', () => {
    expect(ianaNames().length).toBeGreaterThanOrEqual(590);
    expect(ianaNames().filter((name) => tzdb.zone(name)?.name !== name)).toEqual([]);

    const others = ['', 'europe/berlin', 'Europe/Berlin ', 'Mars/Base', 'UTC+3', 'local', 'Factory', 'posixrules'];
    const inherited = ['__proto__', 'constructor', 'toString'];
    for (const name of [...others, ...inherited]) {
      expect([name, tzdb.zone(name)]).toEqual([name, null]);
    }
  });

  it('gives the same zone each time', () => {
    expect(tzdb.zone('Europe/Berlin')).toBe(tzdb.zone('Europe/Berlin'));
  });

  it('resolves old names and keeps them', () => {
    const now = Date.parse('2026-07-01T00:00Z');
    expect(tzdb.zone('Asia/Calcutta')?.offset(now)).toBe(330);
    expect(tzdb.zone('Asia/Calcutta')?.name).toBe('Asia/Calcutta');
    expect(tzdb.zone('Europe/Kiev')?.offset(now)).toBe(tzdb.zone('Europe/Kyiv')?.offset(now));
  });

  it('knows that Vancouver stays on summer time from 2026 on', () => {
    const zone = tzdb.zone('America/Vancouver') ?? undefined;
    expect(DateTime.fromISO('2026-12-24T12:00:00Z', { zone }).toISO()).toBe('2026-12-24T05:00:00.000-07:00');
  });

  it('refuses a data file that was changed by hand', () => {
    expect(parseTzdb(text).version).toBe(tzdb.version);
    const changed = text.replace('CET-1CEST,M3.5.0', 'CET-1CEST,M3.4.0');
    expect(changed).not.toBe(text);
    expect(() => parseTzdb(changed)).toThrow('damaged');
  });
});
