import type { Channel, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Asked, ReadIn } from '../domain/asked.js';
import { CLOCKS_DIFFER_MS, firstIdAt } from '../message-period.js';
import { planForJoins } from '../plan-for-all.js';
import type { DeliveryCount } from './domain/delivery-figures.js';

/** Messages accepted in the period; what happened to them later is in it, up to `asOf`. */
export interface DeliveryFilter extends Asked {
  readonly test: boolean;
  readonly channel?: Channel;
  readonly campaign?: string | null;
}

/** What one statement read. */
export interface CountedDeliveries extends ReadIn {
  readonly counts: readonly DeliveryCount[];
}

/** SQL on what became of messages after they left. */
export const deliveryStore = {
  /**
   * Messages by channel, topic and template with what is known of each: whether it ever was opened, not how often. One
   * statement, so one snapshot.
   */
  async count(
    tx: Tx,
    { brandId, from, to, asOf, test, channel, campaign }: DeliveryFilter,
  ): Promise<CountedDeliveries> {
    const until = asOf === null ? null : toIso(asOf);
    const [low, high] = [firstIdAt(from - CLOCKS_DIFFER_MS), firstIdAt(to + CLOCKS_DIFFER_MS)];
    await planForJoins(tx);
    const rows = await tx.sql<
      Omit<DeliveryCount, 'channel'> & { channel: Channel | null; whole: number; readAt: EpochMs; size: number | null }
    >`
      WITH left_by AS (
        SELECT DISTINCT message_id
          FROM consent.reported_event
         WHERE brand_id = ${brandId} AND id >= ${low}::uuid AND message_id IS NOT NULL AND effective
           AND kind IN ('withdrawn', 'revoked', 'refused', 'objected')
           AND (${until}::timestamptz IS NULL OR recorded_at <= ${until}::timestamptz)),
      seen AS (
        SELECT message_id, bool_or(type = 'delivered') AS delivered, bool_or(type = 'bounced' AND bounce = 'hard') AS hard,
               bool_or(type = 'bounced') AS bounced, bool_or(type = 'complained') AS complained,
               bool_or(type = 'opened' AND NOT automated) AS opened, bool_or(type = 'opened' AND automated) AS by_machine,
               bool_or(type = 'clicked' AND NOT automated) AS clicked,
               bool_or(type = 'clicked' AND automated) AS machine_clicked, bool_or(type = 'replied') AS replied
          FROM sending.touch
         WHERE message_id >= ${low}::uuid AND message_id < ${high}::uuid AND brand_id = ${brandId} AND type <> 'sent' AND NOT untracked
           AND (${until}::timestamptz IS NULL OR (at <= ${until}::timestamptz AND recorded_at <= ${until}::timestamptz))
         GROUP BY message_id),
      counted AS (
        SELECT channel, topic_id, template_id, grouping(channel) AS whole,
               count(*) AS accepted,
               count(*) FILTER (WHERE standing = 'processing') AS processing,
               count(*) FILTER (WHERE standing = 'sent') AS sent,
               count(*) FILTER (WHERE standing = 'dropped') AS dropped,
               count(*) FILTER (WHERE standing = 'failed') AS failed,
               count(*) FILTER (WHERE standing = 'unknown') AS unknown,
               count(*) FILTER (WHERE standing = 'sent' AND delivered AND NOT bounced) AS delivered,
               count(*) FILTER (WHERE standing = 'sent' AND bounced) AS bounced,
               count(*) FILTER (WHERE standing = 'sent' AND hard) AS hard,
               count(*) FILTER (WHERE standing = 'sent' AND complained) AS complained,
               count(*) FILTER (WHERE standing = 'sent' AND opened) AS opened,
               count(*) FILTER (WHERE standing = 'sent' AND by_machine AND NOT opened) AS "byMachine",
               count(*) FILTER (WHERE standing = 'sent' AND clicked) AS clicked,
               count(*) FILTER (WHERE standing = 'sent' AND machine_clicked AND NOT coalesce(clicked, false)) AS "clickedByMachine",
               count(*) FILTER (WHERE standing = 'sent' AND replied) AS replied,
               count(*) FILTER (WHERE standing = 'sent' AND withdrawn) AS withdrawn
          FROM (SELECT m.channel, m.topic_id, m.template_id, left_by.message_id IS NOT NULL AS withdrawn, seen.*,
                       CASE WHEN m.ended_at IS NOT NULL AND (${until}::timestamptz IS NULL OR m.ended_at <= ${until}::timestamptz)
                            THEN m.status ELSE 'processing' END AS standing
                  FROM sending.reported_message m
                  LEFT JOIN seen ON seen.message_id = m.id
                  LEFT JOIN left_by ON left_by.message_id = m.id
                 WHERE m.id >= ${low}::uuid AND m.id < ${high}::uuid AND m.brand_id = ${brandId} AND m.test = ${test}
                   AND m.accepted_at >= ${toIso(from)}::timestamptz AND m.accepted_at < ${toIso(to)}::timestamptz
                   AND (${until}::timestamptz IS NULL OR m.accepted_at <= ${until}::timestamptz)
                   AND (${channel === undefined} OR m.channel = ${channel ?? null}::text)
                   AND (${campaign === undefined} OR m.campaign IS NOT DISTINCT FROM ${campaign ?? null}::text)) AS known
         GROUP BY GROUPING SETS ((channel, topic_id, template_id), ()))
      SELECT counted.channel, topic.key AS topic, template.key AS template, template.version AS "templateVersion",
             template.subject, whole, accepted, processing, sent, dropped, failed, unknown, delivered, bounced, hard,
             complained, opened, "byMachine", clicked, "clickedByMachine", replied, withdrawn,
             statement_timestamp() AS "readAt",
             CASE WHEN ${until}::timestamptz IS NULL THEN (SELECT size FROM ledger.head)
                  ELSE (SELECT size FROM ledger.checkpoint WHERE signed_at <= ${until}::timestamptz ORDER BY id DESC LIMIT 1)
             END AS size
        FROM counted
        LEFT JOIN consent.reported_topic topic ON topic.id = counted.topic_id
        LEFT JOIN sending.reported_template template ON template.id = counted.template_id`;
    const whole = rows.find((row) => row.whole === 1);
    if (whole === undefined) throw new Error('PostgreSQL did not count the whole');
    const counts = rows.flatMap(({ whole: _w, readAt: _r, size: _s, channel: ch, ...row }) =>
      ch === null ? [] : [{ ...row, channel: ch }],
    );
    return { counts, readAt: whole.readAt, ledgerSize: whole.size };
  },
};
