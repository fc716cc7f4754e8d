import type { Channel, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Asked, ReadIn } from '../domain/asked.js';
import { CLOCKS_DIFFER_MS, firstIdAt } from '../message-period.js';
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
    // Withdrawals are few and messages many: matched by a hash, which statements that look up keys are not offered.
    await tx.execute`SET LOCAL enable_hashjoin = on`;
    const rows = await tx.sql<
      Omit<DeliveryCount, 'channel'> & { channel: Channel | null; whole: number; readAt: EpochMs; size: number | null }
    >`
      WITH left_by AS (
        SELECT DISTINCT message_id
          FROM consent.reported_event
         WHERE brand_id = ${brandId} AND id >= ${firstIdAt(from - CLOCKS_DIFFER_MS)}::uuid AND message_id IS NOT NULL AND effective
           AND kind IN ('withdrawn', 'revoked', 'refused', 'objected')
           AND (${until}::timestamptz IS NULL OR recorded_at <= ${until}::timestamptz)),
      known AS (
        SELECT m.channel, m.topic, template.key AS template, template.version AS "templateVersion",
               template.contents -> template.default_language ->> 'subject' AS subject,
               CASE WHEN m.ended_at IS NOT NULL AND (${until}::timestamptz IS NULL OR m.ended_at <= ${until}::timestamptz)
                    THEN m.status ELSE 'processing' END AS standing,
               left_by.message_id IS NOT NULL AS withdrawn,
               seen.*
          FROM sending.reported_message m
          JOIN sending.template template ON template.id = m.template_id
          LEFT JOIN left_by ON left_by.message_id = m.id
         CROSS JOIN LATERAL (
               SELECT coalesce(bool_or(type = 'delivered'), false) AS delivered,
                      coalesce(bool_or(type = 'bounced' AND bounce = 'hard'), false) AS hard,
                      coalesce(bool_or(type = 'bounced'), false) AS bounced,
                      coalesce(bool_or(type = 'complained'), false) AS complained,
                      coalesce(bool_or(type = 'opened' AND NOT automated), false) AS opened,
                      coalesce(bool_or(type = 'opened' AND automated), false) AS by_machine,
                      coalesce(bool_or(type = 'clicked' AND NOT automated), false) AS clicked,
                      coalesce(bool_or(type = 'replied'), false) AS replied
                 FROM sending.touch t
                WHERE t.message_id = m.id AND (${until}::timestamptz IS NULL OR t.at <= ${until}::timestamptz)) AS seen
         WHERE m.id >= ${firstIdAt(from - CLOCKS_DIFFER_MS)}::uuid AND m.id < ${firstIdAt(to + CLOCKS_DIFFER_MS)}::uuid
           AND m.brand_id = ${brandId} AND m.test = ${test}
           AND m.accepted_at >= ${toIso(from)}::timestamptz AND m.accepted_at < ${toIso(to)}::timestamptz
           AND (${until}::timestamptz IS NULL OR m.accepted_at <= ${until}::timestamptz)
           AND (${channel === undefined} OR m.channel = ${channel ?? null}::text)
           AND (${campaign === undefined} OR m.campaign IS NOT DISTINCT FROM ${campaign ?? null}::text))
      SELECT channel, topic, template, "templateVersion", subject, grouping(channel) AS whole,
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
             count(*) FILTER (WHERE standing = 'sent' AND replied) AS replied,
             count(*) FILTER (WHERE standing = 'sent' AND withdrawn) AS withdrawn,
             statement_timestamp() AS "readAt",
             CASE WHEN ${until}::timestamptz IS NULL THEN (SELECT size FROM ledger.head)
                  ELSE (SELECT size FROM ledger.checkpoint WHERE signed_at <= ${until}::timestamptz ORDER BY id DESC LIMIT 1)
             END AS size
        FROM known
       GROUP BY GROUPING SETS ((channel, topic, template, "templateVersion", subject), ())`;
    const whole = rows.find((row) => row.whole === 1);
    if (whole === undefined) throw new Error('PostgreSQL did not count the whole');
    const counts = rows.flatMap(({ whole: _w, readAt: _r, size: _s, channel: ch, ...row }) =>
      ch === null ? [] : [{ ...row, channel: ch }],
    );
    return { counts, readAt: whole.readAt, ledgerSize: whole.size };
  },
};
