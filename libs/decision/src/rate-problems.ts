import { channelProblems } from './cap-problems.js';
import { durationProblem, exactDurationMs } from './exact-duration.js';
import { DAY } from './local-time.js';
import type { RateRule } from './policy.js';

/** What makes no sense in a rate of the right shape: one sentence each, starting with the member it is about. */
export function rateProblems(rule: RateRule): string[] {
  const { permits, interval, burst } = rule;
  const problems: string[] = [];
  const [hasPermits, length] = [isPositive(permits), exactDurationMs(interval)];
  if (!hasPermits) problems.push('permits must be a whole number, 1 or more');
  if (!isPositive(burst)) problems.push('burst must be a whole number, 1 or more');
  const unusable = durationProblem(interval);
  if (unusable !== null || length === null) problems.push(`interval "${interval}" ${unusable}`);
  else if (hasPermits && permits > length * 1000) problems.push('permits are more than one per microsecond');
  else if (hasPermits && burst > permits && (burst * length) / permits > DAY) {
    problems.push(
      `burst ${burst} is more than the rate lets through in an interval and in a day: it would limit nothing`,
    );
  }
  return [...problems, ...channelProblems(rule.channels), ...domainProblems(rule)];
}

/** Only e-mail has a domain that sends and one that receives. */
function domainProblems({ scope, channels }: RateRule): string[] {
  if (scope !== 'sending_domain' && scope !== 'mailbox_domain') return [];
  return (channels ?? []).flatMap((channel, i) =>
    channel === 'email' ? [] : [`channels[${i}] "${channel}" has no ${scope}: the rule would not bind it`],
  );
}

function isPositive(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1;
}
