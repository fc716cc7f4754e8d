import { canonicalHash, type Principal } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import type { AcceptItem, Sender, SendRequest } from '#lib/sending';
import { brandOf } from '../http/principal.js';
import { acceptedText } from './accepted-text.js';
import type { MessageRequest } from './messages.schema.js';

/**
 * A request as the pipeline takes it. Two bodies are the same when they say the same, whatever their white space and order.
 *
 * @throws DomainError forbidden when it lifts caps and the caller's key may not
 */
export function toAcceptItem(caller: Principal, idempotencyKey: string, request: MessageRequest): AcceptItem {
  return {
    sender: senderOf(caller),
    idempotencyKey,
    bodyHash: canonicalHash(request),
    request: toSendRequest(caller, request),
    render: acceptedText,
  };
}

export function senderOf(caller: Principal): Sender {
  return { brandId: brandOf(caller), test: caller.test };
}

/** Who lifts the caps is the key that asked; nobody can name another. @throws DomainError forbidden */
export function toSendRequest(caller: Principal, request: MessageRequest): SendRequest {
  const { override, template, templateVersion, channels, strategy: _, fallbackAfterMinutes, ...said } = request;
  const [first, ...otherwise] = channels ?? [];
  const way = first ?? { template: template ?? '', ...(templateVersion !== undefined && { templateVersion }) };
  const rest: SendRequest = {
    ...said,
    ...way,
    ...(otherwise.length > 0 && { otherwise }),
    ...(fallbackAfterMinutes !== undefined && { fallbackMs: fallbackAfterMinutes * 60_000 }),
  };
  if (override === undefined) return rest;
  if (!caller.scopes.includes('messages:override')) {
    throw new DomainError('forbidden', 'Leave override out, or use a key with the scope messages:override.');
  }
  return { ...rest, override: { caps: true, actor: caller.keyId, reason: override.reason } };
}
