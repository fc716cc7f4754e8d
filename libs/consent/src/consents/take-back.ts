import type { BrandId, EpochMs } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import { newId, type Tx } from '#lib/platform';
import { consentEntry } from './consent-entry.js';
import { consentStore, type Evidence } from './consent.store.js';
import { foldConsent } from './domain/consent-fold.js';
import { type PlannedEvent, type SaidWord, scopeId } from './domain/plan-changes.js';
import type { LockedContact } from './locked-contact.js';

/**
 * Takes back what a person said, as though it had never been: its scope stands again where everything else on file puts
 * it, on the basis and with the end that it had. Nothing is agreed to by it. Under the person's locks.
 */
export async function takeBack(
  tx: Tx,
  ledger: LedgerService,
  brandId: BrandId,
  contact: LockedContact,
  { id: retracts, pointId, channel, scope }: SaidWord,
  evidence: Evidence,
  now: EpochMs,
): Promise<void> {
  const history = (await consentStore.facts(tx, pointId)).get(scopeId(scope)) ?? [];
  // No earlier than what it takes back, also when the clock has stepped back since.
  const occurredAt = Math.max(now, ...history.map((fact) => fact.occurredAt));
  const fact = { id: newId(), kind: 'invalidated', occurredAt, validUntil: null, retracts } as const;
  const state = foldConsent([...history, fact]);
  const event: PlannedEvent = { ...fact, scope, state, effective: foldConsent(history)?.eventId === retracts };
  const [entry] = await ledger.append(tx, [consentEntry(event, brandId, contact, pointId, channel, evidence, now)]);
  if (entry === undefined) throw new Error('the ledger gave no entry for an event');
  await consentStore.record(tx, brandId, pointId, event, evidence, now, entry.id);
  await consentStore.recallRefusal(tx, pointId, scope);
}
