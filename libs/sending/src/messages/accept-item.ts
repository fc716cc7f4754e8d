import type { BrandId, DomainError } from '#lib/kernel';
import type { SendRequest } from './domain/message.js';
import type { Accepted } from './first-answers.js';

/** Who sends: the brand of the API key, and whether the key is a test key. */
export interface Sender {
  readonly brandId: BrandId;
  readonly test: boolean;
}

/** One request to send. */
export interface AcceptItem {
  readonly sender: Sender;
  readonly idempotencyKey: string;
  /** SHA-256 of what was asked for, so that the same key with another body is noticed. */
  readonly bodyHash: Buffer;
  readonly request: SendRequest;
  /** Writes the answer. The same text for the same `Accepted`: a repeated request is answered by calling it again. */
  readonly render: (accepted: Accepted) => string;
}

export type AcceptAnswer =
  | { readonly kind: 'accepted'; readonly response: string; readonly replayed: boolean }
  | { readonly kind: 'refused'; readonly error: DomainError };
