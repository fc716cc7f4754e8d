import type { ContactPointId, EpochMs } from '#lib/kernel';
import { type Tx, uuidList } from '#lib/platform';
import { BROUGHT, UNPROVEN } from '../consents/domain/consent-basis.js';
import { type ConsentState, isRefusal, isYes } from '../consents/domain/consent-fold.js';
import { everythingOf, exceptOthers, type PurposeLeft } from '../consents/domain/everything.js';
import { lastRefusal, type StateRow } from '../consents/domain/fold-states.js';

/**
 * Where contact points stand at which somebody came back to a purpose with a topic of it; read only where there is such a
 * yes beside a no.
 * @param rows from which the states were made
 */
export async function exceptTopicsNotBrought(
  tx: Tx,
  byPoint: Map<ContactPointId, Map<string, ConsentState>>,
  rows: readonly StateRow[],
): Promise<Map<ContactPointId, Map<string, ConsentState>>> {
  const refusals = new Map<string, ConsentState[]>();
  for (const row of rows) {
    const refusal = lastRefusal(row);
    if (refusal === null) continue;
    const key = `${row.pointId} ${row.scopeId}`;
    refusals.set(key, [...(refusals.get(key) ?? []), refusal]);
  }
  if (refusals.size === 0) return byPoint;
  const back = rows.flatMap(({ pointId, scopeId, purposeId, brandId, own }) => {
    const states = byPoint.get(pointId);
    const state = states?.get(scopeId);
    if (!own || scopeId !== purposeId || state === undefined || !isYes(state.status)) return [];
    const everything = states?.get(everythingOf(brandId)) ?? null;
    const against = refusals.get(`${pointId} ${purposeId}`) ?? [];
    const isLeft = against.length > 0 || (everything !== null && isRefusal(everything.status));
    return isLeft ? [{ pointId, eventId: state.eventId, against, everything }] : [];
  });
  if (back.length === 0) return byPoint;
  // A yes to the whole that was told later, and is from between the no and this one, is not taken back by it.
  const brought = await tx.sql<PurposeLeft & { eventId: string; topics: string[]; wholeAt: EpochMs | null }>`
    SELECT e.id AS "eventId", u.id, u.enforcement, u.legal_basis AS "legalBasis",
           ARRAY(SELECT id FROM consent.topic WHERE purpose_id = u.id) AS topics,
           (SELECT max(w.occurred_at) FROM consent.consent_event w
             WHERE w.contact_point_id = e.contact_point_id AND w.purpose_id = u.id AND w.topic_id IS NULL
               AND w.kind IN ('granted', 'confirmed') AND NOT w.evidence ? ${BROUGHT} AND NOT w.evidence ? ${UNPROVEN}
               AND NOT EXISTS (SELECT FROM consent.consent_event b
                                WHERE b.contact_point_id = w.contact_point_id AND b.retracts = w.id)) AS "wholeAt"
      FROM unnest(${uuidList(back.map(({ eventId }) => eventId))}::uuid[]) AS wanted (id)
      JOIN consent.consent_event e ON e.id = wanted.id AND e.evidence @> '{"brought": true}'
      JOIN consent.purpose u ON u.id = e.purpose_id`;
  for (const { pointId, eventId, against, everything } of back) {
    const found = brought.find((one) => one.eventId === eventId);
    const states = byPoint.get(pointId);
    if (found === undefined || states === undefined) continue;
    const { topics, wholeAt, ...purpose } = found;
    const isAll = everything !== null && isRefusal(everything.status);
    const leftAt = Math.max(...(isAll ? [...against, everything] : against).map(({ since }) => since));
    if (wholeAt !== null && wholeAt > leftAt) continue;
    byPoint.set(pointId, new Map(exceptOthers(states, everything, { purpose, topics, refusals: against })));
  }
  return byPoint;
}

/** Of these events those by which a purpose stands that only came along with a topic of it, after a no. */
export async function cameAlong(tx: Tx, eventIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.sql<{ id: string }>`
    SELECT e.id
      FROM consent.consent_event e
      JOIN consent.consent_state s ON s.contact_point_id = e.contact_point_id AND s.scope_id = e.purpose_id AND s.event_id = e.id
     WHERE e.id = ANY (${uuidList(eventIds)}::uuid[]) AND e.topic_id IS NULL AND e.evidence ? ${BROUGHT}
       AND (s.refused_at IS NOT NULL
            OR EXISTS (SELECT FROM consent.consent_state a
                        WHERE a.contact_point_id = e.contact_point_id AND a.scope_id = e.brand_id))`;
  return new Set(rows.map(({ id }) => id));
}
