import { readFileSync } from 'node:fs';
import type { PlaceSource } from '#lib/kernel';
import { parsePlaces, type Places } from './places.js';

let loaded: Places | undefined;

/** Read on first use from the file beside this module, in the sources as in the build. */
function tables(): Places {
  loaded ??= parsePlaces(readFileSync(new URL('./places.json', import.meta.url), 'utf8'));
  return loaded;
}

/**
 * The place tables of the product: a pinned file, the same on every machine.
 *
 * @throws Error on first use when the data file is missing or damaged.
 */
export const places: PlaceSource = {
  get version() {
    return tables().version;
  },
  zonesOfCountry: (country) => tables().zonesOfCountry(country),
  zonesOfRegion: (region) => tables().zonesOfRegion(region),
  zonesOfPostalCode: (country, postalCode) => tables().zonesOfPostalCode(country, postalCode),
  ofPhone: (prefix) => tables().ofPhone(prefix),
  countryOfZone: (zone) => tables().countryOfZone(zone),
  regionsOfCountry: (country) => tables().regionsOfCountry(country),
};
