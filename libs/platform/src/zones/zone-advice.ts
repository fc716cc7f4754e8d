import type { Tzdb } from './tzdb.js';

const WRITE_A_PLACE = 'write the name of a place, such as Europe/Berlin or America/New_York';

/**
 * In the database, but an offset for ever and no place: nobody's clock goes on by it when the law where they live changes
 * (`EST` is Panama there, and hardly anybody who writes it means that). UTC and its names are taken: who writes them
 * means them.
 */
const OFFSETS = /^(EST|MST|HST|Etc\/GMT[+-]([1-9]\d?))$/;

const UNKNOWN: readonly (readonly [RegExp, string])[] = [
  [/^(UTC|GMT|Z)?\s*[+-]?\d{1,2}(:?\d{2})?$/i, `is an offset, which knows no summer time; ${WRITE_A_PLACE}`],
  [/^[A-Z]{2,5}$/, `is an abbreviation that stands for several zones or none; ${WRITE_A_PLACE}`],
  [/(Standard|Daylight|Summer) Time$/i, `is not a name of the IANA database; ${WRITE_A_PLACE}`],
];

/**
 * What to write instead of a zone that is not to be used for a person's or a brand's clock, as the rest of a sentence
 * that begins with the name; null when there is nothing against it. Old names of a place (`Europe/Kiev`) are fine.
 */
export function adviceOnZone(database: Tzdb, name: string): string | null {
  if (database.has(name))
    return OFFSETS.test(name) ? `is an offset, which knows no summer time; ${WRITE_A_PLACE}` : null;

  const likely = name.trim().replace(/\s+/g, '_').toLowerCase();
  const meant = database.names.find((known) => known.toLowerCase() === likely);
  if (meant !== undefined) return `is not written as in the IANA database; write ${meant}`;
  const form = UNKNOWN.find(([pattern]) => pattern.test(name.trim()));
  return form?.[1] ?? `is not in the IANA database ${database.version}; ${WRITE_A_PLACE}`;
}
