import type { EntryId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** The list behind a `subject.heads` entry. */
export interface KeptHeads {
  readonly id: number;
  readonly entryId: EntryId;
  readonly records: Buffer;
  readonly madeAt: EpochMs;
}

/** Lists that are kept: an export that was fixed on one needs it until it is built. */
const KEPT = 4;

/** SQL on how far chains reach. */
export const headsStore = {
  /** One process at a time, until the transaction ends. */
  async lock(tx: Tx): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtext('ledger.subject_heads'))`;
  },

  /** How old the newest list is; null before the first. */
  async ageMs(tx: Tx): Promise<number | null> {
    const [row] = await tx.sql<{ age: number | null }>`
      SELECT (extract(epoch FROM clock_timestamp() - max(made_at)) * 1000)::bigint AS age FROM ledger.subject_heads`;
    return row?.age ?? null;
  },

  /** Every chain's label and commitment, sorted, as of one instant, and how many entries had a position then. */
  async read(tx: Tx): Promise<{ records: Buffer; size: number }> {
    const [row] = await tx.sql<{ records: Buffer | null; size: number }>`
      SELECT (SELECT string_agg(label || commitment, ''::bytea ORDER BY label)
                FROM (SELECT sha256('label/1'::bytea || '\\x00'::bytea || uuid_send(id)) AS label,
                             sha256('head/1'::bytea || '\\x00'::bytea || uuid_send(id) || int8send(chain_n) || chain_head)
                               AS commitment
                        FROM ledger.subject WHERE chain_n > 0) s) AS records,
             (SELECT size FROM ledger.head) AS size`;
    return { records: row?.records ?? Buffer.alloc(0), size: row?.size ?? 0 };
  },

  async keep(tx: Tx, entryId: EntryId, size: number, root: Buffer, records: Buffer): Promise<number> {
    const [row] = await tx.sql<{ id: number }>`
      INSERT INTO ledger.subject_heads (entry_id, size, root, records)
      VALUES (${entryId}, ${size}::bigint, ${root}, ${records}) RETURNING id`;
    if (row === undefined) throw new Error('a list of heads was not kept');
    await tx.execute`
      DELETE FROM ledger.subject_heads
       WHERE id <= ${row.id - KEPT}::bigint
         AND NOT EXISTS (SELECT FROM ledger.export x WHERE x.heads_id = subject_heads.id AND x.state IN ('queued', 'building'))`;
    return row.id;
  },

  /** The newest list by the log itself, with its root in hexadecimal; looked for from the end of the log. */
  async newestLogged(tx: Tx): Promise<{ entryId: EntryId; root: string } | null> {
    const [row] = await tx.sql<{ entryId: EntryId; root: string }>`
      SELECT id AS "entryId", convert_from(leaf, 'UTF8')::jsonb ->> 'root' AS root
        FROM ledger.entry WHERE position('"t":"subject.heads"'::bytea IN leaf) > 0 ORDER BY n DESC LIMIT 1`;
    return row ?? null;
  },

  async newest(tx: Tx): Promise<KeptHeads | null> {
    const [row] = await tx.sql<KeptHeads>`
      SELECT id, entry_id AS "entryId", records, made_at AS "madeAt" FROM ledger.subject_heads ORDER BY id DESC LIMIT 1`;
    return row ?? null;
  },

  async byId(tx: Tx, id: number): Promise<KeptHeads | null> {
    const [row] = await tx.sql<KeptHeads>`
      SELECT id, entry_id AS "entryId", records, made_at AS "madeAt" FROM ledger.subject_heads WHERE id = ${id}::bigint`;
    return row ?? null;
  },
};
