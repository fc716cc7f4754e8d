import { readdirSync, readFileSync } from 'node:fs';
import type { PlaceSource } from '#lib/kernel';
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

let superseded: ReadonlyMap<string, string> | undefined;
const read = new Map<string, PlaceSource>();

/**
 * The tables under which a decision was made, by the version that it names: each edition is kept in `superseded` when the
 * next one takes its place, so that a decision is made again from what was known then. Null where there is no such edition.
 */
export function placesEdition(version: string): PlaceSource | null {
  if (version === places.version) return places;
  const known = read.get(version);
  if (known !== undefined) return known;
  const folder = new URL('./superseded/', import.meta.url);
  superseded ??= new Map(readdirSync(folder).map((file) => [file.replace(/\.json$/, '').replaceAll('_', '/'), file]));
  const file = superseded.get(version);
  if (file === undefined) return null;
  const edition = parsePlaces(readFileSync(new URL(file, folder), 'utf8'));
  read.set(version, edition);
  return edition;
}

/**
 * What to write instead of a code that somebody typed, as the rest of a sentence that begins with it (`is no country of
 * ISO 3166-1; write GB`); null when there is nothing against it.
 */
export const placeAdvice = {
  country: (code: string) => adviceOnCountry(places, code),
  region: (code: string) => adviceOnRegion(places, code),
};
