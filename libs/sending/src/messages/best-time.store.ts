import type { BrandId, Channel, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { NO_FAULT } from './choice.store.js';
import type { Arm, Goal } from './domain/best-arm.js';

/** A message whose time was drawn. */
export interface NewBestTime {
  readonly messageId: MessageId;
  readonly brandId: BrandId;
  readonly channel: Channel;
  readonly goal: Goal;
  readonly segment: string;
  readonly part: number;
  readonly day: number;
  readonly createdAt: EpochMs;
  /** Whether the draw fell into the control share; null: there was one time. */
  readonly control: boolean | null;
}

/** What came of a part of a day of the week for people of a segment, on a channel. */
export interface TimeResult extends Arm {
  readonly segment: string;
  readonly channel: Channel;
  readonly part: number;
  /** Null: of draws that are older than this column. */
  readonly day: number | null;
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
      INSERT INTO sending.best_time (message_id, brand_id, channel, goal, segment, part, day, created_at, control)
      SELECT * FROM unnest(${times.map((t) => t.messageId)}::uuid[], ${times.map((t) => t.brandId)}::uuid[],
                           ${times.map((t) => t.channel)}::text[], ${times.map((t) => t.goal)}::text[],
                           ${times.map((t) => t.segment)}::text[], ${times.map((t) => t.part)}::smallint[],
                           ${times.map((t) => t.day)}::smallint[],
                           ${times.map((t) => toIso(t.createdAt))}::timestamptz[],
                           ${times.map((t) => t.control)}::boolean[])`;
  },

  /**
   * What came of the times that were drawn, whatever became of the messages and whether or not something held them a
   * little longer: what is asked is what came of the choice. The latest are taken of those whose time is over.
   */
  async results(tx: Tx, brandId: BrandId, goal: Goal, counted = COUNTED): Promise<TimeResult[]> {
    return tx.sql<TimeResult>`
      SELECT m.segment, m.channel, m.part, m.day, count(*) AS tried,
             count(*) FILTER (WHERE EXISTS (SELECT 1 FROM sending.touch t
                                             WHERE t.message_id = m.id AND t.type = ${goal} AND NOT t.automated AND NOT t.untracked
                                               AND t.at < m.ended_at + ${WITHIN_HOURS}::float8 * interval '1 hour')) AS met
        FROM (SELECT b.segment, b.channel, b.part, b.day, m.id, m.ended_at
                FROM sending.best_time b
               CROSS JOIN LATERAL (SELECT id, ended_at, status, reason, test FROM sending.message
                                    WHERE id = b.message_id OFFSET 0) m
               WHERE b.brand_id = ${brandId} AND b.goal = ${goal}
                 AND b.created_at > clock_timestamp() - ${COUNTED_DAYS}::float8 * interval '1 day'
                 AND b.created_at < clock_timestamp() - ${WITHIN_HOURS}::float8 * interval '1 hour'
                 AND m.ended_at < clock_timestamp() - ${WITHIN_HOURS}::float8 * interval '1 hour'
                 AND NOT m.test AND (m.status <> 'dropped' OR m.reason <> ALL (${NO_FAULT}::text[]))
               ORDER BY b.created_at DESC LIMIT ${counted}) m
       GROUP BY m.segment, m.channel, m.part, m.day`;
  },
};
