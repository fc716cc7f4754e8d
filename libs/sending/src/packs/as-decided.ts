import { type Decision, type Pack, type ReferenceData, rulesOf } from '#lib/decision';
import { placesEdition } from '#lib/platform';
import { installedPacks } from './installed-packs.js';

const references = new WeakMap<ReferenceData, WeakMap<readonly Pack[], Map<string, ReferenceData>>>();

/** What a decision says of the world it was made in; a decision that asked no place names no tables of places. */
type Named = Pick<Decision, 'packs'> & { readonly rules?: number; readonly local?: { readonly places?: string } };

/**
 * The world as it was for a decision: with the editions of the packs and of the tables of places, and the rules of this
 * code, that its record names, and no others. Null when a pack or the rules are not there; tables that this release does
 * not have are those of today, which whoever compares says. The same object for the same editions, so that what is worked
 * out is remembered.
 */
export function asDecided(reference: ReferenceData, decision: Named): ReferenceData | null {
  const packs = installedPacks().editions(decision.packs ?? []);
  const rules = rulesOf(decision);
  if (packs === null || rules === null) return null;
  const named = decision.local?.places ?? reference.places.version;
  const places = named === reference.places.version ? reference.places : (placesEdition(named) ?? reference.places);
  const byPacks = references.get(reference) ?? new WeakMap<readonly Pack[], Map<string, ReferenceData>>();
  references.set(reference, byPacks);
  const byEdition = byPacks.get(packs) ?? new Map<string, ReferenceData>();
  byPacks.set(packs, byEdition);
  const edition = `${rules} ${places.version}`;
  const known = byEdition.get(edition) ?? { ...reference, packs, places, rules };
  byEdition.set(edition, known);
  return known;
}
