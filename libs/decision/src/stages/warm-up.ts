import type { EpochMs } from '#lib/kernel';
import type { CheckDetail, CheckResult } from '../decision.js';
import type { WarmUpState } from '../facts.js';
import type { Situation } from '../situation.js';
import { type BoundWarmUp, warmUpStanding } from '../warm-up.js';
import { defer, pass } from './results.js';

/**
 * Every sender that is being warmed up has something left of today, and is not ill received. A warm-up never drops.
 * A policy that was written before there were any is reported without the check, as it always was.
 */
export function warmUp({ warmUps }: Situation, at: EpochMs): CheckResult | readonly CheckResult[] {
  if (warmUps === null) return [];
  if (warmUps.length === 0) return pass('warm_up');
  return warmUps.map((bound) => judged(bound, at));
}

function judged(bound: BoundWarmUp, at: EpochMs): CheckResult {
  const { rule, state } = bound;
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
  return until === at ? pass('warm_up', detail) : defer('warm_up', 'warm_up', until, detail);
}

function figuresOf({ recent: { sent, bounced, complained } }: WarmUpState): CheckDetail {
  return { recentSent: sent, recentBounced: bounced, recentComplained: complained };
}
