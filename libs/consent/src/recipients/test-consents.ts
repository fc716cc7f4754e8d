import type { ContactPointId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { runOut } from '../consents/domain/as-of.js';
import { basisOf, type ConsentBasis } from '../consents/domain/consent-basis.js';
import { type ConsentState, isRefusal, isYes } from '../consents/domain/consent-fold.js';

/** States by contact point, then by the id of the purpose or topic. */
export type ConsentsByPoint = ReadonlyMap<ContactPointId, ReadonlyMap<string, ConsentState>>;

interface TestOptInRow {
  readonly id: string;
  readonly pointId: ContactPointId;
  readonly purposeId: string;
  readonly topicIds: readonly string[];
  readonly requestedAt: EpochMs;
  readonly confirmedAt: EpochMs | null;
}

/**
 * Consents as they count for test messages: what was asked for and confirmed with test keys stands where the person has
 * said nothing that counts. No live message ever relies on it: whoever pressed that button need not have the address.
 */
export async function withTestConsents(
  tx: Tx,
  live: ConsentsByPoint,
  pointIds: readonly ContactPointId[],
  now: EpochMs,
): Promise<{ readonly consents: ConsentsByPoint; readonly bases: ReadonlyMap<string, ConsentBasis> }> {
  const rows = await tx.sql<TestOptInRow>`
    SELECT id, contact_point_id AS "pointId", purpose_id AS "purposeId", topic_ids AS "topicIds",
           requested_at AS "requestedAt", confirmed_at AS "confirmedAt"
      FROM consent.double_opt_in
     WHERE contact_point_id = ANY (${[...new Set(pointIds)]}::uuid[])
       AND test AND denied_at IS NULL AND expires_at > ${toIso(now)}
     ORDER BY confirmed_at NULLS FIRST, requested_at, id`;
  const consents = new Map([...live].map(([pointId, states]) => [pointId, new Map(states)]));
  const bases = new Map<string, ConsentBasis>();
  for (const { id, pointId, purposeId, topicIds, requestedAt, confirmedAt } of rows) {
    const status = confirmedAt === null ? 'requested' : 'confirmed';
    const tried = {
      status,
      since: confirmedAt ?? requestedAt,
      validUntil: null,
      eventId: id,
      imported: false,
    } as const;
    const states = consents.get(pointId) ?? new Map<string, ConsentState>();
    consents.set(pointId, states);
    for (const scope of [purposeId, ...topicIds]) states.set(scope, counting(states.get(scope) ?? null, tried, now));
    const basis = basisOf({
      ...{ kind: status, legalBasis: 'consent', occurredAt: tried.since },
      ...{ method: 'double_opt_in', hasWording: true, evidence: {} },
    });
    if (basis !== null) bases.set(id, basis);
  }
  return { consents, bases };
}

function counting(said: ConsentState | null, tried: ConsentState, now: EpochMs): ConsentState {
  if (said === null) return tried;
  const stands = isYes(runOut(said, now).status) || (isRefusal(said.status) && said.since >= tried.since);
  return stands ? said : tried;
}
