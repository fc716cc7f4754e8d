import type { EpochMs } from '#lib/kernel';
import { type ConsentFact, type ConsentState, foldConsent } from './consent-fold.js';

/** A consent event on both clocks: when it happened, and when it became known here. */
export interface RecordedFact extends ConsentFact {
  readonly recordedAt: EpochMs;
}

/**
 * Where a scope stood at an instant, as it was known at another: of what had been recorded by `asKnownAt`, what had
 * happened by `at`. A consent, or a request for one, that had run out by then is expired, whether or not somebody
 * recorded that.
 */
export function consentAsOf(events: readonly RecordedFact[], at: EpochMs, asKnownAt: EpochMs): ConsentState | null {
  const known = events.filter((event) => event.recordedAt <= asKnownAt && event.occurredAt <= at);
  const state = foldConsent(known);
  return state === null ? null : runOut(state, at);
}

/** The state with its end applied. */
export function runOut(state: ConsentState, at: EpochMs): ConsentState {
  const { status, validUntil } = state;
  const canRunOut = status === 'granted' || status === 'confirmed' || status === 'requested';
  if (!canRunOut || validUntil === null || validUntil > at) return state;
  return { ...state, status: 'expired', since: validUntil };
}

/** Whether an earlier yes stood in the way of this one being the first: then it renewed what was given before. */
export function isRenewal(events: readonly RecordedFact[], state: ConsentState | null, asKnownAt: EpochMs): boolean {
  if (state === null || (state.status !== 'granted' && state.status !== 'confirmed')) return false;
  return events.some(
    ({ id, kind, occurredAt, recordedAt }) =>
      id !== state.eventId &&
      recordedAt <= asKnownAt &&
      occurredAt < state.since &&
      (kind === 'granted' || kind === 'confirmed' || kind === 'imported'),
  );
}
