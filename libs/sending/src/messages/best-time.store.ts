import type { BrandId, Channel, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Arm, Goal } from './domain/best-arm.js';

/** A message whose time was drawn. */
export interface NewBestTime {
  readonly messageId: MessageId;
  readonly brandId: BrandId;
  readonly channel: Channel;
  readonly goal: Goal;
  readonly segment: string;
  readonly part: number;
  readonly createdAt: EpochMs;
  /** Whether the draw fell into the control share; null: there was one time. */
  readonly control: boolean | null;
}

/** What came of a part of the day for people of a segment, on a channel. */
export interface TimeResult extends Arm {
  readonly segment: string;
  readonly channel: Channel;
  readonly part: number;
}

/** Results of this many draws count, the latest ones, of this many days. */
const COUNTED = 20_000;
const COUNTED_DAYS = 90;
/** Only what happened within this time of sending counts, and only messages that are as old: else the last hours would look worse than they are. */
const WITHIN_HOURS = 24;

/** SQL on times that were drawn. */
export const bestTimeStore = {
  async insert(tx: Tx, times: readonly NewBestTime[]): Promise<void> {
    await tx.execute`
      INSERT INTO sending.best_time (message_id, brand_id, channel, goal, segment, part, created_at, control)
      SELECT * FROM unnest(${times.map((t) => t.messageId)}::uuid[], ${times.map((t) => t.brandId)}::uuid[],
                           ${times.map((t) => t.channel)}::text[], ${times.map((t) => t.goal)}::text[],
                           ${times.map((t) => t.segment)}::text[], ${times.map((t) => t.part)}::smallint[],
                           ${times.map((t) => toIso(t.createdAt))}::timestamptz[],
                           ${times.map((t) => t.control)}::boolean[])`;
  },

  /**
   * What came of the times that were drawn, whether or not something held the message a little longer: what is asked is
   * what came of the choice.
   */
  async results(tx: Tx, brandId: BrandId, goal: Goal): Promise<TimeResult[]> {
    return tx.sql<TimeResult>`
      SELECT b.segment, b.channel, b.part, count(*) AS tried,
             count(*) FILTER (WHERE EXISTS (SELECT 1 FROM sending.touch t
                                             WHERE t.message_id = m.id AND t.type = ${goal} AND NOT t.automated
                                               AND t.at < m.ended_at + ${WITHIN_HOURS}::float8 * interval '1 hour')) AS met
        FROM (SELECT message_id, segment, channel, part FROM sending.best_time
               WHERE brand_id = ${brandId} AND goal = ${goal}
                 AND created_at > clock_timestamp() - ${COUNTED_DAYS}::float8 * interval '1 day'
               ORDER BY created_at DESC LIMIT ${COUNTED}) b
        JOIN sending.message m ON m.id = b.message_id AND m.status = 'sent' AND NOT m.test
                              AND m.ended_at < clock_timestamp() - ${WITHIN_HOURS}::float8 * interval '1 hour'
       GROUP BY b.segment, b.channel, b.part`;
  },
};
