import type { BrandId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { planForJoins } from '../plan-for-all.js';

/** Live messages that were accepted up to an instant, counted in one statement. */
export interface MessageSums {
  readonly accepted: number;
  readonly processing: number;
  readonly sent: number;
  readonly dropped: number;
  readonly failed: number;
  readonly unknown: number;
  /** Ended without an instant or a reason for it, where one is due. */
  readonly endedWithoutReason: number;
  /** Of which the log has no first, or no last, entry. */
  readonly withoutEntry: number;
  /** Sent, and not with exactly one touch that says so. */
  readonly withoutTouch: number;
}

/** SQL by which reports are checked: other ways to the same figures. */
export const invariantStore = {
  async brands(tx: Tx): Promise<{ id: BrandId; zone: string }[]> {
    return tx.sql<{ id: BrandId; zone: string }>`
      SELECT id, default_zone AS zone FROM consent.reported_brand ORDER BY id`;
  },

  async messages(tx: Tx, brandId: BrandId, until: EpochMs): Promise<MessageSums> {
    await planForJoins(tx);
    const [row] = await tx.sql<MessageSums>`
      WITH sent AS (
        SELECT message_id, count(*) AS touches FROM sending.reported_feedback
         WHERE brand_id = ${brandId} AND type = 'sent' GROUP BY message_id)
      SELECT count(*) AS accepted,
             count(*) FILTER (WHERE m.ended_at IS NULL) AS processing,
             count(*) FILTER (WHERE m.status = 'sent') AS sent,
             count(*) FILTER (WHERE m.status = 'dropped') AS dropped,
             count(*) FILTER (WHERE m.status = 'failed') AS failed,
             count(*) FILTER (WHERE m.status = 'unknown') AS unknown,
             count(*) FILTER (WHERE m.status IN ('dropped', 'failed') AND m.reason IS NULL) AS "endedWithoutReason",
             count(*) FILTER (WHERE f.id IS NULL OR l.id IS NULL) AS "withoutEntry",
             count(*) FILTER (WHERE m.status = 'sent' AND coalesce(sent.touches, 0) <> 1) AS "withoutTouch"
        FROM sending.reported_message m
        LEFT JOIN sent ON sent.message_id = m.id
        LEFT JOIN ledger.entry f ON f.id = m.entry_ids[1]
        LEFT JOIN ledger.entry l ON l.id = m.entry_ids[cardinality(m.entry_ids)]
       WHERE m.brand_id = ${brandId} AND NOT m.test AND m.accepted_at <= ${toIso(until)}`;
    if (row === undefined) throw new Error('PostgreSQL did not count');
    return row;
  },

  /** Facts whose ledger entry is missing, or says another digest than the rows. */
  async factsUnlikeLog(tx: Tx, brandId: BrandId): Promise<number> {
    const [row] = await tx.sql<{ batches: number }>`
      SELECT count(*) AS batches
        FROM (SELECT DISTINCT entry_id FROM reporting.fact WHERE brand_id = ${brandId} AND entry_id IS NOT NULL) b
        LEFT JOIN ledger.entry e ON e.id = b.entry_id
       WHERE convert_from(e.leaf, 'UTF8')::jsonb ->> 'root' IS DISTINCT FROM reporting.digest_of_facts(b.entry_id)`;
    return row?.batches ?? 0;
  },

  /** Won deals as they were known at an instant, counted without anything that reports use. */
  async won(
    tx: Tx,
    brandId: BrandId,
    asOf: EpochMs,
  ): Promise<{ deals: number; amount: number; otherCurrencies: number }> {
    const [row] = await tx.sql<{ deals: number; amount: number; otherCurrencies: number }>`
      SELECT count(*) AS deals,
             coalesce(sum((f.body -> 'value' ->> 'amount')::bigint) FILTER (WHERE f.body -> 'value' ->> 'currency' = 'EUR'), 0)::bigint
               AS amount,
             count(*) FILTER (WHERE f.body -> 'value' ->> 'currency' <> 'EUR') AS "otherCurrencies"
        FROM reporting.fact f
       WHERE f.brand_id = ${brandId} AND f.kind = 'opportunity' AND NOT f.retracted AND f.body ->> 'status' = 'won'
         AND f.at <= ${toIso(asOf)} AND f.recorded_at <= ${toIso(asOf)}
         AND to_timestamp((f.body ->> 'closedAt')::numeric / 1000) <= ${toIso(asOf)}
         AND NOT EXISTS (SELECT FROM reporting.fact n
                          WHERE n.brand_id = f.brand_id AND n.kind = f.kind AND n.external_id = f.external_id
                            AND n.version > f.version AND n.recorded_at <= ${toIso(asOf)})`;
    if (row === undefined) throw new Error('PostgreSQL did not count');
    return row;
  },
};
