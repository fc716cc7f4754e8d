import type { EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** A checkpoint with its cosignatures, as it is audited. */
export interface AuditedCheckpoint {
  readonly id: number;
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly lines: readonly string[];
  /** What the table says of them: names of the witnesses' keys, and times in milliseconds since 1970. */
  readonly witnesses: readonly string[];
  readonly times: readonly string[];
}

/** How far the log has come. */
export interface AuditedHead {
  readonly size: number;
  readonly root: Buffer;
  /** The compact range of it. */
  readonly range: Buffer;
}

/** An entry with the brand that its place in the log says it is of. */
export interface AuditedEntry {
  readonly leaf: Buffer;
  readonly brandId: string | null;
}

/** A slot that waits, and whether its entries are what its seals say. */
export interface AuditedSlot {
  readonly n: number;
  readonly brandId: string | null;
  readonly mac: Buffer;
  readonly seals: Buffer;
  readonly sound: boolean;
}

/** SQL that looks for contradictions between the ledger's tables. Each statement sees one state of the database. */
export const auditStore = {
  /** Null when somebody took it away. */
  async head(tx: Tx): Promise<AuditedHead | null> {
    const [head] = await tx.sql<AuditedHead>`SELECT size, root, range FROM ledger.head`;
    return head ?? null;
  },

  /** How many entries have a position, by what says where each is. */
  async placedEnd(tx: Tx): Promise<number> {
    const [row] = await tx.sql<{ end: number }>`
      SELECT coalesce(max(first_idx + count), 0)::bigint AS "end" FROM ledger.placement`;
    return row?.end ?? 0;
  },

  /** Where positions do not follow one another, or end elsewhere than the tree; null when they do. */
  async gap(tx: Tx): Promise<string | null> {
    const [row] = await tx.sql<{ at: number | null; end: number; size: number | null }>`
      SELECT (SELECT min(first_idx)
                FROM (SELECT first_idx, lag(first_idx + count, 1, 0::bigint) OVER (ORDER BY first_idx) AS expected
                        FROM ledger.placement) p
               WHERE first_idx <> expected) AS at,
             (SELECT coalesce(max(first_idx + count), 0)::bigint
                FROM (SELECT first_idx, count FROM ledger.placement ORDER BY first_idx DESC LIMIT 1) l) AS "end",
             (SELECT size FROM ledger.head) AS size`;
    if (row === undefined) throw new Error('the ledger did not answer');
    if (row.at !== null) return `positions before ${row.at} are missing or given twice`;
    if (row.size === null) return `positions are given up to ${row.end}, and there is no head`;
    return row.end === row.size ? null : `positions are given up to ${row.end}, and the head has ${row.size} entries`;
  },

  /** An entry that has no position, waits for none and was not set aside; null when there is none. */
  async stray(tx: Tx): Promise<string | null> {
    const [row] = await tx.sql<{ id: string }>`
      SELECT e.id
        FROM ledger.entry e
       WHERE NOT EXISTS (SELECT 1 FROM (SELECT n, count FROM ledger.placement s WHERE s.n <= e.n ORDER BY s.n DESC LIMIT 1) p
                          WHERE e.n < p.n + p.count)
         AND NOT EXISTS (SELECT 1 FROM (SELECT n, count FROM ledger.pending s WHERE s.n <= e.n ORDER BY s.n DESC LIMIT 1) w
                          WHERE e.n < w.n + w.count)
         AND NOT EXISTS (SELECT 1 FROM ledger.quarantine q WHERE q.n = e.n)
       LIMIT 1`;
    return row?.id ?? null;
  },

  /** Slots that wait, after one by its n. */
  async pending(tx: Tx, afterN: number, limit: number): Promise<AuditedSlot[]> {
    return tx.sql`
      SELECT w.n, w.brand_id AS "brandId", w.mac, w.seals,
             w.count = (SELECT count(*) FROM ledger.entry e
                         WHERE e.n >= w.n AND e.n < w.n + w.count
                           AND uuid_send(e.id) || sha256('\\x00'::bytea || e.leaf)
                               = substring(w.seals FROM (e.n - w.n)::int * 48 + 1 FOR 48)) AS sound
        FROM ledger.pending w
       WHERE w.n > ${afterN}::bigint
       ORDER BY w.n LIMIT ${limit}::int`;
  },

  /** The entries at these positions, in order. */
  async entries(tx: Tx, start: number, end: number): Promise<AuditedEntry[]> {
    return tx.sql`
      SELECT e.leaf, p.brand_id AS "brandId"
        FROM ledger.placement p
        JOIN ledger.entry e ON e.n >= p.n AND e.n < p.n + p.count
       WHERE p.first_idx >= coalesce((SELECT max(s.first_idx) FROM ledger.placement s WHERE s.first_idx <= ${start}::bigint), 0)
         AND p.first_idx < ${end}::bigint
         AND p.first_idx + (e.n - p.n) >= ${start}::bigint
         AND p.first_idx + (e.n - p.n) < ${end}::bigint
       ORDER BY p.first_idx, e.n`;
  },

  /** Entries whose lists of heads are there. */
  async headsLists(tx: Tx): Promise<string[]> {
    const rows = await tx.sql<{ id: string }>`SELECT entry_id AS id FROM ledger.subject_heads`;
    return rows.map(({ id }) => id);
  },

  /** Checkpoints in the order of their size, after one. */
  async checkpoints(tx: Tx, after: { size: number; id: number }, limit: number): Promise<AuditedCheckpoint[]> {
    return tx.sql`
      SELECT c.id, c.origin, c.size, c.root, c.note,
             ARRAY(SELECT s.line FROM ledger.cosignature s WHERE s.checkpoint_id = c.id ORDER BY s.line) AS lines,
             ARRAY(SELECT s.witness FROM ledger.cosignature s WHERE s.checkpoint_id = c.id ORDER BY s.line) AS witnesses,
             ARRAY(SELECT ((extract(epoch FROM s.witnessed_at) * 1000)::bigint)::text
                     FROM ledger.cosignature s WHERE s.checkpoint_id = c.id ORDER BY s.line) AS times
        FROM ledger.checkpoint c
       WHERE (c.size, c.id) > (${after.size}::bigint, ${after.id}::bigint)
       ORDER BY c.size, c.id LIMIT ${limit}::int`;
  },

  /** A full tile as it is stored, with what it says to be in the tile above; null when it is missing. */
  async tile(tx: Tx, level: number, index: number): Promise<{ hashes: Buffer; root: Buffer } | null> {
    const [row] = await tx.sql<{ hashes: Buffer; root: Buffer }>`
      SELECT hashes, root FROM ledger.tile WHERE level = ${level}::smallint AND idx = ${index}::bigint`;
    return row ?? null;
  },

  async tileCount(tx: Tx): Promise<number> {
    const [row] = await tx.sql<{ n: number }>`SELECT count(*)::bigint AS n FROM ledger.tile`;
    return row?.n ?? 0;
  },

  async clock(tx: Tx): Promise<EpochMs> {
    const [row] = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
    return row?.now ?? 0;
  },
};
