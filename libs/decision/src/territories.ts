import { type PlaceSource, TERRITORIES } from '#lib/kernel';
import type { Facts } from './facts.js';

type Contact = Facts['contact'];

/** `FR RE`: the country, and the one (ISO 3166-1) that a part of it is as well. */
const PAIRS: ReadonlySet<string> = new Set([...TERRITORIES].map(([region, code]) => `${region.slice(0, 2)} ${code}`));

/**
 * The countries (ISO 3166-1) of the territories that a contact's region leads to; or, beside a country without a region,
 * the postal code, or a number that can be of nowhere else.
 */
export function territoriesOf(contact: Contact, places: PlaceSource): readonly string[] {
  const { region } = contact;
  if (region) {
    const ofRegion = TERRITORIES.get(region.toUpperCase());
    return ofRegion === undefined ? NOWHERE : [ofRegion];
  }
  const byPostalCode = territoriesByPostalCode(contact, places);
  return byPostalCode.length > 0 ? byPostalCode : territoriesByPhone(contact, places);
}

/** Those to which the postal code leads, where no region says another place. */
export function territoriesByPostalCode(
  { country, region, postalCode }: Contact,
  places: PlaceSource,
): readonly string[] {
  if (!country || region || !postalCode) return NOWHERE;
  return places.countriesOfPostalCode?.(country.toUpperCase(), postalCode) ?? NOWHERE;
}

/** Those of a number under a calling code of their own (+262 beside `FR`), where no region says another place. */
export function territoriesByPhone({ country, region, phonePrefix }: Contact, places: PlaceSource): readonly string[] {
  if (!country || region || !phonePrefix) return NOWHERE;
  const phone = places.ofPhone(phonePrefix);
  if (phone === null) return NOWHERE;
  const countries = phone.countries ?? [phone.country];
  return countries.every((code) => PAIRS.has(`${country.toUpperCase()} ${code}`)) ? countries : NOWHERE;
}

const NOWHERE: readonly string[] = [];
