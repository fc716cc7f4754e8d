import { type HolidaySource, type PlaceSource, TERRITORIES } from '#lib/kernel';
import { countryOf } from './elsewhere.js';
import type { Audience, QuietHoursRule } from './policy.js';

const LISTS = ['countries', 'regions', 'phonePrefixes', 'segments'] as const;

/** What makes no sense in whom a rule is about: codes that name nothing, and audiences that nobody can belong to. */
export function audiencesProblems({ when, unless }: QuietHoursRule, places?: PlaceSource): string[] {
  const problems = [...audienceProblems('when', when, places), ...audienceProblems('unless', unless, places)];
  if (problems.length > 0 || when === undefined || unless === undefined || !covers(unless, when)) return problems;
  return ['unless frees everybody whom when names: the rule would bind nobody who is known'];
}

/** Holidays are asked of a table, and of some countries there is none; then the rule would never be quiet there. */
export function holidayProblems({ holidays, when }: QuietHoursRule, source?: HolidaySource): string[] {
  if (holidays !== true || when === undefined || source?.hasTable === undefined) return [];
  const lists = { countries: when.countries ?? [], regions: when.regions ?? [] };
  return (['countries', 'regions'] as const).flatMap((list) =>
    lists[list].flatMap((code, i) => {
      const country = countryOf(code);
      if (source.hasTable?.(country) !== false) return [];
      return [`holidays cannot be kept for when.${list}[${i}] "${code}": there is no table of those of ${country}`];
    }),
  );
}

function audienceProblems(name: 'when' | 'unless', audience: Audience | undefined, places?: PlaceSource): string[] {
  if (audience === undefined) return [];
  const problems = LISTS.filter((list) => audience[list]?.length === 0).map(
    (list) => `${name}.${list} is empty: nobody is known to fit it`,
  );
  if (LISTS.every((list) => audience[list] === undefined)) problems.push(`${name} names nobody; leave it out`);
  const check = (list: (typeof LISTS)[number], isKnown: (code: string) => boolean, shape: string): void => {
    audience[list]?.forEach((code, i) => {
      if (!isKnown(code)) problems.push(`${name}.${list}[${i}] "${code}" is not ${shape}`);
      else if (audience[list]?.indexOf(code) !== i) problems.push(`${name}.${list}[${i}] "${code}" is there twice`);
    });
  };
  check('countries', (code) => isCountry(code, places), 'a country (ISO 3166-1, such as US)');
  check('regions', (code) => isRegion(code, places), 'a region (ISO 3166-2, such as US-TX)');
  check('phonePrefixes', (code) => isPrefix(code, places), 'the beginning of a number (E.164, such as +1212)');
  check('segments', (key) => key.trim() !== '', 'a segment');
  return problems.length > 0 ? problems : contradictions(name, audience);
}

/** All that is named must fit, so a region outside the countries named fits nobody, and so does a country without one. */
function contradictions(name: 'when' | 'unless', { countries, regions }: Audience): string[] {
  if (countries === undefined || regions === undefined) return [];
  return [
    ...regions.flatMap((region, i) =>
      isInOneOf(countries, region)
        ? []
        : [`${name}.regions[${i}] "${region}" is not in any of ${name}.countries: nobody fits both`],
    ),
    ...countries.flatMap((country, i) =>
      regions.some((region) => isInOneOf([country], region))
        ? []
        : [`${name}.countries[${i}] "${country}" has none of ${name}.regions: nobody fits both`],
    ),
  ];
}

/** A territory is a country by itself as well: `US-PR` is in `US` and in `PR`. */
function isInOneOf(countries: readonly string[], region: string): boolean {
  return countries.includes(countryOf(region)) || countries.includes(TERRITORIES.get(region) ?? '');
}

/** Whether everybody who is known to fit `narrow` is known to fit `wide`. */
function covers(wide: Audience, narrow: Audience): boolean {
  const inList = (part: readonly string[] | undefined, isIn: (code: string) => boolean): boolean =>
    part !== undefined && part.every(isIn);
  const { countries, regions, phonePrefixes, segments } = wide;
  return (
    (countries === undefined ||
      inList(narrow.countries, (code) => countries.includes(code)) ||
      inList(narrow.regions, (code) => isInOneOf(countries, code))) &&
    (regions === undefined || inList(narrow.regions, (code) => regions.includes(code))) &&
    (phonePrefixes === undefined ||
      inList(narrow.phonePrefixes, (code) => phonePrefixes.some((prefix) => code.startsWith(prefix)))) &&
    (segments === undefined || inList(narrow.segments, (key) => segments.includes(key)))
  );
}

function isCountry(code: string, places: PlaceSource | undefined): boolean {
  return /^[A-Z]{2}$/.test(code) && (places === undefined || places.zonesOfCountry(code) !== null);
}

/** Where the tables know all regions of the country, it must be one of them. */
function isRegion(code: string, places: PlaceSource | undefined): boolean {
  if (!/^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(code) || !isCountry(countryOf(code), places)) return false;
  return places?.regionsOfCountry?.(countryOf(code))?.includes(code) ?? true;
}

function isPrefix(prefix: string, places: PlaceSource | undefined): boolean {
  return /^\+[1-9]\d{0,14}$/.test(prefix) && (places === undefined || places.ofPhone(prefix) !== null);
}
