import type { EpochMs } from '#lib/kernel';
import { type Findings, NO_DETAIL } from '../findings.js';
import { gcraAllowAt } from '../gcra.js';
import type { Situation } from '../situation.js';

/** Every bucket has room. A rate never drops: it only spreads messages out, and `expiry` ends what waits too long. */
export function rateLimits({ facts }: Situation, at: EpochMs, found: Findings): void {
  if (facts.rates.length === 0) return found.pass('rate_limit', NO_DETAIL);
  for (const bucket of facts.rates) {
    const until = Math.ceil(gcraAllowAt(bucket) / 1000);
    const hasRoom = until <= at;
    if (hasRoom && !found.reportsPasses) continue;
    const detail = { rule: bucket.rule, scope: bucket.scope, key: bucket.key };
    if (hasRoom) found.pass('rate_limit', detail);
    else found.defer('rate_limit', 'rate_limit', until, detail);
  }
}
