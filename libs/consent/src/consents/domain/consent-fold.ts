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
  /** Whether it rests on an import and not on a wish that the person expressed here. */
  readonly imported: boolean;
}

export interface ConsentFact {
  readonly id: string;
  readonly kind: ConsentEventKind;
  readonly occurredAt: EpochMs;
  readonly validUntil: EpochMs | null;
  /** The event that this one takes back, as though that had never been; on `invalidated` alone. */
  readonly retracts?: string | null;
  /** Whether a list brought it that does not say when it happened, so that it stands under the time it came in. */
  readonly undated?: boolean;
  /** Whether whoever brought it gave nothing by which it can be shown. */
  readonly unproven?: boolean;
}

/** A yes that the person gave here. Only such a one lifts a refusal. */
const YES: ReadonlySet<ConsentEventKind> = new Set(['granted', 'confirmed']);
/**
 * The kinds of no, by what they stop: an objection everything, leaving also what rests on another legal basis, a refused
 * consent only what needs one. Somebody who said two of them is held to have meant the one that stops more.
 */
const REFUSALS_BY_FORCE: readonly ReadonlySet<ConsentEventKind>[] = [
  new Set(['objected']),
  new Set(['withdrawn', 'revoked']),
  new Set(['refused']),
];
/** What ends a yes or an import without being a no. */
const ENDINGS: ReadonlySet<ConsentEventKind> = new Set(['expired', 'invalidated']);

/** Whether the person says yes with it. An import is a yes that somebody else reports. */
export function isYes(kind: ConsentEventKind): boolean {
  return YES.has(kind);
}

export function isRefusal(kind: ConsentEventKind): boolean {
  return REFUSALS_BY_FORCE.some((kinds) => kinds.has(kind));
}

/** Whether an event takes something away, so that it holds for all that hangs on it. */
export function isReducing(kind: ConsentEventKind): boolean {
  return isRefusal(kind) || ENDINGS.has(kind);
}

/**
 * Where a scope stands after these events, in whatever order they were recorded; null after none.
 *
 * - The latest yes of the person counts against the latest no, by the time they happened; at the same time the no
 *   counts. No import, request, expiry or invalidation ever takes the place of a no (GDPR Art. 7(3): a withdrawal ends
 *   the consent until the person gives a new one), and no other no that follows takes
 *   the place of one that stops more.
 * - A yes, or an import where there was no yes, ends by an expiry or invalidation at or after it. An expiry that is
 *   announced for later (`validUntil` after it happened) does not end it yet: it stands until then at the longest.
 * - A yes or an import that nothing shows takes the place of nothing that can be shown: of no no, and of no yes.
 * - A request for confirmation counts where nothing else stands.
 * - A retraction takes one yes, import, request or no out of all this, and counts itself only where nothing else is left.
 *   A no is retracted by the person alone, who takes their own change back; it takes out no end.
 */
export function foldConsent(events: readonly ConsentFact[]): ConsentState | null {
  const retractions = events.filter(isRetraction);
  if (retractions.length === 0) return foldAll(events);
  const last = latest(retractions, ENDINGS);
  return foldAll(withoutRetracted(events)) ?? (last === null ? null : stateOf(last));
}

/** Events without those that were taken back, and without what took them back. */
export function withoutRetracted<Fact extends ConsentFact>(events: readonly Fact[]): Fact[] {
  const retracted = new Set(events.filter(isRetraction).map(({ retracts }) => retracts));
  return events.filter((event) => !isRetraction(event) && (ENDINGS.has(event.kind) || !retracted.has(event.id)));
}

/** How an event came about by which a person took back what they had said. */
export const UNDONE_BY = 'page_undo';

function isRetraction({ kind, retracts }: ConsentFact): boolean {
  return kind === 'invalidated' && retracts != null;
}

function foldAll(events: readonly ConsentFact[]): ConsentState | null {
  const shown = events.filter(({ kind, unproven }) => unproven !== true || isReducing(kind) || kind === 'requested');
  if (shown.length < events.length) {
    const state = foldThose(shown);
    if (state !== null && (isRefusal(state.status) || YES.has(state.status))) return state;
  }
  return foldThose(events);
}

function foldThose(events: readonly ConsentFact[]): ConsentState | null {
  const yes = latest(events, YES);
  const refusals = events.filter(
    (event) => isRefusal(event.kind) && (yes === null || event.occurredAt >= yes.occurredAt),
  );
  for (const kinds of REFUSALS_BY_FORCE) {
    const refusal = latest(refusals, kinds);
    if (refusal !== null) return stateOf(refusal);
  }

  const given = yes ?? latest(events, new Set(['imported']));
  const ending = latest(events.filter(isImmediate), ENDINGS);
  const stands = given !== null && (ending === null || ending.occurredAt < given.occurredAt);
  if (stands) return limited(stateOf(given), events);

  const request = latest(events, new Set(['requested']));
  if (request !== null && (ending === null || request.occurredAt > ending.occurredAt)) return stateOf(request);
  return ending === null ? null : stateOf(ending);
}

/**
 * The last refusal; of several at the same time the one that stops most, of those the one with the greatest id. Null:
 * nothing was refused.
 */
export function lastRefusal<Fact extends Pick<ConsentFact, 'id' | 'kind' | 'occurredAt'>>(
  events: readonly Fact[],
): Fact | null {
  const refusals = events.filter(({ kind }) => isRefusal(kind));
  const [last] = refusals.toSorted(
    (a, b) => b.occurredAt - a.occurredAt || weaknessOf(a) - weaknessOf(b) || (a.id < b.id ? 1 : -1),
  );
  return last ?? null;
}

function weaknessOf({ kind }: Pick<ConsentFact, 'kind'>): number {
  return REFUSALS_BY_FORCE.findIndex((kinds) => kinds.has(kind));
}

/** Whether an ending takes effect when it happens. */
function isImmediate({ validUntil, occurredAt }: ConsentFact): boolean {
  return validUntil === null || validUntil <= occurredAt;
}

/** A standing consent under the ends that were announced for it since. */
function limited(state: ConsentState, events: readonly ConsentFact[]): ConsentState {
  const ends = events.flatMap((event) =>
    ENDINGS.has(event.kind) && !isImmediate(event) && event.occurredAt >= state.since ? (event.validUntil ?? []) : [],
  );
  if (state.validUntil !== null) ends.push(state.validUntil);
  return ends.length === 0 ? state : { ...state, validUntil: Math.min(...ends) };
}

/** The last of these kinds by time; of several at the same time the one with the greatest id, so that order does not matter. */
function latest(events: readonly ConsentFact[], kinds: ReadonlySet<ConsentEventKind>): ConsentFact | null {
  let last: ConsentFact | null = null;
  for (const event of events) {
    if (!kinds.has(event.kind)) continue;
    const isLater =
      last === null ||
      event.occurredAt > last.occurredAt ||
      (event.occurredAt === last.occurredAt && event.id > last.id);
    if (isLater) last = event;
  }
  return last;
}

function stateOf({ id, kind, occurredAt, validUntil }: ConsentFact): ConsentState {
  const imported = kind === 'imported';
  return { status: imported ? 'granted' : kind, since: occurredAt, validUntil, eventId: id, imported };
}

/**
 * Which of two states counts where several contact points have the same address: the point's own, unless somebody
 * refused at that address at or after the yes it rests on; of several refusals the one that stops most, then the
 * latest. A yes of one contact point is never a yes of another.
 */
export function strictest(own: ConsentState | null, elsewhere: readonly ConsentState[]): ConsentState | null {
  const yesAt = own !== null && YES.has(own.status) && !own.imported ? own.since : -Infinity;
  const refusals = elsewhere.filter((state) => isRefusal(state.status) && state.since >= yesAt);
  if (own !== null && isRefusal(own.status)) refusals.unshift(own);
  return strongest(refusals) ?? own;
}

/**
 * A consent under what was refused at its address, by whomever, and whatever was agreed to there since: of its scope by
 * others, of its purpose by anybody. It counts only when it is later than each of these. Somebody who comes back speaks
 * for themselves, and for what they come back to alone.
 */
export function overruled(state: ConsentState | null, refusals: readonly ConsentState[]): ConsentState | null {
  if (state === null || !YES.has(state.status)) return state;
  return strongest(refusals.filter(({ since }) => since >= state.since)) ?? state;
}

/** Of several refusals the one that stops most, then the latest. */
function strongest(refusals: readonly ConsentState[]): ConsentState | null {
  for (const kinds of REFUSALS_BY_FORCE) {
    const ofKind = refusals.filter(({ status }) => kinds.has(status));
    if (ofKind.length > 0) return ofKind.reduce((a, b) => (b.since > a.since ? b : a));
  }
  return null;
}
