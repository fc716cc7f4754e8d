import type { BrandId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/** By what touches are named. */
export const DIMENSIONS = ['channel', 'campaign', 'topic'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What counts as a touch: what reached somebody, or what they did about it. Visits are both. */
export const BASES = ['delivered', 'engaged'] as const;
export type Basis = (typeof BASES)[number];

export interface StreamedTouch {
  readonly id: string;
  readonly at: EpochMs;
  readonly account: string;
  readonly contact: string;
  readonly name: string;
}

/** Messages of one channel and campaign that left on one day. */
export interface SentMessages {
  readonly day: string;
  readonly channel: string;
  readonly campaign: string | null;
  readonly messages: number;
}

/** The first message of a campaign's variants that an account or a contact was sent. */
export interface Exposure {
  readonly campaign: string;
  readonly variant: string;
  /** Id of the account or contact. */
  readonly unit: string;
  readonly at: EpochMs;
}

/** A touch without a campaign or a topic. */
export const NO_NAME = '(none)';

/** SQL on what reached people: published views, and visits. Only what was recorded at or before `asOf` is seen. */
export const touchStore = {
  /** Begins to read; `next` reads on. Touches of one account follow each other. */
  async open(tx: Tx, brandId: BrandId, asOf: EpochMs, by: Dimension, basis: Basis): Promise<void> {
    await tx.execute`
      DECLARE reported_touches NO SCROLL CURSOR FOR
      WITH belongs AS (
        SELECT DISTINCT ON (contact_id) contact_id, account_id FROM consent.contact_account
         WHERE brand_id = ${brandId} AND recorded_at <= ${toIso(asOf)} ORDER BY contact_id, n DESC),
      touch AS (
        SELECT CASE WHEN type = 'sent' THEN message_id::text ELSE message_id || ' ' || type || ' ' || event END AS id, at, contact_id,
               CASE ${by}::text WHEN 'channel' THEN channel WHEN 'campaign' THEN campaign ELSE topic END AS name
          FROM sending.reported_touch
         WHERE brand_id = ${brandId} AND NOT test AND at <= ${toIso(asOf)} AND recorded_at <= ${toIso(asOf)}
           AND (type = 'sent') = (${basis}::text = 'delivered')
           AND (bounced_at IS NULL OR bounced_at > ${toIso(asOf)} OR type <> 'sent')
        UNION ALL
        SELECT 'visit ' || external_id, at, (body ->> 'contactId')::uuid,
               CASE ${by}::text WHEN 'channel' THEN body ->> 'channel' WHEN 'campaign' THEN body ->> 'campaign' END
          FROM (SELECT DISTINCT ON (external_id) external_id, at, body, retracted FROM reporting.fact
                 WHERE brand_id = ${brandId} AND kind = 'visit' AND recorded_at <= ${toIso(asOf)}
                 ORDER BY external_id, version DESC) v
         WHERE NOT retracted AND at <= ${toIso(asOf)})
      SELECT t.id, t.at, coalesce(b.account_id, t.contact_id)::text AS account, t.contact_id::text AS contact,
             coalesce(t.name, ${NO_NAME}::text) AS name
        FROM touch t LEFT JOIN belongs b ON b.contact_id = t.contact_id
       ORDER BY account`;
  },

  async next(tx: Tx): Promise<StreamedTouch[]> {
    return tx.sql<StreamedTouch>`FETCH 10000 FROM reported_touches`;
  },

  async close(tx: Tx): Promise<void> {
    await tx.execute`CLOSE reported_touches`;
  },

  /** Accounts of these contacts. */
  async accountsOf(tx: Tx, brandId: BrandId, asOf: EpochMs, contacts: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.sql<{ contact: string; account: string | null }>`
      SELECT DISTINCT ON (contact_id) contact_id::text AS contact, account_id::text AS account FROM consent.contact_account
       WHERE brand_id = ${brandId} AND contact_id = ANY (${[...contacts]}::uuid[]) AND recorded_at <= ${toIso(asOf)}
       ORDER BY contact_id, n DESC`;
    return new Map(rows.flatMap(({ contact, account }) => (account === null ? [] : [[contact, account]])));
  },

  /** Who met a variant for the first time in the period; whoever met one before stays with it. */
  async exposures(
    tx: Tx,
    brandId: BrandId,
    {
      asOf,
      from,
      to,
      unit,
      campaign,
    }: {
      readonly asOf: EpochMs;
      readonly from: EpochMs;
      readonly to: EpochMs;
      readonly unit: 'account' | 'contact';
      readonly campaign: string | undefined;
    },
  ): Promise<Exposure[]> {
    return tx.sql<Exposure>`
      WITH belongs AS (
        SELECT DISTINCT ON (contact_id) contact_id, account_id FROM consent.contact_account
         WHERE brand_id = ${brandId} AND recorded_at <= ${toIso(asOf)} ORDER BY contact_id, n DESC),
      met AS (
        SELECT coalesce(t.campaign, ${NO_NAME}::text) AS campaign, t.variant, t.at, t.message_id,
               CASE WHEN ${unit}::text = 'account' THEN coalesce(b.account_id, t.contact_id) ELSE t.contact_id END::text AS unit
          FROM sending.reported_touch t LEFT JOIN belongs b ON b.contact_id = t.contact_id
         WHERE t.brand_id = ${brandId} AND NOT t.test AND t.type = 'sent' AND t.variant IS NOT NULL
           AND t.at <= ${toIso(asOf)} AND t.recorded_at <= ${toIso(asOf)}
           AND (${campaign ?? null}::text IS NULL OR t.campaign = ${campaign ?? null}::text)),
      first AS (
        SELECT DISTINCT ON (campaign, unit) campaign, variant, unit, at FROM met ORDER BY campaign, unit, at, message_id)
      SELECT campaign, variant, unit, at FROM first
       WHERE at >= ${toIso(from)} AND at < ${toIso(to)}
       ORDER BY campaign COLLATE "C", variant COLLATE "C", unit`;
  },

  /** Everything that was handed over costs, also what came back. */
  async sent(
    tx: Tx,
    brandId: BrandId,
    {
      asOf,
      from,
      to,
      zone,
    }: { readonly asOf: EpochMs; readonly from: EpochMs; readonly to: EpochMs; readonly zone: string },
  ): Promise<SentMessages[]> {
    return tx.sql<SentMessages>`
      SELECT to_char(at AT TIME ZONE ${zone}::text, 'YYYY-MM-DD') AS day, channel, campaign, count(*) AS messages
        FROM sending.reported_touch
       WHERE brand_id = ${brandId} AND NOT test AND type = 'sent' AND recorded_at <= ${toIso(asOf)}
         AND at >= ${toIso(from)} AND at < ${toIso(to)} AND at <= ${toIso(asOf)}
       GROUP BY day, channel, campaign ORDER BY day, channel COLLATE "C", campaign COLLATE "C" NULLS FIRST`;
  },
};
