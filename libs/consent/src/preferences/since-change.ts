import type { ContactId, ContactPointId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { consentStore } from '../consents/consent.store.js';
import { type ConsentState, foldConsent, isRefusal } from '../consents/domain/consent-fold.js';
import type { Past } from './domain/plan-preferences.js';
import type { PreferenceFacts } from './domain/preference-facts.js';

/** What happened after a change of a person, as far as taking the change back has to mind it. */
export interface SinceChange {
  /** They asked to be erased, or somebody ordered it, or somebody else turned out to be them. */
  readonly isLeaving: boolean;
  /** Contact points that are not, or not only, what they were: ended, given back, somebody else's, objected at. */
  readonly points: ReadonlySet<ContactPointId>;
  /** By contact point and scope, divided by a space: whatever was recorded there, and each no of others at the address. */
  readonly scopes: ReadonlySet<string>;
}

/** Whether nothing happened. */
export function isNothing({ isLeaving, points, scopes }: SinceChange): boolean {
  return !isLeaving && points.size === 0 && scopes.size === 0;
}

/** Reads what was recorded after an instant. Under the person's locks. */
export async function sinceChange(
  tx: Tx,
  contactId: ContactId,
  pointIds: readonly ContactPointId[],
  at: EpochMs,
): Promise<SinceChange> {
  const leaving = await tx.sql`
    SELECT 1 FROM consent.preference_change
     WHERE contact_id = ${contactId} AND act = 'erase' AND at > ${toIso(at)}
    UNION ALL
    SELECT 1 FROM consent.erasure_order WHERE contact_id = ${contactId}
    UNION ALL
    SELECT 1 FROM consent.contact WHERE merged_into = ${contactId} AND updated_at > ${toIso(at)}
    LIMIT 1`;
  const points = await tx.sql<{ id: ContactPointId }>`
    SELECT p.id
      FROM consent.contact_point p
     WHERE p.id = ANY (${[...pointIds]}::uuid[])
       AND (p.ended_at IS NOT NULL OR p.in_use_since > ${toIso(at)} OR p.reassigned_at > ${toIso(at)}
            OR EXISTS (SELECT FROM consent.suppression_fact f
                        WHERE f.brand_id = p.brand_id AND f.channel = p.channel AND f.address_hash = p.address_hash
                          AND f.kind NOT IN ('hard_bounce', 'soft_bounce') AND f.recorded_at > ${toIso(at)}))`;
  const scopes = await tx.sql<{ name: string }>`
    SELECT DISTINCT p.id || ' ' || coalesce(e.topic_id, e.purpose_id) AS name
      FROM consent.contact_point p
      JOIN consent.contact_point q ON q.brand_id = p.brand_id AND q.channel = p.channel AND q.address_hash = p.address_hash
      JOIN consent.consent_event e ON e.contact_point_id = q.id
     WHERE p.id = ANY (${[...pointIds]}::uuid[]) AND e.recorded_at > ${toIso(at)}
       AND (q.id = p.id OR e.kind IN ('refused', 'withdrawn', 'revoked', 'objected'))`;
  return {
    isLeaving: leaving.length > 0,
    points: new Set(points.map(({ id }) => id)),
    scopes: new Set(scopes.map(({ name }) => name)),
  };
}

/** Whether somebody else with an address of these contact points said anything by it after an instant, also a yes. */
export async function othersSaid(tx: Tx, pointIds: readonly ContactPointId[], at: EpochMs): Promise<boolean> {
  const rows = await tx.sql`
    SELECT 1
      FROM consent.contact_point p
      JOIN consent.contact_point q ON q.brand_id = p.brand_id AND q.channel = p.channel AND q.address_hash = p.address_hash
      JOIN consent.consent_event e ON e.contact_point_id = q.id
     WHERE p.id = ANY (${[...pointIds]}::uuid[]) AND q.id <> p.id AND e.recorded_at > ${toIso(at)}
     LIMIT 1`;
  return rows.length > 0;
}

/**
 * Where every scope stood before a change.
 * @param said ids of what the change itself said: a no and a yes of one change are not of one instant
 */
export async function pastOf(
  tx: Tx,
  { points }: PreferenceFacts,
  changedAt: EpochMs,
  said: ReadonlySet<string>,
  since: SinceChange,
) {
  const states = new Map<string, ConsentState>();
  for (const { id } of points)
    for (const [scopeId, events] of await consentStore.facts(tx, id)) {
      const state = foldConsent(
        events.filter(
          ({ id: event, kind, occurredAt }) => !said.has(event) && occurredAt < changedAt + (isRefusal(kind) ? 0 : 1),
        ),
      );
      if (state !== null) states.set(`${id} ${scopeId}`, state);
    }
  return (pointId: ContactPointId, scopeId: string): Past => {
    const state = states.get(`${pointId} ${scopeId}`) ?? null;
    const isUntouched = !since.points.has(pointId) && !since.scopes.has(`${pointId} ${scopeId}`);
    return { state, isUntouched };
  };
}
