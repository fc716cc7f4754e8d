import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { iso31661, iso31662 } from 'iso-3166';
import { type PlaceSource, TERRITORIES } from '#lib/kernel';
import { tzdb } from '../zones/index.js';
import { placeAdvice, places, placesEdition } from './index.js';
import { countryInput, placeInput, regionInput } from './place-input.js';
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

  it('are those of ISO 3166-2, the United States with their six territories', () => {
    const count = (country: string) => places.regionsOfCountry?.(country)?.length;

    expect([count('US'), count('CA'), count('AU'), count('MX'), count('BR'), count('RU')]).toEqual([
      57, 13, 8, 32, 27, 83,
    ]);
    expect([count('DE'), count('GI'), count('XX')]).toEqual([16, 0, undefined]);
  });

  it('of a country have together the clocks that the country has, and those of its territories', () => {
    for (const country of content.completeCountries) {
      const clocks = (zones: readonly string[]) => new Set(zones.map((zone) => yearOf(zone)));
      const ofRegions = places.regionsOfCountry?.(country)?.flatMap((region) => places.zonesOfRegion(region) ?? []);
      const ofCountry = places.zonesWithTerritories?.(country) ?? places.zonesOfCountry(country) ?? [];
      expect([country, clocks(ofRegions ?? [])]).toEqual([country, clocks(ofCountry)]);
    }
  });

  it('that are countries as well have the clocks of those, whichever name is used', () => {
    const named = [...TERRITORIES].filter(([region, code]) => {
      const country = region.slice(0, 2);
      const isKnown = places.regionsOfCountry?.(country)?.includes(region);
      return (
        !isKnown || places.zonesOfCountry(code) === null || places.zonesOfRegion(region) !== places.zonesOfCountry(code)
      );
    });
    expect(named).toEqual([]);
    expect(['US-GU', 'FR-974', 'FR-RE', 'NL-BQ1', 'NO-21'].map((region) => places.zonesOfRegion(region))).toEqual([
      ['Pacific/Guam'],
      ['Indian/Reunion'],
      ['Indian/Reunion'],
      ['America/Kralendijk'],
      ['Arctic/Longyearbyen'],
    ]);
  });

  it('every part of a country that is a country to ISO 3166-1 is such a territory', () => {
    const twice = iso31662.filter(({ code, name }) => iso31661.some((country) => country.alpha2 !== code.slice(0, 2) && country.name === name)); // prettier-ignore
    const namesakes = ['BE-WLX', 'GN-ML', 'NG-NI', 'US-GA'];
    expect(twice.filter(({ code }) => !TERRITORIES.has(code)).map(({ code }) => code)).toEqual(namesakes);
  });

  it('a country has its own clocks, and those of its territories only where they are asked for', () => {
    expect(places.zonesOfCountry('FR')).toEqual(['Europe/Paris']);
    expect(places.zonesWithTerritories?.('FR')).toEqual(
      expect.arrayContaining(['Europe/Paris', 'Pacific/Wallis', 'Indian/Reunion', 'America/Guadeloupe']),
    );
    expect(places.zonesWithTerritories?.('DE')).toBeNull();
  });
});

describe('postal codes', () => {
  it.each([
    ['US', '10001', ['America/New_York']],
    ['US', '79901-1234', ['America/Denver']],
    ['US', '96701', ['Pacific/Honolulu']],
    ['CA', 'm5v 3l9', ['America/Toronto']],
    ['CA', 'S9V0A1', ['America/Regina', 'America/Edmonton']],
    ['US', '00901', ['America/Puerto_Rico']],
    ['US', '00601-0001', ['America/Puerto_Rico']],
    ['US', '802', ['America/St_Thomas']],
    ['US', '2139', ['America/New_York']],
    ['US', '9012', expect.arrayContaining(['Europe/Berlin'])],
    ['US', '96910', ['Pacific/Guam']],
    ['US', '96950', ['Pacific/Saipan']],
    ['US', '96939', ['Pacific/Palau']],
    ['US', '96799', ['Pacific/Pago_Pago']],
    ['US', '09012', expect.arrayContaining(['Europe/Berlin', 'Asia/Dubai'])],
    ['US', '96301', expect.arrayContaining(['Asia/Tokyo', 'Pacific/Guam'])],
    ['US', '34002', expect.arrayContaining(['America/Panama', 'America/Sao_Paulo'])],
    ['FR', '97400', ['Indian/Reunion']],
    ['FR', 'F-97400', ['Indian/Reunion']],
    ['FR', '97133', ['America/St_Barthelemy']],
    ['FR', '98800', ['Pacific/Noumea']],
    ['FR', '75001', null],
    ['FR', '98000', null],
    ['AU', '6799', ['Indian/Cocos']],
    ['DK', '3900', expect.arrayContaining(['America/Nuuk'])],
    ['DK', '3900 Nuuk', expect.arrayContaining(['America/Nuuk'])],
    ['DK', 'GL-3900', expect.arrayContaining(['America/Nuuk'])],
    ['DK', 'GL-2100', null],
    ['DK', '2100 København Ø', null],
    ['FR', '97400 Saint-Denis', ['Indian/Reunion']],
    ['FR', 'F-97400, Saint-Denis', ['Indian/Reunion']],
    ['US', '96910 Hagåtña', ['Pacific/Guam']],
    ['US', '10001-1234 New York', ['America/New_York']],
    ['CA', 'M5V 3L9 Toronto', ['America/Toronto']],
    ['GB', 'FIQQ 1ZZ', ['Atlantic/Stanley']],
    ['GB', 'fiqq', ['Atlantic/Stanley']],
    ['GB', 'GX11 1AA', ['Europe/Gibraltar']],
    ['GB', 'TKCA 1ZZ', ['America/Grand_Turk']],
    ['GB', 'JE2 3AB', ['Europe/Jersey']],
    ['GB', 'IM1 1AA', ['Europe/Isle_of_Man']],
    ['GB', 'BFPO 57', expect.arrayContaining(['Atlantic/Stanley', 'Europe/London', 'Asia/Brunei'])],
    ['GB', 'BF1 2AS', expect.arrayContaining(['Atlantic/Stanley', 'Europe/London', 'Asia/Brunei'])],
    ['GB', 'SW1A 1AA', null],
    ['GB', 'G1 1AA', null],
    ['GB', 'BB1 1AA', null],
    ['NO', '9170', ['Arctic/Longyearbyen']],
    ['NO', '9170 Longyearbyen', ['Arctic/Longyearbyen']],
    ['US', '100', null],
    ['US', 'ABCDE', null],
    ['US', '00000', null],
    ['CA', 'W1A 1AA', null],
    ['DE', '10115', null],
  ] as [string, string, unknown][])('%s %s', (country, code, zones) => {
    expect(places.zonesOfPostalCode(country, code)).toEqual(zones);
  });

  it.each([
    ['US', '10001 96910 00901 901 2139 09012 34002 96799 US-10001', '00000 ABCDE 213 100011'],
    ['FR', '75001 6000 20000 97400 98000 F-75001 75380CEDEX08', '974 00100 97900 98900 ABCDE 750001'],
    ['NL', '1012AB 1012', '0999AB 10123'],
    ['NO', '0150 150 9170', '01500'],
    ['CN', '100000 999077', '10000'],
    ['FI', '00100 100', '001001'],
    ['DE', '10115 whatever', ''],
    ['GB', 'SW1A1AA BFPO57 FIQQ1ZZ', ''],
  ])('that %s may have', (country, may, mayNot) => {
    const judged = (codes: string) => codes.split(' ').filter((code) => code !== '').map((code) => places.mayHavePostalCode?.(country, code)); // prettier-ignore
    expect(new Set(judged(may))).toEqual(new Set([true]));
    expect(judged(mayNot).filter((isOf) => isOf !== false)).toEqual([]);
  });

  it.each([
    ['FR', '75001 Paris', true],
    ['FR', '75001, Paris 1er', true],
    ['FR', '75380 Paris Cedex 08', true],
    ['FR', '6000 Nice', true],
    ['FR', '97400 Saint-Denis', true],
    ['FR', 'Paris 75001', false],
    ['FR', '99999 Paris', false],
    ['FR', '75001 97400', false],
    ['US', '10001 New York', true],
    ['US', '00000 Nowhere', false],
    ['NL', '1012 AB Amsterdam', true],
    ['NL', '1012AB Amsterdam', true],
    ['NL', "2511 's-Gravenhage", true],
    ['NO', '0150 Oslo', true],
    ['CN', '100 000 北京', true],
    ['FI', '00100 Ähtäri', true],
  ])('that %s may have before the name of a place: %s %s', (country, code, may) => {
    expect(places.mayHavePostalCode?.(country, code)).toBe(may);
  });
});

it('clocks of regions and of postal codes of a country have the same names, so that they can be compared', () => {
  const stated = new Set(Object.values(content.regions).flat());
  for (const country of ['US', 'CA']) {
    const ofCountry = new Set(places.zonesOfCountry(country));
    const ofCodes = Object.values(content.postalCodes[country] ?? {}).flat().filter((zone) => ofCountry.has(zone)); // prettier-ignore
    expect(ofCodes.length).toBeGreaterThan(10);
    expect(ofCodes.filter((zone) => !stated.has(zone))).toEqual([]);
  }
});

describe('a code somebody typed', () => {
  it.each([
    ['DE', null],
    ['XK', null],
    ['UK', 'is no country of ISO 3166-1; write GB'],
    ['EL', 'is no country of ISO 3166-1; write GR'],
    ['EU', 'is no country of ISO 3166-1; write the country itself, such as DE, or leave it out where it is not known'],
    ['XX', 'is no country of ISO 3166-1; write a code such as DE, or leave it out where it is not known'],
  ])('%s for a country', (code, advice) => {
    expect(placeAdvice.country(code)).toBe(advice);
  });

  it.each([
    ['US-TX', null],
    ['US-PR', null],
    ['FR-974', null],
    ['FR-RE', null],
    ['FR-987', null],
    ['NO-32', null],
    ['GB-ENG', null],
    ['US-ZZ', 'is no region of US in ISO 3166-2; write one such as US-AK, or leave it out where it is not known'],
    ['US-AE', 'is no region but an address of the armed forces; write the ZIP code alone'],
    ['GI-01', 'is no region: ISO 3166-2 does not divide GI; write the country alone'],
    ['UK-LND', 'begins with what is no country of ISO 3166-1; write GB'],
  ])('%s for a region', (code, advice) => {
    expect(placeAdvice.region(code)).toBe(advice);
  });

  it('is refused by whoever reads it, and says what to write', () => {
    const said = (schema: typeof countryInput, code: string) => schema.safeParse(code).error?.issues.map(({ message }) => message); // prettier-ignore
    expect(said(countryInput, 'UK')).toEqual(['is no country of ISO 3166-1; write GB']);
    expect(said(countryInput, 'usa')).toEqual(['must be two capital letters']);
    expect(said(regionInput, 'US-ZZ')?.[0]).toContain('write one such as US-AK');
    expect(said(placeInput, 'UK')?.[0]).toContain('write GB');
    expect(said(placeInput, 'US-ZZ')?.[0]).toContain('is no region of US');
    expect([said(placeInput, 'US'), said(placeInput, 'US-TX'), said(regionInput, 'US-PR')]).toEqual([undefined, undefined, undefined]); // prettier-ignore
  });
});

describe('ZIP codes', () => {
  it.each([
    ['33101', ['US-FL']],
    ['10001-0001', ['US-NY']],
    ['06390', ['US-CT', 'US-NY']],
    ['5501', ['US-MA']],
    ['83414', ['US-ID', 'US-WY']],
    ['00901', null],
    ['96799', null],
    ['09012', null],
    ['00000', null],
    ['Miami', null],
  ])('%s is of %j', (code, states) => {
    expect(places.regionsOfPostalCode?.('US', code)).toEqual(states);
  });

  it('lie in states that have one of their clocks', () => {
    const codes = Array.from({ length: 1000 }, (_, i) => `${String(i).padStart(3, '0')}01`);
    const lost = codes.filter((code) => {
      const states = places.regionsOfPostalCode?.('US', code) ?? [];
      const clocks = places.zonesOfPostalCode('US', code);
      return states.length > 0 && clocks !== null && !states.some((state) => places.zonesOfRegion(state)?.some((zone) => clocks.includes(zone))); // prettier-ignore
    });
    expect(lost).toEqual([]);
  });

  it('are those of no other country', () => {
    expect(places.regionsOfPostalCode?.('DE', '33101')).toBeNull();
  });
});

/** What the tables answer to everything that can be asked of them, as far as there is an end to it. */
function answersOf(tables: PlaceSource, { postalCountries, phones, zones }: PlacesContent): string {
  const [digits, digits4] = [1000, 10_000].map((n) => Array.from({ length: n }, (_, i) => String(n + i).slice(1)));
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const countries = letters.flatMap((a) => letters.map((b) => a + b));
  const codes = (country: string) => [...(digits ?? []).map((code) => `${code}01`), ...letters.map((letter) => `${letter}1A 1AA`), ...Object.keys(postalCountries[country] ?? {}).map((code) => `${code} 1ZZ`)]; // prettier-ignore
  const answers = [
    countries.map((country) => [tables.zonesOfCountry(country), tables.zonesWithTerritories?.(country), tables.regionsOfCountry?.(country)]), // prettier-ignore
    countries.flatMap((country) => tables.regionsOfCountry?.(country) ?? []).map((region) => tables.zonesOfRegion(region)), // prettier-ignore
    ['US', 'CA', 'GB', 'FR', 'NL', 'NO', 'AU', 'DK', 'DE'].map((country) => codes(country).map((code) => [tables.zonesOfPostalCode(country, code), tables.countriesOfPostalCode?.(country, code), tables.mayHavePostalCode?.(country, code)])), // prettier-ignore
    (digits4 ?? []).map((prefix) => tables.ofPhone(`+${prefix}`)),
    Object.keys(phones).map((prefix) => tables.ofPhone(`+${prefix}`)),
    Object.keys(zones).map((zone) => tables.countryOfZone?.(zone)),
    (digits ?? []).map((code) => tables.regionsOfPostalCode?.('US', `${code}01`)),
  ];
  return createHash('sha256').update(JSON.stringify(answers)).digest('hex').slice(0, 16);
}

// Whoever changes a table or how it is read makes another edition (own-N), under which those of before stay as they are.
describe('editions of the tables', () => {
  it.each([
    ['2026f/libphonenumber-9.0.35/gazetteer-2021/iso-3166-2026-03/own-2', 'bf41604328d1866d'],
    ['2026f/libphonenumber-9.0.35/gazetteer-2021/iso-3166-2026-03/own-3', 'a64402cadc72dfeb'],
  ])('%s answers as it did when decisions were made by it', (version, answers) => {
    const edition = placesEdition(version);
    expect(edition?.version).toBe(version);
    const file = version === places.version ? 'places.json' : `superseded/${version.replaceAll('/', '_')}.json`;
    const kept = JSON.parse(readFileSync(new URL(`./${file}`, import.meta.url), 'utf8')) as PlacesContent;
    expect(edition === null ? null : answersOf(edition, kept)).toBe(answers);
  });

  it('are all of them named here, and others are not there', () => {
    const kept = readdirSync(new URL('./superseded/', import.meta.url));
    expect(kept.map((file) => placesEdition(file.replace('.json', '').replaceAll('_', '/'))?.version)).toEqual([
      '2026f/libphonenumber-9.0.35/gazetteer-2021/iso-3166-2026-03/own-2',
    ]);
    expect(places.version).toBe('2026f/libphonenumber-9.0.35/gazetteer-2021/iso-3166-2026-03/own-3');
    expect([placesEdition('2026f/own-1'), placesEdition('../places'), placesEdition('')]).toEqual([null, null, null]);
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
