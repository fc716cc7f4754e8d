import { capProblems, idleCaps } from './cap-problems.js';
import { jurisdictionProblems } from './packs/jurisdiction-problems.js';
import { hoursOf } from './packs/law.js';
import type { Pack } from './packs/pack.js';
import type { Policy, QuietHoursRule } from './policy.js';
import { quietHoursProblems } from './quiet-hours-problems.js';
import { rateProblems } from './rate-problems.js';
import type { ReferenceData } from './reference-data.js';
import { warmUpProblems } from './warm-up-problems.js';

/**
 * What makes no sense in a policy that has the right shape: one sentence each, starting with where. Empty for a policy
 * that `decide` can work with.
 *
 * @param world what is known of it: with `places`, countries, regions and phone prefixes must be in its tables, and
 *   without them only their form counts; with `holidays`, there must be a table for where they are to be kept; with
 *   `packs`, packs and rules of them that are named must be among them
 */
export function policyProblems(policy: Policy, world: Partial<ReferenceData> = {}): string[] {
  return [
    ...repeatedIds(policy),
    ...policy.caps.flatMap((rule, i) => capProblems(rule).map((problem) => `caps[${i}].${problem}`)),
    ...idleCaps(policy.caps),
    ...quietHoursProblems(policy.quietHours, world.places, world.holidays, hoursForAll(policy, world.packs)),
    ...policy.rates.flatMap((rule, i) => rateProblems(rule).map((problem) => `rates[${i}].${problem}`)),
    ...(policy.warmUps ?? []).flatMap((rule, i) => warmUpProblems(rule).map((problem) => `warmUps[${i}].${problem}`)),
    ...jurisdictionProblems(policy.jurisdiction, world.packs),
  ];
}

/** The hours of packs that a policy applies to everybody, for as long as it will be in force. */
function hoursForAll({ jurisdiction }: Policy, packs: readonly Pack[] = []): QuietHoursRule[] {
  const choice = jurisdiction?.packs;
  if (choice === undefined || typeof choice === 'string') return [];
  return packs.filter(({ id }) => choice.always.includes(id)).flatMap((pack) => hoursOf(pack, jurisdiction));
}

/** Decisions, buckets and counts name a rule by its id alone. */
function repeatedIds({ caps, quietHours, rates, warmUps = [] }: Policy): string[] {
  const ids = [...caps, ...quietHours, ...rates, ...warmUps].map((rule) => rule.id);
  const repeated = new Set(ids.filter((id, i) => ids.indexOf(id) !== i));
  return [
    ...(ids.includes('') ? ['a rule has an empty id'] : []),
    ...[...repeated].map((id) => `the id "${id}" is used for more than one rule`),
  ];
}
