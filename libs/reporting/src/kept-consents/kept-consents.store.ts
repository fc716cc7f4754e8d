import type { BrandId, Channel, EpochMs } from '#lib/kernel';
import { column, type CopyTarget, toIso, type Tx } from '#lib/platform';
import { planForJoins } from '../plan-for-all.js';
import type { CountedSaid } from './domain/said-figures.js';

/** What was said, by ids. */
export interface SaidCell {
  readonly kind: string;
  readonly channel: Channel | null;
  readonly purposeId: string;
  readonly topicId: string | null;
}

/** What was recorded since. */
export interface ToldSaid extends SaidCell {
  readonly quarter: EpochMs;
  readonly events: number;
}

interface KeptHour {
  readonly hour: EpochMs;
  readonly cells: Buffer;
}

const HOURS: CopyTarget<KeptHour & { readonly brandId: BrandId }> = {
  table: 'reporting.consent_hour',
  columns: {
    brand_id: column.uuid(({ brandId }) => brandId),
    hour: column.timestamptz(({ hour }) => hour),
    cells: column.bytea(({ cells }) => cells),
  },
};

/** SQL on what is kept of expressions of consent. Whoever writes holds the lock. */
export const keptConsentStore = {
  /** One process at a time keeps a brand's. */
  async lock(tx: Tx, brandId: BrandId): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtextextended('reporting.kept_consents ' || ${brandId}::text, 0))`;
  },

  async brandsToDo(tx: Tx): Promise<BrandId[]> {
    const rows = await tx.sql<{ id: BrandId }>`
      SELECT id FROM consent.reported_brand b
       WHERE EXISTS (SELECT FROM reporting.consent_told t WHERE t.brand_id = b.id) ORDER BY id`;
    return rows.map(({ id }) => id);
  },

  /** Takes what was told first off the list. */
  async take(tx: Tx, brandId: BrandId, limit: number): Promise<ToldSaid[]> {
    return tx.sql<ToldSaid>`
      DELETE FROM reporting.consent_told
       WHERE n = ANY (ARRAY(SELECT n FROM reporting.consent_told WHERE brand_id = ${brandId} ORDER BY n LIMIT ${limit}))
      RETURNING quarter, kind, channel, purpose_id AS "purposeId", topic_id AS "topicId", events`;
  },

  /** Ids of these cells, in their order, which are made where there are none. */
  async cellIds(tx: Tx, brandId: BrandId, cells: readonly SaidCell[]): Promise<number[]> {
    const [kinds, channels] = [cells.map(({ kind }) => kind), cells.map(({ channel }) => channel)];
    const [purposes, topics] = [cells.map(({ purposeId }) => purposeId), cells.map(({ topicId }) => topicId)];
    await tx.execute`
      INSERT INTO reporting.consent_cell (brand_id, kind, channel, purpose_id, topic_id)
      SELECT ${brandId}::uuid, * FROM unnest(${kinds}::text[], ${channels}::text[], ${purposes}::uuid[], ${topics}::uuid[])
      ON CONFLICT DO NOTHING`;
    const rows = await tx.sql<{ id: number }>`
      SELECT c.id
        FROM unnest(${kinds}::text[], ${channels}::text[], ${purposes}::uuid[], ${topics}::uuid[])
             WITH ORDINALITY AS one (kind, channel, purpose_id, topic_id, n)
        JOIN reporting.consent_cell c ON c.brand_id = ${brandId} AND c.kind = one.kind AND c.purpose_id = one.purpose_id
         AND c.channel IS NOT DISTINCT FROM one.channel AND c.topic_id IS NOT DISTINCT FROM one.topic_id
       ORDER BY one.n`;
    return rows.map(({ id }) => id);
  },

  /** Takes hours away, to be put back changed. */
  async takeHours(tx: Tx, brandId: BrandId, hours: readonly EpochMs[]): Promise<Map<EpochMs, Buffer>> {
    const rows = await tx.sql<KeptHour>`
      DELETE FROM reporting.consent_hour WHERE brand_id = ${brandId} AND hour = ANY (${hours.map(toIso)}::timestamptz[])
      RETURNING hour, cells`;
    return new Map(rows.map(({ hour, cells }) => [hour, cells]));
  },

  async keepHours(tx: Tx, brandId: BrandId, hours: ReadonlyMap<EpochMs, Buffer>): Promise<void> {
    await tx.copy(
      HOURS,
      [...hours].map(([hour, cells]) => ({ brandId, hour, cells })),
    );
  },

  async hours(tx: Tx, brandId: BrandId, from: EpochMs, to: EpochMs): Promise<KeptHour[]> {
    return tx.sql<KeptHour>`
      SELECT hour, cells FROM reporting.consent_hour
       WHERE brand_id = ${brandId} AND hour > ${toIso(from)}::timestamptz - interval '1 hour' AND hour < ${toIso(to)}::timestamptz`;
  },

  /** All cells of a brand, by id. */
  async cells(tx: Tx, brandId: BrandId): Promise<Map<number, Omit<CountedSaid, 'stretch' | 'events'>>> {
    await planForJoins(tx);
    const rows = await tx.sql<Omit<CountedSaid, 'stretch' | 'events'> & { id: number }>`
      SELECT c.id, c.kind, c.channel, p.key AS purpose, t.key AS topic
        FROM reporting.consent_cell c
        LEFT JOIN consent.reported_purpose p ON p.id = c.purpose_id
        LEFT JOIN consent.reported_topic t ON t.id = c.topic_id
       WHERE c.brand_id = ${brandId}`;
    return new Map(rows.map(({ id, ...cell }) => [id, cell]));
  },

  /** What is on the list of some stretches of time; null where it is more than a report has time for. */
  async told(tx: Tx, brandId: BrandId, bounds: readonly EpochMs[], most: number): Promise<CountedSaid[] | null> {
    const [all] = await tx.sql<{ n: number }>`
      SELECT count(*) AS n FROM (SELECT FROM reporting.consent_told WHERE brand_id = ${brandId} LIMIT ${most + 1}) AS listed`;
    if ((all?.n ?? 0) > most) return null;
    await planForJoins(tx);
    const edges = bounds.map(toIso);
    return tx.sql<CountedSaid>`
      SELECT width_bucket(s.quarter, ${edges}::timestamptz[]) - 1 AS stretch, s.kind, s.channel, p.key AS purpose, t.key AS topic,
             sum(s.events)::bigint AS events
        FROM reporting.consent_told s
        LEFT JOIN consent.reported_purpose p ON p.id = s.purpose_id
        LEFT JOIN consent.reported_topic t ON t.id = s.topic_id
       WHERE s.brand_id = ${brandId} AND s.quarter >= ${edges[0] ?? ''}::timestamptz AND s.quarter < ${edges.at(-1) ?? ''}::timestamptz
       GROUP BY 1, 2, 3, 4, 5`;
  },

  /** Forgets what is kept, and tells all that was ever said anew, as one snapshot has both. */
  async tellAll(tx: Tx, brandId: BrandId): Promise<void> {
    await planForJoins(tx);
    await tx.execute`DELETE FROM reporting.consent_hour WHERE brand_id = ${brandId}`;
    await tx.execute`
      WITH gone AS (DELETE FROM reporting.consent_told WHERE brand_id = ${brandId})
      INSERT INTO reporting.consent_told (brand_id, quarter, kind, channel, purpose_id, topic_id, events)
      SELECT brand_id, date_bin('15 minutes', occurred_at, 'epoch'), kind, channel, purpose_id, topic_id, count(*)
        FROM consent.reported_event WHERE brand_id = ${brandId} AND effective
       GROUP BY 1, 2, 3, 4, 5, 6`;
  },

  /** What was ever said since `from`, as the log has it. */
  async inLog(tx: Tx, brandId: BrandId, from: EpochMs): Promise<CountedSaid[]> {
    await planForJoins(tx);
    return tx.sql<CountedSaid>`
      SELECT 0 AS stretch, kind, channel, purpose, topic, count(*) AS events
        FROM consent.reported_event
       WHERE brand_id = ${brandId} AND effective AND occurred_at >= ${toIso(from)}::timestamptz
       GROUP BY kind, channel, purpose, topic`;
  },
};
