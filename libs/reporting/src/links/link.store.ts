import { toIso, type Tx } from '#lib/platform';
import type { Asked, ReadIn } from '../domain/asked.js';
import { CLOCKS_DIFFER_MS, firstIdAt } from '../message-period.js';
import { planForJoins } from '../plan-for-all.js';
import type { LinkCount, LinkFigures } from './domain/links-report.js';

/** Messages accepted in the period that arrived and hold counted links; what happened to them later is in it, up to `asOf`. */
export interface LinkFilter extends Asked {
  /** Left out: every campaign; null: messages without one. */
  readonly campaign?: string | null;
}

/** What one statement read. */
export interface CountedLinks extends ReadIn {
  readonly counts: readonly LinkCount[];
  readonly whole: LinkFigures;
}

/** SQL on links of messages. */
export const linkStore = {
  /** One statement, so one snapshot. A click on a link that was forgotten with its person is counted as one of no address. */
  async count(tx: Tx, { brandId, from, to, asOf, campaign }: LinkFilter): Promise<CountedLinks> {
    const until = asOf === null ? null : toIso(asOf);
    const [low, high] = [firstIdAt(from - CLOCKS_DIFFER_MS), firstIdAt(to + CLOCKS_DIFFER_MS)];
    await planForJoins(tx);
    const rows = await tx.sql<LinkCount & { whole: number; readAt: number; size: number | null }>`
      WITH arrived AS (
        SELECT m.id FROM sending.reported_message m
         WHERE m.id >= ${low}::uuid AND m.id < ${high}::uuid AND m.brand_id = ${brandId} AND NOT m.test AND m.status = 'sent'
           AND m.accepted_at >= ${toIso(from)}::timestamptz AND m.accepted_at < ${toIso(to)}::timestamptz
           AND (${until}::timestamptz IS NULL OR m.ended_at <= ${until}::timestamptz)
           AND (${campaign === undefined} OR m.campaign IS NOT DISTINCT FROM ${campaign ?? null}::text)
           AND NOT EXISTS (SELECT FROM sending.came_back b WHERE b.message_id = m.id
                            AND (${until}::timestamptz IS NULL OR b.recorded_at <= ${until}::timestamptz))),
      followed AS (
        SELECT t.message_id, substr(t.event, 6, 36)::uuid AS link, bool_or(NOT t.automated) AS by_people
          FROM sending.touch t JOIN arrived a ON a.id = t.message_id
         WHERE t.type = 'clicked' AND NOT t.untracked AND t.event ~ '^link [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}( |$)'
           AND (${until}::timestamptz IS NULL OR (t.at <= ${until}::timestamptz AND t.recorded_at <= ${until}::timestamptz))
         GROUP BY 1, 2),
      held AS (
        SELECT l.message_id, l.address, f.by_people
          FROM arrived a
          JOIN sending.reported_link l ON l.message_id = a.id
          LEFT JOIN followed f ON f.message_id = l.message_id AND f.link = l.id
        UNION ALL
        SELECT f.message_id, NULL, f.by_people FROM followed f
         WHERE NOT EXISTS (SELECT FROM sending.reported_link l WHERE l.message_id = f.message_id AND l.id = f.link)),
      -- Two links to one address are one, and so are two that differ by what follows a question mark.
      each AS (SELECT message_id, address, bool_or(by_people) AS by_people FROM held GROUP BY message_id, address),
      once AS (SELECT message_id, bool_or(by_people) AS by_people FROM held GROUP BY message_id),
      counted AS (
        SELECT 0 AS whole, address, count(*) AS arrived, count(*) FILTER (WHERE by_people) AS clicked,
               count(*) FILTER (WHERE NOT by_people) AS by_machine FROM each GROUP BY address
        UNION ALL
        SELECT 1, NULL, count(*), count(*) FILTER (WHERE by_people), count(*) FILTER (WHERE NOT by_people) FROM once)
      SELECT whole, address, arrived, clicked, by_machine AS "byMachine", statement_timestamp() AS "readAt",
             CASE WHEN ${until}::timestamptz IS NULL THEN (SELECT size FROM ledger.head)
                  ELSE (SELECT size FROM ledger.checkpoint WHERE signed_at <= ${until}::timestamptz ORDER BY id DESC LIMIT 1)
             END AS size
        FROM counted ORDER BY whole, address COLLATE "C"`;
    const whole = rows.find((row) => row.whole === 1);
    if (whole === undefined) throw new Error('PostgreSQL did not count the whole');
    const figures = ({ arrived, clicked, byMachine }: LinkFigures): LinkFigures => ({ arrived, clicked, byMachine });
    return {
      counts: rows.filter((row) => row.whole === 0).map((row) => ({ address: row.address, ...figures(row) })),
      whole: figures(whole),
      readAt: whole.readAt,
      ledgerSize: whole.size,
    };
  },
};
