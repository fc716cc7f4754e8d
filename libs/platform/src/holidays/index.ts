import { createRequire } from 'node:module';
import type DateHolidays from 'date-holidays';
import type { HolidaySource } from '#lib/kernel';

/** Date to name, of one country or region in one year. */
type Year = ReadonlyMap<string, string>;

const require = createRequire(import.meta.url);
const { version } = require('date-holidays/package.json') as { readonly version: string };

/** The package takes 300 ms and 20 MB to load, so only whoever has a rule about holidays pays for it. */
let library: typeof DateHolidays | undefined;
let countries: ReadonlySet<string> | undefined;
const years = new Map<string, Year>();
/** Every place of the tables in two years, some ten megabytes. */
const MOST_YEARS = 4096;
const statesOf = new Map<string, ReadonlySet<string>>();

/**
 * Public holidays as the package date-holidays knows them. What is kept on part of a day counts for the whole of it;
 * where only some towns of a region keep a day, the region does, because nobody says which town a contact lives in.
 *
 * A year of a country is worked out when it is first asked for: milliseconds for most, up to a second for every region
 * of the United States together. After that an answer is a look-up. It depends on the arguments and the version alone,
 * neither on the clock nor on the time zone of the process.
 *
 * @throws RangeError for a country without a table, and for what is no date
 */
export const holidays: HolidaySource = {
  version: `date-holidays-${version}`,
  holiday(country, region, date) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw new RangeError(`"${date}" is not a date such as 2026-12-25`);
    const part = partOf(country, region);
    const year = date.slice(0, 4);
    const key = `${country} ${part ?? '*'} ${year}`;
    let known = years.get(key);
    if (known === undefined) {
      if (years.size >= MOST_YEARS) years.clear();
      years.set(key, (known = holidaysOf(country, part, Number(year))));
    }
    return known.get(date) ?? null;
  },
  hasTable(country) {
    load();
    return countries?.has(country) === true;
  },
};

/**
 * The code of a region within its country, '' where the tables do not know it, null where all regions are asked about.
 * @throws RangeError for a country without a table
 */
function partOf(country: string, region: string | null): string | null {
  const Holidays = load();
  if (countries?.has(country) !== true) throw new RangeError(`there is no table of holidays for ${country}`);
  if (region === null) return null;
  let states = statesOf.get(country);
  if (states === undefined) {
    statesOf.set(country, (states = new Set(Object.keys(new Holidays().getStates(country) ?? {}))));
  }
  const part = region.slice(country.length + 1);
  return states.has(part) || countries.has(part) ? part : '';
}

/** @param part as `partOf` says it */
function holidaysOf(country: string, part: string | null, year: number): Year {
  const Holidays = load();
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
    add(new Holidays(country, state, IN_ENGLISH));
    for (const part of Object.keys(national.getRegions(country, state) ?? {})) {
      add(new Holidays(country, state, part, IN_ENGLISH));
    }
  };

  const national = new Holidays(country, IN_ENGLISH);
  const states = Object.keys(national.getStates(country) ?? {});
  add(national);
  // A holiday of several days may begin in the year before.
  add(national, year - 1);
  if (part === null) states.forEach(addState);
  else if (states.includes(part)) addState(part);
  // Some parts of a country have a code, and a table, of their own as well: US-PR is Puerto Rico.
  else if (part !== '') add(new Holidays(part, IN_ENGLISH));
  return found;
}

const IN_ENGLISH = { languages: 'en' };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Every local date that a holiday touches. Its first is written as local figures, `2026-03-20 00:00:00 -0600`. */
function datesOf({ date, start, end }: { readonly date: string; readonly start: Date; readonly end: Date }): string[] {
  const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  // A day on which the clocks change is an hour longer or shorter.
  const days = Math.max(1, Math.ceil((end.getTime() - start.getTime() - 1.5 * HOUR) / DAY));
  return Array.from({ length: days }, (_, i) => new Date(first + i * DAY).toISOString().slice(0, 10));
}

function load(): typeof DateHolidays {
  if (library === undefined) {
    library = require('date-holidays') as typeof DateHolidays;
    countries = new Set(Object.keys(new library().getCountries()));
  }
  return library;
}
