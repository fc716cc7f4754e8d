import type { BrandId, Channel, EntryId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Asked, ReadIn } from '../domain/asked.js';
import { CLOCKS_DIFFER_MS, firstIdAt } from '../message-period.js';
import { planForAll } from '../plan-for-all.js';
import { CONSENT_LOSSES, CONSENT_MOVES, type ConsentMove, type ConsentMoves } from './domain/consent-trend.js';

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
  /** Whether what was not sent is known already. */
  readonly isUnsentKnown?: boolean;
  /** Whether what was said is known already. */
  readonly isSaidKnown?: boolean;
}

export interface CountedConsents extends ReadIn {
  readonly moves: readonly ConsentMoves[];
}

/** Which expressions are behind a figure; what is left out narrows nothing, and null is what has none. */
export interface SaidFilter extends Asked {
  readonly what: ConsentMove;
  readonly channel?: Channel | null;
  readonly purpose?: string | null;
  readonly topic?: string | null;
}

/** One expression. */
export interface Said {
  readonly id: string;
  readonly kind: string;
  readonly channel: Channel | null;
  readonly purpose: string | null;
  readonly topic: string | null;
  readonly at: EpochMs;
  /** Stands for the person; null of nobody who is known. */
  readonly contact: string | null;
  readonly entry: EntryId | null;
}

/** SQL on what people said, by when they said it. */
export const consentTrendStore = {
  /** The expressions behind a figure, in the order of their ids, after one of them. */
  async said(tx: Tx, filter: SaidFilter, after: string | null, limit: number): Promise<Said[]> {
    const { brandId, from, to, what, channel, purpose, topic } = filter;
    const until = filter.asOf === null ? null : toIso(filter.asOf);
    return tx.sql<Said>`
      SELECT id::text, kind, channel, purpose, topic, occurred_at AS at, contact_id::text AS contact, entry_id AS entry
        FROM consent.reported_event
       WHERE brand_id = ${brandId} AND effective AND id >= ${firstIdAt(from - CLOCKS_DIFFER_MS)}::uuid
         AND (${after}::uuid IS NULL OR id > ${after}::uuid) AND kind = ANY (${[...CONSENT_MOVES[what]]}::text[])
         AND occurred_at >= ${toIso(from)}::timestamptz AND occurred_at < ${toIso(to)}::timestamptz
         AND (${until}::timestamptz IS NULL OR recorded_at <= ${until}::timestamptz)
         AND (${channel === undefined} OR channel IS NOT DISTINCT FROM ${channel ?? null}::text)
         AND (${purpose === undefined} OR purpose IS NOT DISTINCT FROM ${purpose ?? null}::text)
         AND (${topic === undefined} OR topic IS NOT DISTINCT FROM ${topic ?? null}::text)
       ORDER BY id LIMIT ${limit}`;
  },

  /** One statement, so one snapshot. Events are looked for from the first bound on; a report of older ones comes later, with a later id. */
  async count(tx: Tx, filter: ConsentTrendFilter): Promise<CountedConsents> {
    await planForAll(tx);
    const { brandId, bounds, by, channel = null, purpose = null, topic = null, isUnsentKnown = false } = filter;
    const { isSaidKnown = false } = filter;
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
               count(*) FILTER (WHERE kind = ANY (${[...CONSENT_MOVES.optIns]}::text[])) AS "optIns",
               count(*) FILTER (WHERE kind = ANY (${[...CONSENT_MOVES.optOuts]}::text[])) AS "optOuts",
               count(*) FILTER (WHERE kind = ANY (${[...CONSENT_MOVES.lapsed]}::text[])) AS lapsed,
               0::bigint AS unsent
          FROM consent.reported_event
         WHERE NOT ${isSaidKnown}::boolean
           AND brand_id = ${brandId} AND effective AND id >= ${firstIdAt(first - CLOCKS_DIFFER_MS)}::uuid
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
         WHERE NOT ${isUnsentKnown}::boolean
           AND id >= ${firstIdAt(first - CLOCKS_DIFFER_MS)}::uuid AND id < ${firstIdAt(last + CLOCKS_DIFFER_MS)}::uuid
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
