import { canonicalHash } from '#lib/consent';
import type { AcceptItem, Sender } from '#lib/sending';
import { type MessageRequest, toAcceptedAnswer } from './messages.schema.js';

/** A request as the pipeline takes it. Two bodies are the same when they say the same, whatever their white space and order. */
export function toAcceptItem(sender: Sender, idempotencyKey: string, request: MessageRequest): AcceptItem {
  return {
    sender,
    idempotencyKey,
    bodyHash: canonicalHash(request),
    request,
    render: (accepted) => JSON.stringify(toAcceptedAnswer(accepted)),
  };
}
