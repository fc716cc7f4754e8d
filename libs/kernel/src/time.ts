import type { Zone } from 'luxon';
import type { EpochMs } from './words.js';

/** The only way to learn what time it is. Rules take `now` as an argument instead. */
export interface Clock {
  now(): EpochMs;
  /** Milliseconds that never step back, for deadlines inside one process. */
  monotonic(): number;
}

/** The time zone database in use. Pure code is handed one and never consults the runtime's own. */
export interface ZoneSource {
  /** Version of the IANA database, such as '2026f'; stamped into every decision. */
  readonly version: string;
  /** The zone of that IANA name (links resolved, case as in the database), or null when there is none. */
  zone(name: string): Zone | null;
}

/** What is known of an IANA zone is where people are; what is known of places is which zones they may be in. */
export interface PlaceSource {
  /** Version of the tables; stamped into every decision that asked them. */
  readonly version: string;
  /**
   * Zones of a country (ISO 3166-1 alpha-2), inhabited places only; null for a code that is none. Without its
   * territories that are countries to ISO 3166-1 as well.
   */
  zonesOfCountry(country: string): readonly string[] | null;
  /** The same with those territories; null where the country has none. */
  zonesWithTerritories?(country: string): readonly string[] | null;
  /** Zones of a region (`US-TX`, ISO 3166-2); null when the table does not know the region, or no zones of its own. */
  zonesOfRegion(region: string): readonly string[] | null;
  /** Zones of a postal code of a country; null where the table has none for it. */
  zonesOfPostalCode(country: string, postalCode: string): readonly string[] | null;
  /** Whether the country may have that postal code; where nobody knows what its codes look like it may. */
  mayHavePostalCode?(country: string, postalCode: string): boolean;
  /** Other countries (ISO 3166-1) that a postal code of a country leads to: `PR` of 00901 in `US`. */
  countriesOfPostalCode?(country: string, postalCode: string): readonly string[];
  /** Regions (ISO 3166-2) to which a postal code of a country is given; null where the table has none for it. */
  regionsOfPostalCode?(country: string, postalCode: string): readonly string[] | null;
  /**
   * What the beginning of an E.164 number tells. `regions` and `zones` are null where numbers are not geographic
   * (mobile ranges, toll-free, satellite); null as a whole for digits that begin no number.
   */
  ofPhone(prefix: string): {
    readonly country: string;
    /** Every country the number may be of, `country` first, where the digits leave several; left out otherwise. */
    readonly countries?: readonly string[];
    readonly regions: readonly string[] | null;
    readonly zones: readonly string[] | null;
  } | null;
  /** The country a zone is named after a place of (`DE` for `Europe/Berlin`); null for `Etc/UTC` and its like. */
  countryOfZone?(zone: string): string | null;
  /** Every region of a country; null where they are not known. */
  regionsOfCountry?(country: string): readonly string[] | null;
}

/** Public holidays, which the law or a house rule may keep quiet. */
export interface HolidaySource {
  readonly version: string;
  /**
   * The public holiday on a local date, by its English name; null on any other day.
   *
   * @param country ISO 3166-1 alpha-2
   * @param region ISO 3166-2 (`DE-BY`); null asks for what any region of the country keeps, because a region that is
   *   not known may be that one.
   * @param date `2026-12-25`
   * @throws RangeError for a country without a table
   */
  holiday(country: string, region: string | null, date: string): string | null;
  /** Whether there is a table for the country. */
  hasTable?(country: string): boolean;
}
