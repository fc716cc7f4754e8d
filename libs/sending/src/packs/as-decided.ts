import { type Decision, type Pack, type ReferenceData, rulesOf } from '#lib/decision';
import { holidaysEdition, placesEdition, tzdbEdition } from '#lib/platform';
import { installedPacks } from './installed-packs.js';

const references = new WeakMap<ReferenceData, WeakMap<readonly Pack[], Map<string, ReferenceData>>>();

/** What a decision says of the world it was made in; one that asked no place or no holiday names no such tables. */
type Named = Pick<Decision, 'packs'> & {
  readonly rules?: number;
  readonly local?: { readonly tzdb: string; readonly places?: string; readonly holidays?: string };
};

/**
 * The world as it was for a decision: with the editions of the packs, of the time zone database, of the tables of places
 * and of the holidays, and the rules of this code, that its record names, and no others. Null when a pack or the rules are
 * not there; tables that this release does not have are those of today, which whoever compares says. The same object for
 * the same editions, so that what is worked out is remembered.
 */
export function asDecided(reference: ReferenceData, decision: Named): ReferenceData | null {
  const packs = installedPacks().editions(decision.packs ?? []);
  const rules = rulesOf(decision);
  if (packs === null || rules === null) return null;
  const tables = tablesOf(reference, decision);
  const byPacks = references.get(reference) ?? new WeakMap<readonly Pack[], Map<string, ReferenceData>>();
  references.set(reference, byPacks);
  const byEdition = byPacks.get(packs) ?? new Map<string, ReferenceData>();
  byPacks.set(packs, byEdition);
  const edition = [rules, tables.zones.version, tables.places.version, tables.holidays.version].join(' ');
  const known = byEdition.get(edition) ?? { ...reference, ...tables, packs, rules };
  byEdition.set(edition, known);
  return known;
}

/** Of each table the edition that a decision names, and today's where it names none or one that is not there. */
export function tablesOf(
  today: Pick<ReferenceData, 'zones' | 'places' | 'holidays'>,
  { local }: Pick<Named, 'local'>,
): Pick<ReferenceData, 'zones' | 'places' | 'holidays'> {
  return {
    zones: named(local?.tzdb, today.zones, tzdbEdition),
    places: named(local?.places, today.places, placesEdition),
    holidays: named(local?.holidays, today.holidays, holidaysEdition),
  };
}

function named<T extends { readonly version: string }>(
  version: string | undefined,
  today: T,
  editionOf: (version: string) => T | null,
): T {
  return version === undefined || version === today.version ? today : (editionOf(version) ?? today);
}
