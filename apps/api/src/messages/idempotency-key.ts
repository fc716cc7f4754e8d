import { DomainError } from '#lib/kernel';
import { IdempotencyKey } from './message-request.schema.js';

/** @throws DomainError when there is none, or it is none. */
export function readIdempotencyKey(header: string | undefined): string {
  if (header === undefined || header === '') {
    throw new DomainError(
      'idempotency_key_required',
      'Send an Idempotency-Key header, one per message, so that a retry never sends twice.',
    );
  }
  const key = IdempotencyKey.safeParse(header);
  if (key.success) return key.data;
  throw new DomainError('invalid_request', 'Send an Idempotency-Key of 1 to 255 visible ASCII characters.', {
    violations: [{ pointer: '', detail: 'header Idempotency-Key: must be 1 to 255 visible ASCII characters' }],
  });
}
