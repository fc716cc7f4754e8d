import type { ContactPointId, EpochMs } from '#lib/kernel';
import {
  type ConsentFact,
  type ConsentState,
  foldConsent,
  isReducing,
  isRefusal,
  isYes as isOwnYes,
  withoutRetracted,
} from '../../consents/domain/consent-fold.js';
import { planChanges, type PlannedEvent, scopeId, type Wish } from '../../consents/domain/plan-changes.js';

/** A refusal of some contact point at an address; what was agreed to before it counts for nobody who has that address. */
export interface Refusal {
  readonly pointId: ContactPointId;
  readonly scopeId: string;
  readonly kind: ConsentFact['kind'];
  /** The last time. */
  readonly at: EpochMs;
  /** Whether whoever refused has lost the address to somebody else. */
  readonly lost: boolean;
}

/** What is on file about one contact point. */
export interface PointHistory {
  readonly id: ContactPointId;
  /** Events by the id of the purpose or topic. */
  readonly history: ReadonlyMap<string, readonly ConsentFact[]>;
  /** Refusals at the same address, of whichever contact point. */
  readonly refusals: readonly Refusal[];
}

/** What surrounds the purpose of a wish. */
export interface Surroundings {
  /** Ids of all its topics. */
  readonly topicsOf: readonly string[];
  /** Scopes whose refusals count for it too. */
  readonly above: readonly string[];
}

export interface WishPlan {
  readonly events: readonly PlannedEvent[];
  /** When somebody refused later than the yes of the row was given: of those topics, or of the purpose; else null. */
  readonly blockedBy: EpochMs | null;
}

/**
 * Turns the wish of an import into events.
 *
 * - A yes that is not later than a refusal of the topic, of its purpose or of everything is not recorded at all. The fold alone would not see that somebody who left everything in May also left a topic about which nothing
 *   was on file then, and to which a list from April now says yes.
 * - An import over a refusal that stands is not recorded either: it could never count. Of the purpose, of everything and of
 *   somebody else with the address it is held up by any refusal that there ever was: whoever comes back speaks for
 *   themselves, and for what they come back to alone. So what a later row lifts lets no earlier one pass when the file is
 *   sent again.
 * - What is on file already, or adds nothing to what the person said themselves, is left as it is, so that a file can be
 *   sent again: no claim counts beside a yes of their own, also where that has ended. A no without a time is on file where a list has said it so already; over a no that came otherwise it is
 *   one more, as of now, because there may have been a yes in between that is told later.
 */
export function planWish(
  wish: Wish,
  point: PointHistory,
  { topicsOf, above }: Surroundings,
  now: EpochMs,
  newId: () => string,
): WishPlan {
  const isPurposeWide = wish.topicIds.length === 0;
  const scopes = isPurposeWide ? [wish.purposeId] : wish.topicIds;
  const fresh = scopes.filter((id) => !isOnFile(wish, point.history.get(id) ?? []));
  if (isReducing(wish.kind)) {
    if (fresh.length === 0) return { events: [], blockedBy: null };
    return { events: planChanges(narrowed(wish, fresh), point.history, topicsOf, now, newId), blockedBy: null };
  }
  const blocked = fresh.flatMap((id) => {
    const at = blockingRefusal(wish, point, id, [...above, wish.purposeId, id]);
    return at === null ? [] : [{ id, at }];
  });
  const open = fresh.filter(
    (id) => !blocked.some((one) => one.id === id) && !isOutdone(wish, point.history.get(id) ?? []),
  );
  const blockedBy = blocked.length === 0 ? null : Math.max(...blocked.map(({ at }) => at));
  if (open.length === 0) return { events: [], blockedBy };
  const refusedAt = new Map<string, EpochMs>();
  for (const { scopeId: id, at } of point.refusals) refusedAt.set(id, Math.max(at, refusedAt.get(id) ?? at));
  const events = planChanges(narrowed(wish, open), point.history, topicsOf, now, newId, refusedAt);
  return { events, blockedBy };
}

/** The same events as facts, for whoever plans the next row. */
export function asFacts(events: readonly PlannedEvent[], isUndated: boolean): [string, ConsentFact][] {
  return events.map(({ scope, id, kind, occurredAt, validUntil, unproven = false }) => [
    scopeId(scope),
    { id, kind, occurredAt, validUntil, unproven, ...(isUndated && { undated: true }) },
  ]);
}

function narrowed(wish: Wish, scopes: readonly string[]): Wish {
  return wish.topicIds.length === 0 ? wish : { ...wish, topicIds: scopes };
}

/** Events that say as much as the row does: what can be shown is not on file where nothing shows what is. */
function comparable(wish: Wish, all: readonly ConsentFact[]): ConsentFact[] {
  return all.filter(({ unproven }) => unproven !== true || wish.unproven === true || isReducing(wish.kind));
}

/** Whether the row is a claim, and the person has said yes themselves: then it can never count (`foldConsent`). */
function isOutdone(wish: Wish, all: readonly ConsentFact[]): boolean {
  return wish.kind === 'imported' && withoutRetracted(comparable(wish, all)).some(({ kind }) => isOwnYes(kind));
}

/** Whether the row says nothing that is not recorded. */
function isOnFile(wish: Wish, all: readonly ConsentFact[]): boolean {
  const history = comparable(wish, all);
  const state = foldConsent(history);
  const taken = new Set(history.flatMap(({ retracts }) => retracts ?? []));
  const same = history.some(
    ({ id, kind, occurredAt, validUntil }) =>
      !taken.has(id) && kind === wish.kind && occurredAt === wish.occurredAt && validUntil === wish.validUntil,
  );
  if (same) return true;
  if (isReducing(wish.kind)) {
    // A list does not tell its second no from its first; it is said again once somebody has said yes in between.
    const lastYes = Math.max(...history.filter(isYes).map(({ occurredAt }) => occurredAt), -Infinity);
    const noted = history.some(
      ({ id, kind, occurredAt, undated }) =>
        undated === true && kind === wish.kind && occurredAt >= lastYes && !taken.has(id),
    );
    return wish.occurredAt === null && noted;
  }
  return wish.kind === 'imported' && state !== null && isGiven(state) && (wish.occurredAt === null || !state.imported);
}

function isYes({ kind }: ConsentFact): boolean {
  return kind === 'granted' || kind === 'confirmed' || kind === 'imported';
}

function isGiven({ status }: ConsentState): boolean {
  return status === 'granted' || status === 'confirmed';
}

/**
 * The latest refusal that a yes cannot get past; null when there is none.
 * @param about what the yes is about
 * @param scopes that, and what is above it
 */
function blockingRefusal(wish: Wish, point: PointHistory, about: string, scopes: readonly string[]): EpochMs | null {
  const refusedHere = (id: string): ConsentFact[] =>
    withoutRetracted(point.history.get(id) ?? []).filter(({ kind }) => isRefusal(kind));
  const own = scopes.flatMap(refusedHere);
  const others = point.refusals.filter((refusal) => refusal.pointId !== point.id && scopes.includes(refusal.scopeId));
  const latest = Math.max(...own.map(({ occurredAt }) => occurredAt), ...others.map(({ at }) => at));
  if (latest === -Infinity) return null;
  if (wish.occurredAt === null || latest >= wish.occurredAt) return latest;
  if (wish.kind !== 'imported') return null;
  const isHeldAbove = scopes.some((id) => id !== about && refusedHere(id).length > 0);
  const stands = isRefused(foldConsent(point.history.get(about) ?? []));
  return stands || isHeldAbove || others.length > 0 ? latest : null;
}

function isRefused(state: ConsentState | null): boolean {
  return state !== null && isRefusal(state.status);
}
