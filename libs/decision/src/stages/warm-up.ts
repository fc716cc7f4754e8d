import type { EpochMs } from '#lib/kernel';
import { localUnit } from '../calendar.js';
import type { CheckDetail } from '../decision.js';
import type { WarmUpState } from '../facts.js';
import { type Findings, NO_DETAIL } from '../findings.js';
import type { Situation } from '../situation.js';
import { type BoundWarmUp, warmUpStanding } from '../warm-up.js';

/**
 * Every sender that is being warmed up has something left of today, and is not ill received. A warm-up never drops.
 * A policy that was written before there were any is reported without the check, as it always was.
 */
export function warmUp({ warmUps }: Situation, at: EpochMs, found: Findings): void {
  if (warmUps === null) return;
  if (warmUps.length === 0) return found.pass('warm_up', NO_DETAIL);
  for (const bound of warmUps) judge(bound, at, found);
}

function judge(bound: BoundWarmUp, at: EpochMs, found: Findings): void {
  const { rule, state, zone } = bound;
  const { day, ceiling, sent, halted, until } = warmUpStanding(bound, at);
  const detail: CheckDetail = {
    rule: rule.id,
    scope: rule.scope,
    key: state?.key ?? rule.key ?? null,
    day,
    sent,
    ceiling,
    halted: halted !== null,
    ...(halted === null || state === null ? {} : { haltedBy: halted, ...figuresOf(state) }),
    nextFreeAt: until,
  };
  // Every day has a ceiling of its own.
  if (until === at) found.pass('warm_up', detail, localUnit(zone, 'day', 1, at).end);
  else found.defer('warm_up', 'warm_up', until, detail);
}

function figuresOf({ recent: { sent, bounced, complained } }: WarmUpState): CheckDetail {
  return { recentSent: sent, recentBounced: bounced, recentComplained: complained };
}
