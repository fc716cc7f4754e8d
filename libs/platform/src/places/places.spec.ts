import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { tzdb } from '../zones/index.js';
import { places } from './index.js';
import { parsePlaces, type PlacesContent, sha256OfPlaces } from './places.js';

const text = readFileSync(new URL('./places.json', import.meta.url), 'utf8');
const content = JSON.parse(text) as PlacesContent & { sha256: string };
const phoneEntries = Object.entries(content.phones);

describe('countries', () => {
  it.each([
    ['DE', ['Europe/Berlin']],
    ['ES', ['Europe/Madrid', 'Atlantic/Canary']],
    [
      'US',
      [
        'America/New_York',
        'America/Chicago',
        'America/Denver',
        'America/Los_Angeles',
        'America/Anchorage',
        'America/Phoenix',
        'America/Adak',
        'Pacific/Honolulu',
      ],
    ],
    ['XK', ['Europe/Belgrade']],
  ])('%s', (country, zones) => {
    expect(places.zonesOfCountry(country)).toEqual(zones);
  });

  it.each(['XX', 'de', '', 'toString', 'GERMANY'])('%j is none', (code) => {
    expect(places.zonesOfCountry(code)).toBeNull();
  });

  it('are of the release of the time zone database that the product carries', () => {
    expect(places.version).toMatch(new RegExp(`^${tzdb.version}/libphonenumber-`));
  });
});

describe('regions', () => {
  it.each([
    ['US-NY', ['America/New_York']],
    ['US-TX', ['America/Chicago', 'America/Denver']],
    ['US-AZ', ['America/Denver', 'America/Phoenix']],
    ['CA-SK', ['America/Regina', 'America/Edmonton']],
    ['AU-NSW', ['Australia/Sydney', 'Australia/Broken_Hill', 'Australia/Lord_Howe']],
    ['ES-CN', ['Atlantic/Canary']],
  ])('%s', (region, zones) => {
    expect(places.zonesOfRegion(region)).toEqual(zones);
  });

  it('of the United States, Canada and Australia are all there', () => {
    const count = (country: string) => places.regionsOfCountry?.(country)?.length;

    expect([count('US'), count('CA'), count('AU'), count('MX'), count('BR'), count('RU')]).toEqual([
      51, 13, 8, 32, 27, 83,
    ]);
    expect(places.regionsOfCountry?.('DE')).toBeNull();
  });

  it('of a country have together the clocks that the country has', () => {
    for (const country of content.completeCountries) {
      const clocks = (zones: readonly string[]) => new Set(zones.map((zone) => yearOf(zone)));
      const ofRegions = places.regionsOfCountry?.(country)?.flatMap((region) => places.zonesOfRegion(region) ?? []);
      expect([country, clocks(ofRegions ?? [])]).toEqual([country, clocks(places.zonesOfCountry(country) ?? [])]);
    }
  });
});

describe('postal codes', () => {
  it.each([
    ['US', '10001', ['America/New_York']],
    ['US', '79901-1234', ['America/Denver']],
    ['US', '96701', ['Pacific/Honolulu']],
    ['CA', 'm5v 3l9', ['America/Toronto']],
    ['CA', 'S9V0A1', ['America/Regina', 'America/Edmonton']],
    ['US', '100', null],
    ['US', 'ABCDE', null],
    ['US', '00000', null],
    ['CA', 'W1A 1AA', null],
    ['DE', '10115', null],
  ])('%s %s', (country, code, zones) => {
    expect(places.zonesOfPostalCode(country, code)).toEqual(zones);
  });
});

describe('beginnings of phone numbers', () => {
  const AMERICA = expect.arrayContaining(['US', 'CA', 'BS']) as unknown;
  it.each([
    ['+1212', { country: 'US', regions: ['US-NY'], zones: ['America/New_York'] }],
    ['+12125550100', { country: 'US', regions: ['US-NY'], zones: ['America/New_York'] }],
    ['+1270', { country: 'US', regions: ['US-KY'], zones: ['America/New_York', 'America/Chicago'] }],
    ['+1416', { country: 'CA', regions: ['CA-ON'], zones: ['America/Toronto'] }],
    ['+1242', { country: 'BS', regions: null, zones: ['America/Nassau'] }],
    ['+4930', { country: 'DE', regions: null, zones: ['Europe/Berlin'] }],
    ['+441481', { country: 'GG', regions: null, zones: ['Europe/Guernsey'] }],
    ['+441', { country: 'GB', regions: null, zones: ['Europe/London'] }],
    [
      '+617',
      {
        country: 'AU',
        regions: ['AU-QLD', 'AU-NSW'],
        zones: expect.arrayContaining(['Australia/Brisbane']) as unknown,
      },
    ],
  ])('%s is of a place', (prefix, expected) => {
    expect(places.ofPhone(prefix)).toEqual(expected);
  });

  it.each([
    ['+49171', 'DE'],
    ['+4932', 'DE'],
    ['+336', 'FR'],
    ['+43664', 'AT'],
    ['+4179', 'CH'],
    ['+49', 'DE'],
    ['+5511', 'BR'],
  ])('%s tells the country only: mobile, or not known to be tied to a place', (prefix, country) => {
    expect(places.ofPhone(prefix)).toEqual({ country, regions: null, zones: null });
  });

  it.each(['+1', '+12', '+1800', '+1888', '+1436', '+14365550'])(
    '%s may be of any country of the North American plan',
    (prefix) => {
      expect(places.ofPhone(prefix)).toEqual({ country: 'US', countries: AMERICA, regions: null, zones: null });
    },
  );

  it('a British mobile number may be of the islands', () => {
    expect(places.ofPhone('+447')?.countries).toEqual(['GB', 'GG', 'IM', 'JE']);
  });

  it.each(['+1999', '+1100', '+999', '+0', '4930', '+', '', '+49 30', '+constructor'])(
    '%j begins no number',
    (prefix) => {
      expect(places.ofPhone(prefix)).toBeNull();
    },
  );

  it('every area code of the United States and Canada has regions and zones', () => {
    const of = (country: string) =>
      phoneEntries.filter(
        ([key, [[c, d]]]) => key.length === 4 && key.startsWith('1') && c === country && d === undefined,
      );

    expect([of('US').length, of('CA').length]).toEqual([359, 55]);
    const zonesOf = (regions: readonly string[]) => regions.flatMap((region) => places.zonesOfRegion(region) ?? []);
    for (const [prefix, [, regions, zones]] of [...of('US'), ...of('CA')]) {
      expect([prefix, regions?.length ?? 0, zones?.length ?? 0]).not.toContain(0);
      const known = zonesOf(regions ?? []).map(yearOf);
      expect([prefix, zones?.filter((zone) => !known.includes(yearOf(zone)))]).toEqual([prefix, []]);
    }
  });
});

describe('zones', () => {
  it.each([
    ['Europe/Berlin', 'DE'],
    ['Europe/Oslo', 'NO'],
    ['Europe/Kiev', 'UA'],
    ['US/Eastern', 'US'],
    ['Etc/UTC', null],
    ['EST', null],
    ['CET', null],
  ])('%s is named after a place in %s', (zone, country) => {
    expect(places.countryOfZone?.(zone)).toBe(country);
  });

  it('are all in the time zone database', () => {
    const named = [
      ...Object.values(content.countries).flat(),
      ...Object.keys(content.zones),
      ...Object.values(content.regions).flat(),
      ...Object.values(content.postalCodes).flatMap((codes) => Object.values(codes).flat()),
      ...phoneEntries.flatMap(([, [, , zones]]) => zones ?? []),
    ];
    expect([...new Set(named)].filter((zone) => tzdb.zone(zone) === null)).toEqual([]);
  });
});

it('a damaged file is refused', () => {
  expect(() => parsePlaces(text.replace('"DE":["Europe/Berlin"]', '"DE":["Asia/Tokyo"]'))).toThrow('damaged');
  expect(sha256OfPlaces(content)).toBe(content.sha256);
});

/** What a zone's clocks do over ten years, noon by noon. */
const years = new Map<string, string>();
function yearOf(name: string): string {
  const known = years.get(name);
  if (known !== undefined) return known;
  const zone = tzdb.zone(name);
  const noon = Date.UTC(2024, 0, 1, 12);
  const year = Array.from({ length: 3650 }, (_, day) => zone?.offset(noon + day * 86_400_000)).join();
  years.set(name, year);
  return year;
}
