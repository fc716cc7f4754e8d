import { type Decision, type Pack, type ReferenceData, rulesOf, type RulesVersion } from '#lib/decision';
import { installedPacks } from './installed-packs.js';

const references = new WeakMap<ReferenceData, WeakMap<readonly Pack[], Map<RulesVersion, ReferenceData>>>();

/**
 * The world as it was for a decision: with the editions of the packs and the rules of this code that its record names,
 * and no others. Null when one of them is not there. The same object for the same editions, so that what is worked out is
 * remembered.
 */
export function asDecided(
  reference: ReferenceData,
  decision: Pick<Decision, 'packs'> & { readonly rules?: number },
): ReferenceData | null {
  const packs = installedPacks().editions(decision.packs ?? []);
  const rules = rulesOf(decision);
  if (packs === null || rules === null) return null;
  const byPacks = references.get(reference) ?? new WeakMap<readonly Pack[], Map<RulesVersion, ReferenceData>>();
  references.set(reference, byPacks);
  const byRules = byPacks.get(packs) ?? new Map<RulesVersion, ReferenceData>();
  byPacks.set(packs, byRules);
  const known = byRules.get(rules) ?? { ...reference, packs, rules };
  byRules.set(rules, known);
  return known;
}
