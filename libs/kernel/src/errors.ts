/**
 * Every error a caller can meet, by its stable code. `platform` maps each to a status and a title;
 * that table does not compile when a code is missing. Add codes, never rename one.
 */
export const ERROR_CODES = [
  'malformed_json',
  'unreadable_request',
  'headers_too_large',
  'request_timeout',
  'unsupported_media_type',
  'invalid_request',
  'payload_too_large',
  'unauthenticated',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'unknown_contact',
  'unknown_topic',
  'unknown_purpose',
  'unknown_template',
  'unknown_campaign',
  'unknown_policy',
  'unknown_notice',
  'unknown_provider',
  'idempotency_key_required',
  'idempotency_key_reused',
  'idempotency_in_progress',
  'answer_erased',
  'version_in_use',
  'already_exists',
  'conflict',
  'not_cancellable',
  'invalid_address',
  'invalid_zone',
  'invalid_template',
  'overloaded',
  'sending_stopped',
  'not_implemented',
  'unavailable',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One thing that is wrong with a request, where, and what to do about it. */
export interface Violation {
  /** JSON pointer into the request (RFC 6901), '' for the whole of it. */
  readonly pointer: string;
  readonly detail: string;
}

/** A request that cannot be carried out. `detail` is a sentence that says what to do; it holds no personal data. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly extra: { violations?: readonly Violation[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, { cause: extra.cause });
  }
}
