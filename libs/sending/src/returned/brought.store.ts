import type { Tx } from '#lib/platform';

/** One thing that was brought, as it is kept. */
export interface BroughtRow {
  readonly id: string;
  readonly providerId: string;
  /** Of a part of a long text: what it belongs to, and its place there from 1. Null: a receipt. */
  readonly together: Buffer | null;
  readonly number: number | null;
  readonly sealed: Buffer;
}

export interface DueRow extends BroughtRow {
  readonly ageMs: number;
}

/** SQL on what a center brought that cannot be understood yet. */
export const broughtStore = {
  /** A part that is kept already stays as it is. */
  async keep(tx: Tx, row: BroughtRow, dueInMs: number): Promise<void> {
    await tx.execute`
      INSERT INTO sending.brought (id, provider_id, together, number, sealed, due_at)
      VALUES (${row.id}::uuid, ${row.providerId}::uuid, ${row.together}::bytea, ${row.number}::smallint, ${row.sealed}::bytea,
              clock_timestamp() + ${dueInMs} * interval '1 ms')
      ON CONFLICT (together, number) WHERE together IS NOT NULL DO NOTHING`;
  },

  /** Until this transaction ends nobody else looks at what belongs together. */
  async lock(tx: Tx, together: Buffer): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtextextended(encode(${together}::bytea, 'hex'), 0))`;
  },

  /** In their order; nobody else takes them for a while, unless this process dies meanwhile. */
  async parts(tx: Tx, together: Buffer, leaseMs: number): Promise<BroughtRow[]> {
    const rows = await tx.sql<BroughtRow>`
      UPDATE sending.brought SET due_at = greatest(due_at, clock_timestamp() + ${leaseMs} * interval '1 ms')
       WHERE together = ${together}::bytea
      RETURNING id, provider_id AS "providerId", together, number, sealed`;
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
      RETURNING b.id, provider_id AS "providerId", together, number, sealed,
                (extract(epoch FROM clock_timestamp() - arrived_at) * 1000)::float8 AS "ageMs"`;
  },

  async again(tx: Tx, id: string, inMs: number): Promise<void> {
    await tx.execute`
      UPDATE sending.brought SET due_at = clock_timestamp() + ${inMs} * interval '1 ms' WHERE id = ${id}::uuid`;
  },

  async remove(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.execute`DELETE FROM sending.brought WHERE id = ANY (${[...ids]}::uuid[])`;
  },
};
