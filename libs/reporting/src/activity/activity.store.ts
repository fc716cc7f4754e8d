import type { BrandId, EpochMs } from '#lib/kernel';
import { sqlPart, toIso, type Tx } from '#lib/platform';
import { addressOf } from '../facts/domain/fact.js';
import { BlocksBuilder } from './contact-memory.js';
import type { Engagement, Presence } from './domain/activity.js';
import { type ContactTouches, TouchNumbers } from './domain/contact-touches.js';

/** Whose, as it was known when, and between which instants: `from` inclusive, `to` exclusive. */
export interface ActivityScope {
  readonly brandId: BrandId;
  readonly asOf: EpochMs;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** SQL on what people did and were sent: published views and facts. Only what was recorded at or before `asOf` is seen. */
export const activityStore = {
  /** Clicks and replies of people, visits and events of one's own, oldest first. */
  async engagements(tx: Tx, { brandId, asOf, from, to }: ActivityScope): Promise<Engagement[]> {
    const [then, first, end] = [asOf, from, to].map(toIso);
    const rows = await tx.sql<Engagement>`
      WITH belongs AS (
        SELECT DISTINCT ON (contact_id) contact_id, account_id FROM consent.contact_account
         WHERE brand_id = ${brandId} AND recorded_at <= ${then}::timestamptz ORDER BY contact_id, n DESC),
      fact AS (
        SELECT DISTINCT ON (kind, external_id) kind, external_id, at, body, retracted FROM reporting.fact
         WHERE brand_id = ${brandId} AND kind IN ('visit', 'custom') AND recorded_at <= ${then}::timestamptz
         ORDER BY kind, external_id, version DESC),
      did AS (
        SELECT t.message_id || ' ' || t.type || ' ' || t.event AS id, CASE t.type WHEN 'clicked' THEN 'click' ELSE 'reply' END AS kind,
               t.at, t.contact_id AS contact, NULL::uuid AS account, t.channel, t.campaign, l.address AS about
          FROM sending.reported_touch t
          LEFT JOIN sending.reported_link l
            ON l.message_id = t.message_id AND t.event ~ '^link [0-9a-f-]{36}( |$)' AND l.id::text = substr(t.event, 6, 36)
         WHERE t.brand_id = ${brandId} AND NOT t.test AND t.type <> 'sent' AND t.recorded_at <= ${then}::timestamptz
        UNION ALL
        SELECT CASE kind WHEN 'visit' THEN 'visit ' ELSE '' END || external_id,
               CASE kind WHEN 'visit' THEN 'visit' ELSE coalesce(body ->> 'action', 'event') END, at,
               (body ->> 'contactId')::uuid, (body ->> 'accountId')::uuid, body ->> 'channel', body ->> 'campaign',
               coalesce(body ->> 'page', body ->> 'about')
          FROM fact WHERE NOT retracted)
      SELECT d.id, d.kind, d.at, d.contact::text AS contact, coalesce(d.account, b.account_id, d.contact)::text AS account,
             d.channel, d.campaign, d.about
        FROM did d LEFT JOIN belongs b ON b.contact_id = d.contact
       WHERE d.at >= ${first}::timestamptz AND d.at < ${end}::timestamptz AND d.at <= ${then}::timestamptz
       ORDER BY d.at, d.id COLLATE "C"`;
    return rows.map(({ about, ...row }) => ({ ...row, about: about === null ? null : addressOf(about) }));
  },

  /** What every contact was sent and did, out of the log. What came back is not in it. */
  async contacts(tx: Tx, { brandId, asOf }: Pick<ActivityScope, 'brandId' | 'asOf'>): Promise<ContactTouches> {
    const then = sqlPart`${toIso(asOf)}::timestamptz`;
    const numbers = new TouchNumbers();
    const blocks = new BlocksBuilder(numbers);
    await tx.copyOut(
      sqlPart`
      WITH belongs AS (
        SELECT DISTINCT ON (contact_id) contact_id, account_id FROM consent.contact_account
         WHERE brand_id = ${brandId}::uuid AND recorded_at <= ${then} ORDER BY contact_id, n DESC),
      touch AS (
        SELECT contact_id, at, campaign, CASE type WHEN 'sent' THEN 'sent' WHEN 'clicked' THEN 'click' ELSE 'reply' END AS kind
          FROM sending.reported_touch
         WHERE brand_id = ${brandId}::uuid AND NOT test AND at <= ${then} AND recorded_at <= ${then}
           AND (type <> 'sent' OR bounced_at IS NULL OR bounced_at > ${then})
        UNION ALL
        SELECT (body ->> 'contactId')::uuid, at, body ->> 'campaign', 'visit'
          FROM (SELECT DISTINCT ON (external_id) at, body, retracted FROM reporting.fact
                 WHERE brand_id = ${brandId}::uuid AND kind = 'visit' AND recorded_at <= ${then}
                 ORDER BY external_id, version DESC) v
         WHERE NOT retracted AND at <= ${then})
      SELECT coalesce(b.account_id, t.contact_id) AS account, t.contact_id, t.at, t.kind, t.campaign
        FROM touch t LEFT JOIN belongs b ON b.contact_id = t.contact_id
       ORDER BY account, t.contact_id, t.kind <> 'sent', t.at`,
      (row) => blocks.add(row),
    );
    return blocks.end();
  },

  /**
   * How many pairs of a contact and a campaign of which it was sent something there are, and how many of the messages were
   * sent since an instant: counted without anything that reports use.
   */
  async sentCounts(
    tx: Tx,
    { brandId, asOf, from }: Omit<ActivityScope, 'to'>,
  ): Promise<{ readonly entries: number; readonly messages: number }> {
    const [then, since] = [toIso(asOf), toIso(from)];
    const [row] = await tx.sql<{ entries: number; messages: number }>`
      SELECT count(*) AS entries, coalesce(sum(messages), 0)::bigint AS messages
        FROM (SELECT count(*) AS messages FROM sending.reported_touch
               WHERE brand_id = ${brandId} AND NOT test AND type = 'sent' AND at >= ${since}::timestamptz
                 AND at <= ${then}::timestamptz AND recorded_at <= ${then}::timestamptz
                 AND (bounced_at IS NULL OR bounced_at > ${then}::timestamptz)
               GROUP BY contact_id, campaign) e`;
    if (row === undefined) throw new Error('PostgreSQL did not count');
    return row;
  },

  /** Everybody who was sent something before the period ended, and when they did something since they are known. */
  async presences(tx: Tx, { brandId, asOf, to }: Omit<ActivityScope, 'from'>): Promise<Presence[]> {
    const [then, end] = [asOf, to].map(toIso);
    return tx.sql<Presence>`
      WITH fact AS (
        SELECT DISTINCT ON (kind, external_id) at, body, retracted FROM reporting.fact
         WHERE brand_id = ${brandId} AND kind IN ('visit', 'custom') AND recorded_at <= ${then}::timestamptz
         ORDER BY kind, external_id, version DESC),
      was AS (
        SELECT contact_id, at, type = 'sent' AS sent FROM sending.reported_touch
         WHERE brand_id = ${brandId} AND NOT test AND recorded_at <= ${then}::timestamptz
           AND (type <> 'sent' OR bounced_at IS NULL OR bounced_at > ${then}::timestamptz)
        UNION ALL
        SELECT (body ->> 'contactId')::uuid, at, false FROM fact WHERE NOT retracted AND body ->> 'contactId' IS NOT NULL)
      SELECT contact_id::text AS contact, min(at) FILTER (WHERE sent) AS first,
             coalesce(jsonb_agg(floor(extract(epoch FROM at) * 1000)::bigint ORDER BY at) FILTER (WHERE NOT sent), '[]') AS did
        FROM was
       WHERE at < ${end}::timestamptz AND at <= ${then}::timestamptz
       GROUP BY contact_id HAVING bool_or(sent)
       ORDER BY contact_id`;
  },
};
