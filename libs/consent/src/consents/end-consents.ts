import type { BrandId, Channel, ContactId, ContactPointId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import { newId, type Tx } from '#lib/platform';
import { consentEntry } from './consent-entry.js';
import { consentStore, type Evidence } from './consent.store.js';
import { foldConsent, isReducing } from './domain/consent-fold.js';
import type { PlannedEvent, Scope } from './domain/plan-changes.js';

/** Why consents of a contact point end without a word of the person. */
export type Ending = 'address_changed' | 'address_gone' | 'number_reassigned';

/**
 * Invalidates whatever stands at a contact point and was given by an instant: what one person agreed to at an address
 * is nothing that the next one who has it agreed to. Refusals stay. The caller holds the contact's lock.
 */
export async function endConsents(
  tx: Tx,
  ledger: LedgerService,
  brandId: BrandId,
  contact: { readonly id: ContactId; readonly subjectId: SubjectId },
  point: { readonly id: ContactPointId; readonly channel: Channel },
  why: Ending,
  actor: string,
  occurredAt: EpochMs,
  now: EpochMs,
): Promise<void> {
  const facts = await consentStore.facts(tx, point.id);
  if (facts.size === 0) return;
  const scopes = await consentStore.scopesOf(tx, point.id);
  const evidence: Evidence = {
    legalBasis: 'invalidation',
    notice: null,
    wording: null,
    method: why,
    source: null,
    actor,
    details: {},
  };
  const events: PlannedEvent[] = [];
  for (const [scopeId, past] of facts) {
    const state = foldConsent(past);
    const scope: Scope | undefined = scopes.get(scopeId);
    if (state === null || scope === undefined || isReducing(state.status)) continue;
    const at = Math.max(occurredAt, occurredAt === now ? state.since : -Infinity);
    if (state.since > at) continue;
    const event = { id: newId(), kind: 'invalidated' as const, occurredAt: at, validUntil: null };
    const after = foldConsent([...past, event]);
    events.push({ ...event, scope, state: after, effective: after?.eventId === event.id });
  }
  const entries = await ledger.append(
    tx,
    events.map((event) => consentEntry(event, brandId, contact, point.id, point.channel, evidence, now)),
  );
  for (const [i, event] of events.entries()) {
    const entryId: EntryId | undefined = entries[i]?.id;
    if (entryId === undefined) throw new Error('the ledger gave fewer entries than events');
    await consentStore.record(tx, brandId, point.id, event, evidence, now, entryId);
  }
}
