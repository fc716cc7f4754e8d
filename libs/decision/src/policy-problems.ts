import type { PlaceSource } from '#lib/kernel';
import { capProblems, channelProblems } from './cap-problems.js';
import { exactDurationMs, NOT_EXACT } from './exact-duration.js';
import { jurisdictionProblems } from './packs/jurisdiction-problems.js';
import type { Pack } from './packs/pack.js';
import type { Policy, RateRule } from './policy.js';
import { quietHoursProblems } from './quiet-hours-problems.js';
import { warmUpProblems } from './warm-up-problems.js';

/**
 * What makes no sense in a policy that has the right shape: one sentence each, starting with where. Empty for a policy
 * that `decide` can work with.
 *
 * @param places when given, countries, regions and phone prefixes must be in its tables; without it only their form counts
 * @param packs when given, packs and rules of them that are named must be among them
 */
export function policyProblems(policy: Policy, places?: PlaceSource, packs?: readonly Pack[]): string[] {
  return [
    ...repeatedIds(policy),
    ...policy.caps.flatMap((rule, i) => capProblems(rule).map((problem) => `caps[${i}].${problem}`)),
    ...quietHoursProblems(policy.quietHours, places),
    ...policy.rates.flatMap((rule, i) => rateProblems(rule).map((problem) => `rates[${i}].${problem}`)),
    ...(policy.warmUps ?? []).flatMap((rule, i) => warmUpProblems(rule).map((problem) => `warmUps[${i}].${problem}`)),
    ...jurisdictionProblems(policy.jurisdiction, packs),
  ];
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

function rateProblems({ permits, interval, burst, channels }: RateRule): string[] {
  const problems: string[] = [];
  const [hasPermits, length] = [isPositive(permits), exactDurationMs(interval)];
  if (!hasPermits) problems.push('permits must be a whole number, 1 or more');
  if (!isPositive(burst)) problems.push('burst must be a whole number, 1 or more');
  if (length === null) problems.push(`interval "${interval}" ${NOT_EXACT}`);
  else if (hasPermits && permits > length * 1000) problems.push('permits are more than one per microsecond');
  return [...problems, ...channelProblems(channels)];
}

function isPositive(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1;
}
