import type { EpochMs, MessageId } from '#lib/kernel';
import type { BounceKind, FeedbackType } from '../feedback/domain/feedback.js';

/** Something that a provider brought back. Its order says nothing: whatever it is, it means the same late or twice. */
export type Returned = ReturnedEvent | ReturnedText | ReturnedLeave;

/** What became of a message. */
export interface ReturnedEvent {
  readonly kind: 'event';
  /** The same for the same event, however often it is brought. */
  readonly id: string;
  readonly type: FeedbackType;
  /** Ours, where the provider gives it back; else its own id of the message. */
  readonly message: { readonly id: MessageId } | { readonly ref: string };
  /** Null where the provider does not say; then it is when it came in. */
  readonly at: EpochMs | null;
  readonly bounce: { readonly kind: BounceKind; readonly status: string | null } | null;
}

/** What a person wrote. */
export interface ReturnedText {
  readonly kind: 'text';
  readonly from: string;
  readonly text: string;
}

/** A person told the provider that they want no more. */
export interface ReturnedLeave {
  readonly kind: 'left';
  readonly address: string;
  /** What they did there, in the provider's words. */
  readonly wording: string;
}

/** A request as it came in, byte for byte: signatures are over bytes. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** `?message=...`, or nothing. */
  readonly search: string;
  readonly body: Buffer;
}

/** `forged`: not from the provider; nothing in it was believed. `unreadable`: from the provider, and not what it says. */
export type WebhookReading =
  | { readonly kind: 'forged' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'read'; readonly returned: readonly Returned[] };

export function header({ headers }: WebhookRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** Ids of messages have the form of a UUID. */
export function messageIdOf(text: unknown): MessageId | null {
  return typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
    ? (text as MessageId)
    : null;
}
