import type { Tx } from '#lib/platform';

/** One thing that was brought, as it is kept. */
export interface BroughtRow {
  readonly id: string;
  readonly providerId: string;
  /** Of a part of a long text: what it belongs to, and its place there from 1. Null: a receipt. */
  readonly together: Buffer | null;
  readonly number: number | null;
  readonly sealed: Buffer;
  /** Of a part: keyed hash of its words. */
  readonly said: Buffer | null;
}

export interface DueRow extends BroughtRow {
  readonly ageMs: number;
  /** A part that was read, and is known so that it is not read again. */
  readonly isRead: boolean;
}

/** SQL on what a center brought that cannot be understood yet. */
export const broughtStore = {
  /** A part that is kept already stays as it is; other words in the place of one that was read are those of a new text. */
  async keep(tx: Tx, row: BroughtRow, dueInMs: number): Promise<void> {
    await tx.execute`
      INSERT INTO sending.brought AS b (id, provider_id, together, number, sealed, said, due_at)
      VALUES (${row.id}::uuid, ${row.providerId}::uuid, ${row.together}::bytea, ${row.number}::smallint, ${row.sealed}::bytea,
              ${row.said}::bytea, clock_timestamp() + ${dueInMs} * interval '1 ms')
      ON CONFLICT (together, number) WHERE together IS NOT NULL
      DO UPDATE SET id = excluded.id, sealed = excluded.sealed, said = excluded.said, read_at = NULL,
                    arrived_at = clock_timestamp(), due_at = excluded.due_at
              WHERE b.read_at IS NOT NULL AND b.said IS DISTINCT FROM excluded.said`;
  },

  /** Until this transaction ends nobody else looks at what belongs together. */
  async lock(tx: Tx, together: Buffer): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtextextended(encode(${together}::bytea, 'hex'), 0))`;
  },

  /** In their order; nobody else takes them for a while, unless this process dies meanwhile. */
  async parts(tx: Tx, together: Buffer, leaseMs: number): Promise<BroughtRow[]> {
    const rows = await tx.sql<BroughtRow>`
      UPDATE sending.brought SET due_at = greatest(due_at, clock_timestamp() + ${leaseMs} * interval '1 ms')
       WHERE together = ${together}::bytea AND read_at IS NULL
      RETURNING id, provider_id AS "providerId", together, number, sealed, said`;
    return rows.sort((a, b) => Number(a.number) - Number(b.number));
  },

  /** The next that are due, the longest first; nobody else takes them for a while. */
  async due(tx: Tx, count: number, leaseMs: number): Promise<DueRow[]> {
    return tx.sql<DueRow>`
      WITH next AS MATERIALIZED (
        SELECT id FROM sending.brought WHERE due_at <= clock_timestamp() ORDER BY due_at LIMIT ${count}::bigint
           FOR UPDATE SKIP LOCKED
      )
      UPDATE sending.brought b SET due_at = clock_timestamp() + ${leaseMs} * interval '1 ms'
        FROM next WHERE b.id = next.id
      RETURNING b.id, provider_id AS "providerId", together, number, sealed, said, read_at IS NOT NULL AS "isRead",
                (extract(epoch FROM clock_timestamp() - arrived_at) * 1000)::float8 AS "ageMs"`;
  },

  async again(tx: Tx, id: string, inMs: number): Promise<void> {
    await tx.execute`
      UPDATE sending.brought SET due_at = clock_timestamp() + ${inMs} * interval '1 ms' WHERE id = ${id}::uuid`;
  },

  /** They were understood: nothing of what they say stays, but they are known for a while, should they be brought again. */
  async read(tx: Tx, ids: readonly string[], knownForMs: number): Promise<void> {
    await tx.execute`
      UPDATE sending.brought
         SET sealed = '', read_at = clock_timestamp(), due_at = clock_timestamp() + ${knownForMs} * interval '1 ms'
       WHERE id = ANY (${[...ids]}::uuid[])`;
  },

  async remove(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.execute`DELETE FROM sending.brought WHERE id = ANY (${[...ids]}::uuid[])`;
  },
};
