import type { EpochMs } from '#lib/kernel';
import type { CheckDetail, CheckName, CheckResult, DroppingCheck, HoldingCheck, PassedCheck } from './decision.js';
import type { DropReason, HoldReason } from './reasons.js';

/** For a check that looked at nothing worth telling. */
export const NO_DETAIL: CheckDetail = Object.freeze({});

/** The result of a check that passes and says the same of many messages; it is shared, so it is frozen. */
export function sharedPass(check: CheckName, detail: CheckDetail = NO_DETAIL): PassedCheck {
  return Object.freeze({ check, passes: true, detail: Object.freeze(detail) });
}

/**
 * What the checks say at one instant, and what follows from all of them for the search over time. A decision reports
 * every check once, at its own instant; at the later ones the search looks at, only what fails is of interest, and what
 * a passing check looked at need not be written down.
 */
export class Findings {
  /** In the order in which they were found: every check where `reportsPasses`, else those that fail. */
  readonly checks: CheckResult[] = [];
  /** The first that no time cures. */
  final: DroppingCheck | null = null;
  /** The first that holds. */
  hold: HoldingCheck | null = null;
  /** The first that drops what could have waited. */
  drop: DroppingCheck | null = null;
  /** When the last of the holds, and when the last of the drops that time would cure, no longer fails. */
  heldUntil = -Infinity;
  droppedUntil = -Infinity;
  /** Before this instant nothing that passes now fails. */
  passesUntil: EpochMs = Infinity;

  /** @param reportsPasses whether checks that pass are wanted too; where not, their details need not be made out */
  constructor(readonly reportsPasses: boolean) {}

  /** @param until the first instant at which the check may fail; it never does when left out */
  pass(check: CheckName, detail: CheckDetail, until: EpochMs | null = null): void {
    if (until !== null) this.mayFailFrom(until);
    if (this.reportsPasses) this.checks.push({ check, passes: true, detail });
  }

  /** A result that says the same of many messages, made once. */
  passAs(result: PassedCheck): void {
    if (this.reportsPasses) this.checks.push(result);
  }

  /** For a check that passes and is not reported, or a rule that is not in force yet. */
  mayFailFrom(instant: EpochMs): void {
    if (instant < this.passesUntil) this.passesUntil = instant;
  }

  /** The message has to wait until an instant at which this check passes. */
  defer(check: CheckName, reason: HoldReason, until: EpochMs, detail: CheckDetail): void {
    const failed: HoldingCheck = { check, passes: false, kind: 'defer', reason, until, detail };
    this.checks.push(failed);
    this.hold ??= failed;
    // An instant that is no number stays one that is none, and the search gives up.
    this.heldUntil = Math.max(this.heldUntil, until);
  }

  /** The message ends, at once when no time would cure it. */
  end(check: CheckName, reason: DropReason, detail: CheckDetail, until: EpochMs | null = null): void {
    const failed: DroppingCheck = { check, passes: false, kind: 'drop', reason, until, detail };
    this.checks.push(failed);
    if (until === null) {
      this.final ??= failed;
    } else {
      this.drop ??= failed;
      this.droppedUntil = Math.max(this.droppedUntil, until);
    }
  }

  /** A failing rule that time alone would cure, and that says itself whether the message is given that time. */
  timed(action: 'drop' | 'defer', rule: 'frequency_cap' | 'quiet_hours', until: EpochMs, detail: CheckDetail): void {
    if (action === 'drop') this.end(rule, rule, detail, until);
    else this.defer(rule, rule, until, detail);
  }

  isHeldBy(check: CheckName): boolean {
    return this.checks.some((result) => result.check === check && !result.passes && result.kind === 'defer');
  }

  get fails(): boolean {
    return this.final !== null || this.hold !== null || this.drop !== null;
  }
}
