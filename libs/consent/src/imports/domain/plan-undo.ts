import type { EpochMs } from '#lib/kernel';
import { type ConsentFact, foldConsent, isReducing, isRefusal, isYes } from '../../consents/domain/consent-fold.js';
import { type PlannedEvent, type Scope, scopeId } from '../../consents/domain/plan-changes.js';

/** An event that an import recorded, and about what. */
export interface ImportedEvent {
  readonly fact: ConsentFact;
  readonly scope: Scope;
}

/** A yes by which a person took a change of theirs back, so that it rests on what stood before that change. */
export interface GivenBack extends ImportedEvent {
  /** When the change was made that was taken back. */
  readonly changedAt: EpochMs;
}

/**
 * Takes back what an import raised, as though it had not been: afterwards each scope stands where everything else on
 * file puts it. A refusal that came with the import stays, because somebody may have meant it; so undoing can lower a
 * consent and give back one that the import had replaced, but lift no refusal. What a person took back by an undo of
 * their own goes as well where nothing stood before it but what is taken back here.
 */
export function planUndo(
  imported: readonly ImportedEvent[],
  givenBack: readonly GivenBack[],
  history: ReadonlyMap<string, readonly ConsentFact[]>,
  now: EpochMs,
  newId: () => string,
): PlannedEvent[] {
  const grown = new Map<string, ConsentFact[]>();
  const pastOf = (scope: Scope): ConsentFact[] => {
    const past = grown.get(scopeId(scope)) ?? [...(history.get(scopeId(scope)) ?? [])];
    grown.set(scopeId(scope), past);
    return past;
  };
  const takeBack = ({ fact, scope }: ImportedEvent): PlannedEvent[] => {
    const past = pastOf(scope);
    if (isReducing(fact.kind) || past.some(({ retracts }) => retracts === fact.id)) return [];
    const event = { id: newId(), kind: 'invalidated', occurredAt: now, validUntil: null, retracts: fact.id } as const;
    const stood = foldConsent(past)?.eventId === fact.id;
    past.push(event);
    return [{ ...event, scope, state: foldConsent(past), effective: stood }];
  };
  const first = imported.flatMap(takeBack);
  const touched = new Set(first.map(({ scope }) => scopeId(scope)));
  // The earliest first: a later undo may rest on one before it.
  const rest = givenBack
    .filter(({ scope }) => touched.has(scopeId(scope)))
    .toSorted((a, b) => a.fact.occurredAt - b.fact.occurredAt)
    .flatMap((one) => (stoodBefore(one, pastOf(one.scope)) ? [] : takeBack(one)));
  return [...first, ...rest];
}

/** Whether what an undo gave back was agreed to before the change, for as long, by what nobody has taken back. */
function stoodBefore({ fact, changedAt }: GivenBack, past: readonly ConsentFact[]): boolean {
  const before = past.filter(
    ({ kind, occurredAt, retracts }) => retracts != null || occurredAt < changedAt + (isRefusal(kind) ? 0 : 1),
  );
  const state = foldConsent(before);
  return (
    state !== null &&
    isYes(state.status) &&
    !state.imported &&
    (state.validUntil ?? Infinity) >= (fact.validUntil ?? Infinity)
  );
}
