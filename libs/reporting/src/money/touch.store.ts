import type { Dimension } from './domain/dimension.js';
import type { Exposure } from './domain/exposures.js';
import { NO_NAME } from './domain/no-name.js';
import type { BrandId, EpochMs } from '#lib/kernel';
import { type SqlPart, sqlPart, toIso, type Tx } from '#lib/platform';

export { DIMENSIONS, type Dimension } from './domain/dimension.js';

/** What counts as a touch: what reached somebody, or what they did about it. Visits are both. */
export const BASES = ['delivered', 'engaged'] as const;
export type Basis = (typeof BASES)[number];

export interface StreamedTouch {
  readonly id: string;
  readonly at: EpochMs;
  readonly account: string;
  readonly contact: string;
  readonly name: string;
  /** Which message it was, where that is asked for. */
  readonly send: string | null;
}

/** Messages of one channel, campaign and, where that is asked for, provider that left on one day. */
export interface SentMessages {
  readonly day: string;
  readonly channel: string;
  readonly campaign: string | null;
  /** Key of the provider; null where nobody asked. */
  readonly provider: string | null;
  readonly messages: number;
  /** What is charged for: parts of a text message, otherwise messages. */
  readonly units: number;
}

/** Whose touches, as they were known when, and how they are named. */
export interface TouchScope {
  readonly brandId: BrandId;
  readonly asOf: EpochMs;
  readonly by: Dimension;
  readonly basis: Basis;
  /** Whether it is told which messages were the same: of one template, campaign and step. */
  readonly collapseSend?: boolean;
  /** Every message that left, those too that came back, and no visit: what is paid for. */
  readonly returned?: boolean;
}

/** A click that credits nobody. */
export interface UntrackedClick {
  readonly message: string;
  readonly at: EpochMs;
}

/** Which touches are listed; what is null narrows nothing. */
export interface ListedTouches {
  readonly from: EpochMs;
  /** Before this. */
  readonly to: EpochMs;
  /** Ids. */
  readonly account: string | null;
  readonly contact: string | null;
  readonly name: string | null;
  readonly channel: string | null;
  /** Of accounts alone of which nobody said anything; their ids are no account of these. */
  readonly notOf: readonly string[] | null;
}

/** Makes `named`: every touch with the account it counts for. */
const touchesOf = ({ brandId, asOf, by, basis, collapseSend = false, returned = false }: TouchScope): SqlPart => {
  return sqlPart`
      WITH belongs AS (
        SELECT DISTINCT ON (contact_id) contact_id, account_id FROM consent.contact_account
         WHERE brand_id = ${brandId} AND recorded_at <= ${toIso(asOf)}::timestamptz ORDER BY contact_id, n DESC),
      touch AS (
        SELECT CASE WHEN type = 'sent' THEN message_id::text ELSE message_id || ' ' || type || ' ' || event END AS id, at, contact_id, channel,
               ${nameOfTouch(by)} AS name,
               ${
                 collapseSend
                   ? sqlPart`CASE WHEN type = 'sent' AND template_id IS NOT NULL THEN concat_ws(' ', template_id, campaign, step) END`
                   : sqlPart`NULL::text`
               } AS send
          FROM sending.reported_touch ${by === 'content' ? CONTENT : sqlPart``}
         WHERE brand_id = ${brandId} AND NOT test AND at <= ${toIso(asOf)}::timestamptz AND recorded_at <= ${toIso(asOf)}::timestamptz
           AND (type = 'sent') = (${basis}::text = 'delivered')
           AND (${returned}::boolean OR bounced_at IS NULL OR bounced_at > ${toIso(asOf)}::timestamptz OR type <> 'sent')
        UNION ALL
        SELECT 'visit ' || external_id, at, (body ->> 'contactId')::uuid, body ->> 'channel', ${nameOfVisit(by)}, NULL
          FROM (SELECT DISTINCT ON (external_id) external_id, at, body, retracted FROM reporting.fact
                 WHERE brand_id = ${brandId} AND kind = 'visit' AND recorded_at <= ${toIso(asOf)}::timestamptz
                 ORDER BY external_id, version DESC) v
         WHERE NOT retracted AND NOT ${returned}::boolean AND at <= ${toIso(asOf)}::timestamptz),
      named AS (
        SELECT t.id, t.at, coalesce(b.account_id, t.contact_id) AS account, t.contact_id, t.channel, coalesce(t.name, ${NO_NAME}::text) AS name, t.send
          FROM touch t LEFT JOIN belongs b ON b.contact_id = t.contact_id)`;
};

const CONTENT = sqlPart`
          LEFT JOIN (SELECT id, key FROM sending.reported_template) AS content ON content.id = template_id`;

/** Only the name that is asked for is looked up. */
function nameOfTouch(by: Dimension): SqlPart {
  switch (by) {
    case 'channel':
      return sqlPart`channel`;
    case 'campaign':
      return sqlPart`campaign`;
    case 'topic':
      return sqlPart`topic`;
    case 'content':
      return sqlPart`content.key`;
  }
}

function nameOfVisit(by: Dimension): SqlPart {
  switch (by) {
    case 'channel':
      return sqlPart`body ->> 'channel'`;
    case 'campaign':
      return sqlPart`body ->> 'campaign'`;
    case 'topic':
      return sqlPart`NULL::text`;
    case 'content':
      return sqlPart`body ->> 'page'`;
  }
}

interface SentPeriod {
  readonly asOf: EpochMs;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly zone: string;
}

/** SQL on what reached people: published views, and visits. Only what was recorded at or before `asOf` is seen. */
export const touchStore = {
  /**
   * Begins to read; `next` reads on. Touches of one account follow each other.
   * @param accounts of these alone; null: of everybody
   */
  async open(tx: Tx, scope: TouchScope, accounts: readonly string[] | null): Promise<void> {
    const ofThem = accounts === null ? sqlPart`true` : sqlPart`account = ANY (${[...accounts]}::uuid[])`;
    await tx.composed(sqlPart`
      DECLARE reported_touches NO SCROLL CURSOR FOR
      ${touchesOf(scope)}
      SELECT id, at, account::text AS account, contact_id::text AS contact, name, send FROM named WHERE ${ofThem} ORDER BY account`);
  },

  /** Clicks between two instants of people who did not let themselves be counted, oldest first. Uses touch_untracked_idx. */
  async untracked(
    tx: Tx,
    { brandId, asOf, from, to }: Pick<TouchScope, 'brandId' | 'asOf'> & Pick<ListedTouches, 'from' | 'to'>,
  ): Promise<UntrackedClick[]> {
    return tx.sql<UntrackedClick>`
      SELECT message_id::text AS message, at FROM sending.reported_feedback
       WHERE brand_id = ${brandId} AND untracked AND NOT test AND NOT automated AND recorded_at <= ${toIso(asOf)}
         AND at >= ${toIso(from)} AND at < ${toIso(to)} AND at <= ${toIso(asOf)}
       ORDER BY at, message_id, event`;
  },

  /** Touches by when they were and by id, from behind a place on. */
  async list(
    tx: Tx,
    scope: TouchScope,
    { from, to, account, contact, name, channel, notOf }: ListedTouches,
    after: { readonly at: EpochMs; readonly id: string } | null,
    limit: number,
  ): Promise<StreamedTouch[]> {
    const behind =
      after === null
        ? sqlPart`true`
        : sqlPart`(at, id COLLATE "C") > (${toIso(after.at)}::timestamptz, ${after.id}::text)`;
    const rows = await tx.composed<[string, EpochMs, string, string, string]>(sqlPart`
      ${touchesOf(scope)}
      SELECT id, at, account::text, contact_id::text, name FROM named
       WHERE at >= ${toIso(from)}::timestamptz AND at < ${toIso(to)}::timestamptz AND ${behind}
         AND (${account}::uuid IS NULL OR account = ${account}::uuid)
         AND (${contact}::uuid IS NULL OR contact_id = ${contact}::uuid)
         AND (${name}::text IS NULL OR name = ${name}::text)
         AND (${channel}::text IS NULL OR channel = ${channel}::text)
         AND (${notOf === null}::boolean OR account <> ALL (${[...(notOf ?? [])]}::uuid[]))
       ORDER BY at, id COLLATE "C" LIMIT ${limit}`);
    return rows.map(([id, at, whose, who, called]) => ({
      id,
      at,
      account: whose,
      contact: who,
      name: called,
      send: null,
    }));
  },

  /** How many touches of each name there were between two instants. */
  async counts(
    tx: Tx,
    scope: TouchScope,
    { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  ): Promise<Map<string, number>> {
    const rows = await tx.composed<[string, number]>(sqlPart`
      ${touchesOf(scope)}
      SELECT name, count(*) FROM named WHERE at >= ${toIso(from)}::timestamptz AND at < ${toIso(to)}::timestamptz GROUP BY name`);
    return new Map(rows);
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
        SELECT coalesce(t.campaign, ${NO_NAME}::text) AS campaign, t.variant, date_trunc('milliseconds', t.at) AS at, t.message_id,
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
  async sent(tx: Tx, brandId: BrandId, { asOf, from, to, zone }: SentPeriod): Promise<SentMessages[]> {
    return tx.sql<SentMessages>`
      SELECT to_char(at AT TIME ZONE ${zone}::text, 'YYYY-MM-DD') AS day, channel, campaign, NULL::text AS provider,
             count(*) AS messages, count(*) AS units
        FROM sending.reported_touch
       WHERE brand_id = ${brandId} AND NOT test AND type = 'sent' AND recorded_at <= ${toIso(asOf)}
         AND at >= ${toIso(from)} AND at < ${toIso(to)} AND at <= ${toIso(asOf)}
       GROUP BY day, channel, campaign ORDER BY day, channel COLLATE "C", campaign COLLATE "C" NULLS FIRST`;
  },

  /** The same of these channels alone, by provider, with what is charged for. */
  async sentByProvider(
    tx: Tx,
    brandId: BrandId,
    { asOf, from, to, zone }: SentPeriod,
    channels: readonly string[],
  ): Promise<SentMessages[]> {
    return tx.sql<SentMessages>`
      SELECT to_char(at AT TIME ZONE ${zone}::text, 'YYYY-MM-DD') AS day, channel, campaign, provider,
             count(*) AS messages, sum(coalesce(parts, 1)) AS units
        FROM sending.reported_touch
       WHERE brand_id = ${brandId} AND NOT test AND type = 'sent' AND recorded_at <= ${toIso(asOf)}
         AND at >= ${toIso(from)} AND at < ${toIso(to)} AND at <= ${toIso(asOf)} AND channel = ANY (${[...channels]}::text[])
       GROUP BY day, channel, campaign, provider
       ORDER BY day, channel COLLATE "C", campaign COLLATE "C" NULLS FIRST, provider COLLATE "C" NULLS FIRST`;
  },
};
