import type { BrandId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Report } from '../domain/report.js';

/** SQL on where data end, and on results that are kept. */
export const moneyStore = {
  async now(tx: Tx): Promise<EpochMs> {
    const [row] = await tx.sql<{ now: EpochMs }>`SELECT statement_timestamp() AS now`;
    if (row === undefined) throw new Error('the database did not say what time it is');
    return row.now;
  },

  /** How many entries the ledger has; for the past, of its last checkpoint by then. */
  async position(tx: Tx, asOf: EpochMs | null): Promise<number | null> {
    const then = asOf === null ? null : toIso(asOf);
    const [row] = await tx.sql<{ position: number | null }>`
      SELECT CASE WHEN ${then}::timestamptz IS NULL THEN (SELECT size FROM ledger.head)
                  ELSE (SELECT size FROM ledger.checkpoint WHERE signed_at <= ${then}::timestamptz ORDER BY id DESC LIMIT 1)
             END AS position`;
    return row?.position ?? null;
  },

  async kept(tx: Tx, brandId: BrandId, key: string, digest: Buffer): Promise<Report | null> {
    const [row] = await tx.sql<{ body: string }>`
      SELECT body FROM reporting.result WHERE brand_id = ${brandId} AND report = ${key} AND digest = ${digest}`;
    return row === undefined ? null : (JSON.parse(row.body) as Report);
  },

  /** Whoever made the same at the same time made the same bytes. */
  async keep(tx: Tx, brandId: BrandId, digest: Buffer, asOf: EpochMs, report: Report): Promise<void> {
    await tx.execute`
      INSERT INTO reporting.result (brand_id, report, digest, as_of, body)
      VALUES (${brandId}, ${report.key}, ${digest}, ${toIso(asOf)}, ${JSON.stringify(report)})
      ON CONFLICT DO NOTHING`;
  },
};
