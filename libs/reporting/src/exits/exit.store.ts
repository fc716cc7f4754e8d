import { CONSENT_LOSSES } from '../consents/domain/consent-trend.js';
import type { Channel, EntryId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Asked } from '../domain/asked.js';
import { CLOCKS_DIFFER_MS, firstIdAt } from '../message-period.js';
import { planForAll } from '../plan-for-all.js';
import type { CountedExit, CountedExits, ExitPlace, Standing } from './domain/exit-figures.js';

/** Which messages a report is about: those accepted in the period. A part of the place that is left out is every one; null is those without one. */
export interface ExitFilter extends Asked, Partial<ExitPlace> {
  /** Those of test keys, which never left, instead of the live ones. */
  readonly test: boolean;
}

/** Of a standing; a reason that is left out is every one, null is those without one. */
export interface StoodFilter {
  /** `exit`: every way out at once. */
  readonly standing?: Standing | 'exit';
  readonly reason?: string | null;
}

/** What is known of a message that was sent; as the figures of deliveries count it. */
export const SEEN = [
  ...['delivered', 'bounced', 'hard', 'arrived', 'complained', 'opened', 'byMachine', 'clicked'],
  ...['clickedByMachine', 'replied', 'withdrawn'],
] as const;

/** Of which content, and what became of it after it was sent; what is left out is all. */
export interface ContentFilter {
  readonly topic?: string | null;
  /** Key and version, as `news@3`. */
  readonly template?: string;
  readonly seen?: string;
  readonly purpose?: string | null;
  /** Not sent for want of consent. */
  readonly isLost?: boolean;
  /** With a counted link to this address, and of clicks those on it; empty: with any. */
  readonly link?: string;
}

/** One message behind a figure. */
export interface ExitedMessage extends ExitPlace {
  readonly id: MessageId;
  readonly standing: Standing;
  readonly reason: string | null;
  readonly acceptedAt: EpochMs;
  readonly endedAt: EpochMs | null;
  readonly entryIds: readonly EntryId[];
}

/** SQL on where messages stand. The period is found by the ids, which are in order of time: no index is kept for it. */
export const exitStore = {
  /** One statement, so one snapshot: whatever is moved on meanwhile is counted once, before or after its move. */
  async count(tx: Tx, filter: ExitFilter): Promise<CountedExits> {
    await planForAll(tx);
    const { low, high, asOf, from, to, brandId, test } = bound(filter);
    const { campaign, path, step, channel } = placeBound(filter);
    const rows = await tx.sql<
      Omit<CountedExit, 'channel'> & {
        channel: Channel | null;
        whole: number;
        readAt: EpochMs;
        size: number | null;
      }
    >`
      WITH stood AS (
        SELECT choice_id, campaign_id, variant, step, channel,
               CASE WHEN ended_at IS NOT NULL AND (${asOf}::timestamptz IS NULL OR ended_at <= ${asOf}::timestamptz)
                    THEN status ELSE 'processing' END AS standing,
               CASE WHEN ${asOf}::timestamptz IS NULL OR ended_at <= ${asOf}::timestamptz THEN reason END AS reason
          FROM sending.reported_message
         WHERE id >= ${low}::uuid AND id < ${high}::uuid AND brand_id = ${brandId} AND test = ${test}
           AND accepted_at >= ${from}::timestamptz AND accepted_at < ${to}::timestamptz
           AND (${asOf}::timestamptz IS NULL OR accepted_at <= ${asOf}::timestamptz)
           AND (${campaign.any} OR campaign_id IS NOT DISTINCT FROM
                (SELECT coalesce((SELECT id FROM sending.reported_campaign WHERE brand_id = ${brandId} AND key = ${campaign.is}::text),
                                 CASE WHEN ${campaign.is}::text IS NOT NULL THEN ${NOBODY}::uuid END)))
           AND (${path.any} OR variant IS NOT DISTINCT FROM ${path.is}::text)
           AND (${step.any} OR step IS NOT DISTINCT FROM ${step.is}::text)
           AND (${channel.any} OR channel = ${channel.is}::text)),
      -- Requests of which a message was sent and has not come back.
      reaching AS (
        SELECT DISTINCT m.choice_id
          FROM sending.reported_message m
         WHERE m.id >= ${low}::uuid AND m.id < ${high}::uuid AND m.brand_id = ${brandId} AND m.test = ${test}
           AND m.choice_id IS NOT NULL AND m.status = 'sent' AND (${asOf}::timestamptz IS NULL OR m.ended_at <= ${asOf}::timestamptz)
           AND NOT EXISTS (
             SELECT FROM sending.reported_feedback t
              WHERE t.message_id = m.id AND t.message_id >= ${low}::uuid AND t.message_id < ${high}::uuid AND t.type = 'bounced'
                AND (${asOf}::timestamptz IS NULL OR (t.at <= ${asOf}::timestamptz AND t.recorded_at <= ${asOf}::timestamptz)))),
      counted AS (
        SELECT campaign_id, variant, step, channel, standing, reason, count(*) AS messages, grouping(channel) AS whole,
               count(reaching.choice_id) FILTER (WHERE standing NOT IN ('processing', 'sent')) AS reached
          FROM stood LEFT JOIN reaching ON reaching.choice_id = stood.choice_id
         GROUP BY GROUPING SETS ((campaign_id, variant, step, channel, standing, reason), ()))
      SELECT c.key AS campaign, variant AS path, step, channel, standing, reason, messages, whole, reached,
             statement_timestamp() AS "readAt",
             CASE WHEN ${asOf}::timestamptz IS NULL THEN (SELECT size FROM ledger.head)
                  ELSE (SELECT size FROM ledger.checkpoint WHERE signed_at <= ${asOf}::timestamptz ORDER BY id DESC LIMIT 1)
             END AS size
        FROM counted LEFT JOIN sending.reported_campaign c ON c.id = counted.campaign_id`;
    const whole = rows.find((row) => row.whole === 1);
    if (whole === undefined) throw new Error('PostgreSQL did not count the whole');
    const lines = rows.flatMap(({ campaign: c, path: p, step: s, channel: ch, standing, reason, messages, reached }) =>
      ch === null ? [] : [{ campaign: c, path: p, step: s, channel: ch, standing, reason, messages, reached }],
    );
    return { lines, accepted: whole.messages, readAt: whole.readAt, ledgerSize: whole.size };
  },

  /** The messages behind a figure, in the order of their ids, after one of them. */
  async messages(
    tx: Tx,
    filter: ExitFilter & StoodFilter & ContentFilter,
    after: string | null,
    limit: number,
  ): Promise<ExitedMessage[]> {
    const { low, high, asOf, from, to, brandId, test } = bound(filter);
    const { campaign, path, step, channel } = placeBound(filter);
    const reason = part(filter.reason);
    const standing = part(filter.standing);
    const topic = part(filter.topic);
    const template = part(filter.template);
    const seen = part(filter.seen);
    const link = part(filter.link);
    const purpose = part(filter.purpose);
    return tx.sql<ExitedMessage>`
      SELECT id, campaign, path, step, channel, standing, reason, accepted_at AS "acceptedAt", ended_at AS "endedAt",
             entry_ids AS "entryIds"
        FROM (SELECT id, campaign, variant AS path, step, channel, accepted_at, entry_ids,
                     CASE WHEN ended_at IS NOT NULL AND (${asOf}::timestamptz IS NULL OR ended_at <= ${asOf}::timestamptz)
                          THEN status ELSE 'processing' END AS standing,
                     CASE WHEN ${asOf}::timestamptz IS NULL OR ended_at <= ${asOf}::timestamptz THEN reason END AS reason,
                     CASE WHEN ${asOf}::timestamptz IS NULL OR ended_at <= ${asOf}::timestamptz THEN ended_at END AS ended_at
                FROM sending.reported_message
               WHERE id >= ${low}::uuid AND id < ${high}::uuid AND id > ${after ?? FIRST}::uuid
                 AND brand_id = ${brandId} AND test = ${test}
                 AND accepted_at >= ${from}::timestamptz AND accepted_at < ${to}::timestamptz
                 AND (${asOf}::timestamptz IS NULL OR accepted_at <= ${asOf}::timestamptz)
                 AND (${campaign.any} OR campaign IS NOT DISTINCT FROM ${campaign.is}::text)
                 AND (${path.any} OR variant IS NOT DISTINCT FROM ${path.is}::text)
                 AND (${step.any} OR step IS NOT DISTINCT FROM ${step.is}::text)
                 AND (${channel.any} OR channel = ${channel.is}::text)
                 AND (${purpose.any} OR purpose IS NOT DISTINCT FROM ${purpose.is}::text)
                 AND (${filter.isLost !== true} OR reason = ANY (${[...CONSENT_LOSSES]}::text[]))
                 AND (${topic.any} OR topic IS NOT DISTINCT FROM ${topic.is}::text)
                 AND (${template.any} OR template_id = (SELECT t.id FROM sending.reported_template t
                       WHERE t.brand_id = ${brandId} AND t.key || '@' || t.version = ${template.is}::text))) AS stood
        LEFT JOIN LATERAL (
          SELECT bool_or(type = 'delivered') AS delivered, bool_or(type = 'bounced') AS bounced,
                 bool_or(type = 'bounced' AND bounce = 'hard') AS hard, bool_or(type = 'complained') AS complained,
                 bool_or(type = 'opened' AND NOT automated) AS opened, bool_or(type = 'opened' AND automated) AS by_machine,
                 bool_or(type = 'clicked' AND NOT automated) AS clicked,
                 bool_or(type = 'clicked' AND automated) AS machine_clicked, bool_or(type = 'replied') AS replied
            FROM sending.reported_feedback t
           WHERE NOT ${seen.any} AND t.message_id = stood.id AND type <> 'sent' AND NOT untracked
             AND (${asOf}::timestamptz IS NULL OR (at <= ${asOf}::timestamptz AND recorded_at <= ${asOf}::timestamptz))) seen ON true
       WHERE (${seen.any} OR (standing = 'sent' AND coalesce(CASE ${seen.is}::text
               WHEN 'delivered' THEN seen.delivered AND NOT seen.bounced
               WHEN 'bounced' THEN seen.bounced
               WHEN 'hard' THEN seen.hard
               WHEN 'arrived' THEN NOT coalesce(seen.bounced, false)
               WHEN 'complained' THEN seen.complained
               WHEN 'opened' THEN seen.opened
               WHEN 'byMachine' THEN seen.by_machine AND NOT seen.opened
               -- Of one link below, and of the message here.
               WHEN 'clicked' THEN seen.clicked OR length(${link.is}::text) > 0
               WHEN 'clickedByMachine' THEN (seen.machine_clicked AND NOT seen.clicked) OR length(${link.is}::text) > 0
               WHEN 'replied' THEN seen.replied
               WHEN 'withdrawn' THEN EXISTS (
                 SELECT FROM consent.reported_event e
                  WHERE e.brand_id = ${brandId} AND e.message_id = stood.id AND e.effective
                    AND e.kind IN ('withdrawn', 'revoked', 'refused', 'objected')
                    AND (${asOf}::timestamptz IS NULL OR e.recorded_at <= ${asOf}::timestamptz))
             END, false)))
         AND (${link.any} OR EXISTS (
               SELECT FROM sending.reported_link l
                WHERE l.message_id = stood.id
                  AND (${link.is}::text = '' OR ${link.is}::text = (
                         SELECT lower(split_part(a, '/', 1)) || substr(a, length(split_part(a, '/', 1)) + 1)
                           FROM regexp_replace(l.address, '^[a-z][a-z0-9+.-]*://(www[.])?|/+$', '', 'gi') AS a))
                  AND (${seen.is}::text IS NULL OR ${seen.is}::text NOT IN ('clicked', 'clickedByMachine')
                       OR ${seen.is}::text = CASE (
                            SELECT bool_or(NOT t.automated) FROM sending.touch t
                             WHERE t.message_id = stood.id AND t.type = 'clicked' AND NOT t.untracked AND starts_with(t.event, 'link ' || l.id)
                               AND (${asOf}::timestamptz IS NULL OR (t.at <= ${asOf}::timestamptz AND t.recorded_at <= ${asOf}::timestamptz)))
                          WHEN true THEN 'clicked' WHEN false THEN 'clickedByMachine' END)))
         AND (${standing.any} OR standing = ${standing.is}::text
              OR (${standing.is}::text = 'exit' AND standing NOT IN ('processing', 'sent')))
         AND (${reason.any} OR reason IS NOT DISTINCT FROM ${reason.is}::text)
       ORDER BY id
       LIMIT ${limit}`;
  },
};

const FIRST = '00000000-0000-0000-0000-000000000000';
/** No campaign has this id: for a name that none has. */
const NOBODY = FIRST;

function bound({ from, to, asOf, brandId, test }: ExitFilter) {
  return {
    brandId,
    test,
    from: toIso(from),
    to: toIso(to),
    asOf: asOf === null ? null : toIso(asOf),
    low: firstIdAt(from - CLOCKS_DIFFER_MS),
    high: firstIdAt(to + CLOCKS_DIFFER_MS),
  };
}

function placeBound({ campaign, path, step, channel }: ExitFilter) {
  return { campaign: part(campaign), path: part(path), step: part(step), channel: part(channel) };
}

/** A part of a filter as SQL takes it. */
function part<T extends string>(value: T | null | undefined): { readonly any: boolean; readonly is: T | null } {
  return { any: value === undefined, is: value ?? null };
}
