import type { EpochMs } from '#lib/kernel';

/** What a consent event says. `imported` is a consent claimed to have been given elsewhere. */
export const CONSENT_EVENT_KINDS = [
  'requested',
  'granted',
  'confirmed',
  'refused',
  'withdrawn',
  'revoked',
  'expired',
  'invalidated',
  'imported',
  'objected',
] as const;
export type ConsentEventKind = (typeof CONSENT_EVENT_KINDS)[number];

/** Where a scope stands for one contact point. An import stands as `granted`. */
export type ConsentStatus = Exclude<ConsentEventKind, 'imported'>;

export interface ConsentState {
  readonly status: ConsentStatus;
  readonly since: EpochMs;
  readonly validUntil: EpochMs | null;
  readonly eventId: string;
}

export interface ConsentFact {
  readonly id: string;
  readonly kind: ConsentEventKind;
  readonly occurredAt: EpochMs;
  readonly validUntil: EpochMs | null;
}

/** Kinds by which a person, or the law, takes something away. */
const REDUCING: ReadonlySet<ConsentEventKind> = new Set([
  'refused',
  'withdrawn',
  'revoked',
  'expired',
  'invalidated',
  'objected',
]);
/** Wishes that only the person can take back, by a later grant of their own: no import and no request lifts them. */
const REFUSALS: ReadonlySet<ConsentStatus> = new Set(['refused', 'withdrawn', 'revoked', 'objected', 'invalidated']);

export function isReducing(kind: ConsentEventKind): boolean {
  return REDUCING.has(kind);
}

export function isRefusal(status: ConsentStatus): boolean {
  return REFUSALS.has(status);
}

/**
 * The state after one more recorded event, or null when the event changes nothing.
 *
 * The latest wish counts, by the time it happened; at the same time the way out counts. A late record
 * of something older than the present state is kept as history only. An import never lifts a refusal
 * (GDPR Art. 7(3): a withdrawal ends the consent until the person gives a new one), and a request for
 * confirmation never takes the place of an answer.
 */
export function applyConsentEvent(state: ConsentState | null, event: ConsentFact): ConsentState | null {
  const status: ConsentStatus = event.kind === 'imported' ? 'granted' : event.kind;
  const next: ConsentState = { status, since: event.occurredAt, validUntil: event.validUntil, eventId: event.id };
  if (state === null) return next;
  if (event.kind === 'requested') return state.status === 'requested' || state.status === 'expired' ? next : null;
  if (event.kind === 'imported' && isRefusal(state.status)) return null;
  if (isReducing(event.kind)) return event.occurredAt >= state.since ? next : null;
  const mustBeLater = isReducing(state.status);
  return event.occurredAt > state.since || (event.occurredAt === state.since && !mustBeLater) ? next : null;
}
