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

/** A time during which something held; `until` is null while it does. */
export interface Period {
  readonly since: EpochMs;
  readonly until: EpochMs | null;
}

/**
 * Whether something held at an instant, as it was known at another: it was known by then to have begun, and had not ended
 * yet, or nobody could know that it would. So what two people had before they turned out to be one counts for the one
 * whom it was recorded for, as of then, and for the person they are, as known since.
 */
export function heldAsOf({ since, until }: Period, at: EpochMs, asKnownAt: EpochMs): boolean {
  return since <= asKnownAt && (until === null || at < until || asKnownAt < until);
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
