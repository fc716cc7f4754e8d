import { dayOf } from './calendar.js';
import { channelProblems } from './cap-problems.js';
import { LAST_DAY } from './quiet-hours.js';
import type { WarmUpRule } from './policy.js';

/** What makes no sense in a warm-up of the right shape: one sentence each, starting with the member it is about. */
export function warmUpProblems({ scope, key, startsOn, ceilings, halt, channels }: WarmUpRule): string[] {
  const problems: string[] = [];
  if (key?.trim() === '') problems.push('key is blank: leave it out, or name what is warmed up');
  if (startsOn > LAST_DAY) problems.push(`startsOn "${startsOn}" is too far away to ever begin`);
  else if (dayOf(startsOn) === null) problems.push(`startsOn "${startsOn}" is not a date such as 2026-11-21`);
  if (ceilings.length === 0) problems.push('ceilings is empty: the warm-up would be over before it begins');
  const bad = ceilings.findIndex((ceiling) => !isPositive(ceiling));
  if (bad !== -1) problems.push(`ceilings[${bad}] must be a whole number, 1 or more`);
  const falling = ceilings.findIndex((ceiling, i) => ceiling < (ceilings[i - 1] ?? 0));
  if (falling !== -1) problems.push(`ceilings[${falling}] is lower than that of the day before`);
  for (const share of ['bounced', 'complained'] as const) {
    if (!(halt[share] > 0 && halt[share] <= 1)) problems.push(`halt.${share} must be a share above 0 and up to 1`);
  }
  if (!isPositive(halt.atLeast)) problems.push('halt.atLeast must be a whole number, 1 or more');
  else if (problems.length === 0 && halt.atLeast > mostWithin(ceilings, halt.lookBackDays)) {
    problems.push(`halt.atLeast is more than the ceilings let out in lookBackDays: the warm-up would never halt`);
  }
  if (!isPositive(halt.lookBackDays)) problems.push('halt.lookBackDays must be a whole number, 1 or more');
  problems.push(...channelProblems(channels));
  if (scope === 'sending_domain' && channels !== undefined && channels.length > 0 && !channels.includes('email')) {
    problems.push('channels leave out email: no other channel has a sending domain');
  }
  return problems;
}

/** Hand-overs at most in so many days on end; the last of them, because ceilings do not fall. */
function mostWithin(ceilings: readonly number[], days: number): number {
  return days >= 1 ? ceilings.slice(-days).reduce((sum, ceiling) => sum + ceiling, 0) : Infinity;
}

function isPositive(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1;
}
