import type { Tx } from '#lib/platform';
import type { PolicyInForce } from '../catalog/catalog.js';

/** SQL on versions of policies, for whoever decides by one. */
export const policyStore = {
  /** Whether a newer version of any of these has been published since it was read. */
  async areReplaced(tx: Tx, policies: readonly PolicyInForce[]): Promise<boolean> {
    const rows = await tx.sql<{ replaced: boolean }>`
      SELECT EXISTS (
        SELECT 1
          FROM unnest(${policies.map((p) => p.brandId)}::uuid[], ${policies.map((p) => p.policy.key)}::text[],
                      ${policies.map((p) => p.policy.version)}::int[]) AS r (brand_id, key, version)
          JOIN sending.policy p USING (brand_id, key)
         WHERE p.version > r.version) AS replaced`;
    return rows[0]?.replaced === true;
  },
};
