import type { EntryId, EpochMs } from '#lib/kernel';
import type { ProviderDefinition } from '../catalog/catalog.js';
import type { HandOverNote } from './domain/entries.js';
import type { Message } from './domain/message.js';
import type { StatusChange } from './message.store.js';

/** To whom a message goes now, and for how long it is this worker's. */
export interface HandOverPlan {
  readonly provider: Pick<ProviderDefinition, 'id' | 'key'>;
  readonly leaseMs: number;
  readonly note: HandOverNote & { readonly leaseUntil: EpochMs };
}

/** It is with its provider from now on, or with nobody, until its lease ends. */
export function handedOver(
  message: Message,
  { provider, note }: HandOverPlan,
  now: EpochMs,
  entryId: EntryId,
): StatusChange {
  return {
    id: message.id,
    status: 'started',
    reason: null,
    notBefore: null,
    dueAt: note.leaseUntil,
    attempt: note.attempt,
    worker: note.worker,
    providerId: provider.id,
    providerRef: null,
    firstStartedAt: message.firstStartedAt ?? now,
    endedAt: null,
    entryId,
  };
}

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
