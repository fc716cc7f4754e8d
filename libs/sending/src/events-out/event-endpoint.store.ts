import type { BrandId, EntryId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { EventOutcome } from './domain/retry-plan.js';

export interface EndpointRow {
  readonly id: string;
  readonly brandId: BrandId;
  readonly key: string;
  readonly url: string;
  readonly description: string;
  readonly types: readonly string[];
  readonly secrets: Buffer;
  readonly enabled: boolean;
  readonly disabledAs: 'gone' | null;
  readonly position: number;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

export const DELIVERY_STATUSES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One event to one endpoint, and what became of it. */
export interface EventDelivery {
  readonly entryId: EntryId;
  readonly position: number;
  readonly type: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly dueAt: EpochMs;
  readonly triedAt: EpochMs | null;
  readonly answer: string | null;
  /** The latest tries, also from before a replay, the oldest first. */
  readonly tries: readonly { readonly at: EpochMs; readonly answer: string }[];
}

/** Tries of one delivery that are remembered. */
const MOST_TRIES = 50;

/** A delivery that is this worker's until its lease is over. */
export interface ClaimedDelivery {
  readonly entryId: EntryId;
  readonly position: number;
  readonly attempts: number;
}

/** SQL on endpoints and deliveries of events. */
export const eventStore = {
  /** @param lock keeps others from changing it, or from planning for it, meanwhile */
  async find(tx: Tx, brandId: BrandId, key: string, lock = false): Promise<EndpointRow | null> {
    const rows = lock
      ? await tx.sql<EndpointRow>`
          SELECT id, brand_id AS "brandId", key, url, description, types, secrets, enabled, disabled_as AS "disabledAs",
                 position, created_at AS "createdAt", updated_at AS "updatedAt"
            FROM sending.event_endpoint WHERE brand_id = ${brandId} AND key = ${key} FOR UPDATE`
      : await tx.sql<EndpointRow>`
          SELECT id, brand_id AS "brandId", key, url, description, types, secrets, enabled, disabled_as AS "disabledAs",
                 position, created_at AS "createdAt", updated_at AS "updatedAt"
            FROM sending.event_endpoint WHERE brand_id = ${brandId} AND key = ${key}`;
    return rows[0] ?? null;
  },

  async list(tx: Tx, brandId: BrandId, after: string, limit: number): Promise<EndpointRow[]> {
    return tx.sql<EndpointRow>`
      SELECT id, brand_id AS "brandId", key, url, description, types, secrets, enabled, disabled_as AS "disabledAs",
             position, created_at AS "createdAt", updated_at AS "updatedAt"
        FROM sending.event_endpoint WHERE brand_id = ${brandId} AND key > ${after} ORDER BY key LIMIT ${limit}`;
  },

  async count(tx: Tx, brandId: BrandId): Promise<number> {
    const [row] = await tx.sql<{ n: number }>`
      SELECT count(*) AS n FROM sending.event_endpoint WHERE brand_id = ${brandId}`;
    return row?.n ?? 0;
  },

  async put(tx: Tx, row: EndpointRow): Promise<void> {
    await tx.execute`
      INSERT INTO sending.event_endpoint AS e (id, brand_id, key, url, description, types, secrets, enabled, disabled_as,
                                               position, created_at, updated_at)
      VALUES (${row.id}, ${row.brandId}, ${row.key}, ${row.url}, ${row.description}, ${[...row.types]}::text[],
              ${row.secrets}, ${row.enabled}, ${row.disabledAs}, ${row.position}, ${toIso(row.createdAt)},
              ${toIso(row.updatedAt)})
      ON CONFLICT (id) DO UPDATE
        SET url = EXCLUDED.url, description = EXCLUDED.description, types = EXCLUDED.types, secrets = EXCLUDED.secrets,
            enabled = EXCLUDED.enabled, disabled_as = EXCLUDED.disabled_as, position = EXCLUDED.position,
            updated_at = EXCLUDED.updated_at`;
  },

  /** Those that anything is to be sent to. */
  async enabled(tx: Tx): Promise<EndpointRow[]> {
    return tx.sql<EndpointRow>`
      SELECT id, brand_id AS "brandId", key, url, description, types, secrets, enabled, disabled_as AS "disabledAs",
             position, created_at AS "createdAt", updated_at AS "updatedAt"
        FROM sending.event_endpoint WHERE enabled ORDER BY id`;
  },

  /** Where an endpoint stands in the log, under its lock; null when somebody else has it, or it is disabled. */
  async takePosition(tx: Tx, id: string): Promise<number | null> {
    const rows = await tx.sql<{ position: number }>`
      SELECT position FROM sending.event_endpoint WHERE id = ${id} AND enabled FOR UPDATE SKIP LOCKED`;
    return rows[0]?.position ?? null;
  },

  async plan(
    tx: Tx,
    id: string,
    events: readonly { readonly position: number; readonly entryId: EntryId; readonly type: string }[],
    position: number,
  ): Promise<void> {
    await tx.execute`
      INSERT INTO sending.event_delivery (endpoint_id, position, entry_id, type, due_at)
      SELECT ${id}, e.position, e.entry_id, e.type, clock_timestamp()
        FROM unnest(${events.map((e) => e.position)}::bigint[], ${events.map((e) => e.entryId)}::uuid[],
                    ${events.map((e) => e.type)}::text[]) AS e (position, entry_id, type)
      ON CONFLICT DO NOTHING`;
    await tx.execute`UPDATE sending.event_endpoint SET position = ${position}::bigint WHERE id = ${id}`;
  },

  /** Takes deliveries that are due, oldest first, for as long as the lease. Nobody else tries them meanwhile. */
  async claim(tx: Tx, id: string, limit: number, leaseMs: number): Promise<ClaimedDelivery[]> {
    // Materialized: inside IN it may be run once for each row, and then the limit is none.
    return tx.sql<ClaimedDelivery>`
      WITH due AS MATERIALIZED (
        SELECT d.position
          FROM sending.event_delivery d
          JOIN sending.event_endpoint e ON e.id = d.endpoint_id AND e.enabled
         WHERE d.endpoint_id = ${id} AND d.status = 'waiting' AND d.due_at <= clock_timestamp()
         ORDER BY d.due_at LIMIT ${limit} FOR UPDATE OF d SKIP LOCKED)
      UPDATE sending.event_delivery d
         SET due_at = clock_timestamp() + ${leaseMs}::float8 * interval '1 millisecond', attempts = d.attempts + 1
        FROM due
       WHERE d.endpoint_id = ${id} AND d.position = due.position AND d.status = 'waiting'
      RETURNING d.entry_id AS "entryId", d.position, d.attempts`;
  },

  /**
   * What came of a try, unless its lease ran out and somebody else has tried since. Where nobody is there any more the next
   * try is the first at whatever address comes then.
   */
  async settle(
    tx: Tx,
    id: string,
    { position, attempts }: ClaimedDelivery,
    outcome: EventOutcome,
    answer: string,
  ): Promise<void> {
    const status = outcome.kind === 'delivered' || outcome.kind === 'failed' ? outcome.kind : 'waiting';
    const afterMs = outcome.kind === 'again' ? outcome.afterMs : 0;
    await tx.execute`
      UPDATE sending.event_delivery
         SET status = ${status}, answer = ${answer}, tried_at = clock_timestamp(),
             attempts = CASE WHEN ${outcome.kind === 'gone'} THEN 0 ELSE attempts END,
             tries = CASE WHEN jsonb_array_length(tries) < ${MOST_TRIES} THEN tries ELSE tries - 0 END
                     || jsonb_build_object('at', round(extract(epoch FROM clock_timestamp()) * 1000), 'answer', ${answer}::text),
             due_at = clock_timestamp() + ${afterMs}::float8 * interval '1 millisecond'
       WHERE endpoint_id = ${id} AND position = ${position}::bigint AND attempts = ${attempts} AND status = 'waiting'`;
  },

  /** Leaves it alone as gone, unless it has another address by now; answers whether it does. */
  async disable(tx: Tx, id: string, url: string): Promise<boolean> {
    const rows = await tx.sql<{ id: string }>`
      UPDATE sending.event_endpoint SET enabled = false, disabled_as = 'gone', updated_at = clock_timestamp()
       WHERE id = ${id} AND url = ${url} AND enabled RETURNING id`;
    return rows.length > 0;
  },

  /** Newest first, those before a position. */
  async deliveries(
    tx: Tx,
    id: string,
    {
      status,
      before,
      limit,
    }: { readonly status: DeliveryStatus | null; readonly before: number; readonly limit: number },
  ): Promise<EventDelivery[]> {
    return tx.sql<EventDelivery>`
      SELECT entry_id AS "entryId", position, type, status, attempts, due_at AS "dueAt", tried_at AS "triedAt", answer, tries
        FROM sending.event_delivery
       WHERE endpoint_id = ${id} AND position < ${before}::bigint AND (${status}::text IS NULL OR status = ${status}::text)
       ORDER BY position DESC LIMIT ${limit}`;
  },

  /** Makes deliveries due again, with as many tries before them as new ones have; answers how many. */
  async again(
    tx: Tx,
    id: string,
    which: { readonly entries: readonly string[] | null; readonly after: number; readonly failedOnly: boolean },
  ): Promise<number> {
    const rows = await tx.sql<{ n: number }>`
      WITH again AS (
        UPDATE sending.event_delivery
           SET status = 'waiting', attempts = 0, due_at = clock_timestamp()
         WHERE endpoint_id = ${id} AND position > ${which.after}::bigint
           AND (${which.entries === null ? null : [...which.entries]}::uuid[] IS NULL
                OR entry_id = ANY (${which.entries === null ? null : [...which.entries]}::uuid[]))
           AND (NOT ${which.failedOnly}::boolean OR status = 'failed')
        RETURNING 1)
      SELECT count(*) AS n FROM again`;
    return rows[0]?.n ?? 0;
  },

  /** Forgets what is over for so long; the log has the events. */
  async forget(tx: Tx, days: number): Promise<void> {
    await tx.execute`
      DELETE FROM sending.event_delivery
       WHERE status <> 'waiting' AND tried_at < clock_timestamp() - ${days}::float8 * interval '1 day'`;
  },

  /** Whose messages these are. */
  async contactsOf(tx: Tx, ids: readonly string[]): Promise<{ id: MessageId; contactId: string }[]> {
    return tx.sql`SELECT id, contact_id AS "contactId" FROM sending.message WHERE id = ANY (${[...ids]}::uuid[])`;
  },
};
