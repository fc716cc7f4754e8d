import { type PlaceSource, TERRITORIES } from '#lib/kernel';
import type { Facts } from './facts.js';
import { keep, keyOfTexts, Memory } from './memory.js';
import type { ReferenceData } from './reference-data.js';
import { RULES, type RulesVersion } from './rules-version.js';

type Place = Pick<Facts['contact'], 'country' | 'region' | 'postalCode'>;
type World = Pick<ReferenceData, 'places' | 'rules'>;

/** `US` of `US-TX`. */
export function countryOf(region: string): string {
  return (region.split('-')[0] ?? '').toUpperCase();
}

/**
 * A region of another country than the profile's: one of the two is wrong, and nobody knows which. A territory has two
 * names, `PR` and `US-PR`, and is of both countries.
 */
export function contradictsItself({ country, region }: Pick<Place, 'country' | 'region'>): boolean {
  if (!country || !region) return false;
  const stated = country.toUpperCase();
  return countryOf(region) !== stated && TERRITORIES.get(region.toUpperCase()) !== stated;
}

/**
 * What a postal code says of the clock: within the region that is stated as well, where it can be there. Where it cannot,
 * one of the two is wrong and nobody knows which, so the clocks of both remain. A region that its country does not have
 * says nothing. Before rules 3 the region never did.
 */
export function zonesOfPostalCode({ places, rules = RULES }: World, contact: Place): readonly string[] | null {
  const ofCode = zonesOfCode(places, contact);
  if (rules < 3) return ofCode;
  const ofRegion = ofCode === null ? null : zonesAround(places, contact.region);
  if (ofCode === null || ofRegion === null) return ofCode;
  const inBoth = ofCode.filter((zone) => ofRegion.includes(zone));
  return inBoth.length > 0 ? inBoth : [...ofCode, ...ofRegion];
}

/** Where a contact may be besides their region, because their postal code is not in it. */
export interface Elsewhere {
  /** Regions of the same country. */
  readonly regions: readonly string[];
  /** Territories that are countries to ISO 3166-1. */
  readonly countries: readonly string[];
}

const MOST_PLACES = 20_000;
const known = new WeakMap<PlaceSource, Memory<string, Elsewhere | null>>();

/**
 * Null where region and postal code do not contradict each other, as nearly always; and before rules 3, which did not ask.
 * Rules 3 compared clocks alone, so a code of Florida beside New York was none.
 */
export function elsewhereByPostalCode({ places, rules = RULES }: World, contact: Place): Elsewhere | null {
  const { country, region, postalCode } = contact;
  if (!region || !postalCode || rules < 3) return null;
  const memory = known.get(places) ?? keep(known, places, new Memory(MOST_PLACES));
  const key = keyOfTexts([country, region, postalCode, rules < 4 ? 'clocks' : '']);
  const found = memory.get(key);
  return found === undefined ? memory.keep(key, find(places, contact, region, postalCode, rules)) : found;
}

function find(
  places: PlaceSource,
  contact: Place,
  region: string,
  postalCode: string,
  rules: RulesVersion,
): Elsewhere | null {
  const ofCode = zonesOfCode(places, contact);
  const ofRegion = ofCode === null ? null : zonesAround(places, region);
  if (ofCode === null || ofRegion === null) return null;
  const country = countryOf(region);
  const ofStates = rules < 4 ? null : (places.regionsOfPostalCode?.(country, postalCode) ?? null);
  if (ofStates !== null) return ofStates.includes(region.toUpperCase()) ? null : { regions: ofStates, countries: [] };
  if (ofCode.some((zone) => ofRegion.includes(zone))) return null;
  const countries = places.countriesOfPostalCode?.(country, postalCode) ?? [];
  const regions = places.regionsOfCountry?.(country) ?? [];
  return {
    // A territory is a region of its country under the one name, and a country under the other.
    regions: regions.filter((code) => {
      const territory = TERRITORIES.get(code);
      if (countries.length > 0) return territory !== undefined && countries.includes(territory);
      return territory === undefined && zonesAround(places, code)?.some((zone) => ofCode.includes(zone)) === true;
    }),
    countries,
  };
}

function zonesOfCode(places: PlaceSource, contact: Place): readonly string[] | null {
  const { country, region, postalCode } = contact;
  if (contradictsItself(contact)) return null;
  const of = country ? country.toUpperCase() : region ? countryOf(region) : null;
  return postalCode && of !== null ? places.zonesOfPostalCode(of, postalCode) : null;
}

/** Of a region that has no clocks of its own those of its country; null for what is no region. */
export function zonesAround(places: PlaceSource, region: string | null | undefined): readonly string[] | null {
  if (!region) return null;
  const code = region.toUpperCase();
  const zones = places.zonesOfRegion(code);
  if (zones !== null) return zones;
  const isRegion = places.regionsOfCountry?.(countryOf(code))?.includes(code) === true;
  return isRegion ? places.zonesOfCountry(countryOf(code)) : null;
}
