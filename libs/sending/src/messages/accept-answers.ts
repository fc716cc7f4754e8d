import { DomainError } from '#lib/kernel';
import type { AcceptAnswer, AcceptItem } from './accept-item.js';
import type { Accepted } from './first-answers.js';

export function refuse(error: DomainError): AcceptAnswer {
  return { kind: 'refused', error };
}

/** What a request is answered whose key is known: the same again, if it asks for the same. */
export function replay(item: AcceptItem, bodyHash: Buffer, again: () => AcceptAnswer): AcceptAnswer {
  if (bodyHash.equals(item.bodyHash)) return again();
  return refuse(
    new DomainError(
      'idempotency_key_reused',
      'Use a new Idempotency-Key for another message, or send the first body again.',
    ),
  );
}

export function rendered(item: AcceptItem, accepted: Accepted | undefined): AcceptAnswer {
  if (accepted !== undefined) return { kind: 'accepted', response: item.render(accepted), replayed: true };
  return refuse(
    new DomainError(
      'answer_erased',
      'This request was answered before; its person has been erased since, and the answer with them. Do not send it again: GET /v1/messages/{id} says what became of the message.',
    ),
  );
}

/** The answer to the second request with one key in one batch; null when the first was refused, which keeps no key. */
export function repeat(
  item: AcceptItem,
  firstItem: AcceptItem | undefined,
  first: AcceptAnswer | undefined,
): AcceptAnswer | null {
  if (first === undefined || firstItem === undefined) throw new Error('a request was neither accepted nor refused');
  if (first.kind === 'refused') return null;
  return replay(item, firstItem.bodyHash, () => ({ kind: 'accepted', response: first.response, replayed: true }));
}
