import type { BrandId, EpochMs, MessageId } from '#lib/kernel';
import { column, type CopyTarget, plainList, sqlPart, toIso, type Tx } from '#lib/platform';
import { planForJoins, planForLookups, planForOwnJoins } from '../plan-for-all.js';
import {
  type CountedCell,
  type MessageCell,
  type MessageKind,
  type OpenDraws,
  type WaitingMessages,
} from './domain/message-cell.js';
import type { CellChange } from './domain/message-hours.js';
import { isCompared, isOfDraw, madeOf } from './made-cells.js';

interface Period {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Messages of an hour, packed as `domain/message-hours.ts` reads them. */
export interface KeptHour {
  readonly hour: EpochMs;
  readonly cells: Buffer;
}

/** Whose hours: those of draws, or of everything else. */
export interface HoursOf {
  readonly brandId: BrandId;
  readonly draws: boolean;
}

const HOURS: CopyTarget<KeptHour & HoursOf> = {
  table: 'reporting.message_hour',
  columns: {
    brand_id: column.uuid(({ brandId }) => brandId),
    draws: column.boolean(({ draws }) => draws),
    hour: column.timestamptz(({ hour }) => hour),
    cells: column.bytea(({ cells }) => cells),
  },
};

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
    return { rows: rows.length, ids: await withSiblings(tx, [...new Set(rows.flatMap(({ messages }) => messages))]) };
  },

  /** Messages that are on the list; null where they are more than a report has time for. */
  async waiting(tx: Tx, brandId: BrandId, most: number): Promise<MessageId[] | null> {
    const [all] = await tx.sql<{ n: number }>`
      SELECT coalesce(sum(cardinality(messages)), 0)::bigint AS n
        FROM (SELECT messages FROM reporting.message_told WHERE brand_id = ${brandId} LIMIT ${most + 1}) AS listed`;
    if ((all?.n ?? 0) > most) return null;
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT DISTINCT unnest(messages) AS id FROM reporting.message_told WHERE brand_id = ${brandId}`;
    return withSiblings(
      tx,
      rows.map(({ id }) => id),
    );
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
                                            quote_nullable(step), '|', status, '|', reason, '|', seen, '|', led,
                                            '|' || goal || '|' || quote_literal(segment) || '|' || control))::uuid AS key FROM made) AS made),
      added AS (
        INSERT INTO reporting.message_cell (brand_id, key, kind, test, channel, campaign_id, topic_id, template_id, variant, step,
                                            status, reason, seen, led, goal, segment, control)
        SELECT DISTINCT ON (key) ${brandId}::uuid, key, kind, test, channel, campaign_id, topic_id, template_id, variant, step,
               status, reason, seen, led, goal, segment, control
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
        SELECT kind, test, channel, campaign_id, topic_id, template_id, variant, step, status, reason, seen, led, goal, segment, control, count(*) AS messages
          FROM made WHERE quarter >= ${toIso(from)}::timestamptz AND quarter < ${toIso(to)}::timestamptz
         GROUP BY kind, test, channel, campaign_id, topic_id, template_id, variant, step, status, reason, seen, led, goal, segment, control)
      SELECT ${DESCRIBED}, messages FROM c ${NAMES}`);
    const before = await tx.sql<{ cell: number; messages: number }>`
      SELECT cell, count(*) AS messages
        FROM (SELECT unnest(c.cells) AS cell
                FROM reporting.message_counted c
                JOIN sending.reported_message m ON m.id = c.message_id AND m.id = ANY (${plainList(ids)}::uuid[])
               WHERE c.message_id = ANY (${plainList(ids)}::uuid[]) AND m.brand_id = ${brandId}
                 AND m.accepted_at >= ${toIso(from)}::timestamptz AND m.accepted_at < ${toIso(to)}::timestamptz) AS counted
       GROUP BY cell`;
    return { now: now.map((row) => ({ cell: cellOf(row), messages: row[17] })), before };
  },

  /** Which of these cells are of draws. */
  async drawCells(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
    await planForLookups(tx);
    const rows = await tx.sql<{ id: number }>`
      SELECT id FROM reporting.message_cell
       WHERE id = ANY (${plainList(ids)}::bigint[]) AND kind IN ('best_channel', 'best_time')`;
    return new Set(rows.map(({ id }) => id));
  },

  /** What cells are of, by their ids. */
  async cells(tx: Tx, ids: readonly number[]): Promise<Map<number, MessageCell>> {
    await planForOwnJoins(tx);
    const rows = await tx.composed<[...DescribedRow, number]>(sqlPart`
      SELECT ${DESCRIBED}, c.id FROM reporting.message_cell c ${NAMES} WHERE c.id = ANY (${plainList(ids)}::bigint[])`);
    return new Map(rows.map((row) => [row[17], cellOf(row)]));
  },

  async hours(tx: Tx, { brandId, draws }: HoursOf, { from, to }: Period): Promise<KeptHour[]> {
    return tx.sql<KeptHour>`
      SELECT hour, cells FROM reporting.message_hour
       WHERE brand_id = ${brandId} AND draws = ${draws} AND hour > ${toIso(from)}::timestamptz - interval '1 hour' AND hour < ${toIso(to)}::timestamptz`;
  },

  /** Takes hours away, to be put back changed. */
  async takeHours(tx: Tx, { brandId, draws }: HoursOf, hours: readonly EpochMs[]): Promise<Map<EpochMs, Buffer>> {
    const rows = await tx.sql<KeptHour>`
      DELETE FROM reporting.message_hour
       WHERE brand_id = ${brandId} AND draws = ${draws} AND hour = ANY (${hours.map(toIso)}::timestamptz[])
      RETURNING hour, cells`;
    return new Map(rows.map(({ hour, cells }) => [hour, cells]));
  },

  async keepHours(tx: Tx, of: HoursOf, hours: ReadonlyMap<EpochMs, Buffer>): Promise<void> {
    const rows = [...hours].flatMap(([hour, cells]) => (cells.length === 0 ? [] : [{ ...of, hour, cells }]));
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

  /** Draws of which no message has ended, by stretches of time. */
  async openDraws(tx: Tx, brandId: BrandId, bounds: readonly EpochMs[]): Promise<OpenDraws[]> {
    await planForLookups(tx);
    const edges = bounds.map(toIso);
    const rows = await tx.composed<
      [OpenDraws['kind'], string, string, OpenDraws['channel'], boolean, stretch: number, draws: number]
    >(sqlPart`
      WITH open AS MATERIALIZED (
        SELECT id, choice_id FROM sending.waiting_message w
         WHERE brand_id = ${brandId} AND ${isOfDraw(sqlPart`w`)}
           AND accepted_at >= ${edges[0] ?? ''}::timestamptz AND accepted_at < ${edges.at(-1) ?? ''}::timestamptz),
      drawn AS (
        SELECT 'best_time' AS kind, b.goal, b.segment, b.channel, b.control, b.created_at
          FROM open JOIN sending.reported_best_time b ON b.message_id = open.id WHERE b.control IS NOT NULL
        UNION ALL
        SELECT 'best_channel', c.goal, c.segment, NULL, c.control, c.created_at
          FROM (SELECT DISTINCT choice_id FROM open) AS one
         CROSS JOIN LATERAL (
           SELECT c.goal, c.segment, c.control, c.created_at FROM sending.reported_choice c
            WHERE c.id = one.choice_id AND c.control IS NOT NULL AND ${isOfDraw(sqlPart`c`)}
            GROUP BY c.goal, c.segment, c.control, c.created_at HAVING count(c.ended_at) = 0) AS c)
      SELECT kind, goal, segment, channel, control, width_bucket(created_at, ${edges}::timestamptz[]) - 1, count(*)
        FROM drawn GROUP BY 1, 2, 3, 4, 5, 6`);
    return rows.map(([kind, goal, segment, channel, control, stretch, draws]) => ({
      ...{ kind, goal, segment, channel, control, stretch, draws },
    }));
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

  /** How many draws of a brand have a message that ended, as the log has it. */
  async drawsInLog(tx: Tx, brandId: BrandId): Promise<number> {
    await planForJoins(tx);
    const [row] = await tx.composed<[number]>(sqlPart`
      SELECT (SELECT count(*) FROM sending.reported_best_time b WHERE brand_id = ${brandId} AND ${isCompared(sqlPart`b`)})
           + (SELECT count(DISTINCT id) FROM sending.reported_choice c WHERE brand_id = ${brandId} AND ${isCompared(sqlPart`c`)})`);
    return row?.[0] ?? 0;
  },

  /** Some messages that are counted, others each time. */
  async someCounted(tx: Tx, brandId: BrandId, limit: number): Promise<MessageId[]> {
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT m.id FROM (SELECT message_id FROM reporting.message_counted ORDER BY random() LIMIT ${limit}) c
        JOIN sending.reported_message m ON m.id = c.message_id WHERE m.brand_id = ${brandId}`;
    return rows.map(({ id }) => id);
  },
};

/** These, and the others of their requests: with which of them a draw is counted, and who was reached otherwise, depends on all. */
async function withSiblings(tx: Tx, ids: readonly MessageId[]): Promise<MessageId[]> {
  if (ids.length === 0) return [];
  await planForLookups(tx);
  const rows = await tx.sql<{ id: MessageId }>`
    SELECT o.id FROM (SELECT DISTINCT choice_id FROM sending.reported_message
                       WHERE id = ANY (${plainList(ids)}::uuid[]) AND choice_id IS NOT NULL) AS drawn
      JOIN sending.reported_message o ON o.choice_id = drawn.choice_id`;
  return [...new Set([...ids, ...rows.map(({ id }) => id)])];
}

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
  goal: string,
  segment: string,
  control: boolean,
];

/** The columns of a `DescribedRow`, of cells `c`. */
const DESCRIBED = sqlPart`
      c.kind, c.test, c.channel, campaign.key, topic.key, template.key, template.version, template.subject, c.variant, c.step,
      c.status, c.reason, c.seen,
      CASE WHEN c.led IS NOT NULL THEN (SELECT l.address FROM sending.reported_link l WHERE hashtextextended(l.address, 0) = c.led LIMIT 1) END,
      c.goal, c.segment, c.control`;

function cellOf(row: readonly [...DescribedRow, number]): MessageCell {
  const [kind, test, channel, campaign, topic, template, templateVersion, subject, path, step, standing, reason] = row;
  const [seen, address, goal, segment, control] = [row[12], row[13], row[14], row[15], row[16]];
  if (kind === 'best_channel' || kind === 'best_time') return { kind, goal, segment, channel, control, hours: seen };
  if (kind !== 'message') return { kind, campaign, address, seen };
  return {
    ...{ kind, test, channel, campaign, topic, template, templateVersion, subject, path, step, standing, reason, seen },
  };
}
