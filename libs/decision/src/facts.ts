import type { Channel, EnforcementModel, EpochMs, MessageClass } from '#lib/kernel';
import type { RateLimit } from './gcra.js';
import type { QuietWindow, WarmUpRule } from './policy.js';

/**
 * Everything a decision needs to know about one message, as one plain JSON value: stored beside the decision it
 * can be judged again at any time, with the same answer. Nothing in it is derived from `now`.
 * Keys and ids are opaque here; they are compared and reported, never taken apart.
 *
 * Facts are kept for years, so the shape only grows: a new member is optional, and a decision that was made without
 * it comes out the same for ever.
 */
export interface Facts {
  readonly message: {
    readonly class: MessageClass;
    readonly channel: Channel;
    /** The caller wants it to leave no earlier than this. */
    readonly sendAt: EpochMs | null;
    /** From this instant on the message is stale and never leaves. */
    readonly expiresAt: EpochMs;
    /** When it was accepted: what the longest hold of a rule (`maxDefer`) is measured from. */
    readonly acceptedAt?: EpochMs;
    /** 0 (can wait) to 9 (matters most), 5 where nobody said; see the headroom of caps. */
    readonly priority?: number;
    /** Somebody lifts the caps from this one message, and stands for it by name and reason. */
    readonly override?: Override;
    /**
     * Whom it would be handed to and in whose name, as far as warm-ups ask; null where there is none (a test message).
     * Without it every warm-up on the channel binds.
     */
    readonly route?: Readonly<Record<WarmUpRule['scope'], string | null>>;
    /**
     * It could have left before: only a rate, a warm-up or its provider held it. Hours that drop what comes upon them
     * hold it, because pace ends no message.
     */
    readonly inLine?: true;
  };
  readonly contact: {
    /** IANA name in the contact's profile, as a system filled it in. */
    readonly zone: string | null;
    readonly erased: boolean;
    readonly pausedUntil: EpochMs | null;
    /** IANA name that the contact chose; comes before every other source. */
    readonly chosenZone?: string | null;
    /** IANA name that the contact's device reported last. */
    readonly deviceZone?: string | null;
    /** The beginning of the contact's number in E.164 (`+4930`, `+1212`): enough for place tables, not a number. */
    readonly phonePrefix?: string | null;
    /** ISO 3166-1 alpha-2. */
    readonly country?: string | null;
    /** ISO 3166-2 (`DE-BY`). */
    readonly region?: string | null;
    readonly postalCode?: string | null;
    /** Segments the contact is in at this moment, by key. */
    readonly segments?: readonly string[];
    /** Hours in which the contact wants to be left alone, on their own clock. */
    readonly quietHours?: readonly QuietWindow[];
    /** What the contact chose as the most they want to get. */
    readonly frequency?: readonly FrequencyChoice[];
  };
  /** The one address the message would go to; null when the contact has none on this channel. */
  readonly contactPoint: { readonly valid: boolean } | null;
  readonly brand: {
    readonly zone: string;
    /** ISO 3166-1 alpha-2: where the brand speaks from, for contacts of whom no country is known. */
    readonly country?: string | null;
  };
  /** A topic inherits the enforcement model of its purpose. */
  readonly purpose: { readonly key: string; readonly enforcement: EnforcementModel };
  readonly topic: { readonly key: string } | null;
  readonly campaign: { readonly key: string; readonly status: CampaignStatus } | null;
  /** The state of this contact point for that purpose and that topic; null when nothing was ever recorded. */
  readonly consent: { readonly purpose: ConsentState | null; readonly topic: ConsentState | null };
  /** Suppressions in force on the contact point, in any order. */
  readonly suppressions: readonly Suppression[];
  /**
   * Hand-overs of *other* messages to this contact, reserved or committed and not released, in any order, at least
   * `capHorizonMs(policy, contact.frequency)` back from now. Topic, purpose and campaign are those at the time of the hand-over.
   * Where there are more than `capUsesToTell` of one kind (the same in all but the instant) the newest of that kind will do.
   */
  readonly capUses: readonly CapUse[];
  /** Said where `capUses` leaves hand-overs out, because there were so many of their kind. */
  readonly capUsesLeftOut?: CapUsesLeftOut;
  /** The buckets the message would draw from, the policy's (`rateLimits`) and the provider's own; reported in this order. */
  readonly rates: readonly RateState[];
  /**
   * How far the warm-ups that bind the message are today (`warmUpsToCount`). One that binds and is not here is one that
   * nobody counted, and then nothing leaves.
   */
  readonly warmUps?: readonly WarmUpState[];
}

/** Caps are lifted for one message. Written to the ledger with the message. */
export interface Override {
  readonly caps: true;
  /** The key or person that asked, as the caller of the door was known. */
  readonly actor: string;
  readonly reason: string;
}

/** "No more than two a week": a rolling window over hand-overs of commercial messages. */
export interface FrequencyChoice {
  readonly limit: number;
  /** Exact ISO 8601 duration. */
  readonly window: string;
  /** On one channel only; on all together when null. */
  readonly channel: Channel | null;
  /** About one topic only; about all together when null. */
  readonly topic: string | null;
}

export type CampaignStatus = 'active' | 'stopped';

/** What the last consent event that counts left behind. */
export type ConsentStatus =
  | 'requested'
  | 'granted'
  | 'confirmed'
  | 'refused'
  | 'withdrawn'
  | 'revoked'
  | 'expired'
  | 'invalidated'
  | 'objected';

export interface ConsentState {
  readonly status: ConsentStatus;
  readonly since: EpochMs;
  /** The first instant at which a granted or confirmed consent no longer holds; null when it has no end. */
  readonly validUntil: EpochMs | null;
  readonly eventId: string;
  /** What the consent rests on and how well it is proven, as far as a jurisdiction asks. */
  readonly basis?: ConsentBasis;
}

/**
 * The kinds of permission that laws tell apart. `soft_opt_in` is an existing customer's under § 7 (3) UWG and Art. 13 (2)
 * ePrivacy directive; the two implied kinds are those of CASL s. 10 (10): a purchase or contract, and an inquiry.
 */
export const CONSENT_KINDS = ['express', 'soft_opt_in', 'implied_purchase', 'implied_inquiry'] as const;
export type ConsentKind = (typeof CONSENT_KINDS)[number];

export interface ConsentBasis {
  readonly kind: ConsentKind;
  /** When the purchase or the inquiry was, or the consent was given; what a law counts its time from. */
  readonly at: EpochMs;
  /** What is on file about it: any of the facts that packs ask for by name. */
  readonly evidence: readonly ConsentEvidence[];
}

/** Facts on file about a consent, each of which some law asks for by itself. */
export const CONSENT_EVIDENCE = [
  /** The wording that was shown. */
  'wording',
  /** Who declared it and how: form, call, paper. */
  'method',
  /** The address was confirmed by its owner (double opt-in); follows from the status as well. */
  'confirmed',
  /** § 7 (3) UWG no. 1: the address was obtained with a sale of goods or services. */
  'address_from_sale',
  /** No. 2: used for own similar goods or services only. */
  'similar_products',
  /** No. 3: the customer has not objected. */
  'no_objection',
  /** No. 4: told of the right to object, at collection and at every use. */
  'told_of_objection',
  /** Signed or otherwise written, as 47 CFR 64.1200 (f)(9) asks. */
  'written',
] as const;
export type ConsentEvidence = (typeof CONSENT_EVIDENCE)[number];

export interface Suppression {
  /** `objection` is one to advertising (GDPR Art. 21 (2)); the others stop every class. */
  readonly reason: 'bounce' | 'complaint' | 'manual' | 'objection';
  readonly since: EpochMs;
}

export interface CapUse {
  readonly at: EpochMs;
  /** When others of the same kind were handed over, in any order: this stands for each of them as well. */
  readonly alsoAt?: readonly EpochMs[];
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly purpose: string;
  readonly topic: string | null;
  readonly campaign: string | null;
  /** Segments the contact was in then. Left out where nobody wrote them down: such a use counts for all of them. */
  readonly segments?: readonly string[];
}

export interface CapUsesLeftOut {
  /** Of a kind of which some are left out so many are told, the newest. No cap that allows more can be judged. */
  readonly told: number;
  /** All that were later than this are told, whatever their kind. */
  readonly allSince: EpochMs;
}

/** What has left today under one warm-up, and how it was received. */
export interface WarmUpState {
  /** Id of the policy's rule. */
  readonly rule: string;
  /** The provider or domain that is warmed up. */
  readonly key: string;
  /** Local date in the brand's zone that `sent` counts, `2026-11-21`. */
  readonly day: string;
  /** Hand-overs on that day. */
  readonly sent: number;
  /** Over the days that the rule looks back. */
  readonly recent: { readonly sent: number; readonly bounced: number; readonly complained: number };
}

/** A bucket: its limit as in force now, and how far it is drawn on (0 when it was never used). */
export interface RateState extends RateLimit {
  /** Theoretical arrival time of GCRA, in whole microseconds since the epoch. */
  readonly tat: number;
}
