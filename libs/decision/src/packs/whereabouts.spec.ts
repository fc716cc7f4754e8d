import { describe, expect, it } from '@jest/globals';
import type { PlaceSource } from '#lib/kernel';
import type { Facts } from '../facts.js';
import { RULES, type RulesVersion } from '../rules-version.js';
import { someFacts } from '../testing/some-facts.js';
import { whereabouts } from './whereabouts.js';

const CLOCKS: Readonly<Record<string, string>> = {
  'Europe/Berlin': 'DE',
  'Europe/Busingen': 'DE',
  'America/New_York': 'US',
  'America/Chicago': 'US',
};
const REGIONS: Readonly<Record<string, readonly string[]>> = {
  'US-NY': ['America/New_York'],
  'US-TX': ['America/Chicago'],
  'US-PR': ['America/Puerto_Rico'],
};
const CODES: Readonly<Record<string, readonly string[]>> = {
  '00901': ['America/Puerto_Rico'],
  10001: ['America/New_York'],
  14001: ['America/New_York'],
  33101: ['America/New_York'],
  75001: ['America/Chicago'],
  '09012': ['Europe/Berlin'],
};
const STATES: Readonly<Record<string, readonly string[]>> = {
  10001: ['US-NY'],
  14001: ['US-NY'],
  33101: ['US-FL'],
  75001: ['US-TX'],
};
const places: PlaceSource = {
  version: 'few',
  regionsOfPostalCode: (country, code) => (country === 'US' ? (STATES[code] ?? null) : null),
  countryOfZone: (zone) => CLOCKS[zone] ?? null,
  zonesOfCountry: (country) => (country === 'UK' ? null : ['Etc/UTC']),
  regionsOfCountry: (country) => (country === 'US' ? ['US-NY', 'US-TX', 'US-PR'] : null),
  zonesOfRegion: (region) => REGIONS[region] ?? null,
  zonesOfPostalCode: (country, code) => (country === 'US' ? (CODES[code] ?? null) : null),
  countriesOfPostalCode: (country, code) =>
    country === 'US' && code === '00901' ? ['PR'] : country === 'DK' ? ['GL'] : [],
  ofPhone: (prefix) => {
    if (prefix.startsWith('+1212')) return { country: 'US', regions: ['US-NY'], zones: ['America/New_York'] };
    if (prefix.startsWith('+1')) return { country: 'US', countries: ['US', 'CA'], regions: null, zones: null };
    if (prefix === '+687') return { country: 'NC', regions: null, zones: null };
    return prefix.startsWith('+49') ? { country: 'DE', regions: null, zones: null } : null;
  },
};
const of = (
  contact: Partial<Facts['contact']>,
  brandZone = 'Mars/Olympus',
  country: string | null = null,
  rules: RulesVersion = RULES,
) =>
  whereabouts(someFacts({ contact: { zone: null, ...contact }, brand: { zone: brandZone, country } }), {
    places,
    rules,
  });

describe('where a contact may be, for the choice of laws', () => {
  it.each<[string, Partial<Facts['contact']>, ReturnType<typeof whereabouts>]>([
    ['the region tells the country', { region: 'US-TX' }, [{ country: 'US', regions: ['US-TX'] }]],
    [
      'a region and its country are one place',
      { region: 'US-TX', country: 'US' },
      [{ country: 'US', regions: ['US-TX'] }],
    ],
    [
      'a number does not outweigh the profile',
      { region: 'US-TX', phonePrefix: '+1212' },
      [{ country: 'US', regions: ['US-TX'] }],
    ],
    ['a country alone may be any region of it', { country: 'US' }, [{ country: 'US', regions: null }]],
    [
      'a geographic number tells the region of that country',
      { country: 'US', phonePrefix: '+1212' },
      [{ country: 'US', regions: ['US-NY'] }],
    ],
    [
      'a number of another country tells nothing of it',
      { country: 'US', phonePrefix: '+49' },
      [{ country: 'US', regions: null }],
    ],
    [
      'a region and a country that contradict each other both count',
      { region: 'US-TX', country: 'DE' },
      [
        { country: 'US', regions: ['US-TX'] },
        { country: 'DE', regions: null },
      ],
    ],
    [
      'a number counts where the profile says nothing',
      { phonePrefix: '+1212' },
      [{ country: 'US', regions: ['US-NY'] }],
    ],
    [
      'one that is not geographic may be of any region, and of several countries',
      { phonePrefix: '+1800' },
      [
        { country: 'US', regions: null },
        { country: 'CA', regions: null },
      ],
    ],
    [
      'the chosen one before that of the profile',
      { zone: 'Europe/Berlin', chosenZone: 'America/Chicago' },
      [{ country: 'US', regions: null }],
    ],
    [
      'a territory is of both countries that name it',
      { region: 'US-PR' },
      [
        { country: 'US', regions: ['US-PR'] },
        { country: 'PR', regions: null },
      ],
    ],
    [
      'under both names as well, and each once',
      { region: 'us-pr', country: 'PR' },
      [
        { country: 'US', regions: ['US-PR'] },
        { country: 'PR', regions: null },
      ],
    ],
    [
      'a postal code leads to a territory',
      { country: 'us', postalCode: '00901' },
      [
        { country: 'US', regions: ['US-PR'] },
        { country: 'PR', regions: null },
      ],
    ],
    [
      'which may be no region of the country',
      { country: 'DK', postalCode: '3900' },
      [
        { country: 'DK', regions: null },
        { country: 'GL', regions: null },
      ],
    ],
    [
      'and so does a number under a calling code of its own',
      { country: 'FR', phonePrefix: '+687' },
      [
        { country: 'FR', regions: null },
        { country: 'NC', regions: null },
      ],
    ],
    [
      'and not where it has no country',
      { postalCode: '00901', phonePrefix: '+49' },
      [{ country: 'DE', regions: null }],
    ],
    [
      'it leads there besides a region that says another place',
      { country: 'US', region: 'US-TX', postalCode: '00901' },
      [
        { country: 'US', regions: ['US-TX', 'US-PR'] },
        { country: 'PR', regions: null },
      ],
    ],
    [
      'one of other regions than the one beside it may be of any of them',
      { region: 'US-TX', postalCode: '10001' },
      [{ country: 'US', regions: ['US-TX', 'US-NY'] }],
    ],
    [
      'one within the region says nothing more',
      { region: 'US-TX', postalCode: '75001' },
      [{ country: 'US', regions: ['US-TX'] }],
    ],
    [
      'nor does one of no region at all',
      { region: 'US-TX', postalCode: '09012' },
      [{ country: 'US', regions: ['US-TX'] }],
    ],
    [
      'beside a region of another country it counts for nothing',
      { country: 'DE', region: 'US-TX', postalCode: '10001' },
      [
        { country: 'US', regions: ['US-TX'] },
        { country: 'DE', regions: null },
      ],
    ],
    ['codes in small letters are codes', { region: 'us-tx', country: 'us' }, [{ country: 'US', regions: ['US-TX'] }]],
    [
      'a field that holds no code counts as empty',
      { region: 'Texas', country: 'Germany', phonePrefix: '+49' },
      [{ country: 'DE', regions: null }],
    ],
    ['a contact of whom nothing is known may be anywhere', { country: '', phonePrefix: '+999', zone: 'Foo/Bar' }, null],
  ])('%s', (_name, contact, expected) => {
    expect(of(contact)).toEqual(expected);
  });

  const usa = (...regions: string[]) => [{ country: 'US', regions }];
  const anywhere = [{ country: 'US', regions: null }];
  it.each<[string, Partial<Facts['contact']>, ReturnType<typeof whereabouts>, ReturnType<typeof whereabouts>]>([
    ['a ZIP code tells the state', { postalCode: '33101' }, usa('US-FL'), anywhere],
    ['a ZIP code and a number of another state tell both', { postalCode: '33101', phonePrefix: '+1212' }, usa('US-NY', 'US-FL'), usa('US-NY')], // prettier-ignore
    ['a ZIP code and a number of one state tell that', { postalCode: '10001', phonePrefix: '+1212' }, usa('US-NY'), usa('US-NY')], // prettier-ignore
    ['a ZIP code tells the state beside a number of none', { postalCode: '33101', phonePrefix: '+1800' }, usa('US-FL'), anywhere], // prettier-ignore
    ['a ZIP code of no state leaves what the number tells', { postalCode: '09012', phonePrefix: '+1212' }, usa('US-NY'), usa('US-NY')], // prettier-ignore
    ['a ZIP code beside a state that has none of it tells another, though the clocks are the same', { region: 'US-NY', postalCode: '33101' }, usa('US-NY', 'US-FL'), usa('US-NY')], // prettier-ignore
    ['a ZIP code of the state beside it tells nothing more', { region: 'us-ny', postalCode: '14001' }, usa('US-NY'), usa('US-NY')], // prettier-ignore
    ['a ZIP code tells the state where the region is none', { region: 'US-ZZ', postalCode: '33101' }, usa('US-FL'), anywhere], // prettier-ignore
    ['a ZIP code of another country’s contact tells nothing', { country: 'DE', region: 'US-NY', postalCode: '33101' }, [...usa('US-NY'), { country: 'DE', regions: null }], [...usa('US-NY'), { country: 'DE', regions: null }]], // prettier-ignore
  ])('%s, since rules 4', (_name, contact, expected, before) => {
    expect(of({ country: 'US', ...contact })).toEqual(expected);
    expect(of({ country: 'US', ...contact }, undefined, null, 3)).toEqual(before);
  });

  it('the clock of the brand counts last', () => {
    expect(of({}, 'America/New_York')).toEqual([{ country: 'US', regions: null }]);
    expect(of({ zone: 'Europe/Busingen' }, 'America/New_York')).toEqual([{ country: 'DE', regions: null }]);
  });

  it('of a region that its country does not have only the country is believed', () => {
    expect(of({ region: 'US-ZZ' })).toEqual([{ country: 'US', regions: null }]);
    expect(of({ region: 'DE-BY' })).toEqual([{ country: 'DE', regions: ['DE-BY'] }]);
  });

  it('of a country that does not exist nothing is believed', () => {
    expect(of({ country: 'UK', zone: 'Europe/Berlin' })).toEqual([{ country: 'DE', regions: null }]);
    expect(of({ country: 'UK', region: 'UK-LND' })).toBeNull();
  });

  it('of a contact of whom nothing is known the brand’s country tells, before its clock', () => {
    expect(of({}, 'Europe/Berlin', 'US')).toEqual([{ country: 'US', regions: null }]);
    expect(of({ zone: 'America/Chicago' }, 'Europe/Berlin', 'DE')).toEqual([{ country: 'US', regions: null }]);
    expect(of({}, 'Etc/UTC', 'DE')).toEqual([{ country: 'DE', regions: null }]);
  });
});
