import { createRequire } from 'node:module';
import type DateHolidays from 'date-holidays';
import type { HolidaySource } from '#lib/kernel';
import { supersededIn } from '../editions.js';

/** Date to name, of one country or region in one year. */
type Year = ReadonlyMap<string, string>;
/** Opens the calendar of a country, of a state in it, of a region in that; of none, to ask which countries there are. */
type Calendars = (...place: string[]) => DateHolidays;
/** How the package is asked: the data first where it is not its own, the place, and options behind it. */
type Reader = new (...asked: unknown[]) => DateHolidays;

const require = createRequire(import.meta.url);
const { version } = require('date-holidays/package.json') as { readonly version: string };

/** Every place of the tables in two years, some ten megabytes. */
const MOST_YEARS = 4096;
const IN_ENGLISH = { languages: 'en' };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Public holidays as one edition of the package date-holidays knows them. What is kept on part of a day counts for the
 * whole of it; where only some towns of a region keep a day, the region does, because nobody says which town a contact
 * lives in.
 *
 * A year of a country is worked out when it is first asked for: milliseconds for most, up to a second for every region
 * of the United States together. After that an answer is a look-up. It depends on the arguments and the version alone,
 * neither on the clock nor on the time zone of the process.
 */
class HolidayTables implements HolidaySource {
  readonly version: string;
  readonly #load: () => Calendars;
  readonly #years = new Map<string, Year>();
  readonly #statesOf = new Map<string, ReadonlySet<string>>();
  #opened: { readonly calendars: Calendars; readonly countries: ReadonlySet<string> } | undefined;

  /** @param load called when a rule first asks for holidays: it takes 300 ms and 20 MB */
  constructor(version: string, load: () => Calendars) {
    this.version = version;
    this.#load = load;
  }

  /** @throws RangeError for a country without a table, and for what is no date */
  holiday(country: string, region: string | null, date: string): string | null {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw new RangeError(`"${date}" is not a date such as 2026-12-25`);
    const part = this.#partOf(country, region);
    const year = date.slice(0, 4);
    const key = `${country} ${part ?? '*'} ${year}`;
    let known = this.#years.get(key);
    if (known === undefined) {
      if (this.#years.size >= MOST_YEARS) this.#years.clear();
      this.#years.set(key, (known = holidaysOf(this.#open().calendars, country, part, Number(year))));
    }
    return known.get(date) ?? null;
  }

  hasTable(country: string): boolean {
    return this.#open().countries.has(country);
  }

  /**
   * The code of a region within its country, '' where the tables do not know it, null where all regions are asked about.
   * @throws RangeError for a country without a table
   */
  #partOf(country: string, region: string | null): string | null {
    const { calendars, countries } = this.#open();
    if (!countries.has(country)) throw new RangeError(`there is no table of holidays for ${country}`);
    if (region === null) return null;
    let states = this.#statesOf.get(country);
    if (states === undefined) {
      this.#statesOf.set(country, (states = new Set(Object.keys(calendars().getStates(country) ?? {}))));
    }
    const part = region.slice(country.length + 1);
    return states.has(part) || countries.has(part) ? part : '';
  }

  #open() {
    if (this.#opened === undefined) {
      const calendars = this.#load();
      this.#opened = { calendars, countries: new Set(Object.keys(calendars().getCountries())) };
    }
    return this.#opened;
  }
}

/** The holidays by which decisions are made today. */
export const holidays: HolidaySource = new HolidayTables(`date-holidays-${version}`, () => {
  const Published = require('date-holidays') as Reader;
  return (...place) => new Published(...inEnglish(place));
});

/** The tables of before, as they were published, under the package's own reader of today. */
const superseded = supersededIn(new URL('./superseded/', import.meta.url), (text, edition) => {
  return new HolidayTables(edition, () => {
    const data: unknown = JSON.parse(text);
    const ofPackage = createRequire(require.resolve('date-holidays'));
    const { default: Read } = ofPackage('date-holidays-parser') as { readonly default: Reader };
    return (...place) => new Read(data, ...inEnglish(place));
  });
});

/**
 * The holidays by which a decision was made, by the version that it names: the tables of each edition are kept in
 * `superseded` when the next one takes its place. Null where there is no such edition.
 */
export function holidaysEdition(edition: string): HolidaySource | null {
  return edition === holidays.version ? holidays : superseded(edition);
}

function inEnglish(place: readonly string[]): unknown[] {
  return place.length === 0 ? [] : [...place, IN_ENGLISH];
}

/** @param part as `partOf` says it */
function holidaysOf(calendars: Calendars, country: string, part: string | null, year: number): Year {
  const found = new Map<string, string>();
  const add = (calendar: DateHolidays, from = year): void => {
    for (const holiday of calendar.getHolidays(from)) {
      if (holiday.type !== 'public') continue;
      for (const date of datesOf(holiday)) {
        if (date.startsWith(`${year}-`) && !found.has(date)) found.set(date, holiday.name);
      }
    }
  };
  const addState = (state: string): void => {
    add(calendars(country, state));
    for (const region of Object.keys(national.getRegions(country, state) ?? {})) {
      add(calendars(country, state, region));
    }
  };

  const national = calendars(country);
  const states = Object.keys(national.getStates(country) ?? {});
  add(national);
  // A holiday of several days may begin in the year before.
  add(national, year - 1);
  if (part === null) states.forEach(addState);
  else if (states.includes(part)) addState(part);
  // Some parts of a country have a code, and a table, of their own as well: US-PR is Puerto Rico.
  else if (part !== '') add(calendars(part));
  return found;
}

/** Every local date that a holiday touches. Its first is written as local figures, `2026-03-20 00:00:00 -0600`. */
function datesOf({ date, start, end }: { readonly date: string; readonly start: Date; readonly end: Date }): string[] {
  const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  // A day on which the clocks change is an hour longer or shorter.
  const days = Math.max(1, Math.ceil((end.getTime() - start.getTime() - 1.5 * HOUR) / DAY));
  return Array.from({ length: days }, (_, i) => new Date(first + i * DAY).toISOString().slice(0, 10));
}
