import { createHash } from 'node:crypto';
import type { PlaceSource } from '#lib/kernel';

type Zones = readonly string[];

/** The data file, as `scripts/update-places.mjs` writes it. */
export interface PlacesContent {
  /** Releases of what it is made from. */
  readonly version: string;
  /** Countries of which every region is in `regions`. */
  readonly completeCountries: readonly string[];
  readonly countries: Readonly<Record<string, Zones>>;
  /** Zone name to the country of the place it is named after. */
  readonly zones: Readonly<Record<string, string>>;
  readonly regions: Readonly<Record<string, Zones>>;
  /** By country, then by the beginning of the code. */
  readonly postalCodes: Readonly<Record<string, Readonly<Record<string, Zones>>>>;
  /** Beginning of a number without its plus: countries, regions and zones; the longest that fits counts. */
  readonly phones: Readonly<Record<string, readonly [readonly string[], readonly string[] | null, Zones | null]>>;
}

const LONGEST_PREFIX = 7;

/** One version of the place tables, in memory. */
export class Places implements PlaceSource {
  readonly version: string;
  readonly #content: PlacesContent;
  readonly #regionsOf: ReadonlyMap<string, readonly string[]>;

  constructor(content: PlacesContent) {
    this.version = content.version;
    this.#content = content;
    const regions = Object.keys(content.regions);
    const complete = content.completeCountries.map(
      (country) => [country, regions.filter((region) => region.startsWith(`${country}-`))] as const,
    );
    this.#regionsOf = new Map(complete);
  }

  zonesOfCountry(country: string): Zones | null {
    return entry(this.#content.countries, country);
  }

  zonesOfRegion(region: string): Zones | null {
    return entry(this.#content.regions, region);
  }

  /** Blanks and case in the code do not count. Of a US code three digits decide, of a Canadian one the first letter. */
  zonesOfPostalCode(country: string, postalCode: string): Zones | null {
    const codes = entry(this.#content.postalCodes, country);
    if (codes === null) return null;
    const code = postalCode.replace(/\s/g, '').toUpperCase();
    const isCode = country === 'US' ? /^\d{5}(-?\d{4})?$/.test(code) : /^[A-Z]\d[A-Z]/.test(code);
    return isCode ? (entry(codes, code.slice(0, 3)) ?? entry(codes, code.slice(0, 1))) : null;
  }

  ofPhone(prefix: string): ReturnType<PlaceSource['ofPhone']> {
    const digits = /^\+([1-9]\d{0,14})$/.exec(prefix)?.[1];
    if (digits === undefined) return null;
    for (let length = Math.min(LONGEST_PREFIX, digits.length); length > 0; length--) {
      const found = entry(this.#content.phones, digits.slice(0, length));
      if (found === null) continue;
      // What can be no area code begins no number; one that is not listed may be new, and is of any country of the plan.
      if (length === 1 && digits.startsWith('1') && digits.length >= 4 && !/^1[2-9][0-8]/.test(digits)) return null;
      const [countries, regions, zones] = found;
      const [country] = countries;
      if (country === undefined) return null;
      return countries.length === 1 ? { country, regions, zones } : { country, countries, regions, zones };
    }
    return null;
  }

  countryOfZone(zone: string): string | null {
    return entry(this.#content.zones, zone);
  }

  regionsOfCountry(country: string): readonly string[] | null {
    return this.#regionsOf.get(country) ?? null;
  }
}

/**
 * Reads the data file.
 *
 * @throws Error when its content does not have the SHA-256 written in it: whoever corrects a place corrects it in the
 *   script, or the next update undoes it.
 */
export function parsePlaces(text: string): Places {
  const { sha256, ...content } = JSON.parse(text) as PlacesContent & { readonly sha256: string };
  if (sha256OfPlaces(content) !== sha256) {
    throw new Error(
      'The place tables are damaged. Restore places.json or write it anew with scripts/update-places.mjs.',
    );
  }
  return new Places(content);
}

/** SHA-256 in hexadecimal of the content as JSON without white space. */
export function sha256OfPlaces(content: PlacesContent): string {
  const { version, completeCountries, countries, zones, regions, postalCodes, phones } = content;
  const ordered = { version, completeCountries, countries, zones, regions, postalCodes, phones };
  return createHash('sha256').update(JSON.stringify(ordered)).digest('hex');
}

/** What was typed into a profile is looked up here, so a name that every object has must not be found. */
function entry<T>(table: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}
