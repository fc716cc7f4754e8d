import type { PlaceSource } from '#lib/kernel';
import { elsewhereByPostalCode } from '../elsewhere.js';
import type { Facts } from '../facts.js';
import { countryIn, regionsOf, statedPlace } from '../known-places.js';
import type { ReferenceData } from '../reference-data.js';
import { RULES } from '../rules-version.js';
import { territoriesByPostalCode, territoriesOf } from '../territories.js';

/** A country the contact may be in; its regions in question, or null where it may be any. */
export interface Whereabouts {
  readonly country: string;
  readonly regions: readonly string[] | null;
}

/**
 * Where the contact may be, for the choice of laws. The profile's region and country come first, both where they
 * contradict each other, and besides the region every place that a postal code outside of it may be in; a postal code
 * and a geographic number say the region where the profile does not, each its own, and a number the country where the profile says nothing; then the country of the contact's clock, then the brand's country, and at last that of its clock.
 * Null: it may be anywhere. A territory to which a region, a postal code or a number leads is a country besides: packs name it by
 * either, and what they ask for under both names counts.
 *
 * A field that holds no code, or one that no table knows, counts as empty, because a law must not be missed over a
 * spelling: of `US-ZZ` only the country is believed, and of `UK` nothing.
 */
export function whereabouts(
  { contact, brand }: Facts,
  world: Pick<ReferenceData, 'places' | 'rules'>,
): readonly Whereabouts[] | null {
  const { places, rules = RULES } = world;
  const { region, country } = statedPlace(contact, places);
  const phone = contact.phonePrefix ? places.ofPhone(contact.phonePrefix) : null;

  const found: Whereabouts[] = [];
  const elsewhere = region === null ? null : elsewhereByPostalCode(world, contact);
  if (region !== null) {
    found.push({ country: region.slice(0, 2), regions: [region, ...(elsewhere?.regions ?? [])] });
  }
  if (country !== null && country !== region?.slice(0, 2)) {
    const byPhone = phone?.country === country ? phone.regions : null;
    const byPostalCode = regionsByPostalCode(contact, world) ?? overseas(contact, places);
    found.push({
      country,
      regions: rules < 4 ? (byPhone ?? overseas(contact, places)) : either(byPhone, byPostalCode),
    });
  }
  const byCode = elsewhere?.countries ?? [];
  const territories = [...territoriesOf(contact, places), ...byCode].filter((code) => code !== country);
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

/** The regions of a postal code beside a country alone, or beside a region that there is not. Before rules 4 it said none. */
export function regionsByPostalCode(
  contact: Facts['contact'],
  { places, rules = RULES }: Pick<ReferenceData, 'places' | 'rules'>,
): readonly string[] | null {
  if (!contact.postalCode || rules < 4) return null;
  const { region, country } = statedPlace(contact, places);
  if (country === null || country === region?.slice(0, 2)) return null;
  return places.regionsOfPostalCode?.(country, contact.postalCode) ?? null;
}

/** People keep numbers when they move: where a number and a code say different regions it may be any of them. */
function either(some: readonly string[] | null, others: readonly string[] | null): readonly string[] | null {
  return some === null || others === null ? (some ?? others) : [...new Set([...some, ...others])];
}

/** Of a country whose postal code leads to territories that are regions of it: those; null where it does not. */
function overseas(contact: Facts['contact'], places: PlaceSource): readonly string[] | null {
  const country = contact.country?.toUpperCase() ?? '';
  const regions = territoriesByPostalCode(contact, places).flatMap((code) => regionsOf(country, code) ?? []);
  return regions.length > 0 ? regions : null;
}

function countryOfClock(zone: string | null | undefined, places: PlaceSource): string | null {
  return zone ? (places.countryOfZone?.(zone) ?? null) : null;
}

function isThere<T>(value: T | null): value is T {
  return value !== null;
}
