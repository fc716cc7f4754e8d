import type { BrandId, ContactPointId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { RunwayState } from './domain/runway.js';

/** One state of a contact point; a point has a row for each purpose. */
export interface RunwayRow extends RunwayState {
  readonly pointId: ContactPointId;
  readonly country: string | null;
  readonly region: string | null;
}

/** SQL on where contact points stand, a page at a time. */
export const runwayStore = {
  /** The next contact points of the brand behind one, in the order of their ids; empty at the end. */
  async pointsAfter(tx: Tx, brandId: BrandId, after: string, limit: number): Promise<ContactPointId[]> {
    const rows = await tx.sql<{ id: ContactPointId }>`
      SELECT id FROM consent.contact_point WHERE brand_id = ${brandId} AND id > ${after}::uuid ORDER BY id LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  },

  /**
   * States of purposes that need an opt-in, of those of the points that are in use, not suppressed and not refused at by
   * somebody else with the same address. Unless one is named, of those that messages are sent for: whoever agreed to be
   * counted and to nothing else cannot be written to. For that is the purpose that the brand counts by, which is called
   * tracking where its settings do not say otherwise.
   */
  async states(
    tx: Tx,
    pointIds: readonly ContactPointId[],
    purpose: string | null,
    channel: string | null,
  ): Promise<RunwayRow[]> {
    return tx.sql<RunwayRow>`
      SELECT p.id AS "pointId", c.country, c.region, s.status, s.since, s.valid_until AS "validUntil", e.legal_basis AS "legalBasis"
        FROM unnest(${[...pointIds]}::uuid[]) AS wanted (id)
        JOIN consent.contact_point p ON p.id = wanted.id
        JOIN consent.contact c ON c.id = p.contact_id
        JOIN consent.consent_state s ON s.contact_point_id = p.id
        JOIN consent.purpose u ON u.id = s.scope_id
        JOIN consent.consent_event e ON e.id = s.event_id
       WHERE p.ended_at IS NULL AND c.erased_at IS NULL AND u.enforcement = 'restrictive'
         AND s.status IN ('granted', 'confirmed', 'requested')
         AND (${purpose}::text IS NULL OR u.key = ${purpose})
         AND (${purpose}::text IS NOT NULL
              OR u.key <> (SELECT coalesce(b.tracking ->> 'purpose', 'tracking') FROM consent.brand b WHERE b.id = p.brand_id))
         AND (${channel}::text IS NULL OR p.channel = ${channel})
         AND NOT EXISTS (SELECT FROM consent.suppression x
                          WHERE x.brand_id = p.brand_id AND x.channel = p.channel AND x.address_hash = p.address_hash
                             AND (x.until IS NULL OR x.until > clock_timestamp()))
         AND NOT EXISTS (SELECT FROM consent.contact_point q
                           JOIN consent.consent_state r ON r.contact_point_id = q.id
                          WHERE q.brand_id = p.brand_id AND q.channel = p.channel AND q.address_hash = p.address_hash
                            AND q.id <> p.id AND r.scope_id = s.scope_id
                            AND (r.refused_at >= s.since
                                 OR (s.imported AND r.status IN ('refused', 'withdrawn', 'revoked', 'objected'))))
       ORDER BY p.id`;
  },
};
