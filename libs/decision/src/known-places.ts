import { type PlaceSource, TERRITORIES } from '#lib/kernel';
import { contradictsItself, countryOf, elsewhereByPostalCode } from './elsewhere.js';
import type { Facts } from './facts.js';
import type { ReferenceData } from './reference-data.js';
import { territoriesByPhone, territoriesByPostalCode } from './territories.js';

type Contact = Facts['contact'];

/** A place the contact may be in, under every name it has: a territory is its country's and a country itself. */
export interface KnownPlace {
  readonly countries: readonly string[];
  /** Null: it may be any region of those. */
  readonly regions: readonly string[] | null;
}

const COUNTRY = /^[A-Z]{2}$/;
const REGION = /^[A-Z]{2}-[A-Z0-9]{1,3}$/;

/**
 * Each place the contact may be in, as far as anybody said so: by the profile's region and country, both where they
 * contradict each other; beside a country alone by a postal code that leads to a territory, and by a number that can be
 * of one. Empty: nothing is known. A number or a clock alone says nothing here, because neither is where a person is.
 *
 * A field that holds no code, or one that no table knows, counts as empty: of `US-ZZ` only the country is believed, and
 * of `UK` nothing.
 */
export function knownPlaces(contact: Contact, places: PlaceSource): readonly KnownPlace[] {
  const { region, country } = statedPlace(contact, places);
  const found: KnownPlace[] = region === null ? [] : [placeOfRegion(region)];
  if (country === null || (region !== null && !contradictsItself({ country, region }))) return found;
  if (region !== null) return [...found, { countries: [country], regions: null }];

  const territory = (code: string): KnownPlace => ({ countries: [country, code], regions: regionsOf(country, code) });
  const byPostalCode = territoriesByPostalCode(contact, places);
  if (byPostalCode.length > 0) return byPostalCode.map(territory);
  const byPhone = territoriesByPhone(contact, places).filter((code) => code !== country);
  return [{ countries: [country], regions: null }, ...byPhone.map(territory)];
}

/** Where a postal code leads that is not in the region beside it: one of the two is wrong, and nobody knows which. */
export function placesBesides(
  contact: Contact,
  reference: Pick<ReferenceData, 'places' | 'rules'>,
): readonly KnownPlace[] {
  const elsewhere = elsewhereByPostalCode(reference, contact);
  if (elsewhere === null) return [];
  const { regions, countries } = elsewhere;
  if (regions.length > 0) return regions.map(placeOfRegion);
  return countries.map((code) => ({ countries: [countryOf(contact.region ?? ''), code], regions: null }));
}

/** The same where codes are believed as they are written, and nothing but region and country is asked: rules 1. */
export function writtenPlaces({ country, region }: Contact): readonly KnownPlace[] {
  const stated = country ? { countries: [country.toUpperCase()], regions: null } : null;
  if (!region) return stated === null ? [] : [stated];
  if (stated === null || !contradictsItself({ country, region })) return [placeOfRegion(region.toUpperCase())];
  return [{ countries: [countryOf(region)], regions: [region.toUpperCase()] }, stated];
}

/** What the profile says of region and country, where it is a code that the tables know; the region tells a country. */
export function statedPlace(
  contact: Contact,
  places: PlaceSource,
): { readonly region: string | null; readonly country: string | null } {
  const stated = matching(REGION, contact.region);
  const region = stated !== null && isRegion(stated, places) ? stated : null;
  return { region, country: countryIn(contact.country, places) ?? countryIn(stated?.slice(0, 2), places) };
}

export function countryIn(text: string | null | undefined, places: PlaceSource): string | null {
  const code = matching(COUNTRY, text);
  return code !== null && places.zonesOfCountry(code) !== null ? code : null;
}

/** The regions of a country that are a certain territory, under all of their codes; null where none is. */
export function regionsOf(country: string, territory: string): readonly string[] | null {
  const regions = [...TERRITORIES].flatMap(([code, of]) =>
    of === territory && code.startsWith(`${country}-`) ? [code] : [],
  );
  return regions.length > 0 ? regions : null;
}

function placeOfRegion(region: string): KnownPlace {
  const territory = TERRITORIES.get(region);
  const country = countryOf(region);
  return { countries: territory === undefined ? [country] : [country, territory], regions: [region] };
}

/** Whether the region is one of its country; of a country without a complete table any may be. */
function isRegion(region: string, places: PlaceSource): boolean {
  const country = region.slice(0, 2);
  if (places.zonesOfCountry(country) === null) return false;
  return places.regionsOfCountry?.(country)?.includes(region) ?? true;
}

function matching(pattern: RegExp, text: string | null | undefined): string | null {
  const code = text?.toUpperCase() ?? '';
  return pattern.test(code) ? code : null;
}
