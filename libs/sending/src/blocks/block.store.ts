import type { BrandId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { BlockRef } from './block-places.js';
import type { BlockContents } from './put-in-place.js';

/** SQL for sending.block. */
export const blockStore = {
  /** Those of these versions that are there, with the blocks that they include in place. A version never changes. */
  async versions(tx: Tx, brandId: BrandId, wanted: readonly BlockRef[]): Promise<BlockContents[]> {
    if (wanted.length === 0) return [];
    return tx.sql<BlockContents>`
      SELECT key, version, default_language AS "defaultLanguage", coalesce(expanded, contents) AS contents
        FROM sending.block
       WHERE brand_id = ${brandId}
         AND (key, version) IN (SELECT * FROM unnest(${wanted.map(({ key }) => key)}::text[],
                                                     ${wanted.map(({ version }) => version)}::int[]))`;
  },

  /** The newest version of each of these that is there. */
  async newest(tx: Tx, brandId: BrandId, keys: readonly string[]): Promise<Map<string, number>> {
    if (keys.length === 0) return new Map();
    const rows = await tx.sql<{ key: string; version: number }>`
      SELECT key, max(version) AS version FROM sending.block
       WHERE brand_id = ${brandId} AND key = ANY (${[...keys]}::text[]) GROUP BY key`;
    return new Map(rows.map(({ key, version }) => [key, version]));
  },
};
