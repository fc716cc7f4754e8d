import type { BrandId, MessageId } from '#lib/kernel';
import { plainList, type SqlPart, sqlPart } from '#lib/platform';
import { MOST_HOURS, REACHED_OTHERWISE, SEEN_BITS } from './domain/message-cell.js';

const B = SEEN_BITS;

/**
 * Makes `made`: in which cells these messages are counted, as all that is known of them says; those of a brand that ended.
 * What is known of a message is looked up message by message.
 */
export const madeOf = (brandId: BrandId, ids: readonly MessageId[]): SqlPart => sqlPart`
      one AS MATERIALIZED (
        SELECT m.id, date_bin('15 minutes', m.accepted_at, 'epoch') AS quarter, m.test, m.channel, m.campaign_id, m.topic_id,
               m.template_id, m.variant, m.step, m.status, m.reason, m.ended_at, m.choice_id, seen.bits
          FROM sending.reported_message m
         CROSS JOIN LATERAL (
           SELECT CASE WHEN bool_or(type = 'bounced') THEN ${B.bounced}::int WHEN bool_or(type = 'delivered') THEN ${B.delivered}::int ELSE 0 END
                + CASE WHEN bool_or(type = 'bounced' AND bounce = 'hard') THEN ${B.hard}::int ELSE 0 END
                + CASE WHEN bool_or(type = 'complained') THEN ${B.complained}::int ELSE 0 END
                + CASE WHEN bool_or(type = 'opened' AND NOT automated) THEN ${B.opened}::int
                       WHEN bool_or(type = 'opened') THEN ${B.byMachine}::int ELSE 0 END
                + CASE WHEN bool_or(type = 'clicked' AND NOT automated) THEN ${B.clicked}::int
                       WHEN bool_or(type = 'clicked') THEN ${B.clickedByMachine}::int ELSE 0 END
                + CASE WHEN bool_or(type = 'replied') THEN ${B.replied}::int ELSE 0 END
                + CASE WHEN EXISTS (SELECT FROM consent.reported_event e
                                     WHERE e.message_id = m.id AND e.brand_id = ${brandId} AND e.effective
                                       AND e.kind IN ('withdrawn', 'revoked', 'refused', 'objected')) THEN ${B.withdrawn}::int ELSE 0 END AS bits
             FROM sending.touch t
            WHERE t.message_id = m.id AND t.brand_id = ${brandId} AND t.type <> 'sent' AND NOT t.untracked) AS seen
         WHERE m.id = ANY (${plainList(ids)}::uuid[]) AND m.brand_id = ${brandId} AND m.ended_at IS NOT NULL),
      link AS MATERIALIZED (
        SELECT one.id, one.quarter, one.campaign_id, each.led, each.seen
          FROM one CROSS JOIN LATERAL (
            -- Two links to one address are one, and so are two that differ by what follows a question mark.
            SELECT hashtextextended(held.address, 0) AS led, ${followed(sqlPart`held.by_people`)} AS seen
              FROM (WITH clicked AS (
                      SELECT substr(t.event, 6, 36)::uuid AS link, bool_or(NOT t.automated) AS by_people
                        FROM sending.touch t
                       WHERE t.message_id = one.id AND t.type = 'clicked' AND NOT t.untracked
                         AND t.event ~ '^link [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}( |$)'
                       GROUP BY 1)
                    SELECT l.address, c.by_people FROM sending.reported_link l LEFT JOIN clicked c ON c.link = l.id
                     WHERE l.message_id = one.id
                    UNION ALL
                    SELECT NULL, c.by_people FROM clicked c
                     WHERE NOT EXISTS (SELECT FROM sending.reported_link l WHERE l.message_id = one.id AND l.id = c.link)) AS held
             GROUP BY held.address) AS each
         WHERE one.status = 'sent' AND NOT one.test AND one.bits & ${B.bounced}::int = 0),
      draw AS MATERIALIZED (
        SELECT one.id, one.quarter, 'best_time' AS kind, b.channel, b.goal, b.segment, b.control, b.hours
          FROM one CROSS JOIN LATERAL (
            SELECT b.channel, b.goal, b.segment, b.control, ${hoursTo(sqlPart`b`)} AS hours
              FROM sending.reported_best_time b WHERE b.message_id = one.id AND ${isCompared(sqlPart`b`)} OFFSET 0) AS b
        UNION ALL
        -- A draw of a channel is counted with the first of its messages that have ended.
        SELECT one.id, one.quarter, 'best_channel', NULL, c.goal, c.segment, c.control, c.hours
          FROM one CROSS JOIN LATERAL (
            SELECT c.goal, c.segment, c.control, min(${hoursTo(sqlPart`c`)}) AS hours
              FROM sending.reported_choice c WHERE c.id = one.choice_id AND ${isCompared(sqlPart`c`)}
             GROUP BY c.goal, c.segment, c.control HAVING min(c.message_id::text) = one.id::text) AS c),
      made AS (
        SELECT id, quarter, 'message' AS kind, test, channel, campaign_id, topic_id, template_id, variant, step, status, reason,
               CASE WHEN status = 'sent' THEN bits WHEN choice_id IS NOT NULL AND ${isReachedOtherwise(brandId)} THEN ${REACHED_OTHERWISE}::int ELSE 0 END AS seen, NULL::bigint AS led,
               NULL::text AS goal, NULL::text AS segment, NULL::boolean AS control
          FROM one
        UNION ALL
        SELECT id, quarter, 'link', NULL, NULL, campaign_id, NULL, NULL, NULL, NULL, NULL, NULL, seen, led, NULL, NULL, NULL FROM link
        UNION ALL
        SELECT id, quarter, 'holds', NULL, NULL, campaign_id, NULL, NULL, NULL, NULL, NULL, NULL,
               CASE WHEN bool_or(seen = ${B.clicked}::int) THEN ${B.clicked}::int ELSE max(seen) END, NULL, NULL, NULL, NULL
          FROM link GROUP BY id, quarter, campaign_id
        UNION ALL
        SELECT id, quarter, kind, NULL, channel, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
               CASE WHEN hours <= ${MOST_HOURS}::int THEN greatest(hours, 1)::int ELSE 0 END, NULL, goal, segment, control
          FROM draw)`;

/** Whether another message of the request of `one` was sent and has not come back. Looked up message by message: no joins. */
function isReachedOtherwise(brandId: BrandId): SqlPart {
  return sqlPart`coalesce((
                 SELECT true FROM sending.reported_message o
                  WHERE o.choice_id = one.choice_id AND o.id <> one.id AND o.brand_id = ${brandId} AND o.status = 'sent'
                    AND (SELECT count(*) FROM sending.touch t WHERE t.message_id = o.id AND t.brand_id = ${brandId} AND t.type = 'bounced') = 0
                  LIMIT 1), false)`;
}

/** Of messages with a draw: those that are compared, and have ended. */
export function isCompared(drawn: SqlPart): SqlPart {
  return sqlPart`${drawn}.control IS NOT NULL AND ${drawn}.ended_at IS NOT NULL AND ${isOfDraw(drawn)}`;
}

/** Of a draw: whom an experiment left alone was sent nothing, whatever was drawn. */
export function isOfDraw(drawn: SqlPart): SqlPart {
  return sqlPart`NOT ${drawn}.test AND ${drawn}.reason IS DISTINCT FROM 'holdout'`;
}

/** Within how many hours of a message's end the goal of its draw was met; null: it was not. */
function hoursTo(drawn: SqlPart): SqlPart {
  return sqlPart`
    (SELECT floor(extract(epoch FROM min(t.at) - ${drawn}.ended_at) / 3600) + 1 FROM sending.touch t
      WHERE t.message_id = ${drawn}.message_id AND t.type = ${drawn}.goal AND NOT t.automated AND NOT t.untracked)`;
}

/** A person followed it, a machine alone did, or nobody. */
function followed(byPeople: SqlPart): SqlPart {
  return sqlPart`CASE bool_or(${byPeople}) WHEN true THEN ${B.clicked}::int WHEN false THEN ${B.clickedByMachine}::int ELSE 0 END`;
}
