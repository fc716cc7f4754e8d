import type { EpochMs, MessageId } from '#lib/kernel';
import type { BounceKind, FeedbackType } from '../feedback/domain/feedback.js';

/** Something that a provider brought back. Its order says nothing: whatever it is, it means the same late or twice. */
export type Returned = ReturnedEvent | ReturnedText | ReturnedLeave;

/** A message of ours: by our id, where the provider gives it back; else by its own, or the first of others that is one. */
export type MessageRef = { readonly id: MessageId } | { readonly ref: string; readonly others?: readonly string[] };

/** What became of a message. */
export interface ReturnedEvent {
  readonly kind: 'event';
  /** The same for the same event, however often it is brought. */
  readonly id: string;
  /**
   * What was said, where the provider names a message by what it names others by as well, in other accounts or later: the
   * event is then named by this and by our message.
   */
  readonly said?: string;
  readonly type: FeedbackType;
  readonly message: MessageRef;
  /** Null where the provider does not say; then it is when it came in. */
  readonly at: EpochMs | null;
  /** How long after the provider took the message, where it says that alone. */
  readonly afterMs?: number;
  readonly bounce: { readonly kind: BounceKind; readonly status: string | null } | null;
}

/** What a person wrote, or sent without a word. */
export interface ReturnedText {
  readonly kind: 'text';
  /** The same for the same text, where somebody has named it. */
  readonly id?: string;
  /** Left out where the provider does not say; then it is when it came in. */
  readonly at?: EpochMs | null;
  readonly from: string;
  readonly text: string;
  /** What they answer, where the provider says so. */
  readonly message?: MessageRef;
  /** Where the provider brings a long text in pieces: which this one is. */
  readonly part?: TextPart | undefined;
}

/** The parts of one text have the same reference, from the same phone to the same number (TS 23.040, 9.2.3.24.1). */
export interface TextPart {
  readonly to: string;
  readonly reference: string;
  readonly total: number;
  /** From 1. */
  readonly number: number;
}

/** A person told the provider that they want no more. */
export interface ReturnedLeave {
  readonly kind: 'left';
  /** The same for the same, where the provider says something that no other has. */
  readonly id?: string;
  readonly address: string;
  /** What they did there, in the provider's words. */
  readonly wording: string;
  /** The message on which the provider said so, where there is one: whom it went to says who left. */
  readonly message?: MessageRef;
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
  /** `odd`: so many of the things in it were not what they should be, and were left out. */
  | { readonly kind: 'read'; readonly returned: readonly Returned[]; readonly odd: number };

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
