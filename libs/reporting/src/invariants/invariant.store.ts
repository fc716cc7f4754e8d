import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import { type SqlPart, sqlPart, toIso, type Tx } from '#lib/platform';
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
  /** Ended otherwise, elsewhere or at another instant than their last entry says. */
  readonly endedUnlikeLog: number;
}

/** A touch that somebody reported, as the table has it. */
export interface ReportedEvent {
  readonly messageId: string;
  readonly event: string;
  readonly at: EpochMs;
  readonly automated: boolean;
  readonly entryId: EntryId;
}

/** Leaves of one brand and of types that begin so. Clear values hold no quotation marks, so the bytes mean nothing else. */
const leavesOf = (brandId: BrandId, type: string): SqlPart => sqlPart`
  (SELECT id, convert_from(leaf, 'UTF8')::jsonb AS leaf FROM ledger.entry
    WHERE position(${Buffer.from(`"t":"${type}`)}::bytea IN leaf) > 0
      AND position(${Buffer.from(`"br":"${brandId}"`)}::bytea IN leaf) > 0)`;

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
             count(*) FILTER (WHERE m.status = 'sent' AND coalesce(sent.touches, 0) <> 1) AS "withoutTouch",
             count(*) FILTER (WHERE m.ended_at IS NOT NULL AND last.leaf IS NOT NULL AND (
               CASE last.leaf ->> 'out' WHEN 'drop' THEN 'dropped' ELSE last.leaf ->> 'out' END IS DISTINCT FROM m.status
               OR last.leaf ->> 'reason' IS DISTINCT FROM m.reason OR last.leaf ->> 'ch' <> m.channel
               OR (last.leaf ->> 'now')::timestamptz <> date_trunc('milliseconds', m.ended_at))) AS "endedUnlikeLog"
        FROM sending.reported_message m
        LEFT JOIN sent ON sent.message_id = m.id
        LEFT JOIN ledger.entry f ON f.id = m.entry_ids[1]
        LEFT JOIN ledger.entry l ON l.id = m.entry_ids[cardinality(m.entry_ids)]
        LEFT JOIN LATERAL (SELECT convert_from(l.leaf, 'UTF8')::jsonb AS leaf) last ON true
       WHERE m.brand_id = ${brandId} AND NOT m.test AND m.accepted_at <= ${toIso(until)}`;
    if (row === undefined) throw new Error('PostgreSQL did not count');
    return row;
  },

  /** Batches of facts of which rows and log do not say the same: the entry is missing, or the rows, or the digest is another. */
  async factsUnlikeLog(tx: Tx, brandId: BrandId): Promise<number> {
    const [row] = await tx.composed<[number]>(sqlPart`
      SELECT count(*)
        FROM (SELECT DISTINCT entry_id FROM reporting.fact WHERE brand_id = ${brandId} AND entry_id IS NOT NULL) b
        FULL JOIN ${leavesOf(brandId, 'facts.reported"')} e ON e.id = b.entry_id
       WHERE e.leaf ->> 'root' IS DISTINCT FROM reporting.digest_of_facts(b.entry_id)`);
    return row?.[0] ?? 0;
  },

  /** Months whose kept reports are not what the log says, or not what their digests say; in both directions. */
  async monthsUnlikeLog(tx: Tx, brandId: BrandId): Promise<number> {
    const [row] = await tx.composed<[number]>(sqlPart`
      SELECT count(*)
        FROM (SELECT entry_id, bool_and(sha256 = sha256(convert_to(body, 'UTF8'))) AS sound FROM reporting.snapshot
               WHERE brand_id = ${brandId} AND entry_id IS NOT NULL GROUP BY entry_id) b
        FULL JOIN ${leavesOf(brandId, 'reports.closed"')} e ON e.id = b.entry_id
       WHERE NOT coalesce(b.sound, false) OR e.leaf ->> 'root' IS DISTINCT FROM reporting.digest_of_month(b.entry_id)`);
    return row?.[0] ?? 0;
  },

  /** Facts without an entry. Those of before there were any have none; whatever came after the first entry has one. */
  async factsWithoutEntry(tx: Tx, brandId: BrandId): Promise<number> {
    const [row] = await tx.composed<[number]>(sqlPart`
      SELECT count(*) FROM reporting.fact
       WHERE brand_id = ${brandId} AND entry_id IS NULL
         AND recorded_at >= (SELECT min((leaf ->> 'at')::timestamptz) FROM ${leavesOf(brandId, 'facts.reported"')} e)`);
    return row?.[0] ?? 0;
  },

  /**
   * Touches that are not as the log says. What the gateway itself saw is of the instant at which its message ended; what was
   * reported names an entry of its type, channel and time; and each such entry has its touch.
   */
  async touchesUnlikeLog(tx: Tx, brandId: BrandId): Promise<number> {
    const [row] = await tx.composed<[number]>(sqlPart`
      WITH touch AS (SELECT * FROM sending.reported_feedback WHERE brand_id = ${brandId}),
      entry AS MATERIALIZED (SELECT * FROM ${leavesOf(brandId, 'touch.')} e)
      SELECT (SELECT count(*) FROM touch t LEFT JOIN sending.reported_message m ON m.id = t.message_id
               WHERE t.event = '' AND (t.type NOT IN ('sent', 'bounced') OR t.own_entry_id IS NOT NULL
                 OR t.at IS DISTINCT FROM m.ended_at OR t.channel <> m.channel OR t.contact_id <> m.contact_id))
           + (SELECT count(*) FROM (SELECT * FROM touch WHERE event <> '') t FULL JOIN entry e ON e.id = t.own_entry_id
               WHERE e.leaf ->> 't' IS DISTINCT FROM 'touch.' || t.type OR e.leaf ->> 'ch' IS DISTINCT FROM t.channel
                  OR abs(extract(epoch FROM (e.leaf ->> 'now')::timestamptz - t.recorded_at)) > 3600)`);
    return row?.[0] ?? 0;
  },

  /** Touches that were reported, some at a time, in the order of their entries. */
  async events(tx: Tx, brandId: BrandId, after: EntryId | null, limit: number): Promise<ReportedEvent[]> {
    return tx.sql<ReportedEvent>`
      SELECT message_id AS "messageId", event, at, automated, own_entry_id AS "entryId"
        FROM sending.reported_feedback
       WHERE brand_id = ${brandId} AND own_entry_id IS NOT NULL AND (${after}::uuid IS NULL OR own_entry_id > ${after}::uuid)
       ORDER BY own_entry_id LIMIT ${limit}`;
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
