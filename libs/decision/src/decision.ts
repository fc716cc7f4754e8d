import type { EpochMs } from '#lib/kernel';
import type { ZoneOrigin } from './contact-zones.js';
import type { PackStamp } from './packs/pack.js';
import type { DropReason, HoldReason } from './reasons.js';
import type { RulesVersion } from './rules-version.js';

/** The stages' names, in reports and in the ledger: add values, never rename one. */
export const CHECK_NAMES = [
  'erased',
  'contact_point',
  'suppression',
  'expiry',
  'campaign',
  'consent',
  'jurisdiction',
  'pause',
  'send_time',
  'frequency_cap',
  'quiet_hours',
  'warm_up',
  'rate_limit',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** What the check looked at: flat, small, no address and no name. */
export type CheckDetail = Readonly<Record<string, string | number | boolean | null>>;

export interface PassedCheck {
  readonly check: CheckName;
  readonly passes: true;
  readonly detail: CheckDetail;
}

/** The message has to wait: this check fails until `until` and passes then. */
export interface HoldingCheck {
  readonly check: CheckName;
  readonly passes: false;
  readonly kind: 'defer';
  readonly reason: HoldReason;
  readonly until: EpochMs;
  readonly detail: CheckDetail;
}

/**
 * The message ends here. With an `until`, waiting would have helped but the rule says drop: it ends only when nothing
 * else holds it back any more. Without one, it ends at once.
 */
export interface DroppingCheck {
  readonly check: CheckName;
  readonly passes: false;
  readonly kind: 'drop';
  readonly reason: DropReason;
  readonly until: EpochMs | null;
  readonly detail: CheckDetail;
}

export type FailedCheck = HoldingCheck | DroppingCheck;
export type CheckResult = PassedCheck | FailedCheck;

interface Judged {
  /** The instant of the decision, and of `checks`. */
  readonly at: EpochMs;
  /**
   * The earliest instant at which every check passes, rules that drop what could have waited included; null when there
   * is none before the message expires or its consent ends.
   */
  readonly notBefore: EpochMs | null;
  readonly policy: { readonly key: string; readonly version: number };
  /** Version of the rules of this code; absent: 1, of decisions that were made before they said so. */
  readonly rules?: RulesVersion;
  /** Editions of the jurisdiction packs that apply where the contact may be; absent when none does. */
  readonly packs?: readonly PackStamp[];
  /** The clock the message was judged by, and `notBefore` on it (ISO 8601 with offset), for people. */
  readonly local: {
    readonly zone: string;
    /** Every zone the contact may be in, `zone` first, where there are several: the message was judged on all of them. */
    readonly zones?: readonly string[];
    /** What told the zone. `contact` stands in decisions from before the sources were told apart, for `profile`. */
    readonly zoneFrom: ZoneOrigin | 'contact';
    /** Version of the IANA database. */
    readonly tzdb: string;
    /** Versions of the place tables and of the holidays, where they were asked. */
    readonly places?: string;
    readonly holidays?: string;
    readonly notBefore: string | null;
  };
  /** Every check at `at`, in the order of the stages; one entry per rule or fact where a stage looks at several. */
  readonly checks: readonly CheckResult[];
}

/** It may leave now. */
export interface PassDecision extends Judged {
  readonly outcome: 'pass';
  readonly reason: null;
  readonly until: null;
  readonly notBefore: EpochMs;
  readonly primary: null;
}

/**
 * It is held; at `until`, and not before, it is worth asking again. That is `notBefore`, unless the turn that its rates
 * give it comes when a rule would drop it, or too late: then it is asked again when everything else passes (and is in
 * line from there on, `Facts.message.inLine`). Where the turn comes too late there is no `notBefore`, and until it
 * expires or everything else passes a turn may still come free.
 */
export interface DeferDecision extends Judged {
  readonly outcome: 'defer';
  readonly reason: HoldReason;
  readonly until: EpochMs;
  /** The first in the order of the stages that holds it at `at`. */
  readonly primary: HoldingCheck;
}

/** It ends now. */
export interface DropDecision extends Judged {
  readonly outcome: 'drop';
  readonly reason: DropReason;
  readonly until: null;
  /** The first that ends it, as it stands when everything that holds the message has passed. */
  readonly primary: DroppingCheck;
  /** When `primary` strikes: `at`, or the end of the hold that it makes pointless. */
  readonly strikesAt: EpochMs;
}

/** The verdict on one message at one instant: plain JSON, keys in a constant order. */
export type Decision = PassDecision | DeferDecision | DropDecision;
