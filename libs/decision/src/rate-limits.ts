import type { Channel } from '#lib/kernel';
import { exactDurationMs } from './exact-duration.js';
import type { RateLimit } from './gcra.js';
import type { Policy, RateRule } from './policy.js';
import { unusable } from './unusable.js';

/**
 * The policy's limits for one message, each with the bucket it is counted in. The caller adds what else limits the
 * message (the provider's own rate), reads the theoretical arrival times and puts both into `Facts.rates`.
 * A rule about a provider or campaign does not bind a message that has none.
 *
 * @throws CannotDecide when the policy is not usable.
 */
export function rateLimits(
  policy: Policy,
  message: {
    readonly brand: string;
    readonly channel: Channel;
    readonly provider: string | null;
    readonly campaign: string | null;
    readonly sending_domain?: string | null;
    readonly mailbox_domain?: string | null;
  },
): RateLimit[] {
  const limits: RateLimit[] = [];
  for (const rule of policy.rates) {
    const key = message[rule.scope];
    if (key === null || key === undefined || !(rule.channels?.includes(message.channel) ?? true)) continue;
    const { id, scope, burst } = rule;
    limits.push({ rule: id, scope, key, emissionIntervalUs: emissionIntervalUs(rule), burst });
  }
  return limits;
}

/** Microseconds between two hand-overs, rounded up, so that the sustained rate is never above the one the rule names. */
export function emissionIntervalUs(rule: RateRule): number {
  const interval = exactDurationMs(rule.interval) ?? unusable(`rate ${rule.id} has the interval "${rule.interval}"`);
  return Math.ceil((interval * 1000) / rule.permits);
}
