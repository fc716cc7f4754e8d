import type { Tx } from '#lib/platform';
import type { Difference } from './domain/difference.js';

/**
 * By address, because that is what a suppression holds for. Which one it is tells the entry itself by its keyed hash, where
 * it is of nobody or of somebody erased; else it names the contact point through which it was learned.
 */
export function suppressionDifferences(tx: Tx, limit: number): Promise<Difference[]> {
  return tx.sql<Difference>`
    WITH kept AS (
      SELECT DISTINCT ON (contact_point_id) * FROM shadow.kept_address ORDER BY contact_point_id, n DESC
    ), known AS (
      SELECT s.n, s.entry_id, s.added, s.reason, s.since, s.until, coalesce(s.brand_id, k.brand_id, p.brand_id) AS brand_id,
             coalesce(s.channel, k.channel, p.channel) AS channel,
             coalesce(decode(s.address_hash, 'hex'), k.address_hash, p.address_hash) AS address_hash
        FROM shadow.suppression s
        LEFT JOIN kept k ON k.contact_point_id = s.contact_point_id AND s.address_hash IS NULL
        LEFT JOIN consent.contact_point p ON p.id = s.contact_point_id AND s.address_hash IS NULL AND k.address_hash IS NULL
    ), last AS (
      SELECT DISTINCT ON (brand_id, channel, address_hash, reason) *
        FROM known WHERE address_hash IS NOT NULL ORDER BY brand_id, channel, address_hash, reason, n DESC
    )
    SELECT 'consent.suppression' AS "table",
           coalesce(c.channel, l.channel) || ' ' || encode(coalesce(c.address_hash, l.address_hash), 'hex') || ' '
             || coalesce(c.reason, l.reason) AS row,
           CASE WHEN c.reason IS NULL THEN 'is in force by the log and not in the table'
                WHEN e.entry_id IS NULL THEN 'is in no entry of the log'
                WHEN NOT l.added THEN 'was lifted by the log'
                WHEN l.reason IS NULL THEN 'is of another address by the log, or of none'
                ELSE 'says something else than its entry' END AS problem
      FROM last l
      FULL JOIN consent.suppression c USING (brand_id, channel, address_hash, reason)
      LEFT JOIN known e ON e.entry_id = c.entry_id AND e.added AND e.reason = c.reason
     WHERE (c.entry_id IS NULL AND l.added)
        OR (c.entry_id IS NOT NULL
            AND (e.entry_id IS NULL OR NOT coalesce(l.added, true)
                 OR l.reason IS NULL
                 OR (e.since IS NOT NULL AND (e.since, e.until) IS DISTINCT FROM (c.since, c.until))
                 OR (l.since IS NOT NULL AND (l.since, l.until) IS DISTINCT FROM (c.since, c.until))))
     LIMIT ${limit}::int`;
}

/**
 * A contact point has the address that the last entry that added it says, is whose it was then or whose they turned out
 * to be, and is over when an entry says so. Who was merged has no entry for the end of each. Of somebody who was erased
 * there is the keyed hash, which their erasure told on nobody's chain.
 */
export function pointDifferences(tx: Tx, limit: number): Promise<Difference[]> {
  return tx.sql<Difference>`
    WITH RECURSIVE last AS (
      SELECT DISTINCT ON (contact_point_id) * FROM shadow.contact_point ORDER BY contact_point_id, n DESC
    ), named AS (
      SELECT DISTINCT ON (contact_point_id) contact_point_id, address_hash
        FROM shadow.contact_point WHERE address_hash IS NOT NULL ORDER BY contact_point_id, n DESC
    ), kept AS (
      SELECT DISTINCT ON (contact_point_id) * FROM shadow.kept_address ORDER BY contact_point_id, n DESC
    ), became AS (
      SELECT from_id, into_id FROM shadow.merge
      UNION
      SELECT b.from_id, m.into_id FROM became b JOIN shadow.merge m ON m.from_id = b.into_id
    ), beside AS (
      SELECT p.id, p.ended_at, l.contact_point_id AS told, k.contact_point_id AS kept, c.erased_at IS NOT NULL AS erased,
             l.contact_id = p.contact_id
               OR EXISTS (SELECT FROM became b WHERE b.from_id = l.contact_id AND b.into_id = p.contact_id) AS theirs,
             (l.contact_point_id IS NULL OR (l.brand_id, l.channel) IS NOT DISTINCT FROM (p.brand_id, p.channel))
               AND (d.address_hash IS NULL OR d.address_hash = p.address_hash)
               AND (k.contact_point_id IS NULL
                    OR (k.brand_id, k.channel, k.address_hash) IS NOT DISTINCT FROM (p.brand_id, p.channel, p.address_hash)) AS same,
             NOT l.added AS ended,
             EXISTS (SELECT FROM shadow.merge b WHERE l.contact_id IN (b.from_id, b.into_id)) AS merged
        FROM consent.contact_point p
        JOIN consent.contact c ON c.id = p.contact_id
        LEFT JOIN last l ON l.contact_point_id = p.id
        LEFT JOIN named d ON d.contact_point_id = p.id
        LEFT JOIN kept k ON k.contact_point_id = p.id
    )
    SELECT * FROM (
      SELECT 'consent.contact_point' AS "table", id::text AS row,
             CASE WHEN told IS NULL AND (kept IS NULL OR NOT erased) THEN 'is in no entry of the log'
                  WHEN NOT theirs THEN 'is somebody else’s by the log'
                  WHEN NOT same THEN 'has another address by the log'
                  WHEN ended THEN 'is over by the log'
                  ELSE 'is in use by the log' END AS problem
        FROM beside
       WHERE CASE WHEN told IS NULL THEN NOT erased OR NOT same OR kept IS NULL
                  ELSE NOT theirs OR NOT same OR (ended AND ended_at IS NULL)
                       OR (NOT ended AND ended_at IS NOT NULL AND NOT erased AND NOT merged) END
      UNION ALL
      SELECT 'consent.contact_point', contact_point_id::text, 'is in the log and not in the table'
        FROM (SELECT contact_point_id FROM last UNION SELECT contact_point_id FROM kept) l
       WHERE NOT EXISTS (SELECT FROM consent.contact_point p WHERE p.id = l.contact_point_id)
    ) found
    LIMIT ${limit}::int`;
}
