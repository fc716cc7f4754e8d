import { type PlaceSource, TERRITORIES } from '#lib/kernel';
import type { Facts } from '../facts.js';
import { territoriesByPostalCode, territoriesOf } from '../territories.js';

/** A country the contact may be in; its regions in question, or null where it may be any. */
export interface Whereabouts {
  readonly country: string;
  readonly regions: readonly string[] | null;
}

const COUNTRY = /^[A-Z]{2}$/;
const REGION = /^[A-Z]{2}-[A-Z0-9]{1,3}$/;

/**
 * Where the contact may be, for the choice of laws. The profile's region and country come first, both where they
 * contradict each other; a geographic number says the region where the profile does not, and the country where it
 * says nothing; then the country of the contact's clock, then the brand's country, and at last that of its clock.
 * Null: it may be anywhere. A territory to which a region, a postal code or a number leads is a country besides: packs name it by
 * either, and what they ask for under both names counts.
 *
 * A field that holds no code, or one that no table knows, counts as empty, because a law must not be missed over a
 * spelling: of `US-ZZ` only the country is believed, and of `UK` nothing.
 */
export function whereabouts({ contact, brand }: Facts, places: PlaceSource): readonly Whereabouts[] | null {
  const stated = matching(REGION, contact.region);
  const region = stated !== null && isRegion(stated, places) ? stated : null;
  const country = countryIn(contact.country, places) ?? countryIn(stated?.slice(0, 2), places);
  const phone = contact.phonePrefix ? places.ofPhone(contact.phonePrefix) : null;

  const found: Whereabouts[] = [];
  if (region !== null) found.push({ country: region.slice(0, 2), regions: [region] });
  if (country !== null && country !== region?.slice(0, 2)) {
    found.push({ country, regions: (phone?.country === country ? phone.regions : null) ?? overseas(contact, places) });
  }
  const territories = territoriesOf(contact, places).filter((code) => code !== country);
  found.push(...territories.map((code) => ({ country: code, regions: null })));
  if (found.length > 0) return found;
  if (phone !== null) {
    return (phone.countries ?? [phone.country]).map((code) => ({ country: code, regions: phone.regions }));
  }

  const last =
    [contact.chosenZone, contact.deviceZone, contact.zone].map((zone) => countryOfClock(zone, places)).find(isThere) ??
    countryIn(brand.country, places) ??
    countryOfClock(brand.zone, places);
  return last === null ? null : [{ country: last, regions: null }];
}

/** Of a country whose postal code leads to territories that are regions of it: those; null where it does not. */
function overseas(contact: Facts['contact'], places: PlaceSource): readonly string[] | null {
  const territories = territoriesByPostalCode(contact, places);
  const stated = `${contact.country?.toUpperCase() ?? ''}-`;
  const regions = [...TERRITORIES].flatMap(([code, territory]) =>
    code.startsWith(stated) && territories.includes(territory) ? [code] : [],
  );
  return regions.length > 0 ? regions : null;
}

function countryOfClock(zone: string | null | undefined, places: PlaceSource): string | null {
  return zone ? (places.countryOfZone?.(zone) ?? null) : null;
}

function countryIn(text: string | null | undefined, places: PlaceSource): string | null {
  const code = matching(COUNTRY, text);
  return code !== null && places.zonesOfCountry(code) !== null ? code : null;
}

/** Whether the region is one of its country; of a country without a complete table any may be. */
function isRegion(region: string, places: PlaceSource): boolean {
  const country = region.slice(0, 2);
  if (places.zonesOfCountry(country) === null) return false;
  return places.regionsOfCountry?.(country)?.includes(region) ?? true;
}

function isThere<T>(value: T | null): value is T {
  return value !== null;
}

function matching(pattern: RegExp, text: string | null | undefined): string | null {
  const code = text?.toUpperCase() ?? '';
  return pattern.test(code) ? code : null;
}
