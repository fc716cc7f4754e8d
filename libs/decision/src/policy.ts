import type { Channel, MessageClass } from '#lib/kernel';
import type { RateScope } from './gcra.js';

/**
 * The rules of a brand, versioned data: JSON in, JSON out. A version that was used in a decision never changes.
 * `policyProblems` says what is wrong with one before it is stored. Versions are kept for years, so the shape only
 * grows: a new member is optional, and without it a rule means what it always meant.
 */
export interface Policy {
  readonly key: string;
  readonly version: number;
  readonly caps: readonly CapRule[];
  readonly quietHours: readonly QuietHoursRule[];
  readonly rates: readonly RateRule[];
  readonly warmUps?: readonly WarmUpRule[];
  /**
   * The law where the contact is. Every policy that is published says which; those from before that was asked have none
   * and apply no pack, for ever.
   */
  readonly jurisdiction?: JurisdictionRule;
}

/** What the hand-overs under one cap have in common with the message: nothing (`any`), or that property. */
export type CapScope = 'any' | 'channel' | 'topic' | 'purpose' | 'campaign' | 'segment';

/** What a rule does with a message that only has to wait. */
export type RuleAction = 'drop' | 'defer';

/** `digest` holds like `defer` and marks the message as one that may be sent together with others. */
export type CapAction = RuleAction | 'digest';

/**
 * A window that begins anew with the local day, week or month: "two a day" lets one leave at 23:59 and one at 00:01,
 * which a rolling P1D does not.
 */
export interface CalendarWindow {
  readonly unit: 'day' | 'week' | 'month';
  /** On whose clock the unit begins. Where the contact may be in several zones, the strictest counts. */
  readonly zone: 'contact' | 'brand';
  /** First day of the week; Monday (1) when left out. */
  readonly weekStart?: Weekday;
}

/** At most `limit` hand-overs to one contact in every window. */
export interface CapRule {
  readonly id: string;
  readonly scope: CapScope;
  /** With scope `segment`: the segment whose members the cap binds, and whose hand-overs it counts. */
  readonly segment?: string;
  /** 0 lets nothing through, ever. */
  readonly limit: number;
  /**
   * Rolling: an exact ISO 8601 duration; a day is 86,400 s and a week seven of them, months and years are refused.
   * Or a calendar window.
   */
  readonly window: string | CalendarWindow;
  readonly action: CapAction;
  /**
   * Exact ISO 8601 duration after acceptance. A message that would be held longer by this rule is dropped at once. One
   * whose acceptance is not known is held like by a rule without it, which lets nothing through either.
   */
  readonly maxDefer?: string;
  readonly classes: {
    /** The classes the cap holds back. A transactional message is free of it unless it is named here. */
    readonly bound: readonly MessageClass[];
    /** The classes that use the cap up. */
    readonly counted: readonly MessageClass[];
  };
  /** Binds messages on these channels and counts hand-overs on them; every channel when left out. */
  readonly channels?: readonly Channel[];
  /** Places that messages of lower priority leave free for higher ones; of several steps that apply the strictest does. */
  readonly headroom?: readonly Headroom[];
}

/** Messages with a priority below this one see a limit that is lower by `keep`. */
export interface Headroom {
  readonly below: number;
  readonly keep: number;
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

/** Local dates that are quiet from midnight to midnight, both ends included: `2026-12-24` to `2026-12-26`. */
export interface QuietDates {
  readonly from: string;
  readonly to: string;
}

/**
 * Whom a rule is about. All that is named must fit. What is not known of a contact fits, because a rule that may bind
 * does: nobody is woken because a field was empty.
 */
export interface Audience {
  /** ISO 3166-1 alpha-2. */
  readonly countries?: readonly string[];
  /** ISO 3166-2, `US-TX`. */
  readonly regions?: readonly string[];
  /** Beginnings of E.164 numbers, `+1212`. */
  readonly phonePrefixes?: readonly string[];
  readonly segments?: readonly string[];
}

/** Local hours and days in which the contact is left alone. */
export interface QuietHoursRule {
  readonly id: string;
  readonly channels: readonly Channel[];
  /** A transactional message is free of the rule unless its class is named here. */
  readonly classes: readonly MessageClass[];
  readonly windows: readonly QuietWindow[];
  readonly dates?: readonly QuietDates[];
  /** Public holidays where the contact is are quiet from midnight to midnight. */
  readonly holidays?: boolean;
  /** Binds these contacts; everybody when left out. */
  readonly when?: Audience;
  /** Of those, free whoever is known to fit this: for a rule that another one replaces. */
  readonly unless?: Audience;
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

/** A new sender address or provider account earns its reputation: so many a day, more each day, and none while it is ill received. */
export interface WarmUpRule {
  readonly id: string;
  readonly scope: 'provider' | 'sending_domain';
  /** The one that is warmed up; each by itself when left out. */
  readonly key?: string;
  /** First day in the brand's zone, `2026-11-21`; before it nothing leaves under the rule. */
  readonly startsOn: string;
  /** Hand-overs of day 1, 2, 3 and so on, counted from `startsOn` whatever was sent; after the last it is over. */
  readonly ceilings: readonly number[];
  /** It halts, day after day, while one of these shares over the last `lookBackDays` days is reached. */
  readonly halt: {
    /** Of hand-overs, 0 to 1. */
    readonly bounced: number;
    readonly complained: number;
    /** Fewer hand-overs than this say nothing yet. */
    readonly atLeast: number;
    /** Local days, today included. */
    readonly lookBackDays: number;
  };
  readonly channels?: readonly Channel[];
}

/** Which packs apply, and what of them does not. A brand's own rules come on top, so they can only be stricter. */
export interface JurisdictionRule {
  /**
   * The packs of every country and region the contact may be in (`contact`); and besides them, where the brand wants
   * to be sure, these for everybody (`always`). Or no law at all (`none`), for which somebody stands with `reason` and
   * `actor`.
   */
  readonly packs: 'contact' | 'none' | { readonly always: readonly string[] };
  /** Rules of packs that the brand does not follow. Published and recorded with the reason and with who decided it. */
  readonly overrides?: readonly PackOverride[];
  /** With `none`, and only there: why the brand applies no law, and who decided it. */
  readonly reason?: string;
  readonly actor?: string;
}

/** Whether a policy applies packs of law at all. */
export function appliesLaw({ jurisdiction }: Pick<Policy, 'jurisdiction'>): boolean {
  return jurisdiction !== undefined && jurisdiction.packs !== 'none';
}

export interface PackOverride {
  readonly pack: string;
  readonly rule: string;
  readonly reason: string;
  readonly actor: string;
}
