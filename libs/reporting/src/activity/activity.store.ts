import type { BrandId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { addressOf } from '../facts/domain/fact.js';
import type { Engagement, Entry, Presence } from './domain/activity.js';

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

  /** Who was sent what of which campaign in the period, in order of campaigns and contacts. What came back is not in it. */
  async entries(tx: Tx, { brandId, asOf, from, to }: ActivityScope): Promise<Entry[]> {
    const [then, first, end] = [asOf, from, to].map(toIso);
    return tx.sql<Entry>`
      WITH belongs AS (
        SELECT DISTINCT ON (contact_id) contact_id, account_id FROM consent.contact_account
         WHERE brand_id = ${brandId} AND recorded_at <= ${then}::timestamptz ORDER BY contact_id, n DESC),
      entered AS (
        SELECT contact_id, campaign, count(*) FILTER (WHERE at >= ${first}::timestamptz) AS messages, min(at) AS first
          FROM sending.reported_touch
         WHERE brand_id = ${brandId} AND NOT test AND type = 'sent' AND at < ${end}::timestamptz
           AND at <= ${then}::timestamptz AND recorded_at <= ${then}::timestamptz
           AND (bounced_at IS NULL OR bounced_at > ${then}::timestamptz)
         GROUP BY contact_id, campaign)
      SELECT e.contact_id::text AS contact, coalesce(b.account_id, e.contact_id)::text AS account, e.campaign, e.messages, e.first
        FROM entered e LEFT JOIN belongs b ON b.contact_id = e.contact_id
       WHERE e.messages > 0
       ORDER BY e.campaign COLLATE "C" NULLS FIRST, e.contact_id`;
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
