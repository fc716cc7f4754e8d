import { describe, expect, it } from '@jest/globals';
import type { PlaceSource } from '#lib/kernel';
import { audienceFit, bindsAudience, type Fit } from './audience.js';
import { decide } from './decide.js';
import type { Facts } from './facts.js';
import { type KnownPlace, knownPlaces } from './known-places.js';
import type { Audience, QuietHoursRule } from './policy.js';
import { RULES } from './rules-version.js';
import { ms, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
import { testReference } from './testing/test-reference.js';

const places: PlaceSource = {
  version: 'few',
  zonesOfCountry: (country) => (country === 'UK' ? null : ['Etc/UTC']),
  regionsOfCountry: (country) => (country === 'US' ? ['US-NY', 'US-TX', 'US-PR'] : null),
  zonesOfRegion: () => null,
  zonesOfPostalCode: () => null,
  countriesOfPostalCode: (country, code) =>
    country === 'US' && code === '00901'
      ? ['PR']
      : country === 'FR' && code === '97133'
        ? ['BL', 'MF']
        : country === 'DK' && code === '3900'
          ? ['GL']
          : [],
  ofPhone: (prefix) =>
    prefix === '+262'
      ? { country: 'RE', countries: ['RE', 'YT'], regions: null, zones: null }
      : prefix === '+1212'
        ? { country: 'US', regions: ['US-NY'], zones: null }
        : null,
};
type Contact = Partial<Facts['contact']>;
const contact = (known: Contact): Facts['contact'] => ({ zone: null, erased: false, pausedUntil: null, ...known });
const any = (...countries: string[]): KnownPlace => ({ countries, regions: null });

describe('where a contact is known to be', () => {
  it.each<[string, Contact, KnownPlace[]]>([
    ['nowhere, of whom nothing is said', { phonePrefix: '+1212', zone: 'Europe/Berlin', postalCode: '00901' }, []],
    ['in a country', { country: 'us' }, [any('US')]],
    ['in a region, which tells the country', { region: 'us-tx' }, [{ countries: ['US'], regions: ['US-TX'] }]],
    ['in a territory under both its names', { region: 'US-PR' }, [{ countries: ['US', 'PR'], regions: ['US-PR'] }]],
    ['whose country is either', { region: 'US-PR', country: 'PR' }, [{ countries: ['US', 'PR'], regions: ['US-PR'] }]],
    ['in one place of two, where they contradict each other', { region: 'US-TX', country: 'DE' }, [{ countries: ['US'], regions: ['US-TX'] }, any('DE')]], // prettier-ignore
    ['in the territory of a postal code', { country: 'us', postalCode: '00901' }, [{ countries: ['US', 'PR'], regions: ['US-PR'] }]], // prettier-ignore
    ['or in each that it may be of', { country: 'FR', postalCode: '97133' }, [{ countries: ['FR', 'BL'], regions: ['FR-977', 'FR-BL'] }, { countries: ['FR', 'MF'], regions: ['FR-978', 'FR-MF'] }]], // prettier-ignore
    ['also in one that is no region of the country', { country: 'DK', postalCode: '3900' }, [any('DK', 'GL')]],
    ['in the country, or in a territory of the number', { country: 'FR', phonePrefix: '+262' }, [any('FR'), { countries: ['FR', 'RE'], regions: ['FR-974', 'FR-RE'] }, { countries: ['FR', 'YT'], regions: ['FR-976', 'FR-YT'] }]], // prettier-ignore
    ['in the territory alone, where it is the country', { country: 'RE', phonePrefix: '+262' }, [any('RE')]],
    ['in its region, whatever postal code and number say', { region: 'US-TX', country: 'US', postalCode: '00901' }, [{ countries: ['US'], regions: ['US-TX'] }]], // prettier-ignore
    ['in the country of a region that there is not', { region: 'US-ZZ' }, [any('US')]],
    ['nowhere, in a country that there is not', { country: 'UK', region: 'UK-LND' }, []],
    ['nor in what is no code', { country: 'Germany', region: 'Bavaria' }, []],
  ])('%s', (_what, known, expected) => {
    expect(knownPlaces(contact(known), places)).toEqual(expected);
  });

  it.each<[Audience, Contact, Fit]>([
    [{ countries: ['PR'] }, { country: 'US', postalCode: '00901' }, 'yes'],
    [{ countries: ['US'] }, { country: 'US', postalCode: '00901' }, 'yes'],
    [{ regions: ['US-PR'] }, { country: 'US', postalCode: '00901' }, 'yes'],
    [{ regions: ['US-TX'] }, { country: 'US', postalCode: '00901' }, 'no'],
    [{ regions: ['US-TX'] }, { country: 'US', postalCode: '79901' }, 'unknown'],
    [{ countries: ['PR'] }, { country: 'US', postalCode: '79901' }, 'no'],
    [{ countries: ['BL'] }, { country: 'FR', postalCode: '97133' }, 'unknown'],
    [{ countries: ['BL', 'MF'] }, { country: 'FR', postalCode: '97133' }, 'yes'],
    [{ regions: ['FR-977'] }, { country: 'FR', postalCode: '97133' }, 'unknown'],
    [{ countries: ['RE'] }, { country: 'FR', phonePrefix: '+262' }, 'unknown'],
    [{ countries: ['FR'] }, { country: 'FR', phonePrefix: '+262' }, 'yes'],
    [{ regions: ['FR-974'] }, { country: 'FR', phonePrefix: '+262' }, 'unknown'],
    [{ countries: ['GL'] }, { country: 'DK', postalCode: '3900' }, 'yes'],
    [{ regions: ['DK-84'] }, { country: 'DK', postalCode: '3900' }, 'unknown'],
    // A number alone leaves it open, as a rule of the house binds in doubt.
    [{ countries: ['US'] }, { phonePrefix: '+1212' }, 'unknown'],
    [{ countries: ['DE'] }, { phonePrefix: '+1212' }, 'unknown'],
    [{ regions: ['US-TX'] }, { country: 'US', phonePrefix: '+1212' }, 'unknown'],
    // What names nothing leaves it open.
    [{ countries: ['GB'] }, { country: 'UK' }, 'unknown'],
    [{ regions: ['US-TX'] }, { region: 'US-ZZ' }, 'unknown'],
    [{ regions: ['DE-BY'] }, { region: 'US-ZZ' }, 'no'],
  ])('%j fits %j: %s', (audience, known, expected) => {
    expect(audienceFit(audience, contact(known), (one) => knownPlaces(one, places))).toBe(expected);
  });
});

describe('a rule of a brand for a territory', () => {
  const noon = ms('2026-06-01T12:00:00+02:00');
  const lunch = (change: Partial<QuietHoursRule>) =>
    somePolicy({
      quietHours: [someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '11:00', end: '13:00' }], ...change })], // prettier-ignore
    });
  const facts = someFacts({ contact: { country: 'US', postalCode: '00901' } });
  const reference = { ...testReference, places };
  const inPuertoRico = lunch({ when: { countries: ['PR'] } });

  it('binds whom the postal code leads there, and says which tables knew it', () => {
    const { outcome, rules, local } = decide(facts, inPuertoRico, noon, reference);
    expect({ outcome, rules, local }).toMatchObject({ outcome: 'defer', rules: RULES, local: { places: 'few' } });
    expect(decide(facts, lunch({ unless: { regions: ['US-PR'] } }), noon, reference).outcome).toBe('pass');
  });

  it('did not by the first rules, which are kept', () => {
    const { outcome, local, ...others } = decide(facts, inPuertoRico, noon, { ...reference, rules: 1 });
    expect(outcome).toBe('pass');
    expect(local).not.toHaveProperty('places');
    expect(others).not.toHaveProperty('rules');
  });

  it('asks no table where no rule about this message names a place', () => {
    for (const change of [
      {},
      { when: { segments: ['vip'] } },
      { channels: ['sms' as const], when: { countries: ['PR'] } },
    ])
      expect(decide(facts, lunch(change), noon, reference).local).not.toHaveProperty('places');
    const classes = ['transactional' as const];
    expect(decide(facts, lunch({ classes, unless: { regions: ['US-PR'] } }), noon, reference).local).not.toHaveProperty('places'); // prettier-ignore
    expect(decide(facts, lunch({ unless: { regions: ['US-TX'] } }), noon, reference).local).toHaveProperty('places');
  });

  it('binds in doubt also there', () => {
    const maybe = contact({ country: 'FR', phonePrefix: '+262' });
    const whereOf = (one: Facts['contact']) => knownPlaces(one, places);
    expect(bindsAudience({ when: { countries: ['RE'] } }, maybe, whereOf)).toBe(true);
    expect(bindsAudience({ unless: { countries: ['RE'] } }, maybe, whereOf)).toBe(true);
    expect(bindsAudience({ unless: { countries: ['FR'] } }, maybe, whereOf)).toBe(false);
  });

  it('binds in doubt where the postal code is not in the region beside it, and before rules 3 by the region', () => {
    const clocks = { ...places, regionsOfCountry: () => ['US-PR', 'US-TX'], zonesOfRegion: (region: string) => [region], zonesOfPostalCode: () => ['US-PR'] }; // prettier-ignore
    const texan = someFacts({ contact: { region: 'US-TX', postalCode: '00901' } });
    const by = (audience: Audience, rules: 2 | 3) => decide(texan, lunch({ when: audience }), noon, { ...reference, places: clocks, rules }).outcome; // prettier-ignore
    const rule = [{ countries: ['PR'] }, { regions: ['US-PR'] }, { regions: ['US-TX'] }, { countries: ['FR'] }];
    expect(rule.map((audience) => by(audience, 3))).toEqual(['defer', 'defer', 'defer', 'pass']);
    expect(rule.map((audience) => by(audience, 2))).toEqual(['pass', 'pass', 'defer', 'pass']);
    const exempt = lunch({ unless: { regions: ['US-TX'] } });
    expect(decide(texan, exempt, noon, { ...reference, places: clocks }).outcome).toBe('defer');
  });
});
