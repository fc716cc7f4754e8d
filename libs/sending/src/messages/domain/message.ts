import type { Decision, Override } from '#lib/decision';
import type { JsonValue } from '#lib/ledger';
import type {
  BrandId,
  Channel,
  ContactId,
  ContactPointId,
  EntryId,
  EpochMs,
  MessageClass,
  MessageId,
  SubjectId,
} from '#lib/kernel';
import type { Goal } from './best-arm.js';
import type { ChoicePlace, Strategy } from './choice-place.js';

/** What a caller asks for: one template to one contact. Keys name things of the caller's brand. */
export interface SendRequest {
  /** The contact's external id. */
  readonly to: string;
  readonly template: string;
  /** Left out: the latest version. */
  readonly templateVersion?: number;
  /** A topic brings its purpose with it; one of the two is needed. */
  readonly topic?: string;
  readonly purpose?: string;
  readonly campaign?: string;
  readonly step?: string;
  readonly variant?: string;
  /** Key of the experiment that the variant is of; left out: the caller named it. */
  readonly experiment?: string;
  /** What the others of its contacts are sent, all of which must be there: an experiment of which half is refused is none. */
  readonly otherArms?: readonly Pick<OtherWay, 'template' | 'templateVersion'>[];
  /** Left out: the contact's, then the brand's. */
  readonly language?: string;
  readonly variables?: Readonly<Record<string, JsonValue>>;
  readonly sendAt?: EpochMs;
  readonly expiresAt?: EpochMs;
  /** Left out: the campaign's, then `default`. */
  readonly policy?: string;
  /** 0 (can wait) to 9 (matters most); left out: 5. */
  readonly priority?: number;
  /** Lifts the policy's caps from this message; who and why goes into the ledger. */
  readonly override?: Override;
  /** The channel that the template must be for; left out: whichever it is. */
  readonly channel?: Channel;
  /** Other ways to reach the contact, in order of preference; at most one message leaves at a time. */
  readonly otherwise?: readonly OtherWay[];
  /** Left out: the first in order that is allowed. */
  readonly strategy?: Strategy;
  /** What the best channel is best for; left out: clicks. */
  readonly goal?: Goal;
  /** Leaves at a time that is drawn among those which are allowed; left out: as soon as it may. */
  readonly bestTime?: BestTime;
  /** The contact belongs to those of an experiment who are left alone: decided about, and never sent. */
  readonly holdout?: boolean;
  /** After how long without a delivery the next way is tried; left out: only when one is known not to have arrived. */
  readonly fallbackMs?: number;
}

/** When a message leaves within a window from now, or from when it may leave. */
export interface BestTime {
  readonly withinMs: number;
  /** What the best time is best for; left out: clicks. */
  readonly goal?: Goal;
}

/** The same to say on another channel. */
export type OtherWay = Pick<SendRequest, 'template' | 'templateVersion' | 'channel'>;

export const DEFAULT_PRIORITY = 5;
/** What the best channel or time is best for, unless the caller says otherwise. */
export const DEFAULT_GOAL: Goal = 'clicked';

export const ENDS = ['sent', 'dropped', 'failed', 'unknown'] as const;
/** How a message ended, once and for ever. */
export type End = (typeof ENDS)[number];
export type MessageStatus = 'queued' | 'started' | End;

/** Where a message stands that was accepted with this decision. */
export function statusAfter({ outcome }: Pick<Decision, 'outcome'>): 'queued' | 'dropped' {
  return outcome === 'drop' ? 'dropped' : 'queued';
}

/** Why a message failed. Add values, never rename one. */
export type FailReason =
  | 'provider_rejected'
  | 'provider_unavailable'
  | 'throttle_error'
  | 'render_error'
  | 'configuration_error';

/** A message as stored. Everything up to `expiresAt` is as accepted; the rest changes until it ends. */
export interface Message {
  readonly id: MessageId;
  readonly brandId: BrandId;
  readonly contactId: ContactId;
  readonly subjectId: SubjectId;
  readonly contactPointId: ContactPointId | null;
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly purposeId: string;
  readonly topicId: string | null;
  readonly campaignId: string | null;
  readonly step: string | null;
  readonly variant: string | null;
  readonly templateId: string;
  readonly language: string;
  readonly variables: Readonly<Record<string, JsonValue>>;
  readonly policyKey: string;
  /** Accepted with a test key: runs through everything and never leaves the machine. */
  readonly test: boolean;
  readonly acceptedAt: EpochMs;
  readonly sendAt: EpochMs | null;
  readonly expiresAt: EpochMs;
  readonly priority: number;
  readonly override: Override | null;
  /** Null: there is one way to reach the contact. */
  readonly choice: ChoicePlace | null;

  readonly status: MessageStatus;
  readonly reason: string | null;
  /** The earliest instant of the next attempt, while it is held. */
  readonly notBefore: EpochMs | null;
  /** It was in line once (`standsInLine`); as far as somebody asked. */
  readonly inLine?: boolean;
  readonly attempt: number;
  readonly worker: string | null;
  readonly providerId: string | null;
  readonly providerRef: string | null;
  readonly firstStartedAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
  /** Ledger entries about this message, oldest first. */
  readonly entryIds: readonly EntryId[];
}

/** A message that waits this long and no longer, unless its caller says otherwise. */
export const DEFAULT_LIFETIME_MS = 72 * 3_600_000;
/** A caller may not ask for more: neither to begin later than this, nor to wait longer once it may leave. */
export const MAX_LIFETIME_DAYS = 90;
export const MAX_LIFETIME_MS = MAX_LIFETIME_DAYS * 86_400_000;
