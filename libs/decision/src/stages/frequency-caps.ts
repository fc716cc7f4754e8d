import type { EpochMs } from '#lib/kernel';
import type { CheckResult } from '../decision.js';
import { capUsage } from '../frequency-cap.js';
import type { Situation } from '../situation.js';
import { drop, pass, timed } from './results.js';

/** Every cap that binds the message has room for one more in the window that ends now. */
export function frequencyCaps({ caps }: Situation, at: EpochMs): CheckResult | readonly CheckResult[] {
  if (caps.length === 0) return pass('frequency_cap');
  return caps.map(({ rule, windowMs, uses }) => {
    const { usage, nextFreeAt } = capUsage(rule.limit, windowMs, uses, at);
    const detail = {
      rule: rule.id,
      scope: rule.scope,
      usage,
      limit: rule.limit,
      window: typeof rule.window === 'string' ? rule.window : rule.window.unit,
      nextFreeAt,
    };
    if (nextFreeAt === at) return pass('frequency_cap', detail);
    // A limit of 0 frees no slot however long the message waits, so it ends whatever the rule's action is.
    if (nextFreeAt === null) return drop('frequency_cap', 'frequency_cap', detail);
    return timed(rule.action === 'drop' ? 'drop' : 'defer', 'frequency_cap', nextFreeAt, detail);
  });
}
