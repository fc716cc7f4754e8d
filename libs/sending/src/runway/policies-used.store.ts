import type { BrandId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/**
 * The keys of the policies under which commercial messages of each purpose were accepted in the month of `at` and the two
 * before, in the order of their names; by the purpose's id. Who was not written to for a purpose is not there.
 */
export async function policiesUsed(tx: Tx, brandId: BrandId, at: EpochMs): Promise<Map<string, string[]>> {
  const rows = await tx.sql<{ purposeId: string; keys: string[] }>`
    SELECT purpose_id AS "purposeId", array_agg(DISTINCT policy_key ORDER BY policy_key) AS keys
      FROM sending.policy_used
     WHERE brand_id = ${brandId}
       AND month >= date_trunc('month', ${toIso(at)}::timestamptz AT TIME ZONE 'UTC') - interval '2 months'
     GROUP BY purpose_id`;
  return new Map(rows.map(({ purposeId, keys }) => [purposeId, keys]));
}
