import { describe, expect, it } from '@jest/globals';
import type { PlaceSource } from '#lib/kernel';
import { contactZones } from './contact-zones.js';
import { elsewhereByPostalCode, zonesAround, zonesOfPostalCode } from './elsewhere.js';
import type { Facts } from './facts.js';
import { placesBesides } from './known-places.js';
import { holidaysOf } from './quiet-rules.js';
import type { RulesVersion } from './rules-version.js';
import { someFacts } from './testing/some-facts.js';
import { testReference } from './testing/test-reference.js';

const [EAST, MIDDLE, WEST, ISLAND] = ['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'America/Puerto_Rico'] as const; // prettier-ignore
const REGIONS: Readonly<Record<string, readonly string[]>> = { 'US-NY': [EAST], 'US-TN': [EAST, MIDDLE], 'US-TX': [MIDDLE], 'US-CA': [WEST] }; // prettier-ignore
const CODES: Readonly<Record<string, readonly string[]>> = { '10001': [EAST], '37403': [EAST, MIDDLE], '90001': [WEST], '00901': [ISLAND], '96799': ['Pacific/Pago_Pago'] }; // prettier-ignore
const STATES: Readonly<Record<string, readonly string[]>> = { '10001': ['US-NY'], '37403': ['US-TN', 'US-TX'], '90001': ['US-CA'] }; // prettier-ignore

const clocksAlone: PlaceSource = {
  version: 'clocks alone',
  zonesOfCountry: (country) => (country === 'US' ? [EAST, MIDDLE, WEST] : ['Europe/Berlin']),
  zonesOfRegion: (region) => REGIONS[region] ?? null,
  zonesOfPostalCode: (country, code) => (country === 'US' ? (CODES[code] ?? null) : null),
  countriesOfPostalCode: (_country, code) => (code === '00901' ? ['PR'] : code === '96799' ? ['AS'] : []),
  regionsOfCountry: (country) => (country === 'US' ? [...Object.keys(REGIONS), 'US-PR', 'US-VI', 'US-WY'] : null),
  ofPhone: () => null,
};
const places: PlaceSource = { ...clocksAlone, regionsOfPostalCode: (_country, code) => STATES[code] ?? null };
/** A source that has none of what it need not have. */
const { zonesOfCountry, zonesOfRegion, zonesOfPostalCode: codes, ofPhone } = clocksAlone;
const little: PlaceSource = { version: 'little', zonesOfCountry, zonesOfRegion, zonesOfPostalCode: codes, ofPhone };

const by = (rules: RulesVersion, source = places) => ({ places: source, rules });
const nowhere = { zone: null, erased: false, pausedUntil: null };

describe('the clocks of a postal code', () => {
  it.each([
    ['alone', { country: 'us', postalCode: '37403' }, [EAST, MIDDLE]],
    ['whose country the region tells', { region: 'US-TN', postalCode: '37403' }, [EAST, MIDDLE]],
    ['within the region', { country: 'US', region: 'US-TX', postalCode: '37403' }, [MIDDLE]],
    ['beside a region where it cannot be', { country: 'US', region: 'US-NY', postalCode: '90001' }, [WEST, EAST]],
    ['beside a region that there is not', { country: 'US', region: 'US-ZZ', postalCode: '90001' }, [WEST]],
    ['beside a region without clocks of its own', { country: 'US', region: 'US-WY', postalCode: '90001' }, [WEST]],
    ['of another country than the region', { country: 'DE', region: 'US-NY', postalCode: '10001' }, null],
    ['that nobody knows', { country: 'US', region: 'US-NY', postalCode: '99999' }, null],
    ['that is not said', { country: 'US', region: 'US-NY', postalCode: null }, null],
    ['of no country', { postalCode: '10001' }, null],
  ])('%s', (_what, contact, zones) => {
    expect(zonesOfPostalCode(by(4), contact)).toEqual(zones);
    expect(zonesOfPostalCode(by(3), contact)).toEqual(zones);
    // Before rules 3 the region said nothing.
    const code = zones === null ? null : CODES[contact.postalCode ?? ''];
    expect(zonesOfPostalCode(by(2), contact)).toEqual(code);
  });
});

describe('where a postal code leads besides the region', () => {
  const none = null;
  const to = (regions: readonly string[], countries: readonly string[] = []) => ({ regions, countries });
  it.each([
    ['is in the region', 'US-TN', '37403', none, none],
    ['is in one that shares the clock with it', 'US-NY', '37403', to(['US-TN', 'US-TX']), none],
    ['is far away', 'us-ny', '90001', to(['US-CA']), to(['US-CA', 'US-WY'])],
    ['is of a territory, which has a region of that name', 'US-NY', '00901', to(['US-PR'], ['PR']), to(['US-PR'], ['PR'])], // prettier-ignore
    ['is of a territory, which has none', 'US-NY', '96799', to([], ['AS']), to([], ['AS'])],
    ['is not known', 'US-NY', '99999', none, none],
    ['is beside a region that there is not', 'US-ZZ', '90001', none, none],
  ])('%s', (_what, region, postalCode, byStates, byClocks) => {
    const contact = { country: 'US', region, postalCode };
    expect(elsewhereByPostalCode(by(4), contact)).toEqual(byStates);
    expect(elsewhereByPostalCode({ places }, contact)).toEqual(byStates);
    expect(elsewhereByPostalCode(by(3), contact)).toEqual(byClocks);
    expect(elsewhereByPostalCode(by(2), contact)).toBeNull();
    // Asked again it says the same, whichever rules asked before.
    expect(elsewhereByPostalCode(by(4), contact)).toEqual(byStates);
  });

  it('is nowhere where there is no region or no code', () => {
    expect(elsewhereByPostalCode(by(4), { country: 'US', postalCode: '90001' })).toBeNull();
    expect(elsewhereByPostalCode(by(4), { country: 'US', region: 'US-NY', postalCode: '' })).toBeNull();
  });

  it('is every region with one of its clocks, territories apart, where nothing says which', () => {
    const tennessee = { country: 'US', region: 'US-CA', postalCode: '37403' };
    expect(elsewhereByPostalCode(by(4, clocksAlone), tennessee)).toEqual(to(['US-NY', 'US-TN', 'US-TX', 'US-WY']));
  });

  it('is nowhere to a source that knows neither regions nor territories', () => {
    const contact = { country: 'US', region: 'US-NY', postalCode: '90001' };
    expect(elsewhereByPostalCode(by(4, little), contact)).toEqual(to([]));
    expect(elsewhereByPostalCode(by(4, little), { ...contact, region: 'US-WY' })).toBeNull();
    expect(zonesAround(little, 'US-WY')).toBeNull();
  });

  it('are places to the rules of a brand: regions where there are any, territories where not', () => {
    const contact = { ...nowhere, country: 'US', region: 'US-NY' };
    const besides = (postalCode: string) => placesBesides({ ...contact, postalCode }, by(4));
    expect(besides('90001')).toEqual([{ countries: ['US'], regions: ['US-CA'] }]);
    expect(besides('00901')).toEqual([{ countries: ['US', 'PR'], regions: ['US-PR'] }]);
    expect(besides('96799')).toEqual([{ countries: ['US', 'AS'], regions: null }]);
    expect(besides('10001')).toEqual([]);
  });
});

describe('whose holidays count', () => {
  const asked = (contact: Partial<Facts['contact']>, rules: RulesVersion = 4): string[] => {
    const seen = new Set<string>();
    const holidays = { version: 'asked', holiday: (country: string, region: string | null) => (seen.add(`${country} ${region ?? '*'}`), null) }; // prettier-ignore
    const reference = { ...testReference, places, holidays, rules };
    const facts = someFacts({ contact: { zone: 'Europe/Berlin', ...contact } });
    holidaysOf(facts.contact, contactZones(facts, reference), reference).on('2026-12-25');
    return [...seen];
  };

  it.each([
    ['those of the region', { region: 'us-ny' }, ['US US-NY']],
    ['of any region where only the country is known', { country: 'US' }, ['US *']],
    ['of the region, where the code is in it', { country: 'US', region: 'US-NY', postalCode: '10001' }, ['US US-NY']],
    ['of any region, where the code is of another', { country: 'US', region: 'US-NY', postalCode: '90001' }, ['US *']],
    ['of both countries, where they contradict each other', { country: 'DE', region: 'US-NY' }, ['DE *', 'US US-NY']],
    ['of the territory as well, where the code is of one', { country: 'US', region: 'US-NY', postalCode: '00901' }, ['US *', 'PR *']], // prettier-ignore
    ['of the territory besides its region, where no region of that name is known', { country: 'US', region: 'US-NY', postalCode: '96799' }, ['US US-NY', 'AS *']], // prettier-ignore
    ['of a territory to which a code leads alone', { country: 'US', postalCode: '00901' }, ['US *', 'PR *']],
    ['of nobody, where nothing is known and the clock is of no country', {}, []],
  ])('%s', (_what, contact, countries) => expect(asked(contact)).toEqual(countries));

  it('before rules 3, those of the region whatever the code says', () => {
    expect(asked({ country: 'US', region: 'US-NY', postalCode: '90001' }, 2)).toEqual(['US US-NY']);
  });
});
