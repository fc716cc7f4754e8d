import type { BrandId, ContactPointId, EpochMs } from '#lib/kernel';
import { type ConsentState, type ConsentStatus, isRefusal, overruled, strictest } from './consent-fold.js';

/** Where something stands at a contact point, or at another one with the same address. */
export interface StateRow extends ConsentState {
  /** Whom it is read for. */
  readonly pointId: ContactPointId;
  readonly scopeId: string;
  readonly purposeId: string;
  /** Whether it stands at that contact point itself. */
  readonly own: boolean;
  readonly brandId: BrandId;
  /** The last refusal there, whatever was said since; null: none. */
  readonly refusedAt: EpochMs | null;
  readonly refusedKind: ConsentStatus | null;
  readonly refusedEvent: string | null;
  /**
   * Whether nothing stands there that counts: a yes that nothing shows, to a purpose that needs one, whatever was needed
   * when it came; or nothing but what the person took back.
   */
  readonly isNothing?: boolean;
}

/**
 * States by contact point, then by the id of the purpose or topic. A refusal counts for every contact point with the same
 * address; a yes for its own alone. What was agreed to before a refusal does not count again when another comes back, and
 * no topic that was agreed to before its purpose was refused.
 * @param rows of these contact points, and of the others at their addresses those that have ever refused
 */
export function foldStates(rows: readonly StateRow[]): Map<ContactPointId, Map<string, ConsentState>> {
  const own = new Map<ContactPointId, Map<string, ConsentState>>();
  const elsewhere = new Map<string, ConsentState[]>();
  const refusals = new Map<string, ConsentState[]>();
  for (const row of rows) {
    const { pointId, scopeId, own: isOwn, status, since, validUntil, eventId, imported } = row;
    const state: ConsentState = { status, since, validUntil, eventId, imported };
    if (isOwn && row.isNothing !== true) statesOf(own, pointId).set(scopeId, state);
    const refusal = isOwn && scopeId !== row.purposeId ? null : lastRefusal(row);
    if (refusal === null) continue;
    const key = `${pointId} ${scopeId}`;
    refusals.set(key, [...(refusals.get(key) ?? []), refusal]);
    if (!isOwn && isRefusal(status)) elsewhere.set(key, [...(elsewhere.get(key) ?? []), state]);
  }
  if (refusals.size === 0) return own;
  for (const [key, theirs] of elsewhere) {
    const [pointId, scopeId] = key.split(' ') as [ContactPointId, string];
    const states = statesOf(own, pointId);
    const counts = strictest(states.get(scopeId) ?? null, theirs);
    if (counts !== null) states.set(scopeId, counts);
  }
  for (const { pointId, scopeId, purposeId, own: isOwn } of rows) {
    if (!isOwn) continue;
    const states = statesOf(own, pointId);
    const against = [scopeId, purposeId].flatMap((id) => refusals.get(`${pointId} ${id}`) ?? []);
    const counts = overruled(states.get(scopeId) ?? null, against);
    if (counts !== null) states.set(scopeId, counts);
  }
  return own;
}

/** The last no that a row tells of, whatever was said since. */
export function lastRefusal({
  refusedAt,
  refusedKind,
  refusedEvent,
}: Pick<StateRow, 'refusedAt' | 'refusedKind' | 'refusedEvent'>): ConsentState | null {
  if (refusedAt === null || refusedKind === null || refusedEvent === null) return null;
  return { status: refusedKind, since: refusedAt, validUntil: null, eventId: refusedEvent, imported: false };
}

function statesOf(
  byPoint: Map<ContactPointId, Map<string, ConsentState>>,
  pointId: ContactPointId,
): Map<string, ConsentState> {
  const states = byPoint.get(pointId) ?? new Map<string, ConsentState>();
  byPoint.set(pointId, states);
  return states;
}
