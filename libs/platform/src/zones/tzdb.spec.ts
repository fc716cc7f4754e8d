import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { ianaNames, tzdb, tzdbEdition } from './index.js';
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

// Decisions are made again from the release that they name: none is changed, and none goes.
describe('releases of the time zone database', () => {
  it.each([
    ['2025b', 'dd60ae244381dc59692aa77242658d3ef211c3eeaff69b53f2168bed2131c887', -480],
    ['2026f', '7859f04e91755e5db3227649f210783b60498ba528f5c9105631052a0e5ba3ec', -420],
  ])('%s are what they were when decisions were made by them', (version, sha256, vancouver) => {
    const file = version === tzdb.version ? 'tzdb.json' : `superseded/${version}.json`;
    const kept = readFileSync(new URL(`./${file}`, import.meta.url), 'utf8');
    expect(kept).toContain(`"sha256":"${sha256}"`);
    const edition = tzdbEdition(version);
    expect(edition?.version).toBe(version);
    expect(edition?.zone('America/Vancouver')?.offset(Date.parse('2026-12-24T12:00:00Z'))).toBe(vancouver);
    expect(tzdbEdition(version)).toBe(edition);
  });

  it('are all of them named here, and others are not there', () => {
    const kept = readdirSync(new URL('./superseded/', import.meta.url)).map((file) => file.replace('.json', ''));
    expect([...kept, tzdb.version]).toEqual(['2025b', '2026f']);
    expect([tzdbEdition('2025c'), tzdbEdition('../tzdb'), tzdbEdition('')]).toEqual([null, null, null]);
  });
});
