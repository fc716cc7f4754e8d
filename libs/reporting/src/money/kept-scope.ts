import type { BrandId, EpochMs } from '#lib/kernel';
import { plainList, type SqlPart, sqlPart, toIso } from '#lib/platform';

/** Whose touches are kept anew. */
export interface KeptScope {
  readonly brandId: BrandId;
  /** Nothing that was recorded or happened later. */
  readonly through: EpochMs;
  readonly accounts: readonly string[];
}

/**
 * Makes `whose`: the people of accounts, each with a place in theirs. Whoever has none is an account.
 *
 * PostgreSQL does not know how many there are, and goes through all of one for each of the other where it expects few. So
 * what is looked up is looked up for each by itself (it moves nothing past an OFFSET or an aggregate), and what is joined can
 * be joined by hashes.
 */
export function peopleOf({ brandId, through, accounts }: KeptScope): SqlPart {
  return sqlPart`
      asked AS (SELECT DISTINCT id FROM unnest(${plainList(accounts)}::uuid[]) AS id),
      person AS (
        SELECT id FROM asked UNION
        SELECT member.contact_id FROM asked CROSS JOIN LATERAL (
               SELECT contact_id FROM consent.contact_account WHERE account_id = asked.id AND brand_id = ${brandId} OFFSET 0) member),
      latest AS (
        SELECT person.id AS contact_id, newest.account_id FROM person CROSS JOIN LATERAL (
               SELECT (array_agg(account_id ORDER BY n DESC))[1] AS account_id FROM consent.contact_account
                WHERE contact_id = person.id AND recorded_at <= ${toIso(through)}::timestamptz HAVING count(*) > 0) newest),
      whose AS (
        SELECT contact_id, account_id AS account, row_number() OVER (PARTITION BY account_id ORDER BY contact_id)::int - 1 AS place
          FROM latest WHERE account_id IN (SELECT id FROM asked)
        UNION ALL
        SELECT id, id, 0 FROM asked
         WHERE NOT EXISTS (SELECT FROM latest WHERE contact_id = asked.id AND account_id IS NOT NULL)
           AND NOT EXISTS (SELECT FROM latest WHERE account_id = asked.id))`;
}

/**
 * Facts as they stand, of whom `which` says: made for each row it is joined with by itself. Joined as they are, PostgreSQL may
 * take it for cheaper to go through all visits of the brand, and one touch costs the more the more there are.
 */
export function factsEach({ brandId, through }: KeptScope, which: SqlPart): SqlPart {
  const then = sqlPart`${toIso(through)}::timestamptz`;
  return sqlPart`LATERAL (
            SELECT f.* FROM reporting.fact f
             WHERE ${which} AND f.brand_id = ${brandId} AND f.recorded_at <= ${then} AND NOT f.retracted
               AND (SELECT true FROM reporting.fact l
                     WHERE l.brand_id = f.brand_id AND l.kind = f.kind AND l.external_id = f.external_id
                       AND l.version > f.version AND l.recorded_at <= ${then} LIMIT 1) IS NULL
            OFFSET 0)`;
}

/** Of the contact of `whose w`. */
export const OF_CONTACT = sqlPart`(f.body ->> 'contactId')::uuid = w.contact_id AND f.body ->> 'contactId' IS NOT NULL`;

/** Makes `touch`: every touch of `whose` with what it is named by, up to the instant that the scope says, or after it. */
export function touchesOf(scope: KeptScope, when: 'until' | 'after'): SqlPart {
  const { brandId, through } = scope;
  const then = sqlPart`${toIso(through)}::timestamptz`;
  const isDue = when === 'until' ? sqlPart`at <= ${then}` : sqlPart`at > ${then}`;
  return sqlPart`
      touch AS (
        SELECT whose.contact_id, whose.account, whose.place, date_trunc('milliseconds', t.at) AS at, t.message_id,
               CASE WHEN t.type = 'sent' THEN '' ELSE t.type || ' ' || t.event END AS rest,
               t.channel, t.campaign_id, t.topic_id, NULL::text AS campaign, t.template_id, NULL::text AS page, t.step, t.variant,
               CASE WHEN t.type = 'replied' THEN 4 WHEN b.found AND t.type = 'sent' THEN 1 ELSE 0 END AS flags
          FROM whose CROSS JOIN LATERAL (
               SELECT * FROM sending.path_touch p WHERE p.contact_id = whose.contact_id AND p.brand_id = ${brandId} OFFSET 0) t
          LEFT JOIN LATERAL (SELECT true AS found FROM sending.came_back
                              WHERE message_id = t.message_id AND recorded_at <= ${then} LIMIT 1) b ON true
         WHERE t.recorded_at <= ${then} AND ${isDue}
        UNION ALL
        SELECT w.contact_id, w.account, w.place, date_trunc('milliseconds', at), NULL, external_id, body ->> 'channel', NULL, NULL,
               body ->> 'campaign', NULL, body ->> 'page', NULL, NULL, 2
          FROM whose w CROSS JOIN ${factsEach(scope, OF_CONTACT)} f
         WHERE kind = 'visit' AND ${isDue})`;
}

/** The id that is the name of `touch t`, looked up for each by the index that has these expressions. */
export function nameOfTouch({ brandId }: KeptScope): SqlPart {
  return sqlPart`LATERAL (
            SELECT id FROM reporting.touch_name n
             WHERE n.brand_id = ${brandId} AND n.channel = t.channel
               AND coalesce(n.campaign_id, '00000000-0000-0000-0000-000000000000'::uuid)
                 = coalesce(t.campaign_id, '00000000-0000-0000-0000-000000000000'::uuid)
               AND coalesce(n.template_id, '00000000-0000-0000-0000-000000000000'::uuid)
                 = coalesce(t.template_id, '00000000-0000-0000-0000-000000000000'::uuid)
               AND coalesce(n.campaign, '') = coalesce(t.campaign, '') AND coalesce(md5(n.page), '') = coalesce(md5(t.page), '')
               AND (n.topic_id, n.campaign, n.page, n.step, n.variant)
                   IS NOT DISTINCT FROM (t.topic_id, t.campaign, t.page, t.step, t.variant)
            OFFSET 0)`;
}
