import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { FeedSetName } from './domain/feed-set.js';
import type { FeedFormat } from './encoders.js';

export const FEED_EXPORT_STATES = ['queued', 'building', 'ready', 'failed', 'expired'] as const;

/** What was ordered, and by whom. */
export interface FeedOrder {
  readonly id: string;
  readonly brandId: BrandId;
  readonly zone: string;
  readonly feed: FeedSetName;
  readonly format: FeedFormat;
  readonly filter: string | null;
}

export interface FeedExportRow extends FeedOrder {
  /** In microseconds. */
  readonly asOf: string;
  readonly requestedAt: EpochMs;
  readonly state: (typeof FEED_EXPORT_STATES)[number];
  readonly attempt: number;
  readonly failure: string | null;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly sha256: Buffer | null;
  readonly endedAt: EpochMs | null;
}

/** SQL on files of feeds. */
export const feedExportStore = {
  async insert(tx: Tx, { id, brandId, zone, feed, format, filter }: FeedOrder, by: string): Promise<void> {
    await tx.execute`
      INSERT INTO reporting.feed_export (id, brand_id, zone, feed, format, filter, as_of, requested_by)
      VALUES (${id}, ${brandId}, ${zone}, ${feed}, ${format}, ${filter}, reporting.settled_until(), ${by})`;
  },

  async find(tx: Tx, brandId: BrandId, id: string): Promise<FeedExportRow | null> {
    const [row] = await tx.sql<FeedExportRow>`
      SELECT id, brand_id AS "brandId", zone, feed, format, filter, requested_at AS "requestedAt", state, attempt, failure,
             rows, bytes, sha256, ended_at AS "endedAt",
             to_char(as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "asOf"
        FROM reporting.feed_export WHERE id = ${id}::uuid AND brand_id = ${brandId}`;
    return row ?? null;
  },

  async open(tx: Tx, brandId: BrandId): Promise<number> {
    const [row] = await tx.sql<{ n: number }>`
      SELECT count(*) AS n FROM reporting.feed_export WHERE brand_id = ${brandId} AND state IN ('queued', 'building')`;
    return row?.n ?? 0;
  },

  /** Takes a lease on the file that has waited longest and that nobody makes; null when there is none. */
  async claim(tx: Tx, leaseMs: number): Promise<FeedExportRow | null> {
    const [row] = await tx.sql<FeedExportRow>`
      UPDATE reporting.feed_export x
         SET state = 'building', attempt = x.attempt + 1, lease_until = clock_timestamp() + ${leaseMs}::bigint * interval '1 ms'
       WHERE id = (SELECT id FROM reporting.feed_export
                    WHERE state IN ('queued', 'building') AND (lease_until IS NULL OR lease_until < clock_timestamp())
                    ORDER BY requested_at FOR UPDATE SKIP LOCKED LIMIT 1)
      RETURNING id, brand_id AS "brandId", zone, feed, format, filter, requested_at AS "requestedAt", state, attempt, failure,
                rows, bytes, sha256, ended_at AS "endedAt",
                to_char(as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "asOf"`;
    return row ?? null;
  },

  async renew(tx: Tx, { id, attempt }: FeedExportRow, leaseMs: number): Promise<void> {
    await tx.execute`
      UPDATE reporting.feed_export SET lease_until = clock_timestamp() + ${leaseMs}::bigint * interval '1 ms'
       WHERE id = ${id} AND attempt = ${attempt}::int AND state = 'building'`;
  },

  async addPart(tx: Tx, id: string, n: number, bytes: Buffer): Promise<void> {
    await tx.execute`INSERT INTO reporting.feed_export_part (export_id, n, bytes) VALUES (${id}, ${n}::int, ${bytes})`;
  },

  /** Answers whether the lease was still theirs; if not, the caller rolls back. */
  async finish(
    tx: Tx,
    { id, attempt }: FeedExportRow,
    made: { readonly rows: number; readonly bytes: number; readonly sha256: Buffer },
  ): Promise<boolean> {
    const updated = await tx.execute`
      UPDATE reporting.feed_export
         SET state = 'ready', rows = ${made.rows}::bigint, bytes = ${made.bytes}::bigint, sha256 = ${made.sha256},
             ended_at = clock_timestamp(), lease_until = NULL
       WHERE id = ${id} AND attempt = ${attempt}::int AND state = 'building'`;
    return updated === 1;
  },

  async fail(tx: Tx, { id, attempt }: FeedExportRow, failure: string): Promise<void> {
    await tx.execute`
      UPDATE reporting.feed_export SET state = 'failed', failure = ${failure}, ended_at = clock_timestamp(), lease_until = NULL
       WHERE id = ${id} AND attempt = ${attempt}::int AND state = 'building'`;
  },

  async part(tx: Tx, id: string, n: number): Promise<Buffer | null> {
    const [row] = await tx.sql<{ bytes: Buffer }>`
      SELECT bytes FROM reporting.feed_export_part WHERE export_id = ${id} AND n = ${n}::int`;
    return row?.bytes ?? null;
  },

  /** Takes away the files that were ready before `keepMs` ago. Answers how many. */
  async expire(tx: Tx, keepMs: number): Promise<number> {
    const rows = await tx.sql<{ id: string }>`
      UPDATE reporting.feed_export SET state = 'expired'
       WHERE state = 'ready' AND ended_at < clock_timestamp() - ${keepMs}::bigint * interval '1 ms'
      RETURNING id`;
    await tx.execute`DELETE FROM reporting.feed_export_part WHERE export_id = ANY (${rows.map(({ id }) => id)}::uuid[])`;
    return rows.length;
  },
};
