import type { BrandId } from '#lib/kernel';
import { joinParts, type SqlPart, sqlPart } from '#lib/platform';
import { CLOCKS_DIFFER_MS, firstIdAt } from '../message-period.js';
import type { Bounds } from './domain/bounds.js';

/** Whose rows, as they were known when. */
export interface FeedScope {
  readonly brandId: BrandId;
  /** In microseconds, because the next page reads up to this very instant again; all of it is settled. */
  readonly asOf: string;
  /** Between which instants the days begin that are asked for. */
  readonly when: Bounds;
}

/** A day may be an hour longer than others where clocks are set back. */
const LONGEST_DAY_MS = 25 * 3_600_000;

/** Ids are in order of time, so messages of few days are found without reading all. */
function idsOf(id: SqlPart, { least, most }: Bounds): SqlPart {
  return joinParts(
    [
      sqlPart`true`,
      ...(least === null ? [] : [sqlPart`${id} >= ${firstIdAt(least - CLOCKS_DIFFER_MS)}::uuid`]),
      ...(most === null || most > LAST_ID_MS
        ? []
        : [sqlPart`${id} < ${firstIdAt(most + LONGEST_DAY_MS + CLOCKS_DIFFER_MS)}::uuid`]),
    ],
    ' AND ',
  );
}

/** Later instants are behind every id. */
const LAST_ID_MS = 2 ** 47;

/** Messages by then, each with the day of the brand's clock on which it was accepted and where it stood. */
const stood = ({ brandId, asOf, when }: FeedScope): SqlPart => sqlPart`
  (SELECT (m.accepted_at AT TIME ZONE b.default_zone)::date AS day, b.default_zone AS zone, m.id, m.channel, m.campaign, m.variant,
          m.step, m.topic_id, m.template_id, CASE WHEN m.ended_at <= ${asOf}::timestamptz THEN m.reason END AS reason,
          CASE WHEN m.ended_at <= ${asOf}::timestamptz THEN m.status ELSE 'processing' END AS standing
     FROM sending.reported_message m
     JOIN consent.reported_brand b ON b.id = m.brand_id
    WHERE m.brand_id = ${brandId} AND NOT m.test AND m.accepted_at <= ${asOf}::timestamptz AND ${idsOf(sqlPart`m.id`, when)})`;

/** What is known of each message that was sent: whether it ever was opened, not how often. */
const seen = ({ brandId, asOf, when }: FeedScope): SqlPart => sqlPart`
  (SELECT message_id, bool_or(type = 'delivered') AS delivered, bool_or(type = 'bounced') AS bounced,
          bool_or(type = 'bounced' AND bounce = 'hard') AS hard, bool_or(type = 'opened' AND NOT automated) AS opened,
          bool_or(type = 'opened' AND automated) AS machine_opened, bool_or(type = 'clicked' AND NOT automated) AS clicked,
          bool_or(type = 'clicked' AND automated) AS machine_clicked, bool_or(type = 'replied') AS replied,
          bool_or(type = 'complained') AS complained
     FROM sending.touch
    WHERE brand_id = ${brandId} AND type <> 'sent' AND NOT untracked AND recorded_at <= ${asOf}::timestamptz
      AND ${idsOf(sqlPart`message_id`, when)}
    GROUP BY message_id)`;

/** Messages whose reader left by a link in them. */
const leftBy = ({ brandId, asOf }: FeedScope): SqlPart => sqlPart`
  (SELECT DISTINCT message_id
     FROM consent.reported_event
    WHERE brand_id = ${brandId} AND message_id IS NOT NULL AND effective AND recorded_at <= ${asOf}::timestamptz
      AND kind IN ('withdrawn', 'revoked', 'refused', 'objected'))`;

const DAY = sqlPart`day AS "Date", day::timestamp AT TIME ZONE zone AS "From"`;
const STANDINGS = sqlPart`
  count(*)::integer AS "Accepted", (count(*) FILTER (WHERE standing = 'processing'))::integer AS "Processing",
  (count(*) FILTER (WHERE standing = 'sent'))::integer AS "Sent", (count(*) FILTER (WHERE standing = 'dropped'))::integer AS "Dropped",
  (count(*) FILTER (WHERE standing = 'failed'))::integer AS "Failed",
  (count(*) FILTER (WHERE standing = 'unknown'))::integer AS "Unknown"`;
/** How many that were sent fulfil a condition. */
const sentAnd = (condition: SqlPart): SqlPart =>
  sqlPart`(count(*) FILTER (WHERE standing = 'sent' AND ${condition}))::integer`;

export const MESSAGE_FEEDS = {
  CampaignDaily: (scope: FeedScope): SqlPart => sqlPart`
    SELECT ${DAY}, channel AS "Channel", coalesce(campaign, '') AS "Campaign", ${STANDINGS},
           ${sentAnd(sqlPart`bounced`)} AS "Bounced", ${sentAnd(sqlPart`opened`)} AS "Opened",
           ${sentAnd(sqlPart`clicked`)} AS "Clicked", ${sentAnd(sqlPart`replied`)} AS "Replied",
           ${sentAnd(sqlPart`complained`)} AS "Complained"
      FROM ${stood(scope)} stood
      LEFT JOIN ${seen(scope)} seen ON seen.message_id = stood.id
     GROUP BY day, zone, channel, campaign`,
  ExitDaily: (scope: FeedScope): SqlPart => sqlPart`
    SELECT ${DAY}, coalesce(campaign, '') AS "Campaign", coalesce(variant, '') AS "Path", coalesce(step, '') AS "Step",
           channel AS "Channel", standing AS "Standing", coalesce(reason, '') AS "Reason", count(*)::integer AS "Messages"
      FROM ${stood(scope)} stood
     GROUP BY day, zone, campaign, variant, step, channel, standing, reason`,
  EmailKpi: (scope: FeedScope): SqlPart => sqlPart`
    SELECT ${DAY}, coalesce(campaign, '') AS "Campaign", coalesce(topic.key, '') AS "Topic",
           template.key AS "Template", template.version AS "TemplateVersion", template.subject AS "Subject", ${STANDINGS},
           ${sentAnd(sqlPart`delivered AND NOT bounced`)} AS "Delivered", ${sentAnd(sqlPart`bounced`)} AS "Bounced",
           ${sentAnd(sqlPart`hard`)} AS "HardBounced", ${sentAnd(sqlPart`NOT coalesce(bounced, false)`)} AS "Arrived",
           ${sentAnd(sqlPart`opened`)} AS "Opened", ${sentAnd(sqlPart`machine_opened AND NOT opened`)} AS "OpenedByMachine",
           ${sentAnd(sqlPart`clicked`)} AS "Clicked", ${sentAnd(sqlPart`machine_clicked AND NOT clicked`)} AS "ClickedByMachine",
           ${sentAnd(sqlPart`replied`)} AS "Replied", ${sentAnd(sqlPart`complained`)} AS "Complained",
           ${sentAnd(sqlPart`left_by.message_id IS NOT NULL`)} AS "Withdrawn"
      FROM ${stood(scope)} stood
      LEFT JOIN ${seen(scope)} seen ON seen.message_id = stood.id
      LEFT JOIN ${leftBy(scope)} left_by ON left_by.message_id = stood.id
      LEFT JOIN consent.reported_topic topic ON topic.id = stood.topic_id
      LEFT JOIN sending.reported_template template ON template.id = stood.template_id
     WHERE stood.channel = 'email'
     GROUP BY day, zone, campaign, topic.key, template.key, template.version, template.subject`,
};
