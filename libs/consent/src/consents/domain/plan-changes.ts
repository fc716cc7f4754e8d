import type { EpochMs } from '#lib/kernel';
import { applyConsentEvent, type ConsentEventKind, type ConsentState, isReducing, isRefusal } from './consent-fold.js';

/** A purpose or one of its topics; `topicId` is null for the purpose itself. */
export interface Scope {
  readonly purposeId: string;
  readonly topicId: string | null;
}

/** What somebody wishes for one contact point: a kind of event on a purpose, or on topics of it. */
export interface Wish {
  readonly purposeId: string;
  /** Empty: the purpose as a whole. */
  readonly topicIds: readonly string[];
  readonly kind: ConsentEventKind;
  readonly occurredAt: EpochMs;
  readonly validUntil: EpochMs | null;
}

/** One event to record; `state` is what the scope becomes, null when it stays as it is. */
export interface PlannedEvent {
  readonly id: string;
  readonly scope: Scope;
  readonly kind: ConsentEventKind;
  readonly occurredAt: EpochMs;
  readonly validUntil: EpochMs | null;
  readonly state: ConsentState | null;
}

/** The key under which a scope's state is found. */
export function scopeId(scope: Scope): string {
  return scope.topicId ?? scope.purposeId;
}

/**
 * Turns one wish into the events that carry it out.
 *
 * - Saying yes to a topic says yes to its purpose too, when that is not yet so: both are recorded,
 *   because a topic message needs both.
 * - Leaving a purpose leaves every topic of it, so that a later yes to one topic cannot revive the others.
 *
 * @param states   present state by scope id, for this contact point
 * @param topicsOf every topic of the purpose, with or without a state
 * @param newId    draws an id for each event
 */
export function planChanges(
  wish: Wish,
  states: ReadonlyMap<string, ConsentState>,
  topicsOf: readonly string[],
  newId: () => string,
): PlannedEvent[] {
  const plan = (scope: Scope): PlannedEvent => {
    const event = { id: newId(), kind: wish.kind, occurredAt: wish.occurredAt, validUntil: wish.validUntil };
    return { ...event, scope, state: applyConsentEvent(states.get(scopeId(scope)) ?? null, event) };
  };
  const purpose: Scope = { purposeId: wish.purposeId, topicId: null };
  const topics = wish.topicIds.map((topicId) => ({ purposeId: wish.purposeId, topicId }));

  if (topics.length === 0) {
    if (!isReducing(wish.kind)) return [plan(purpose)];
    const held = topicsOf
      .filter((id) => stands(states.get(id)))
      .map((topicId) => ({ purposeId: wish.purposeId, topicId }));
    return [purpose, ...held].map(plan);
  }
  if (isReducing(wish.kind) || stands(states.get(wish.purposeId))) return topics.map(plan);
  return [purpose, ...topics].map(plan);
}

/** Whether a scope is agreed to, or on its way to be. */
function stands(state: ConsentState | undefined): boolean {
  return state !== undefined && !isRefusal(state.status) && state.status !== 'expired';
}
