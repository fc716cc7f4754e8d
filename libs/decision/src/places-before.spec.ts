import { describe, expect, it } from '@jest/globals';
import type { PlaceSource } from '#lib/kernel';
import { asKnownThen } from './places-before.js';
import { RULES, rulesOf } from './rules-version.js';
import { testReference } from './testing/test-reference.js';

/** Says what it was asked, so that whoever asks in its place is found to pass the question on. */
const places: PlaceSource = {
  version: 'echo',
  zonesOfCountry: (country) => [`of ${country}`],
  zonesWithTerritories: (country) => [`around ${country}`],
  zonesOfRegion: (region) => [`in ${region}`],
  zonesOfPostalCode: (country, code) => [`${country} ${code}`],
  mayHavePostalCode: (country, code) => `${country} ${code}` === 'FR 97400',
  countriesOfPostalCode: (country, code) => [`by ${country} ${code}`],
  regionsOfPostalCode: () => ['never asked before rules 4'],
  ofPhone: (prefix) => ({ country: prefix, regions: null, zones: null }),
  countryOfZone: (zone) => `named after ${zone}`,
  regionsOfCountry: (country) => [`${country}-1`],
};
const { zonesOfCountry, zonesOfRegion, zonesOfPostalCode, ofPhone } = places;
const little: PlaceSource = { version: 'little', zonesOfCountry, zonesOfRegion, zonesOfPostalCode, ofPhone };

describe('tables of places as rules knew them', () => {
  it.each([undefined, 3, 4] as const)('are what they are by rules %s', (rules) => {
    const reference = { ...testReference, places, ...(rules !== undefined && { rules }) };
    expect(asKnownThen(reference)).toBe(reference);
  });

  it.each([1, 2] as const)('say nothing of British postal codes by rules %d, and all else', (rules) => {
    const reference = { ...testReference, places, rules };
    const { places: then, ...others } = asKnownThen(reference);
    const { places: _, ...same } = reference;
    expect(others).toEqual(same);
    expect(then.version).toBe('echo');
    expect([then.zonesOfPostalCode('GB', 'BFPO 57'), then.countriesOfPostalCode?.('GB', 'JE2')]).toEqual([null, []]);
    expect(then.zonesOfPostalCode('FR', '97400')).toEqual(['FR 97400']);
    expect(then.countriesOfPostalCode?.('FR', '97400')).toEqual(['by FR 97400']);
    expect([then.mayHavePostalCode?.('FR', '97400'), then.mayHavePostalCode?.('FR', '1')]).toEqual([true, false]);
    expect([then.zonesOfCountry('GB'), then.zonesWithTerritories?.('FR')]).toEqual([['of GB'], ['around FR']]);
    expect([then.zonesOfRegion('US-TX'), then.regionsOfCountry?.('US')]).toEqual([['in US-TX'], ['US-1']]);
    expect([then.ofPhone('+44')?.country, then.countryOfZone?.('Etc/UTC')]).toEqual(['+44', 'named after Etc/UTC']);
    expect(then.regionsOfPostalCode).toBeUndefined();
  });

  it('are the same object each time, by which what is known of a contact is remembered', () => {
    const reference = { ...testReference, places, rules: 2 as const };
    expect(asKnownThen(reference)).toBe(asKnownThen(reference));
  });

  it('of a source that knows little know no more than it', () => {
    const { places: then } = asKnownThen({ ...testReference, places: little, rules: 1 });
    expect([then.zonesWithTerritories?.('FR'), then.countryOfZone?.('Etc/UTC'), then.regionsOfCountry?.('US')]).toEqual([null, null, null]); // prettier-ignore
    expect([then.mayHavePostalCode?.('FR', '1'), then.countriesOfPostalCode?.('FR', '1')]).toEqual([true, []]);
  });
});

describe('which rules a decision names', () => {
  it.each([
    [{}, 1],
    [{ rules: 1 }, 1],
    [{ rules: RULES }, RULES],
    [{ rules: 0 }, null],
    [{ rules: RULES + 1 }, null],
    [{ rules: 2.5 }, null],
  ])('%j: %s', (decision, rules) => expect(rulesOf(decision)).toBe(rules));
});
