import type { PlaceSource } from '#lib/kernel';
import type { Facts } from '../facts.js';

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
 * says nothing; then the country of the contact's clock, and at last of the brand's. Null: it may be anywhere.
 *
 * A field that holds no code counts as empty, because a law must not be missed over a spelling.
 */
export function whereabouts({ contact, brand }: Facts, places: PlaceSource): readonly Whereabouts[] | null {
  const region = matching(REGION, contact.region);
  const country = matching(COUNTRY, contact.country);
  const phone = contact.phonePrefix ? places.ofPhone(contact.phonePrefix) : null;

  const found: Whereabouts[] = [];
  if (region !== null) found.push({ country: region.slice(0, 2), regions: [region] });
  if (country !== null && country !== region?.slice(0, 2)) {
    found.push({ country, regions: phone?.country === country ? phone.regions : null });
  }
  if (found.length > 0) return found;
  if (phone !== null) {
    return (phone.countries ?? [phone.country]).map((code) => ({ country: code, regions: phone.regions }));
  }

  for (const zone of [contact.chosenZone, contact.deviceZone, contact.zone, brand.zone]) {
    const ofClock = zone ? (places.countryOfZone?.(zone) ?? null) : null;
    if (ofClock !== null) return [{ country: ofClock, regions: null }];
  }
  return null;
}

function matching(pattern: RegExp, text: string | null | undefined): string | null {
  const code = text?.toUpperCase() ?? '';
  return pattern.test(code) ? code : null;
}
