import type { Tx } from '#lib/platform';
import type { Difference } from './domain/difference.js';

/**
 * A contact is whom the log says they became in the end: all that is read of one is read of both. Of the erased nothing
 * tells that any more.
 */
export function mergeDifferences(tx: Tx, limit: number): Promise<Difference[]> {
  return tx.sql<Difference>`
    WITH RECURSIVE became AS (
      SELECT from_id, into_id FROM shadow.merge
      UNION
      SELECT b.from_id, m.into_id FROM became b JOIN shadow.merge m ON m.from_id = b.into_id
    ), told AS (
      SELECT from_id, into_id FROM became b WHERE NOT EXISTS (SELECT FROM shadow.merge m WHERE m.from_id = b.into_id)
    )
    SELECT 'consent.contact' AS "table", c.id::text AS row, 'says otherwise than its entry: merged_into' AS problem
      FROM consent.contact c
      LEFT JOIN told t ON t.from_id = c.id
     WHERE c.merged_into IS DISTINCT FROM t.into_id AND (t.from_id IS NOT NULL OR c.erased_at IS NULL)
     LIMIT ${limit}::int`;
}
