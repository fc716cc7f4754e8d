import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Report } from '../domain/report.js';
import type { KeptReport } from './domain/snapshot-report.js';

/** A month of a brand that may be closed. */
export interface MonthOfBrand {
  readonly brandId: BrandId;
  readonly zone: string;
  /** YYYY-MM. */
  readonly month: string;
}

/** SQL on reports of months that are over. Nothing here changes a row. */
export const snapshotStore = {
  /** Whoever closes a month waits here for whoever closes one of the same brand. */
  async lock(tx: Tx, brandId: BrandId): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtextextended('reporting.snapshot ' || ${brandId}::text, 0))`;
  },

  /** Months since a brand was created that ended a day ago or earlier and are not closed yet, oldest first. */
  async due(tx: Tx): Promise<MonthOfBrand[]> {
    return tx.sql<MonthOfBrand>`
      SELECT b.id AS "brandId", b.default_zone AS zone, to_char(m.month, 'YYYY-MM') AS month
        FROM consent.reported_brand b
       CROSS JOIN LATERAL generate_series(
         date_trunc('month', b.created_at AT TIME ZONE b.default_zone),
         date_trunc('month', (clock_timestamp() - interval '1 day') AT TIME ZONE b.default_zone) - interval '1 month',
         interval '1 month') AS m (month)
       WHERE NOT EXISTS (SELECT FROM reporting.snapshot s WHERE s.brand_id = b.id AND s.month = m.month::date)
       ORDER BY m.month, b.id`;
  },

  async has(tx: Tx, brandId: BrandId, month: string): Promise<boolean> {
    const rows = await tx.sql`
      SELECT FROM reporting.snapshot WHERE brand_id = ${brandId} AND month = (${month}::text || '-01')::date LIMIT 1`;
    return rows.length > 0;
  },

  async add(
    tx: Tx,
    { brandId, month }: Pick<MonthOfBrand, 'brandId' | 'month'>,
    asOf: EpochMs,
    { report, sha256, entryId }: { readonly report: Report; readonly sha256: Buffer; readonly entryId: EntryId },
  ): Promise<void> {
    await tx.execute`
      INSERT INTO reporting.snapshot (brand_id, month, report, body, as_of, ledger_position, sha256, entry_id)
      VALUES (${brandId}, (${month}::text || '-01')::date, ${report.key}, ${JSON.stringify(report)}, ${toIso(asOf)},
              ${report.ledgerPosition === 0 ? null : report.ledgerPosition}::bigint, ${sha256}, ${entryId}::uuid)`;
  },

  /** What an entry commits to; null where no report was kept under it. */
  async digest(tx: Tx, entryId: EntryId): Promise<string | null> {
    const [row] = await tx.sql<{ digest: string | null }>`SELECT reporting.digest_of_month(${entryId}::uuid) AS digest`;
    return row?.digest ?? null;
  },

  /** What a digest is of; null where nothing is kept of this report and month. */
  async body(tx: Tx, brandId: BrandId, month: string, report: string): Promise<string | null> {
    const [row] = await tx.sql<{ body: string }>`
      SELECT body FROM reporting.snapshot
       WHERE brand_id = ${brandId} AND month = (${month}::text || '-01')::date AND report = ${report}`;
    return row?.body ?? null;
  },

  /** Newest month first. */
  async kept(tx: Tx, brandId: BrandId, month: string | null, report: string | null): Promise<KeptReport[]> {
    const rows = await tx.sql<{ month: string; body: string; sha256: Buffer; entryId: EntryId | null }>`
      SELECT to_char(month, 'YYYY-MM') AS month, body, sha256, entry_id AS "entryId" FROM reporting.snapshot
       WHERE brand_id = ${brandId} AND (${month}::text IS NULL OR month = (${month}::text || '-01')::date)
         AND (${report}::text IS NULL OR report = ${report}::text)
       ORDER BY month DESC, report COLLATE "C" LIMIT 2000`;
    return rows.map((row) => ({
      month: row.month,
      report: JSON.parse(row.body) as Report,
      sha256: row.sha256.toString('hex'),
      entryId: row.entryId,
    }));
  },
};
