import type { Channel, EnforcementModel, EpochMs, MessageClass } from '#lib/kernel';
import type { RateLimit } from './gcra.js';

/**
 * Everything a decision needs to know about one message, as one plain JSON value: stored beside the decision it
 * can be judged again at any time, with the same answer. Nothing in it is derived from `now`.
 * Keys and ids are opaque here; they are compared and reported, never taken apart.
 */
export interface Facts {
  readonly message: {
    readonly class: MessageClass;
    readonly channel: Channel;
    /** The caller wants it to leave no earlier than this. */
    readonly sendAt: EpochMs | null;
    /** From this instant on the message is stale and never leaves. */
    readonly expiresAt: EpochMs;
  };
  readonly contact: {
    /** IANA name as the contact gave it; judged in the brand's zone when it is missing or unknown. */
    readonly zone: string | null;
    readonly erased: boolean;
    readonly pausedUntil: EpochMs | null;
  };
  /** The one address the message would go to; null when the contact has none on this channel. */
  readonly contactPoint: { readonly valid: boolean } | null;
  readonly brand: { readonly zone: string };
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
   * `capHorizonMs(policy)` back from now. Topic, purpose and campaign are those at the time of the hand-over.
   */
  readonly capUses: readonly CapUse[];
  /** The buckets the message would draw from, the policy's (`rateLimits`) and the provider's own; reported in this order. */
  readonly rates: readonly RateState[];
}

export type CampaignStatus = 'active' | 'stopped';

/** What the last consent event that counts left behind. */
export type ConsentStatus =
  'requested' | 'granted' | 'confirmed' | 'refused' | 'withdrawn' | 'revoked' | 'expired' | 'invalidated' | 'objected';

export interface ConsentState {
  readonly status: ConsentStatus;
  readonly since: EpochMs;
  /** The first instant at which a granted or confirmed consent no longer holds; null when it has no end. */
  readonly validUntil: EpochMs | null;
  readonly eventId: string;
}

export interface Suppression {
  readonly reason: 'bounce' | 'complaint' | 'manual';
  readonly since: EpochMs;
}

export interface CapUse {
  readonly at: EpochMs;
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly purpose: string;
  readonly topic: string | null;
  readonly campaign: string | null;
}

/** A bucket: its limit as in force now, and how far it is drawn on (0 when it was never used). */
export interface RateState extends RateLimit {
  /** Theoretical arrival time of GCRA, in whole microseconds since the epoch. */
  readonly tat: number;
}
