import { createHash } from 'node:crypto';
import { type PlaceSource, TERRITORIES } from '#lib/kernel';

type Zones = readonly string[];

/** The data file, as `scripts/update-places.mjs` writes it. */
export interface PlacesContent {
  /** Releases of what it is made from. */
  readonly version: string;
  /** Countries of which every region is in `regions`, apart from those that are countries themselves. */
  readonly completeCountries: readonly string[];
  /** The regions of each country by the part after the hyphen: `BB BE BW`. */
  readonly subdivisions: Readonly<Record<string, string>>;
  readonly countries: Readonly<Record<string, Zones>>;
  /** Zone name to the country of the place it is named after. */
  readonly zones: Readonly<Record<string, string>>;
  readonly regions: Readonly<Record<string, Zones>>;
  /** By country, then by the beginning of the code. */
  readonly postalCodes: Readonly<Record<string, Readonly<Record<string, Zones>>>>;
  /** Codes that lead to other countries, by country and then by the beginning of the code; the longest that fits counts. */
  readonly postalCountries: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** By country and region: the beginnings of its codes, `005 063 100-149`. Editions before own-3 have none. */
  readonly postalRegions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Beginning of a number without its plus: countries, regions and zones; the longest that fits counts. */
  readonly phones: Readonly<Record<string, readonly [readonly string[], readonly string[] | null, Zones | null]>>;
}

const LONGEST_PREFIX = 7;

/** One version of the place tables, in memory. */
export class Places implements PlaceSource {
  readonly version: string;
  readonly #content: PlacesContent;
  readonly #regionsOf: ReadonlyMap<string, readonly string[]>;
  readonly #territoriesOf: ReadonlyMap<string, readonly string[]>;
  /** By country and beginning of the code, `US 331`. */
  readonly #regionsOfCodes: ReadonlyMap<string, readonly string[]>;

  constructor(content: PlacesContent) {
    this.version = content.version;
    this.#content = content;
    this.#regionsOf = new Map(
      Object.entries(content.subdivisions).map(([country, parts]) => [
        country,
        parts.split(' ').map((part) => `${country}-${part}`),
      ]),
    );
    const territories = new Map<string, string[]>();
    for (const [region, code] of TERRITORIES) {
      const country = region.slice(0, 2);
      territories.set(country, [...new Set([...(territories.get(country) ?? []), code])]);
    }
    this.#territoriesOf = territories;
    this.#regionsOfCodes = regionsOfCodes(content.postalRegions ?? {});
  }

  zonesOfCountry(country: string): Zones | null {
    return entry(this.#content.countries, country);
  }

  zonesWithTerritories(country: string): Zones | null {
    const territories = this.#territoriesOf.get(country);
    return territories === undefined ? null : this.#zonesOf([country, ...territories]);
  }

  zonesOfRegion(region: string): Zones | null {
    const territory = TERRITORIES.get(region);
    return territory === undefined ? entry(this.#content.regions, region) : this.zonesOfCountry(territory);
  }

  /**
   * Blanks and case in the code do not count. Of a US code three digits decide, of a Canadian one the first letter; of a
   * British one whether it is of the forces.
   */
  zonesOfPostalCode(country: string, postalCode: string): Zones | null {
    const elsewhere = this.countriesOfPostalCode(country, postalCode);
    if (elsewhere.length > 0) return this.#zonesOf(elsewhere);
    const codes = entry(this.#content.postalCodes, country);
    if (codes === null) return null;
    const code = this.#normalized(country, postalCode);
    if (!CODES_WITH_ZONES[country]?.test(code)) return null;
    return entry(codes, code.slice(0, 3)) ?? entry(codes, code.slice(0, 2)) ?? entry(codes, code.slice(0, 1));
  }

  /** Of countries with territories, whose codes lead there or do not; any other may have any code. */
  mayHavePostalCode(country: string, postalCode: string): boolean {
    const form = FORMS[country];
    if (form === undefined) return true;
    return (
      form.test(this.#normalized(country, postalCode)) &&
      (country !== 'US' || this.zonesOfPostalCode(country, postalCode) !== null)
    );
  }

  countriesOfPostalCode(country: string, postalCode: string): readonly string[] {
    // Of most countries no code leads anywhere.
    if (entry(this.#content.postalCountries, country) === null) return NOWHERE;
    return this.#leadsTo(country, this.#normalized(country, postalCode));
  }

  /** Of a US code three digits decide. */
  regionsOfPostalCode(country: string, postalCode: string): readonly string[] | null {
    const code = this.#normalized(country, postalCode);
    if (country !== 'US' || !CODES_WITH_ZONES[country]?.test(code)) return null;
    if (this.countriesOfPostalCode(country, postalCode).length > 0) return null;
    return this.#regionsOfCodes.get(`${country} ${code.slice(0, 3)}`) ?? null;
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

  /** None for a country that is not divided. */
  regionsOfCountry(country: string): readonly string[] | null {
    return this.#regionsOf.get(country) ?? (this.zonesOfCountry(country) === null ? null : NOWHERE);
  }

  /**
   * A code as its country writes it: without the country before it (`F-97400`, and `GL-3900` where the code is of that
   * territory), and without the name of a place after it where what stands before the name is a code.
   */
  #normalized(country: string, postalCode: string): string {
    // Canadian and British codes begin with letters of their own, and their beginning is enough.
    if (country === 'CA' || country === 'GB') return compacted(country, postalCode);
    const typed = postalCode.trim().toUpperCase();
    const whole = this.#withoutCountry(country, typed);
    const form = FORMS[country] ?? FORMS_BEFORE_PLACE[country];
    const beginning = form === undefined || form.test(whole) ? undefined : BEFORE_PLACE.exec(typed)?.[1];
    if (form === undefined || beginning === undefined) return whole;
    const code = this.#withoutCountry(country, beginning);
    return form.test(code) ? code : whole;
  }

  #withoutCountry(country: string, typed: string): string {
    const compact = compacted(country, typed);
    const [before, prefix] = /^([A-Z]{1,2})-?(?=\d)/.exec(compact) ?? [];
    if (before === undefined || prefix === undefined) return compact;
    const code = compacted(country, compact.slice(before.length));
    return country.startsWith(prefix) || this.#leadsTo(country, code).includes(prefix) ? code : compact;
  }

  #leadsTo(country: string, code: string): readonly string[] {
    const codes = entry(this.#content.postalCountries, country);
    const form = country === 'GB' ? BRITISH : LEADING;
    if (codes === null || !form.test(code)) return NOWHERE;
    for (let length = 5; length >= 2; length--) {
      const found = entry(codes, code.slice(0, length));
      if (found !== null) return found;
    }
    return NOWHERE;
  }

  #zonesOf(countries: readonly string[]): Zones {
    return [...new Set(countries.flatMap((country) => this.zonesOfCountry(country) ?? []))];
  }
}

const NOWHERE: readonly string[] = [];

function regionsOfCodes(tables: NonNullable<PlacesContent['postalRegions']>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [country, regions] of Object.entries(tables)) {
    for (const [region, ranges] of Object.entries(regions)) {
      for (const range of ranges.split(' ')) {
        const [first = '', last = first] = range.split('-');
        for (let code = Number(first); code <= Number(last); code++) {
          const key = `${country} ${String(code).padStart(first.length, '0')}`;
          found.set(key, [...(found.get(key) ?? []), region]);
        }
      }
    }
  }
  return found;
}

/** Codes whose beginning says a clock. */
const CODES_WITH_ZONES: Readonly<Record<string, RegExp>> = {
  US: /^\d{5}(-?\d{4})?$/,
  CA: /^[A-Z]\d[A-Z]/,
  GB: /^BF(PO|\d)/,
};

/** Codes whose beginning may lead to another country. */
const LEADING = /^\d{4,5}(-?\d{4})?$/;
/** `JE2 3AB`, `FIQQ 1ZZ`, and the beginning alone of a code that is of letters. */
const BRITISH = /^([A-Z]{2}\d|[A-Z]{4}(\d|$))/;

/** What codes look like in the countries that have territories, theirs included. */
const FORMS: Readonly<Record<string, RegExp>> = {
  US: /^\d{5}(-?\d{4})?$/,
  FR: /^((0[1-9]|[1-8]\d|9[0-5])\d{3}|97[1-8]\d\d|98[046-8]\d\d)(CEDEX\d*)?$/,
  NL: /^[1-9]\d{3}([A-Z]{2})?$/,
  NO: /^\d{4}$/,
  CN: /^\d{6}$/,
  FI: /^\d{5}$/,
};

/** And in those of which a few codes lead elsewhere, and any other may be one. */
const FORMS_BEFORE_PLACE: Readonly<Record<string, RegExp>> = { AU: /^\d{4}$/, DK: /^\d{4}$/ };

/** Digits of a code, where it has nothing else. */
const DIGITS: Readonly<Record<string, number>> = { US: 5, FR: 5, NO: 4, FI: 5 };

/** A code, as far as it has digits, before the name of a place: `75001 Paris`, `1012AB Amsterdam`, `97400, Saint-Denis`. */
const BEFORE_PLACE = /^((?:[A-Z]{1,2}\s*-?\s*)?\d[\d\s-]*\d(?:[A-Z]{2}(?=[\s,]))?)[\s,/–-]+(?=['’]?\p{L})/u;

/** Without blanks, in capitals, and with the zeros that spreadsheets take away (`6000` is Nice). */
function compacted(country: string, code: string): string {
  const compact = code.replace(/\s/g, '').toUpperCase();
  const length = DIGITS[country];
  return length !== undefined && /^\d{3,}$/.test(compact) ? compact.padStart(length, '0') : compact;
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
  const { version, completeCountries, subdivisions, countries, zones, regions } = content;
  const { postalCodes, postalCountries, postalRegions, phones } = content;
  const places = { version, completeCountries, subdivisions, countries, zones, regions };
  const ordered = { ...places, postalCodes, postalCountries, ...(postalRegions && { postalRegions }), phones };
  return createHash('sha256').update(JSON.stringify(ordered)).digest('hex');
}

/** What was typed into a profile is looked up here, so a name that every object has must not be found. */
function entry<T>(table: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}
