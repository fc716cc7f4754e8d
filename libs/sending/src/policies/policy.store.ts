import type { Policy } from '#lib/decision';
import type { BrandId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { PolicyInForce } from '../catalog/catalog.js';

type WarmUps = NonNullable<Policy['warmUps']>;

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

  /** Under which keys a brand has published policies. */
  async keys(tx: Tx, brandId: BrandId): Promise<string[]> {
    const rows = await tx.sql<{ key: string }>`
      SELECT DISTINCT key FROM sending.policy WHERE brand_id = ${brandId} ORDER BY key`;
    return rows.map(({ key }) => key);
  },

  /** The warm-ups of all policies in force of these brands, one for each id; a brand without any is not there. */
  async warmUps(tx: Tx, brandIds: readonly BrandId[]): Promise<Map<BrandId, WarmUps>> {
    const rows = await tx.sql<{ brandId: BrandId; warmUps: WarmUps }>`
      SELECT brand_id AS "brandId", body -> 'warmUps' AS "warmUps"
        FROM sending.policy p
       WHERE brand_id = ANY (${[...brandIds]}::uuid[]) AND body @? '$.warmUps[0]'
         AND NOT EXISTS (SELECT 1 FROM sending.policy newer
                          WHERE newer.brand_id = p.brand_id AND newer.key = p.key AND newer.version > p.version)
       ORDER BY key`;
    const found = new Map<BrandId, WarmUps>();
    for (const { brandId, warmUps } of rows) {
      const before = found.get(brandId) ?? [];
      found.set(brandId, [...before, ...warmUps.filter(({ id }) => !before.some((rule) => rule.id === id))]);
    }
    return found;
  },
};
