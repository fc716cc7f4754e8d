import type { BrandId, EpochMs, MessageId } from '#lib/kernel';
import { column, type CopyTarget, plainList, type SqlPart, sqlPart, toIso, type Tx } from '#lib/platform';
import { planForJoins } from '../plan-for-all.js';
import {
  type CountedCell,
  type MessageCell,
  type MessageKind,
  SEEN_BITS,
  type WaitingMessages,
} from './domain/message-cell.js';
import type { CellChange } from './domain/message-hours.js';

interface Period {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Messages of an hour, packed as `domain/message-hours.ts` reads them. */
export interface KeptHour {
  readonly hour: EpochMs;
  readonly cells: Buffer;
}

const HOURS: CopyTarget<KeptHour & { readonly brandId: BrandId }> = {
  table: 'reporting.message_hour',
  columns: {
    brand_id: column.uuid(({ brandId }) => brandId),
    hour: column.timestamptz(({ hour }) => hour),
    cells: column.bytea(({ cells }) => cells),
  },
};

const B = SEEN_BITS;

/**
 * Makes `made`: in which cells these messages are counted, as all that is known of them says; those of a brand that ended.
 * What is known of a message is looked up message by message.
 */
const madeOf = (brandId: BrandId, ids: readonly MessageId[]): SqlPart => sqlPart`
      one AS MATERIALIZED (
        SELECT m.id, date_bin('15 minutes', m.accepted_at, 'epoch') AS quarter, m.test, m.channel, m.campaign_id, m.topic_id,
               m.template_id, m.variant, m.step, m.status, m.reason, seen.bits
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
      made AS (
        SELECT id, quarter, 'message' AS kind, test, channel, campaign_id, topic_id, template_id, variant, step, status, reason,
               CASE status WHEN 'sent' THEN bits ELSE 0 END AS seen, NULL::bigint AS led
          FROM one
        UNION ALL
        SELECT id, quarter, 'link', NULL, NULL, campaign_id, NULL, NULL, NULL, NULL, NULL, NULL, seen, led FROM link
        UNION ALL
        SELECT id, quarter, 'holds', NULL, NULL, campaign_id, NULL, NULL, NULL, NULL, NULL, NULL,
               CASE WHEN bool_or(seen = ${B.clicked}::int) THEN ${B.clicked}::int ELSE max(seen) END, NULL
          FROM link GROUP BY id, quarter, campaign_id)`;

/** A person followed it, a machine alone did, or nobody. */
function followed(byPeople: SqlPart): SqlPart {
  return sqlPart`CASE bool_or(${byPeople}) WHEN true THEN ${B.clicked}::int WHEN false THEN ${B.clickedByMachine}::int ELSE 0 END`;
}

/** Names of what a cell is of, by its ids. An address is where links to it are. */
const NAMES = sqlPart`
      LEFT JOIN sending.reported_campaign campaign ON campaign.id = c.campaign_id
      LEFT JOIN consent.reported_topic topic ON topic.id = c.topic_id
      LEFT JOIN sending.reported_template template ON template.id = c.template_id`;

interface CellRow extends MessageKind {
  readonly kind: MessageCell['kind'];
  readonly standing: Extract<MessageCell, { kind: 'message' }>['standing'];
  readonly reason: string | null;
  readonly seen: number;
  readonly address: string | null;
}

/** SQL on what is kept of messages. Whoever writes holds the lock. */
export const keptMessageStore = {
  /** One process at a time keeps a brand's messages. */
  async lock(tx: Tx, brandId: BrandId): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtextextended('reporting.kept_messages ' || ${brandId}::text, 0))`;
  },

  async isKept(tx: Tx, brandId: BrandId): Promise<boolean> {
    const rows = await tx.sql`SELECT FROM reporting.kept_messages WHERE brand_id = ${brandId}`;
    return rows.length > 0;
  },

  async setKept(tx: Tx, brandId: BrandId): Promise<void> {
    await tx.execute`INSERT INTO reporting.kept_messages (brand_id) VALUES (${brandId}) ON CONFLICT DO NOTHING`;
  },

  /** Brands of which nothing is kept yet, or of whose messages something is to be kept. */
  async brandsToDo(tx: Tx): Promise<BrandId[]> {
    const rows = await tx.sql<{ id: BrandId }>`
      SELECT id FROM consent.reported_brand b
       WHERE NOT EXISTS (SELECT FROM reporting.kept_messages k WHERE k.brand_id = b.id)
          OR EXISTS (SELECT FROM reporting.message_told t WHERE t.brand_id = b.id)
       ORDER BY id`;
    return rows.map(({ id }) => id);
  },

  /** Ended messages, in the order of their ids, after one of them. */
  async ended(tx: Tx, brandId: BrandId, after: MessageId | null, limit: number): Promise<MessageId[]> {
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT id FROM sending.reported_message
       WHERE id > ${after ?? FIRST}::uuid AND brand_id = ${brandId} AND ended_at IS NOT NULL
       ORDER BY id LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  },

  /** Takes messages off the list. @returns how many rows of it there were, and whose messages */
  async take(tx: Tx, brandId: BrandId, limit: number): Promise<{ rows: number; ids: MessageId[] }> {
    const rows = await tx.sql<{ messages: MessageId[] }>`
      DELETE FROM reporting.message_told
       WHERE n = ANY (ARRAY(SELECT n FROM reporting.message_told WHERE brand_id = ${brandId} ORDER BY n LIMIT ${limit}))
      RETURNING messages`;
    return { rows: rows.length, ids: [...new Set(rows.flatMap(({ messages }) => messages))] };
  },

  /** Messages that are on the list; null where they are more than a report has time for. */
  async waiting(tx: Tx, brandId: BrandId, most: number): Promise<MessageId[] | null> {
    const [all] = await tx.sql<{ n: number }>`
      SELECT coalesce(sum(cardinality(messages)), 0)::bigint AS n
        FROM (SELECT messages FROM reporting.message_told WHERE brand_id = ${brandId} LIMIT ${most + 1}) AS listed`;
    if ((all?.n ?? 0) > most) return null;
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT DISTINCT unnest(messages) AS id FROM reporting.message_told WHERE brand_id = ${brandId}`;
    return rows.map(({ id }) => id);
  },

  async forgetAll(tx: Tx, brandId: BrandId): Promise<void> {
    await planForJoins(tx);
    await tx.execute`DELETE FROM reporting.message_told WHERE brand_id = ${brandId}`;
    await tx.execute`DELETE FROM reporting.message_hour WHERE brand_id = ${brandId}`;
    await tx.execute`
      DELETE FROM reporting.message_counted c USING sending.reported_message m
       WHERE m.id = c.message_id AND m.brand_id = ${brandId}`;
  },

  /** Counts these messages in the cells where they belong now. @returns what that changes */
  async count(tx: Tx, brandId: BrandId, ids: readonly MessageId[]): Promise<CellChange[]> {
    await planForOwnJoins(tx);
    const rows = await tx.composed<[EpochMs, number, number]>(sqlPart`
      WITH ${madeOf(brandId, ids)},
      keyed AS MATERIALIZED (
        SELECT made.*, (SELECT c.id FROM reporting.message_cell c WHERE c.brand_id = ${brandId} AND c.key = made.key) AS cell
          FROM (SELECT made.*, md5(concat(kind, '|', test, '|', channel, '|', campaign_id, '|', topic_id, '|', template_id, '|', quote_nullable(variant), '|',
                                            quote_nullable(step), '|', status, '|', reason, '|', seen, '|', led))::uuid AS key FROM made) AS made),
      added AS (
        INSERT INTO reporting.message_cell (brand_id, key, kind, test, channel, campaign_id, topic_id, template_id, variant, step,
                                            status, reason, seen, led)
        SELECT DISTINCT ON (key) ${brandId}::uuid, key, kind, test, channel, campaign_id, topic_id, template_id, variant, step,
               status, reason, seen, led
          FROM keyed WHERE cell IS NULL ORDER BY key
        RETURNING id, key),
      now AS MATERIALIZED (
        SELECT k.id, k.quarter, array_agg(coalesce(k.cell, a.id) ORDER BY coalesce(k.cell, a.id)) AS cells
          FROM keyed k LEFT JOIN added a ON a.key = k.key GROUP BY k.id, k.quarter),
      before AS (
        SELECT now.quarter, c.cells FROM reporting.message_counted c JOIN now ON now.id = c.message_id
         WHERE c.message_id = ANY (${plainList(ids)}::uuid[])),
      counted AS (
        INSERT INTO reporting.message_counted (message_id, cells) SELECT id, cells FROM now
        ON CONFLICT (message_id) DO UPDATE SET cells = EXCLUDED.cells WHERE reporting.message_counted.cells <> EXCLUDED.cells)
      SELECT quarter, cell, sum(n)::bigint
        FROM (SELECT quarter, unnest(cells) AS cell, 1 AS n FROM now UNION ALL SELECT quarter, unnest(cells), -1 FROM before) AS change
       GROUP BY quarter, cell HAVING sum(n) <> 0`);
    return rows.map(([quarter, cell, messages]) => ({ quarter, cell, messages }));
  },

  /** How these messages are counted now, and how they were, without writing anything. */
  async difference(
    tx: Tx,
    brandId: BrandId,
    ids: readonly MessageId[],
    { from, to }: Period,
  ): Promise<{ readonly now: CountedCell[]; readonly before: readonly Pick<CellChange, 'cell' | 'messages'>[] }> {
    if (ids.length === 0) return { now: [], before: [] };
    await planForOwnJoins(tx);
    const now = await tx.composed<[...DescribedRow, number]>(sqlPart`
      WITH ${madeOf(brandId, ids)},
      c AS (
        SELECT kind, test, channel, campaign_id, topic_id, template_id, variant, step, status, reason, seen, led, count(*) AS messages
          FROM made WHERE quarter >= ${toIso(from)}::timestamptz AND quarter < ${toIso(to)}::timestamptz
         GROUP BY kind, test, channel, campaign_id, topic_id, template_id, variant, step, status, reason, seen, led)
      SELECT ${DESCRIBED}, messages FROM c ${NAMES}`);
    const before = await tx.sql<{ cell: number; messages: number }>`
      SELECT cell, count(*) AS messages
        FROM (SELECT unnest(c.cells) AS cell
                FROM reporting.message_counted c
                JOIN sending.reported_message m ON m.id = c.message_id AND m.id = ANY (${plainList(ids)}::uuid[])
               WHERE c.message_id = ANY (${plainList(ids)}::uuid[]) AND m.brand_id = ${brandId}
                 AND m.accepted_at >= ${toIso(from)}::timestamptz AND m.accepted_at < ${toIso(to)}::timestamptz) AS counted
       GROUP BY cell`;
    return { now: now.map((row) => ({ cell: cellOf(row), messages: row[14] })), before };
  },

  /** What cells are of, by their ids. */
  async cells(tx: Tx, ids: readonly number[]): Promise<Map<number, MessageCell>> {
    await planForOwnJoins(tx);
    const rows = await tx.composed<[...DescribedRow, number]>(sqlPart`
      SELECT ${DESCRIBED}, c.id FROM reporting.message_cell c ${NAMES} WHERE c.id = ANY (${plainList(ids)}::bigint[])`);
    return new Map(rows.map((row) => [row[14], cellOf(row)]));
  },

  async hours(tx: Tx, brandId: BrandId, { from, to }: Period): Promise<KeptHour[]> {
    return tx.sql<KeptHour>`
      SELECT hour, cells FROM reporting.message_hour
       WHERE brand_id = ${brandId} AND hour > ${toIso(from)}::timestamptz - interval '1 hour' AND hour < ${toIso(to)}::timestamptz`;
  },

  /** Takes hours away, to be put back changed. */
  async takeHours(tx: Tx, brandId: BrandId, hours: readonly EpochMs[]): Promise<Map<EpochMs, Buffer>> {
    const rows = await tx.sql<KeptHour>`
      DELETE FROM reporting.message_hour WHERE brand_id = ${brandId} AND hour = ANY (${hours.map(toIso)}::timestamptz[])
      RETURNING hour, cells`;
    return new Map(rows.map(({ hour, cells }) => [hour, cells]));
  },

  async keepHours(tx: Tx, brandId: BrandId, hours: ReadonlyMap<EpochMs, Buffer>): Promise<void> {
    const rows = [...hours].flatMap(([hour, cells]) => (cells.length === 0 ? [] : [{ brandId, hour, cells }]));
    await tx.copy(HOURS, rows);
  },

  /** Forgets cells of addresses that no link leads to any more. */
  async forgetAddresses(tx: Tx, cells: readonly number[]): Promise<void> {
    if (cells.length === 0) return;
    await planForOwnJoins(tx);
    await tx.execute`
      DELETE FROM reporting.message_cell c
       WHERE c.id = ANY (${plainList(cells)}::bigint[]) AND c.led IS NOT NULL
         AND NOT EXISTS (SELECT FROM sending.reported_link l WHERE hashtextextended(l.address, 0) = c.led)`;
  },

  /** Messages of a period that have not ended, by what they wait for. */
  async open(tx: Tx, brandId: BrandId, { from, to }: Period): Promise<WaitingMessages[]> {
    return tx.sql<WaitingMessages>`
      SELECT c.test, c.channel, campaign.key AS campaign, topic.key AS topic, template.key AS template,
             template.version AS "templateVersion", template.subject, c.variant AS path, c.step, c.reason, c.messages
        FROM (SELECT test, channel, campaign_id, topic_id, template_id, variant, step, reason, count(*) AS messages
                FROM sending.waiting_message
               WHERE brand_id = ${brandId} AND accepted_at >= ${toIso(from)}::timestamptz AND accepted_at < ${toIso(to)}::timestamptz
               GROUP BY test, channel, campaign_id, topic_id, template_id, variant, step, reason) AS c
        LEFT JOIN sending.reported_campaign campaign ON campaign.id = c.campaign_id
        LEFT JOIN consent.reported_topic topic ON topic.id = c.topic_id
        LEFT JOIN sending.reported_template template ON template.id = c.template_id`;
  },

  async stand(tx: Tx): Promise<{ readonly readAt: EpochMs; readonly ledgerSize: number | null }> {
    const [row] = await tx.sql<{ readAt: EpochMs; ledgerSize: number | null }>`
      SELECT transaction_timestamp() AS "readAt", (SELECT size FROM ledger.head) AS "ledgerSize"`;
    if (row === undefined) throw new Error('PostgreSQL answered nothing');
    return row;
  },

  /** How many messages of a brand ended in each way, as the log has it. */
  async endedInLog(tx: Tx, brandId: BrandId): Promise<{ status: string; messages: number }[]> {
    await planForJoins(tx);
    return tx.sql<{ status: string; messages: number }>`
      SELECT status, count(*) AS messages FROM sending.reported_message
       WHERE brand_id = ${brandId} AND ended_at IS NOT NULL GROUP BY status ORDER BY status`;
  },

  /** Some messages that are counted, others each time. */
  async someCounted(tx: Tx, brandId: BrandId, limit: number): Promise<MessageId[]> {
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT m.id FROM (SELECT message_id FROM reporting.message_counted ORDER BY random() LIMIT ${limit}) c
        JOIN sending.reported_message m ON m.id = c.message_id WHERE m.brand_id = ${brandId}`;
    return rows.map(({ id }) => id);
  },
};

const FIRST = '00000000-0000-0000-0000-000000000000';

type DescribedRow = [
  kind: CellRow['kind'],
  test: boolean,
  channel: CellRow['channel'],
  campaign: string | null,
  topic: string | null,
  template: string,
  templateVersion: number,
  subject: string | null,
  path: string | null,
  step: string | null,
  standing: CellRow['standing'],
  reason: string | null,
  seen: number,
  address: string | null,
];

/** The columns of a `DescribedRow`, of cells `c`. */
const DESCRIBED = sqlPart`
      c.kind, c.test, c.channel, campaign.key, topic.key, template.key, template.version, template.subject, c.variant, c.step,
      c.status, c.reason, c.seen,
      CASE WHEN c.led IS NOT NULL THEN (SELECT l.address FROM sending.reported_link l WHERE hashtextextended(l.address, 0) = c.led LIMIT 1) END`;

function cellOf(row: readonly [...DescribedRow, number]): MessageCell {
  const [kind, test, channel, campaign, topic, template, templateVersion, subject, path, step, standing, reason] = row;
  const [seen, address] = [row[12], row[13]];
  if (kind !== 'message') return { kind, campaign, address, seen };
  return {
    ...{ kind, test, channel, campaign, topic, template, templateVersion, subject, path, step, standing, reason, seen },
  };
}

/** Joins what is made here, and looks everything else up. */
async function planForOwnJoins(tx: Tx): Promise<void> {
  await planForJoins(tx);
  await tx.sql`SELECT set_config('enable_seqscan', 'off', true)`;
}
