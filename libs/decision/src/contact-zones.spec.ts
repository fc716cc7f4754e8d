import { describe, expect, it } from '@jest/globals';
import type { PlaceSource } from '#lib/kernel';
import { contactZones } from './contact-zones.js';
import { decide } from './decide.js';
import type { Facts } from './facts.js';
import type { ReferenceData } from './reference-data.js';
import { ms, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
import { somePlaces } from './testing/some-places.js';
import { testReference } from './testing/test-reference.js';

const reference: ReferenceData = { ...testReference, places: somePlaces };
const EVERYTHING: Partial<Facts['contact']> = {
  chosenZone: 'Asia/Tokyo',
  deviceZone: 'Asia/Kolkata',
  zone: 'Europe/Paris',
  phonePrefix: '+1212',
  postalCode: '79901',
  region: 'US-TX',
  country: 'US',
};
const zonesOf = (contact: Partial<Facts['contact']>) =>
  contactZones(someFacts({ contact: { zone: null, ...contact } }), reference);
const without = (...fields: (keyof Facts['contact'])[]) =>
  Object.fromEntries(Object.entries(EVERYTHING).filter(([field]) => !fields.some((left) => left === field)));

describe('where a contact’s clock is', () => {
  it.each([
    ['choice', EVERYTHING, ['Asia/Tokyo']],
    ['device', without('chosenZone'), ['Asia/Kolkata']],
    ['profile', without('chosenZone', 'deviceZone'), ['Europe/Paris']],
    // A number that is in neither place: people move and keep their number.
    ['phone', without('chosenZone', 'deviceZone', 'zone'), ['America/New_York', 'America/Denver']],
    ['phone', { phonePrefix: '+1212', region: 'US-TX' }, ['America/New_York', 'America/Chicago', 'America/Denver']],
    ['phone', { phonePrefix: '+1212', region: 'US-NY', country: 'US' }, ['America/New_York']],
    ['phone', { phonePrefix: '+1212', country: 'US' }, ['America/New_York']],
    // One of another country than the profile says: either may be right.
    ['phone', { phonePrefix: '+1212', country: 'DE' }, ['America/New_York', 'Europe/Berlin']],
    ['postal_code', { postalCode: '79901', region: 'US-TX', country: 'US' }, ['America/Denver']],
    ['postal_code', { postalCode: '79901', region: 'us-tx' }, ['America/Denver']],
    // A postal code that is not in the region: either may be right.
    ['postal_code', { postalCode: '79901', region: 'US-NY', country: 'US' }, ['America/Denver', 'America/New_York']],
    ['postal_code', { postalCode: '79901', region: 'US-ZZ' }, ['America/Denver']],
    ['region', { region: 'US-TX', country: 'US' }, ['America/Chicago', 'America/Denver']],
    ['region', { region: 'us-tx' }, ['America/Chicago', 'America/Denver']],
    ['country', { country: 'de' }, ['Europe/Berlin']],
    ['country', { region: 'DE-BY' }, ['Europe/Berlin']],
    ['country', { phonePrefix: '+49171' }, ['Europe/Berlin']],
    ['country', { phonePrefix: '+447' }, ['Europe/London', 'Europe/Guernsey']],
    ['country', { postalCode: '10115', country: 'DE' }, ['Europe/Berlin']],
    // Region and country contradict each other: either may be right.
    ['region', { region: 'US-TX', country: 'DE' }, ['America/Chicago', 'America/Denver', 'Europe/Berlin']],
    ['region', { region: 'DE-BY', country: 'GB' }, ['Europe/Berlin', 'Europe/London']],
    ['region', { region: 'US-TX', country: 'GB', postalCode: '79901' }, ['America/Chicago', 'America/Denver', 'Europe/London']], // prettier-ignore
    [
      'region',
      { region: 'DE-BY', country: 'US', postalCode: '79901' },
      [
        'Europe/Berlin',
        'America/New_York',
        'America/Chicago',
        'America/Denver',
        'America/Los_Angeles',
        'Pacific/Honolulu',
      ],
    ],
    ['region', { region: 'US-TX', country: 'ZZ' }, ['America/Chicago', 'America/Denver']],
    ['region', { region: 'ZZ-1', country: 'DE' }, ['Europe/Berlin']],
    ['brand', { postalCode: '79901' }, ['Europe/Berlin']],
    ['brand', { country: 'ZZ', region: 'ZZ-1', phonePrefix: '+999' }, ['Europe/Berlin']],
    ['brand', {}, ['Europe/Berlin']],
  ] as const)('%s decides for %j', (from, contact, names) => {
    const zones = zonesOf(contact);

    expect([zones.from, zones.all.map(({ name }) => name)]).toEqual([from, names]);
    expect([zones.name, zones.rules]).toEqual([zones.all[0]?.name, zones.all[0]?.rules]);
    expect(zones.skipped).toEqual([]);
  });

  it('a name that nobody knows is passed over and reported, and never UTC', () => {
    const zones = zonesOf({
      ...EVERYTHING,
      chosenZone: 'Mars/Olympus',
      deviceZone: 'GMT-5',
      zone: `X${'y'.repeat(90)}`,
    });

    expect([zones.from, zones.name]).toEqual(['phone', 'America/New_York']);
    expect(zones.skipped).toEqual(['choice Mars/Olympus', 'device GMT-5', `profile X${'y'.repeat(39)}…`]);
  });

  it.each([
    [{ zone: 'UTC', region: 'US-TX' }, 'region', 'America/Chicago America/Denver', ['profile UTC']],
    [
      { zone: 'etc/utc', deviceZone: 'UTC', country: 'DE' },
      'country',
      'Europe/Berlin',
      ['device UTC', 'profile etc/utc'],
    ],
    [{ deviceZone: 'UTC', zone: 'Asia/Tokyo' }, 'profile', 'Asia/Tokyo', ['device UTC']],
    [{ deviceZone: 'UTC', zone: 'Asia/Tokyo', country: 'DE' }, 'profile', 'Asia/Tokyo', ['device UTC']],
    [{ chosenZone: 'UTC', country: 'DE' }, 'choice', 'UTC', []],
    [{ deviceZone: 'Mars/Olympus', zone: 'UTC', country: 'ZZ' }, 'profile', 'UTC', ['device Mars/Olympus']],
  ])('UTC that nobody chose says nothing where a place is known: %j', (contact, from, list, skipped) => {
    const zones = zonesOf(contact);
    expect([zones.from, zones.list, zones.skipped]).toEqual([from, list, skipped]);
  });

  it('UTC and a number beside a country count as they did before rules 5', () => {
    const before = (contact: Partial<Facts['contact']>) =>
      contactZones(someFacts({ contact: { zone: null, ...contact } }), { ...reference, rules: 4 }).list;
    expect(before({ zone: 'UTC', country: 'DE' })).toBe('UTC');
    expect(before({ phonePrefix: '+1212', country: 'DE' })).toBe('America/New_York');
  });

  it('a long name is reported as far as it can be read', () => {
    const skipped = (name: string) => zonesOf({ chosenZone: name, country: 'DE' }).skipped;
    expect(skipped('z'.repeat(40))).toEqual([`choice ${'z'.repeat(40)}`]);
    expect(skipped('z'.repeat(41))).toEqual([`choice ${'z'.repeat(40)}…`]);
  });

  it('several clocks are listed by their names, and are the same object however they were found', () => {
    const texas = zonesOf({ region: 'US-TX' });
    expect(texas.list).toBe('America/Chicago America/Denver');
    expect(texas.allRules).toEqual(texas.all.map(({ rules }) => rules));
    expect(zonesOf({ region: 'US-TX', country: 'US' }).all).toBe(texas.all);
    expect(zonesOf({ region: 'US-NY' }).all).toBe(zonesOf({ phonePrefix: '+1212' }).all);
    expect(zonesOf({ region: 'US-NY' }).all).not.toBe(texas.all);
    expect(zonesOf({ zone: 'Asia/Tokyo' })).not.toBe(zonesOf({ chosenZone: 'Asia/Tokyo' }));
    expect(zonesOf({ zone: null })).toBe(zonesOf({ zone: '' }));
  });

  it('a contact is never taken for another who differs in one thing', () => {
    const names = (contact: Partial<Facts['contact']>) => zonesOf(contact).all.map(({ name }) => name).join(' '); // prettier-ignore
    for (const field of ['chosenZone', 'deviceZone', 'zone'] as const) {
      expect(names({ [field]: 'Asia/Tokyo' })).toBe('Asia/Tokyo');
      expect(names({ [field]: 'Asia/Kolkata', country: 'DE' })).toBe('Asia/Kolkata');
      expect(zonesOf({ [field]: 'Asia/Tokyo' }).from).toBe({ chosenZone: 'choice', deviceZone: 'device', zone: 'profile' }[field]); // prettier-ignore
    }
    expect(names({ chosenZone: 'Asia/Tokyo', deviceZone: 'Asia/Kolkata' })).toBe('Asia/Tokyo');
    expect(names({ chosenZone: 'Asia/Kolkata', deviceZone: 'Asia/Tokyo' })).toBe('Asia/Kolkata');
    expect([names({ country: 'FR' }), names({ region: 'FR' }), names({ postalCode: 'FR' })]).toEqual([
      'Europe/Paris',
      'Europe/Paris',
      'Europe/Berlin',
    ]);
    expect([zonesOf({ country: 'FR' }).from, zonesOf({ region: 'FR' }).from]).toEqual(['country', 'country']);
  });

  it.each(['', null, undefined])('%j names nothing and is no error', (chosenZone) => {
    expect(zonesOf({ chosenZone, zone: 'Asia/Tokyo' })).toMatchObject({ from: 'profile', skipped: [] });
  });

  it('an old name of a place is the place', () => {
    const zones = zonesOf({ zone: 'Europe/Kiev' });

    expect([zones.from, zones.rules.offset(ms('2025-07-01T00:00:00Z'))]).toEqual(['profile', 180]);
  });

  it('is found once for contacts that are alike, and anew with other tables', () => {
    expect(zonesOf({ country: 'US' })).toBe(zonesOf({ country: 'US' }));
    expect(zonesOf({ country: 'US' })).not.toBe(zonesOf({ region: 'US' }));
    const nowhere = contactZones(someFacts({ contact: { zone: null, country: 'US' } }), testReference);
    expect([nowhere.from, nowhere.name]).toEqual(['brand', 'Europe/Berlin']);
  });

  it('without any usable source there is no decision', () => {
    const facts = someFacts({ contact: { zone: null }, brand: { zone: 'EDT5' } });

    expect(() => contactZones(facts, reference)).toThrow('unknown_brand_zone: "EDT5" is not a zone');
  });

  it('the tables are looked up only when no zone is named', () => {
    const asked: string[] = [];
    const watched: PlaceSource = {
      ...somePlaces,
      ofPhone: (prefix) => (asked.push(prefix), somePlaces.ofPhone(prefix)),
    };
    const facts = (zone: string | null) => someFacts({ contact: { zone, phonePrefix: '+1212' } });

    expect(contactZones(facts('Asia/Tokyo'), { ...reference, places: watched }).fromPlaces).toBe(false);
    expect(asked).toEqual([]);
    expect(contactZones(facts(null), { ...reference, places: watched }).fromPlaces).toBe(true);
    expect(asked).toEqual(['+1212']);
  });
});

describe('the decision', () => {
  const local = (contact: Partial<Facts['contact']>) =>
    decide(someFacts({ contact: { zone: null, ...contact } }), somePolicy(), ms('2025-06-02T12:00:00Z'), reference)
      .local;

  it('says which zones it was made on, who named them and by which tables', () => {
    expect(local({ country: 'US' })).toEqual({
      zone: 'America/New_York',
      zones: ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles', 'Pacific/Honolulu'],
      zoneFrom: 'country',
      tzdb: 'runtime',
      places: 'some places',
      notBefore: '2025-06-02T08:00:00.000-04:00',
    });
    expect(local({ zone: 'Europe/Berlin' })).toEqual({
      zone: 'Europe/Berlin',
      zoneFrom: 'profile',
      tzdb: 'runtime',
      notBefore: '2025-06-02T14:00:00.000+02:00',
    });
  });

  it('in a country of several zones waits until it is day in all of them, and stops when the first has its evening', () => {
    const policy = somePolicy({ quietHours: [someQuietHours()] });
    const facts = someFacts({ contact: { zone: null, country: 'US' } });
    const at = (iso: string) => {
      const { outcome, until } = decide(facts, policy, ms(iso), reference);
      return [outcome, until === null ? null : new Date(until).toISOString()];
    };

    // Eight in Honolulu is two in the afternoon in New York; nine in the evening comes to New York first.
    expect(at('2025-06-02T09:00:00-04:00')).toEqual(['defer', '2025-06-02T18:00:00.000Z']);
    expect(at('2025-06-02T14:00:00-04:00')).toEqual(['pass', null]);
    expect(at('2025-06-02T20:59:59-04:00')).toEqual(['pass', null]);
    expect(at('2025-06-02T21:00:00-04:00')).toEqual(['defer', '2025-06-03T18:00:00.000Z']);
  });

  it('that can come on no clock of several ends, and says that the wait would be for ever', () => {
    const brief = someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '13:00', end: '09:00' }] });
    const facts = someFacts({ contact: { zone: null, country: 'US' } });
    const decision = decide(facts, somePolicy({ quietHours: [brief] }), ms('2025-06-02T10:00:00-04:00'), reference);

    expect(decision).toMatchObject({ outcome: 'drop', reason: 'quiet_hours', notBefore: null });
    expect(decision.primary).toMatchObject({ check: 'quiet_hours', until: null });
    expect(decision.primary?.detail).toMatchObject({ rule: 'night', never: true, zoneFrom: 'country' });
  });
});

describe('territories', () => {
  const far: PlaceSource = {
    ...somePlaces,
    zonesOfCountry: (country) => (country === 'RE' ? ['Indian/Reunion'] : somePlaces.zonesOfCountry(country)),
    zonesWithTerritories: (country) => (country === 'FR' ? ['Europe/Paris', 'Indian/Reunion'] : null),
    zonesOfRegion: (region) => (region === 'FR-974' ? ['Indian/Reunion'] : somePlaces.zonesOfRegion(region)),
    regionsOfCountry: (country) => (country === 'FR' ? ['FR-75', 'FR-974'] : null),
    mayHavePostalCode: (country, code) => country !== 'FR' || code === '75001' || code === '97400',
    zonesOfPostalCode: (country, code) => (country === 'FR' && code === '97400' ? ['Indian/Reunion'] : null),
    ofPhone: (prefix) => ({ country: 'RE', countries: prefix === '+47' ? ['RE', 'NO'] : ['RE', 'YT'], regions: null, zones: null }), // prettier-ignore
  };
  const clocks = (contact: Partial<Facts['contact']>) =>
    contactZones(someFacts({ contact: { zone: null, ...contact } }), { ...reference, places: far }).list;

  it.each<[string, Partial<Facts['contact']>, string]>([
    ['a country alone is without them', { country: 'FR' }, 'Europe/Paris'],
    ['nor is one with a region or a postal code of its own', { country: 'FR', region: 'FR-75', postalCode: '75001' }, 'Europe/Paris'], // prettier-ignore
    ['a region leads there', { region: 'fr-974' }, 'Indian/Reunion'],
    ['under either name of the country', { country: 'RE', region: 'FR-974' }, 'Indian/Reunion'],
    ['a region that nobody knows may be one', { region: 'FR-ZZ' }, 'Europe/Paris Indian/Reunion'],
    ['and so may a postal code', { country: 'FR', postalCode: 'ABC' }, 'Europe/Paris Indian/Reunion'],
    ['a postal code leads there', { country: 'FR', postalCode: '97400' }, 'Indian/Reunion'],
    ['and a region of its own beside it is no other place', { region: 'FR-974', postalCode: '97400' }, 'Indian/Reunion'], // prettier-ignore
    ['one beside a region of the mainland leaves both', { region: 'FR-75', postalCode: '97400' }, 'Indian/Reunion Europe/Paris'], // prettier-ignore
    ['and beside one that nobody knows it counts', { region: 'FR-ZZ', postalCode: '97400' }, 'Indian/Reunion'],
    ['which a known region outweighs', { country: 'FR', region: 'FR-974', postalCode: 'ABC' }, 'Indian/Reunion'],
    ['a number of one leads there too', { country: 'FR', phonePrefix: '+262692' }, 'Europe/Paris Indian/Reunion'],
    ['unless a region says otherwise', { country: 'FR', region: 'FR-75', phonePrefix: '+262692' }, 'Europe/Paris'],
    ['or it may be of the country itself', { country: 'FR', phonePrefix: '+47' }, 'Europe/Paris'],
    ['of a country without territories it does not matter', { country: 'DE', postalCode: 'ABC' }, 'Europe/Berlin'],
  ])('%s', (_name, contact, list) => {
    expect(clocks(contact)).toBe(list);
  });

  it('a number alone counted before rules 3', () => {
    const facts = someFacts({ contact: { zone: null, phonePrefix: '+1212', region: 'US-TX' } });
    const before: ReferenceData = { ...reference, rules: 2 };
    expect(contactZones(facts, before).all.map(({ name }) => name)).toEqual(['America/New_York']);
  });
});
