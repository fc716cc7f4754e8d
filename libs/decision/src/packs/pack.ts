import type { Channel, MessageClass } from '#lib/kernel';
import type { ConsentEvidence, ConsentKind } from '../facts.js';
import type { QuietWindow } from '../policy.js';

/**
 * What binds a message because of where its recipient is, as data: `packs/*.json`. A pack is published as a whole
 * under a version; decisions name the version they were made under, and a version never changes.
 */
export interface Pack {
  /** `us-federal`, `us-tx`, `de`. */
  readonly id: string;
  /** Date of this edition, `2026-11-21`. */
  readonly version: string;
  readonly title: string;
  /** Whom it is about: one country or several (ISO 3166-1), and a region (ISO 3166-2) of it where the rules are a region's own. */
  readonly countries: readonly string[];
  readonly region: string | null;
  readonly rules: readonly PackRule[];
}

/** Which edition of which pack a decision was made under. */
export interface PackStamp {
  readonly id: string;
  readonly version: string;
}

/** How hard a rule binds, so that whoever overrides it knows what they do. */
export const LEGAL_FORCES = ['statute', 'carrier', 'industry', 'practice'] as const;
export type LegalForce = (typeof LEGAL_FORCES)[number];

interface Cited {
  /** Unique within the pack. A rule whose content changes on a date becomes another rule, which `replaces` it. */
  readonly id: string;
  readonly title: string;
  readonly force: LegalForce;
  readonly source: { readonly cite: string; readonly url: string; readonly seenOn: string };
  /** First and last local day in force, `2026-01-31`; null without a beginning or an end. */
  readonly from: string | null;
  readonly to: string | null;
  /** The rule of this pack that ends the day before this one begins. */
  readonly replaces?: string;
  readonly channels: readonly Channel[];
  readonly classes: readonly MessageClass[];
}

/** Hours in which people must be left alone, on their own clock. */
export interface PackQuietHours extends Cited {
  readonly kind: 'quiet_hours';
  readonly windows: readonly QuietWindow[];
  /** Public holidays are quiet from midnight to midnight besides. */
  readonly holidays: boolean;
}

/** No more than so many hand-overs in a rolling window. */
export interface PackCap extends Cited {
  readonly kind: 'frequency_cap';
  readonly limit: number;
  /** Exact ISO 8601 duration. */
  readonly window: string;
  /** Hand-overs about anything, or about the same topic; one without a topic may be about the same and counts. */
  readonly scope: 'any' | 'topic';
}

/**
 * What a permission must be. Any one of `accepts` will do; a message whose consent is none of them is dropped as
 * `jurisdiction`, one whose kind has run out as `consent_expired`.
 */
export interface PackConsent extends Cited {
  readonly kind: 'consent';
  readonly accepts: readonly AcceptedPermission[];
}

export interface AcceptedPermission {
  readonly kind: ConsentKind;
  /** All of these must be on file. */
  readonly evidence: readonly ConsentEvidence[];
  /**
   * ISO 8601 duration in calendar units (`P6M`, `P2Y`), counted in local dates from that of `basis.at`: it holds to the
   * end of the date that is so much later (of the month's last day, where the month is too short). Null: until withdrawn.
   */
  readonly lasts: string | null;
}

/** Words that revoke, and how soon they must be obeyed. No check of its own: `obligationsOf` tells it with a decision. */
export interface PackRevocation extends Cited {
  readonly kind: 'revocation';
  readonly keywords: readonly string[];
  /** Whether it ends everything from the sender, or what was sent on that channel about that subject. */
  readonly scope: 'sender' | 'channel';
  /** Business days at most; null when at once. */
  readonly withinBusinessDays: number | null;
}

/** How long evidence must be kept, and what a message must carry. No check of its own, as above. */
export interface PackDuty extends Cited {
  readonly kind: 'duty';
  readonly keepEvidence: string | null;
  readonly mustCarry: readonly MessageMark[];
}

export const MESSAGE_MARKS = ['opt_out', 'postal_address', 'sender_identity', 'advertisement_mark'] as const;
export type MessageMark = (typeof MESSAGE_MARKS)[number];

export type PackRule = PackQuietHours | PackCap | PackConsent | PackRevocation | PackDuty;
