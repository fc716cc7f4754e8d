import type { Channel, ContactPointId, EpochMs } from '#lib/kernel';
import { runOut } from './as-of.js';
import {
  type ConsentEventKind,
  type ConsentFact,
  type ConsentState,
  foldConsent,
  isReducing,
  isRefusal,
  isYes,
} from './consent-fold.js';

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
  /** Of a yes: whoever brings it gives nothing by which it can be shown. */
  readonly unproven?: boolean;
  /** Of a yes to a purpose as a whole: it only comes along with one to a topic. */
  readonly brought?: boolean;
  /** Null: it is expressed now, after everything that is known. */
  readonly occurredAt: EpochMs | null;
  readonly validUntil: EpochMs | null;
}

/** A yes or a no that somebody said, to be taken back by themselves. */
export interface SaidWord {
  /** Of its event. */
  readonly id: string;
  readonly pointId: ContactPointId;
  readonly channel: Channel;
  readonly scope: Scope;
}

/** One event to record, and where its scope stands with it. */
export interface PlannedEvent {
  readonly id: string;
  readonly scope: Scope;
  readonly kind: ConsentEventKind;
  readonly occurredAt: EpochMs;
  readonly validUntil: EpochMs | null;
  /** The event that this one takes back. */
  readonly retracts?: string;
  readonly unproven?: boolean;
  /** Whether it is about a purpose and only came along with what was said of a topic. */
  readonly brought?: boolean;
  readonly state: ConsentState | null;
  /** Whether the scope now stands where this event put it; otherwise it is kept as history. */
  readonly effective: boolean;
}

/** The key under which a scope's events and state are found. */
export function scopeId(scope: Scope): string {
  return scope.topicId ?? scope.purposeId;
}

/**
 * Turns one wish into the events that carry it out.
 *
 * - Saying yes to a topic says yes to its purpose too, when that is not yet so, or no longer: both are recorded,
 *   because a topic message needs both. A purpose that was only asked for is not agreed to yet, one that has run out is
 *   not any more, and one that somebody else with the address has refused since has to be agreed to again.
 *   So has one whose yes nothing shows. Topics none of which is agreed to by it bring nothing along.
 * - Leaving a purpose leaves every topic of it, so that a later yes to one topic cannot revive the others.
 * - A wish expressed now is later than everything known, also when the clock has stepped back since.
 *
 * @param history  events recorded so far by scope id, for this contact point
 * @param topicsOf every topic of the purpose, with or without a history
 * @param newId    draws an id for each event
 * @param refusedAt when each scope was last refused at the address, by whomever
 */
export function planChanges(
  wish: Wish,
  history: ReadonlyMap<string, readonly ConsentFact[]>,
  topicsOf: readonly string[],
  now: EpochMs,
  newId: () => string,
  refusedAt: ReadonlyMap<string, EpochMs> = new Map(),
): PlannedEvent[] {
  const past = (id: string): readonly ConsentFact[] => history.get(id) ?? [];
  const stands = (id: string): boolean => isStanding(foldConsent(past(id)));
  const covers = (id: string): boolean => {
    const recorded = foldConsent(past(id));
    const state = recorded === null ? null : runOut(recorded, now);
    if (state === null || !isStanding(state) || (isYes(wish.kind) && state.status === 'requested')) return false;
    if (past(id).some((fact) => fact.id === state.eventId && fact.unproven === true)) return false;
    return (refusedAt.get(id) ?? -Infinity) < state.since;
  };
  const plan = (scope: Scope): PlannedEvent => {
    const before = past(scopeId(scope));
    const known = scope.topicId === null ? before : [...before, ...past(scope.purposeId)];
    const newest = Math.max(...known.map((event) => event.occurredAt), -Infinity);
    const occurredAt = wish.occurredAt ?? (now > newest ? now : newest + 1);
    const event = {
      ...{ id: newId(), kind: wish.kind, occurredAt, validUntil: wish.validUntil },
      ...(wish.unproven === true && { unproven: true }),
    };
    const state = foldConsent([...before, event]);
    return { ...event, scope, state, effective: state?.eventId === event.id };
  };
  const purpose: Scope = { purposeId: wish.purposeId, topicId: null };
  const topic = (topicId: string): Scope => ({ purposeId: wish.purposeId, topicId });

  const brought = (): PlannedEvent => ({ ...plan(purpose), brought: true });

  if (wish.topicIds.length === 0) {
    if (!isReducing(wish.kind)) return [wish.brought === true ? brought() : plan(purpose)];
    return [purpose, ...topicsOf.filter(stands).map(topic)].map(plan);
  }
  const topics = wish.topicIds.map(topic);
  if (isReducing(wish.kind) || covers(wish.purposeId)) return topics.map(plan);
  const along = brought();
  const planned = topics.map(plan);
  const isAgreement = isYes(wish.kind) || wish.kind === 'imported';
  return isAgreement && !planned.some(({ effective }) => effective) ? planned : [along, ...planned];
}

/** When an event is recorded that is planned now: nothing is known before it happened, also where clocks stepped back. */
export function recordedAt({ occurredAt }: Pick<PlannedEvent, 'occurredAt'>, now: EpochMs): EpochMs {
  return Math.max(now, occurredAt);
}

/** Whether a scope is agreed to, or on its way to be. */
export function isStanding(state: ConsentState | null): boolean {
  return state !== null && !isRefusal(state.status) && state.status !== 'expired' && state.status !== 'invalidated';
}
