import type { BrandId, Channel, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { ReadIn } from '../domain/asked.js';
import { CLOCKS_DIFFER_MS, firstIdAt } from '../message-period.js';
import { planForAll } from '../plan-for-all.js';
import { CONSENT_LOSSES, type ConsentMoves } from './domain/consent-trend.js';

export interface ConsentTrendFilter {
  readonly brandId: BrandId;
  /** Beginnings of the stretches of time, and the end of the last: in order, two at least. */
  readonly bounds: readonly EpochMs[];
  /** What was recorded after it is not looked at; null: now. */
  readonly asOf: EpochMs | null;
  readonly by: 'topic' | 'channel' | 'all';
  readonly channel?: Channel;
  readonly purpose?: string;
  readonly topic?: string;
}

export interface CountedConsents extends ReadIn {
  readonly moves: readonly ConsentMoves[];
}

/** SQL on what people said, by when they said it. */
export const consentTrendStore = {
  /** One statement, so one snapshot. Events are looked for from the first bound on; a report of older ones comes later, with a later id. */
  async count(tx: Tx, filter: ConsentTrendFilter): Promise<CountedConsents> {
    await planForAll(tx);
    const { brandId, bounds, by, channel = null, purpose = null, topic = null } = filter;
    const until = filter.asOf === null ? null : toIso(filter.asOf);
    const edges = bounds.map(toIso);
    const first = bounds[0] ?? 0;
    const last = bounds.at(-1) ?? 0;
    const rows = await tx.sql<
      Omit<ConsentMoves, 'stretch'> & { stretch: number | null; readAt: EpochMs; size: number | null }
    >`
      WITH said AS (
        SELECT width_bucket(occurred_at, ${edges}::timestamptz[]) - 1 AS stretch,
               CASE ${by}::text WHEN 'topic' THEN topic WHEN 'channel' THEN channel END AS name,
               count(*) FILTER (WHERE kind IN ('granted', 'confirmed', 'imported')) AS "optIns",
               count(*) FILTER (WHERE kind IN ('withdrawn', 'revoked', 'refused', 'objected')) AS "optOuts",
               count(*) FILTER (WHERE kind IN ('expired', 'invalidated')) AS lapsed,
               0::bigint AS unsent
          FROM consent.reported_event
         WHERE brand_id = ${brandId} AND effective AND id >= ${firstIdAt(first - CLOCKS_DIFFER_MS)}::uuid
           AND occurred_at >= ${toIso(first)}::timestamptz AND occurred_at < ${toIso(last)}::timestamptz
           AND (${until}::timestamptz IS NULL OR recorded_at <= ${until}::timestamptz)
           AND (${channel}::text IS NULL OR channel = ${channel}::text)
           AND (${purpose}::text IS NULL OR purpose = ${purpose}::text)
           AND (${topic}::text IS NULL OR topic = ${topic}::text)
         GROUP BY 1, 2),
      unsent AS (
        SELECT width_bucket(accepted_at, ${edges}::timestamptz[]) - 1 AS stretch,
               CASE ${by}::text WHEN 'topic' THEN topic WHEN 'channel' THEN channel END AS name,
               0::bigint AS "optIns", 0::bigint AS "optOuts", 0::bigint AS lapsed, count(*) AS unsent
          FROM sending.reported_message
         WHERE id >= ${firstIdAt(first - CLOCKS_DIFFER_MS)}::uuid AND id < ${firstIdAt(last + CLOCKS_DIFFER_MS)}::uuid
           AND brand_id = ${brandId} AND NOT test AND status = 'dropped' AND reason = ANY (${[...CONSENT_LOSSES]}::text[])
           AND accepted_at >= ${toIso(first)}::timestamptz AND accepted_at < ${toIso(last)}::timestamptz
           AND (${until}::timestamptz IS NULL OR ended_at <= ${until}::timestamptz)
           AND (${channel}::text IS NULL OR channel = ${channel}::text)
           AND (${purpose}::text IS NULL OR purpose = ${purpose}::text)
           AND (${topic}::text IS NULL OR topic = ${topic}::text)
         GROUP BY 1, 2),
      moves AS (
        SELECT stretch, name, sum("optIns")::bigint AS "optIns", sum("optOuts")::bigint AS "optOuts",
               sum(lapsed)::bigint AS lapsed, sum(unsent)::bigint AS unsent
          FROM (SELECT * FROM said UNION ALL SELECT * FROM unsent) AS merged
         GROUP BY 1, 2)
      SELECT moves.*, statement_timestamp() AS "readAt",
             CASE WHEN ${until}::timestamptz IS NULL THEN (SELECT size FROM ledger.head)
                  ELSE (SELECT size FROM ledger.checkpoint WHERE signed_at <= ${until}::timestamptz ORDER BY id DESC LIMIT 1)
             END AS size
        FROM (SELECT 1) AS one LEFT JOIN moves ON true`;
    const [one] = rows;
    if (one === undefined) throw new Error('PostgreSQL answered nothing');
    return {
      moves: rows.flatMap(({ readAt: _r, size: _s, stretch, ...row }) =>
        stretch === null ? [] : [{ ...row, stretch }],
      ),
      readAt: one.readAt,
      ledgerSize: one.size,
    };
  },
};
