import type { EpochMs } from '#lib/kernel';
import { type ConsentFact, foldConsent, isReducing } from '../../consents/domain/consent-fold.js';
import { type PlannedEvent, type Scope, scopeId } from '../../consents/domain/plan-changes.js';

/** An event that an import recorded, and about what. */
export interface ImportedEvent {
  readonly fact: ConsentFact;
  readonly scope: Scope;
}

/**
 * Takes back what an import raised, as though it had not been: afterwards each scope stands where everything else on
 * file puts it. A refusal that came with the import stays, because somebody may have meant it; so undoing can lower a
 * consent and give back one that the import had replaced, but lift no refusal.
 */
export function planUndo(
  imported: readonly ImportedEvent[],
  history: ReadonlyMap<string, readonly ConsentFact[]>,
  now: EpochMs,
  newId: () => string,
): PlannedEvent[] {
  const grown = new Map<string, ConsentFact[]>();
  return imported.flatMap(({ fact, scope }): PlannedEvent[] => {
    const id = scopeId(scope);
    const before = grown.get(id) ?? [...(history.get(id) ?? [])];
    if (isReducing(fact.kind) || before.some(({ retracts }) => retracts === fact.id)) return [];
    const event = { id: newId(), kind: 'invalidated', occurredAt: now, validUntil: null, retracts: fact.id } as const;
    const stood = foldConsent(before)?.eventId === fact.id;
    before.push(event);
    grown.set(id, before);
    return [{ ...event, scope, state: foldConsent(before), effective: stood }];
  });
}
