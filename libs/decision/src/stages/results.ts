import type { EpochMs } from '#lib/kernel';
import type { CheckDetail, CheckName, CheckResult, FailedCheck } from '../decision.js';
import type { DropReason, HoldReason } from '../reasons.js';

export function pass(check: CheckName, detail: CheckDetail = {}): CheckResult {
  return { check, passes: true, detail };
}

export function defer(check: CheckName, reason: HoldReason, until: EpochMs, detail: CheckDetail = {}): FailedCheck {
  return { check, passes: false, kind: 'defer', reason, until, detail };
}

export function drop(check: CheckName, reason: DropReason, detail: CheckDetail = {}): FailedCheck {
  return { check, passes: false, kind: 'drop', reason, until: null, detail };
}

/** A failing rule that time alone would cure, and that says itself whether the message is given that time. */
export function timed(
  action: 'drop' | 'defer',
  rule: 'frequency_cap' | 'quiet_hours',
  until: EpochMs,
  detail: CheckDetail,
): FailedCheck {
  return { check: rule, passes: false, kind: action, reason: rule, until, detail };
}
