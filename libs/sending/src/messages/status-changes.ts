import type { EntryId, EpochMs } from '#lib/kernel';
import type { Message } from './domain/message.js';
import type { StatusChange } from './message.store.js';

/** It waits until then. */
export function held(message: Message, reason: string | null, until: EpochMs, entryId: EntryId | null): StatusChange {
  return { ...unchanged(message), status: 'queued', reason, notBefore: until, dueAt: until, endedAt: null, entryId };
}

/** It ends without a hand-over. */
export function ended(
  message: Message,
  status: 'dropped' | 'unknown',
  reason: string | null,
  now: EpochMs,
  entryId: EntryId,
): StatusChange {
  return { ...unchanged(message), status, reason, notBefore: null, dueAt: null, endedAt: now, entryId };
}

function unchanged({ id, attempt, worker, providerId, providerRef, firstStartedAt }: Message) {
  return { id, attempt, worker, providerId, providerRef, firstStartedAt };
}
