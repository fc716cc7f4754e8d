import type { PlaceSource } from '#lib/kernel';
import { keep } from './memory.js';
import { type ReferenceData } from './reference-data.js';
import { RULES } from './rules-version.js';

const before = new WeakMap<ReferenceData, ReferenceData>();

/**
 * The tables of places as the rules that are asked for knew them. Before rules 3 no British postal code said where
 * anybody is: those of the forces, of the islands and of the territories overseas were London like all others.
 *
 * The same reference gives the same object, because what is remembered of a contact is found by it.
 */
export function asKnownThen(reference: ReferenceData): ReferenceData {
  if ((reference.rules ?? RULES) >= 3) return reference;
  return (
    before.get(reference) ?? keep(before, reference, { ...reference, places: silentOnBritishCodes(reference.places) })
  );
}

function silentOnBritishCodes(places: PlaceSource): PlaceSource {
  return {
    version: places.version,
    zonesOfCountry: (country) => places.zonesOfCountry(country),
    zonesWithTerritories: (country) => places.zonesWithTerritories?.(country) ?? null,
    zonesOfRegion: (region) => places.zonesOfRegion(region),
    zonesOfPostalCode: (country, code) => (country === 'GB' ? null : places.zonesOfPostalCode(country, code)),
    mayHavePostalCode: (country, code) => places.mayHavePostalCode?.(country, code) ?? true,
    countriesOfPostalCode: (country, code) =>
      country === 'GB' ? [] : (places.countriesOfPostalCode?.(country, code) ?? []),
    ofPhone: (prefix) => places.ofPhone(prefix),
    countryOfZone: (zone) => places.countryOfZone?.(zone) ?? null,
    regionsOfCountry: (country) => places.regionsOfCountry?.(country) ?? null,
  };
}
