import { readFileSync } from 'node:fs';
import type { PlaceSource } from '#lib/kernel';
import { supersededIn } from '../editions.js';
import { adviceOnCountry, adviceOnRegion } from './place-advice.js';
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
  zonesWithTerritories: (country) => tables().zonesWithTerritories(country),
  zonesOfRegion: (region) => tables().zonesOfRegion(region),
  zonesOfPostalCode: (country, postalCode) => tables().zonesOfPostalCode(country, postalCode),
  mayHavePostalCode: (country, postalCode) => tables().mayHavePostalCode(country, postalCode),
  countriesOfPostalCode: (country, postalCode) => tables().countriesOfPostalCode(country, postalCode),
  regionsOfPostalCode: (country, postalCode) => tables().regionsOfPostalCode(country, postalCode),
  ofPhone: (prefix) => tables().ofPhone(prefix),
  countryOfZone: (zone) => tables().countryOfZone(zone),
  regionsOfCountry: (country) => tables().regionsOfCountry(country),
};

const superseded = supersededIn(new URL('./superseded/', import.meta.url), parsePlaces);

/**
 * The tables under which a decision was made, by the version that it names: each edition is kept in `superseded` when the
 * next one takes its place. Null where there is no such edition.
 */
export function placesEdition(version: string): PlaceSource | null {
  return version === places.version ? places : superseded(version);
}

/**
 * What to write instead of a code that somebody typed, as the rest of a sentence that begins with it (`is no country of
 * ISO 3166-1; write GB`); null when there is nothing against it.
 */
export const placeAdvice = {
  country: (code: string) => adviceOnCountry(places, code),
  region: (code: string) => adviceOnRegion(places, code),
};
