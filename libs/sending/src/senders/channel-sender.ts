import type { Channel, EpochMs, MessageClass, MessageId } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import type { Returned } from '../returned/returned.js';

/** What a message says, rendered for one person in one language. */
export interface RenderedContent {
  readonly language: string;
  readonly subject: string;
  readonly html: string | null;
  readonly text: string;
  /** What the channel asks for beside texts; null where the template has none. */
  readonly data: JsonValue | null;
}

/** Where a message belongs, by the keys of its brand: what mailbox providers group complaints and filters by. */
export interface MessageStream {
  readonly brand: string;
  readonly campaign: string | null;
  readonly class: MessageClass;
  /** Its topic, or its purpose where it has none. */
  readonly list: string;
}

/** One hand-over to a provider: one message to exactly one address. */
export interface HandOver {
  readonly messageId: MessageId;
  /** The same for every try of one message; a keyed provider accepts it once. */
  readonly idempotencyKey: string;
  readonly to: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly content: RenderedContent;
  /** The way out by one click (RFC 8058), on commercial messages only. */
  readonly unsubscribeUrl: string | null;
  /** The way out by writing a mail (RFC 2369), where the deployment has a mailbox for it; beside the URL, never alone. */
  readonly unsubscribeMailto: string | null;
  /** Where a reader finds out about the list and who answers (RFC 2369), on commercial messages only. */
  readonly helpUrl: string | null;
  readonly stream: MessageStream;
  /** Nobody is to be reached by it from this instant on: where the protocol can say so, the provider keeps it no longer. */
  readonly keepUntil: EpochMs;
  /** Monotonic milliseconds of this process: past it, not a byte of the content may be written any more. */
  readonly startBy: number;
}

/**
 * How a hand-over ended, as far as it can be known:
 * `accepted`  the provider took responsibility;
 * `rejected`  refused for good before accepting, for this address (`invalid_address`) or for the message; `isGone` where
 *             the protocol says that the address is over, so that its contact point ends;
 * `transient` refused for now before accepting, may be tried again;
 * `ambiguous` the answer was lost after the provider may have accepted;
 * `not_begun` it was too late to begin, or another process has the connection; nothing was handed over.
 * `retryAfterMs` is for how long the provider wants to be left alone, where it said so; `throttled` where what it said is
 * that it is asked too fast: it is there, and takes the same later. `onlyThis` where it takes others meanwhile: what is to
 * be mended in the account goes for this recipient or this message alone.
 */
export type SendResult =
  | {
      readonly kind: 'accepted';
      readonly providerRef: string | null;
      /** The address by which the provider knows the recipient, where that is another than the one that was written to. */
      readonly knownAs?: string;
      /** In how many parts a text message left, each of which is charged for. */
      readonly parts?: number;
    }
  | { readonly kind: 'rejected'; readonly code: string; readonly hardBounce: boolean; readonly isGone?: true }
  | {
      readonly kind: 'transient';
      readonly code: string;
      readonly retryAfterMs: number | null;
      readonly throttled?: true;
      readonly onlyThis?: true;
    }
  | {
      readonly kind: 'ambiguous';
      readonly code: string;
      readonly retryAfterMs?: number | null;
      readonly throttled?: true;
    }
  | { readonly kind: 'not_begun' };

/**
 * What came of taking back what was handed over: `recalled`; `closed`, it was done, cancelled or removed before, or is not
 * there; `transient`, nobody could be told for now.
 */
export type TakeBackResult =
  | { readonly kind: 'recalled' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'transient'; readonly code: string; readonly retryAfterMs: number | null };

export interface SenderCapabilities {
  readonly channel: Channel;
  /** How long the provider remembers an idempotency key; null when it knows none (SMTP). */
  readonly keyWindowMs: number | null;
  /** A call is given up after this long and counts as ambiguous. */
  readonly maxCallMs: number;
  /** Calls that may run at the same time. */
  readonly concurrency: number;
  /**
   * Whose server answers: the account's, so that what it says goes for every message; or one that the recipient's
   * address names, which says nothing about the others.
   */
  readonly answeredBy: 'account' | 'address';
}

/**
 * One provider account. Knows its protocol and nothing of consent, retries or the ledger.
 * `send` never throws: whatever goes wrong is classified. `code` holds no personal data.
 */
export interface ChannelSender {
  readonly capabilities: SenderCapabilities;
  send(handOver: HandOver): Promise<SendResult>;
  /** For what waits with the provider until somebody does it: takes it back. Safe to repeat; never throws. */
  takeBack?(messageId: MessageId): Promise<TakeBackResult>;
  /**
   * For protocols whose provider brings back what came of messages on the connection they left by: keeps connected, and
   * gives everything to `take`. What `take` rejects is brought again.
   */
  listen?(take: (returned: readonly Returned[]) => Promise<void>): void;
  /** Whether another process holds the one connection that the account may have, so that this one can hand nothing over. */
  isElsewhere?(): boolean;
  /** Connects to nobody before `before` is over: another connection of the account is still there until then. */
  follow?(before: Promise<void>): void;
  /** Listens no more, takes no more calls, and leaves once those that have begun are over. */
  close(): Promise<void>;
}
