import type { BrandId, Channel, ContactPointId, EntryId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Arm, Goal } from './domain/best-arm.js';
import type { Sibling } from './domain/choice.js';
import type { Strategy } from './domain/choice-place.js';

export interface NewChoice {
  readonly id: string;
  readonly brandId: BrandId;
  readonly strategy: Strategy;
  readonly goal: Goal | null;
  readonly segment: string | null;
  readonly chosenRank: number;
  readonly fallbackMs: number | null;
  readonly createdAt: EpochMs;
  /** Whether the draw fell into the control share; null: nothing was drawn. */
  readonly control: boolean | null;
}

/** What came of a channel for people of a segment. */
export interface ChannelResult extends Arm {
  readonly segment: string;
  readonly channel: Channel;
}

/** Results of this many choices count, the latest ones, of this many days: what worked last year may not any more. */
const COUNTED = 20_000;
const COUNTED_DAYS = 90;
/**
 * Only what happened within this time of sending counts, and only messages that are as old: else what left a moment ago
 * would be a failure, and the channel that is answered later would lose.
 */
const WITHIN_HOURS = 24;

/** Ends that say nothing of a channel or a time: somebody else's will, about the message as a whole. */
export const NO_FAULT = ['cancelled', 'campaign_stopped', 'holdout', 'erased', 'reached_on_other_channel'];

/** A message of a choice. */
export interface ChoiceMember extends Sibling {
  readonly id: MessageId;
  readonly choiceId: string;
  readonly rank: number;
  readonly fallbackMs: number | null;
  /** The entry by which it was accepted. */
  readonly acceptedBy: EntryId;
  /** Null until a hand-over of it has begun. */
  readonly firstStartedAt: EpochMs | null;
  readonly pointId: ContactPointId | null;
  readonly purposeId: string;
  readonly topicId: string | null;
}

/** SQL on several ways to reach one contact. */
export const choiceStore = {
  async insert(tx: Tx, choices: readonly NewChoice[]): Promise<void> {
    await tx.execute`
      INSERT INTO sending.choice (id, brand_id, strategy, goal, segment, chosen_rank, fallback_ms, created_at, control)
      SELECT * FROM unnest(${choices.map((c) => c.id)}::uuid[], ${choices.map((c) => c.brandId)}::uuid[],
                           ${choices.map((c) => c.strategy)}::text[], ${choices.map((c) => c.goal)}::text[],
                           ${choices.map((c) => c.segment)}::text[], ${choices.map((c) => c.chosenRank)}::smallint[],
                           ${choices.map((c) => c.fallbackMs)}::bigint[],
                           ${choices.map((c) => toIso(c.createdAt))}::timestamptz[],
                           ${choices.map((c) => c.control)}::boolean[])`;
  },

  /** All messages of these choices as they stand, in the order in which they are tried. */
  async members(tx: Tx, choiceIds: readonly string[]): Promise<Map<string, ChoiceMember[]>> {
    const rows = await tx.sql<ChoiceMember>`
      SELECT m.id, m.choice_id AS "choiceId", m.choice_rank AS rank, m.channel, c.fallback_ms AS "fallbackMs",
             m.entry_ids[1] AS "acceptedBy", m.status, m.reason, m.ended_at AS "endedAt",
             m.first_started_at AS "firstStartedAt", m.contact_point_id AS "pointId", m.purpose_id AS "purposeId",
             m.topic_id AS "topicId",
             EXISTS (SELECT 1 FROM sending.touch t
                      WHERE t.message_id = m.id AND t.type IN ('delivered', 'opened', 'clicked', 'replied', 'complained')
                        AND (NOT t.automated OR t.type = 'complained')) AS "hasArrived",
             EXISTS (SELECT 1 FROM sending.touch t WHERE t.message_id = m.id AND t.type = 'bounced') AS "hasBounced"
        FROM sending.message m
        JOIN sending.choice c ON c.id = m.choice_id
       WHERE m.choice_id = ANY (${[...choiceIds]}::uuid[])
       ORDER BY m.choice_id, m.choice_rank`;
    const members = new Map<string, ChoiceMember[]>();
    for (const row of rows) {
      const known = members.get(row.choiceId);
      if (known === undefined) members.set(row.choiceId, [row]);
      else known.push(row);
    }
    return members;
  },

  /** After how many milliseconds the next channel has its turn, of messages behind which another still waits. */
  async fallbacks(tx: Tx, ids: readonly MessageId[]): Promise<Map<MessageId, number>> {
    const rows = await tx.sql<{ id: MessageId; fallbackMs: number }>`
      SELECT m.id, c.fallback_ms AS "fallbackMs"
        FROM sending.message m JOIN sending.choice c ON c.id = m.choice_id
       WHERE m.id = ANY (${[...ids]}::uuid[]) AND c.fallback_ms IS NOT NULL
         AND EXISTS (SELECT 1 FROM sending.message o
                      WHERE o.choice_id = c.id AND o.choice_rank > m.choice_rank AND o.status = 'queued')`;
    return new Map(rows.map(({ id, fallbackMs }) => [id, fallbackMs]));
  },

  /**
   * What came of the channels that were chosen as the best, by segment, whatever became of the messages: one that mostly
   * fails is not the best by the few that left. The latest are taken of those whose time is over, so that a mailing of
   * today does not make the gateway forget yesterday's. Those that were tried because another did not
   * reach the person are left out: they were not chosen, and the people are others.
   */
  async results(tx: Tx, brandId: BrandId, goal: Goal, counted = COUNTED): Promise<ChannelResult[]> {
    return tx.sql<ChannelResult>`
      SELECT m.segment, m.channel, count(*) AS tried,
             count(*) FILTER (WHERE EXISTS (SELECT 1 FROM sending.touch t
                                             WHERE t.message_id = m.id AND t.type = ${goal} AND NOT t.automated AND NOT t.untracked
                                               AND t.at < m.ended_at + ${WITHIN_HOURS}::float8 * interval '1 hour')) AS met
        FROM (SELECT c.segment, m.id, m.channel, m.ended_at
                FROM sending.choice c
               CROSS JOIN LATERAL (SELECT id, channel, ended_at, status, reason, test FROM sending.message
                                    WHERE choice_id = c.id AND choice_rank = c.chosen_rank OFFSET 0) m
               WHERE c.brand_id = ${brandId} AND c.strategy = 'best' AND c.goal = ${goal}
                 AND c.created_at > clock_timestamp() - ${COUNTED_DAYS}::float8 * interval '1 day'
                 AND c.created_at < clock_timestamp() - ${WITHIN_HOURS}::float8 * interval '1 hour'
                 AND m.ended_at < clock_timestamp() - ${WITHIN_HOURS}::float8 * interval '1 hour'
                 AND NOT m.test AND (m.status <> 'dropped' OR m.reason <> ALL (${NO_FAULT}::text[]))
               ORDER BY c.created_at DESC LIMIT ${counted}) m
       GROUP BY m.segment, m.channel`;
  },

  /** Makes those due that wait for one of these messages. They look again whether it is their turn. */
  async wake(tx: Tx, ids: readonly MessageId[], now: EpochMs): Promise<void> {
    await tx.execute`
      UPDATE sending.message
         SET not_before = ${toIso(now)}, due_at = ${toIso(now)}
       WHERE status = 'queued' AND reason = 'other_channel'
         AND choice_id IN (SELECT choice_id FROM sending.message
                            WHERE id = ANY (${[...ids]}::uuid[]) AND choice_id IS NOT NULL)`;
  },
};
