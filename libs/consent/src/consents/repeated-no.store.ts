import type { ContactPointId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Evidence } from './consent.store.js';
import { messageIn } from './domain/consent-basis.js';
import type { ConsentEventKind } from './domain/consent-fold.js';
import type { EarlierNoes } from './domain/repeated-no.js';

const MINUTE_MS = 60_000;

/**
 * What was recorded of the same no in the last minute, where it is the last word about its scope; null otherwise.
 * @param scopeId of the purpose or topic
 */
export async function earlierNoes(
  tx: Tx,
  pointId: ContactPointId,
  scopeId: string,
  kind: ConsentEventKind,
  { method, actor, details }: Evidence,
  now: EpochMs,
): Promise<EarlierNoes | null> {
  const rows = await tx.sql<EarlierNoes>`
    WITH last AS (
      SELECT e.* FROM consent.consent_state s JOIN consent.consent_event e ON e.id = s.event_id
       WHERE s.contact_point_id = ${pointId} AND s.scope_id = ${scopeId} AND e.kind = ${kind} AND e.method = ${method}
         AND e.actor = ${actor} AND e.message_id IS NOT DISTINCT FROM ${messageIn(details)}::uuid)
    SELECT last.occurred_at AS "lastAt",
           (SELECT count(*) FROM consent.consent_event e
             WHERE e.contact_point_id = last.contact_point_id AND e.recorded_at > ${toIso(now - MINUTE_MS)}
               AND e.purpose_id = last.purpose_id AND e.topic_id IS NOT DISTINCT FROM last.topic_id AND e.kind = last.kind
               AND e.method = last.method AND e.actor = last.actor
               AND e.message_id IS NOT DISTINCT FROM last.message_id) AS "inLastMinute",
           NOT EXISTS (SELECT FROM consent.contact_point p
                         JOIN consent.contact_point q USING (brand_id, channel, address_hash)
                         JOIN consent.consent_event e ON e.contact_point_id = q.id AND e.recorded_at > last.recorded_at
                        WHERE p.id = last.contact_point_id)
           AND NOT EXISTS (SELECT FROM consent.contact_point p
                             JOIN consent.suppression_fact f USING (brand_id, channel, address_hash)
                            WHERE p.id = last.contact_point_id AND f.recorded_at > last.recorded_at) AS "isLast"
      FROM last`;
  return rows[0] ?? null;
}
