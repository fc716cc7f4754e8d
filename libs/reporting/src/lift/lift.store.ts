import type { Channel, EpochMs } from '#lib/kernel';
import { type SqlPart, sqlPart, toIso, type Tx } from '#lib/platform';
import type { Asked, ReadIn } from '../domain/asked.js';
import type { LiftCount } from './domain/lift-counts.js';
import type { LiftDraw } from './domain/lift-report.js';

export interface LiftFilter extends Asked {
  /** Only what happened within this time of a message's end counts. */
  readonly withinMs: number;
  /** A draw is looked at when it is older than this: its messages have left, and their time is over. */
  readonly ripeAfterMs: number;
  /** Now, of a report about now. */
  readonly readAt: EpochMs;
}

/** Makes `each`: every draw of the period, whether it is ripe, and whether its goal was met. */
const eachOf = ({ brandId, from, to, asOf, withinMs, ripeAfterMs, readAt }: LiftFilter): SqlPart => {
  const until = asOf === null ? null : toIso(asOf);
  return sqlPart`
      WITH drawn AS (
        SELECT 'channel' AS what, id, goal, segment, NULL::text AS channel, control, created_at, message_id, test, reason, ended_at
          FROM sending.reported_choice
         WHERE brand_id = ${brandId} AND control IS NOT NULL
           AND created_at >= ${toIso(from)}::timestamptz AND created_at < ${toIso(to)}::timestamptz
         UNION ALL
        SELECT 'time', message_id, goal, segment, channel, control, created_at, message_id, test, reason, ended_at
          FROM sending.reported_best_time
         WHERE brand_id = ${brandId} AND control IS NOT NULL
           AND created_at >= ${toIso(from)}::timestamptz AND created_at < ${toIso(to)}::timestamptz),
      each AS (
        SELECT what, id, goal, segment, channel, control, created_at, min(message_id::text) AS message,
               created_at < ${toIso((asOf ?? readAt) - ripeAfterMs)}::timestamptz AS ripe,
               bool_or(EXISTS (SELECT 1 FROM sending.touch t
                                WHERE t.message_id = drawn.message_id AND t.type = drawn.goal AND NOT t.automated AND NOT t.untracked
                                  AND t.at < drawn.ended_at + ${withinMs}::float8 * interval '1 ms'
                                  AND (${until}::timestamptz IS NULL OR (t.at <= ${until}::timestamptz AND t.recorded_at <= ${until}::timestamptz)))) AS met
          FROM drawn
         WHERE NOT test AND reason IS DISTINCT FROM 'holdout'
           AND (${until}::timestamptz IS NULL OR created_at <= ${until}::timestamptz)
         GROUP BY what, id, goal, segment, channel, control, created_at)`;
};

/** SQL on what came of draws. */
export const liftStore = {
  /** The snapshot of this transaction. */
  async stand(tx: Tx, asOf: EpochMs | null): Promise<ReadIn> {
    const until = asOf === null ? null : toIso(asOf);
    const [row] = await tx.sql<{ readAt: EpochMs; ledgerSize: number | null }>`
      SELECT transaction_timestamp() AS "readAt",
             CASE WHEN ${until}::timestamptz IS NULL THEN (SELECT size FROM ledger.head)
                  ELSE (SELECT size FROM ledger.checkpoint WHERE signed_at <= ${until}::timestamptz ORDER BY id DESC LIMIT 1)
             END AS "ledgerSize"`;
    if (row === undefined) throw new Error('PostgreSQL answered nothing');
    return row;
  },

  /** Draws by what was drawn, goal, segment and, of times, channel. */
  async count(tx: Tx, filter: LiftFilter): Promise<LiftCount[]> {
    const rows = await tx.composed<Counted>(sqlPart`
      ${eachOf(filter)}
      SELECT what, goal, segment, channel,
             count(*) FILTER (WHERE ripe AND NOT control) AS chosen,
             count(*) FILTER (WHERE ripe AND NOT control AND met) AS "chosenMet",
             count(*) FILTER (WHERE ripe AND control) AS control,
             count(*) FILTER (WHERE ripe AND control AND met) AS "controlMet",
             count(*) FILTER (WHERE NOT ripe) AS waiting
        FROM each
       GROUP BY what, goal, segment, channel`);
    return rows.map(([what, goal, segment, channel, chosen, chosenMet, control, controlMet, waiting]) => ({
      ...{ what, goal, segment, channel, chosen, chosenMet, control, controlMet, waiting },
    }));
  },

  /** Each draw, oldest first. */
  async draws(tx: Tx, filter: LiftFilter): Promise<LiftDraw[]> {
    const rows = await tx.composed<
      [LiftCount['what'], string, string, Channel | null, string, string | null, EpochMs, boolean, boolean, boolean]
    >(sqlPart`
      ${eachOf(filter)}
      SELECT what, goal, segment, channel, id::text, message, created_at, ripe, control, met FROM each
       ORDER BY created_at, id`);
    return rows.map(([what, goal, segment, channel, id, message, at, isRipe, isControl, hasMet]) => ({
      ...{ what, goal, segment, channel, id, message, at, isRipe, isControl, hasMet },
    }));
  },
};

type Counted = [
  what: LiftCount['what'],
  goal: string,
  segment: string,
  channel: Channel | null,
  chosen: number,
  chosenMet: number,
  control: number,
  controlMet: number,
  waiting: number,
];
