import type { Channel, MessageClass } from '#lib/kernel';
import { CannotDecide } from './cannot-decide.js';
import { exactDurationMs } from './exact-duration.js';
import type { RateLimit, RateScope } from './gcra.js';

/**
 * The rules of a brand, versioned data: JSON in, JSON out. A version that was used in a decision never changes.
 * `policyProblems` says what is wrong with one before it is stored.
 */
export interface Policy {
  readonly key: string;
  readonly version: number;
  readonly caps: readonly CapRule[];
  readonly quietHours: readonly QuietHoursRule[];
  readonly rates: readonly RateRule[];
}

/** What the hand-overs under one cap have in common with the message: nothing (`any`), or that property. */
export type CapScope = 'any' | 'channel' | 'topic' | 'purpose' | 'campaign';

/** What a rule does with a message that only has to wait. */
export type RuleAction = 'drop' | 'defer';

/** At most `limit` hand-overs to one contact in every rolling window. */
export interface CapRule {
  readonly id: string;
  readonly scope: CapScope;
  /** 0 lets nothing through, ever. */
  readonly limit: number;
  /** Exact ISO 8601 duration; a day is 86,400 s and a week seven of them, months and years are refused. */
  readonly window: string;
  readonly action: RuleAction;
  readonly classes: {
    /** The classes the cap holds back. A transactional message is free of it unless it is named here. */
    readonly bound: readonly MessageClass[];
    /** The classes that use the cap up. */
    readonly counted: readonly MessageClass[];
  };
  /** Binds messages on these channels and counts hand-overs on them; every channel when left out. */
  readonly channels?: readonly Channel[];
}

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A stretch of local time on the clock of the contact, half-open: `start` is quiet, `end` no longer is. */
export interface QuietWindow {
  /** The days on which the window starts. */
  readonly days: readonly Weekday[];
  /** HH:MM, 00:00 to 23:59. */
  readonly start: string;
  /** HH:MM, up to 24:00. Not after `start` means on the next day. */
  readonly end: string;
}

/** Local hours in which the contact is left alone. */
export interface QuietHoursRule {
  readonly id: string;
  readonly channels: readonly Channel[];
  /** A transactional message is free of the rule unless its class is named here. */
  readonly classes: readonly MessageClass[];
  readonly windows: readonly QuietWindow[];
  readonly action: RuleAction;
}

/** At most `permits` hand-overs per interval, evenly spaced after a first `burst`; one bucket per member of `scope`. */
export interface RateRule {
  readonly id: string;
  readonly scope: RateScope;
  readonly permits: number;
  /** Exact ISO 8601 duration, as for a cap. */
  readonly interval: string;
  readonly burst: number;
  /** Binds messages on these channels; every channel when left out. */
  readonly channels?: readonly Channel[];
}

/** How far back, in milliseconds, `Facts.capUses` must reach for this policy. */
export function capHorizonMs(policy: Policy): number {
  return policy.caps.reduce((longest, cap) => Math.max(longest, windowMs(cap)), 0);
}

/** Length of a cap's rolling window in milliseconds. @throws CannotDecide when the policy is not usable. */
export function windowMs(cap: CapRule): number {
  return exactDurationMs(cap.window) ?? unusable(`cap ${cap.id} has the window "${cap.window}"`);
}

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
  },
): RateLimit[] {
  const limits: RateLimit[] = [];
  for (const rule of policy.rates) {
    const key = message[rule.scope];
    if (key === null || !(rule.channels?.includes(message.channel) ?? true)) continue;
    const { id, scope, burst } = rule;
    limits.push({ rule: id, scope, key, emissionIntervalUs: emissionIntervalUs(rule), burst });
  }
  return limits;
}

/** Rounded up, so that the sustained rate is never above the one the rule names. */
function emissionIntervalUs(rule: RateRule): number {
  const interval = exactDurationMs(rule.interval) ?? unusable(`rate ${rule.id} has the interval "${rule.interval}"`);
  return Math.ceil((interval * 1000) / rule.permits);
}

function unusable(problem: string): never {
  throw new CannotDecide('unusable_policy', `${problem}; policyProblems says what it must look like`);
}
