import type { EpochMs } from '#lib/kernel';
import type { CheckResult } from '../decision.js';
import { gcraAllowAt } from '../gcra.js';
import type { Situation } from '../situation.js';
import { defer, pass } from './results.js';

/** Every bucket has room. A rate never drops: it only spreads messages out, and `expiry` ends what waits too long. */
export function rateLimits({ facts }: Situation, at: EpochMs): CheckResult | readonly CheckResult[] {
  if (facts.rates.length === 0) return pass('rate_limit');
  return facts.rates.map((bucket) => {
    const until = Math.ceil(gcraAllowAt(bucket) / 1000);
    const detail = { rule: bucket.rule, scope: bucket.scope, key: bucket.key };
    return until <= at ? pass('rate_limit', detail) : defer('rate_limit', 'rate_limit', until, detail);
  });
}
