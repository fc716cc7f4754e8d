import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import { plainList, toIso, type Tx } from '#lib/platform';
import { HASH_BYTES, type SizeRange, type Tile, TILE_WIDTH } from '#lib/proof';
import type { FullTile } from './domain/growing-tiles.js';

/** A checkpoint as it is kept: the note without the cosignatures, which are beside it. */
export interface KeptCheckpoint {
  readonly id: number;
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly signedAt: EpochMs;
}

/** A checkpoint with the lines of witnesses below it, in any order. */
export interface KeptRow {
  readonly id: number;
  readonly note: string;
  readonly lines: readonly string[];
}

/** Checkpoints of a log, of so many entries each, that nobody but these has cosigned (names of their keys). */
export interface PassedOver extends SizeRange {
  readonly origin: string;
  readonly cosigners: readonly string[];
}

/** The line of a witness below a checkpoint. */
export interface KeptCosignature {
  readonly line: string;
  readonly witness: string;
  /** By the clock of the witness. */
  readonly at: EpochMs;
}

/** When witnesses, by their own clocks, had seen the log without an entry and with it. */
export interface TimeBounds {
  readonly notBefore: EpochMs | null;
  readonly notAfter: EpochMs | null;
}

export interface FoundTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Buffer;
}

/** An entry beside the newest checkpoint, with its cosignatures; nulls when it has no position. */
export interface ShownEntry {
  readonly note: string;
  readonly idx: number | null;
  readonly leaf: Buffer | null;
  readonly brandId: string | null;
}

/** Of so many entries the latest time is asked for. */
const NEWEST = 5_000;

/** SQL about tiles, checkpoints and cosignatures. Positions and bytes come from placements and entries. */
export const tileStore = {
  async head(tx: Tx): Promise<{ size: number; root: Buffer }> {
    const [head] = await tx.sql<{ size: number; root: Buffer }>`SELECT size, root FROM ledger.head`;
    if (head === undefined) throw new Error('the ledger has no head');
    return head;
  },

  /** Leaf hashes of the entries at these positions, one after the other; fewer when some are missing. Hashed where they lie. */
  async leafHashes(tx: Tx, start: number, end: number): Promise<Buffer> {
    const [row] = await tx.sql<{ hashes: Buffer | null }>`
      SELECT string_agg(sha256('\\x00'::bytea || e.leaf), ''::bytea ORDER BY p.first_idx, e.n) AS hashes
        FROM ledger.placement p
        JOIN ledger.entry e ON e.n >= p.n AND e.n < p.n + p.count
       WHERE p.first_idx >= coalesce((SELECT max(s.first_idx) FROM ledger.placement s WHERE s.first_idx <= ${start}::bigint), 0)
         AND p.first_idx < ${end}::bigint
         AND p.first_idx + (e.n - p.n) >= ${start}::bigint
         AND p.first_idx + (e.n - p.n) < ${end}::bigint`;
    return row?.hashes ?? Buffer.alloc(0);
  },

  /** For how long the first entry that has no position yet has waited, by the database's clock in milliseconds; null: none does. */
  async longestWait(tx: Tx): Promise<number | null> {
    const [first] = await tx.sql<{ ms: number }>`
      SELECT (extract(epoch FROM clock_timestamp() - enqueued_at) * 1000)::float8 AS ms FROM ledger.pending ORDER BY n LIMIT 1`;
    return first?.ms ?? null;
  },

  /** The latest time that one of the newest entries says. */
  async latestTime(tx: Tx): Promise<EpochMs | null> {
    const [row] = await tx.sql<{ at: EpochMs | null }>`
      SELECT max((convert_from(leaf, 'UTF8')::jsonb ->> 'at')::timestamptz) AS at
        FROM (SELECT leaf FROM ledger.entry ORDER BY n DESC LIMIT ${NEWEST}::int) e`;
    return row?.at ?? null;
  },

  /** The bytes of the entries at these positions, in order. */
  async leaves(tx: Tx, start: number, end: number): Promise<Buffer[]> {
    const rows = await tx.sql<{ leaf: Buffer }>`
      SELECT e.leaf
        FROM ledger.placement p
        JOIN ledger.entry e ON e.n >= p.n AND e.n < p.n + p.count
       WHERE p.first_idx >= coalesce((SELECT max(s.first_idx) FROM ledger.placement s WHERE s.first_idx <= ${start}::bigint), 0)
         AND p.first_idx < ${end}::bigint
         AND p.first_idx + (e.n - p.n) >= ${start}::bigint
         AND p.first_idx + (e.n - p.n) < ${end}::bigint
       ORDER BY p.first_idx, e.n`;
    return rows.map(({ leaf }) => leaf);
  },

  /** How many tiles each level has: 0 after the last one. */
  async fullTiles(tx: Tx, level: number): Promise<number> {
    const [row] = await tx.sql<{ end: number }>`
      SELECT coalesce(max(idx) + 1, 0)::bigint AS "end" FROM ledger.tile WHERE level = ${level}::smallint`;
    return row?.end ?? 0;
  },

  /** What full tiles are in the tile above, one hash after the other; fewer when some are missing. */
  async roots(tx: Tx, level: number, start: number, end: number): Promise<Buffer> {
    const [row] = await tx.sql<{ roots: Buffer | null }>`
      SELECT string_agg(root, ''::bytea ORDER BY idx) AS roots
        FROM ledger.tile
       WHERE level = ${level}::smallint AND idx >= ${start}::bigint AND idx < ${end}::bigint`;
    return row?.roots ?? Buffer.alloc(0);
  },

  /** The first hashes of a tile; null when there are not as many. */
  async tile(tx: Tx, { level, index, width }: Tile): Promise<Buffer | null> {
    const length = width * HASH_BYTES;
    const [full] = await tx.sql<{ hashes: Buffer }>`
      SELECT substring(hashes FROM 1 FOR ${length}::int) AS hashes
        FROM ledger.tile WHERE level = ${level}::smallint AND idx = ${index}::bigint`;
    if (full !== undefined) return full.hashes;
    const start = index * TILE_WIDTH;
    const made =
      level === 0
        ? await this.leafHashes(tx, start, start + width)
        : await this.roots(tx, level - 1, start, start + width);
    return made.length === length ? made : null;
  },

  /** Those of these tiles that are full, in any order: one look for all of them. */
  async fullAmong(tx: Tx, tiles: readonly Tile[]): Promise<FoundTile[]> {
    return tx.sql`
      SELECT level, idx AS index, hashes
        FROM (SELECT * FROM unnest(${plainList(tiles.map(({ level }) => level))}::smallint[],
                                   ${plainList(tiles.map(({ index }) => index))}::bigint[])
               LIMIT ${tiles.length}::bigint) AS wanted (level, idx)
        JOIN ledger.tile USING (level, idx)`;
  },

  async addTiles(tx: Tx, tiles: readonly FullTile[]): Promise<void> {
    await tx.execute`
      INSERT INTO ledger.tile (level, idx, hashes, root)
      SELECT * FROM unnest(${tiles.map(({ level }) => level)}::smallint[], ${tiles.map(({ index }) => index)}::bigint[],
                           ${tiles.map(({ hashes }) => hashes)}::bytea[], ${tiles.map(({ root }) => root)}::bytea[])`;
  },

  /** The newest checkpoint; null before the first. */
  async newest(tx: Tx): Promise<KeptCheckpoint | null> {
    const [row] = await tx.sql<KeptCheckpoint>`
      SELECT id, origin, size, root, note, signed_at AS "signedAt" FROM ledger.checkpoint ORDER BY id DESC LIMIT 1`;
    return row ?? null;
  },

  async checkpointsOf(tx: Tx, origin: string): Promise<number> {
    const [row] = await tx.sql<{ n: number }>`
      SELECT count(*)::bigint AS n FROM ledger.checkpoint WHERE origin = ${origin}`;
    return row?.n ?? 0;
  },

  /** Checkpoints after one by its id, in the order in which they were signed. */
  async checkpoints(tx: Tx, afterId: number, limit: number): Promise<KeptCheckpoint[]> {
    return tx.sql`
      SELECT id, origin, size, root, note, signed_at AS "signedAt"
        FROM ledger.checkpoint WHERE id > ${afterId}::bigint ORDER BY id LIMIT ${limit}::int`;
  },

  /** Checkpoints after one by its id, each with all lines below it. */
  async kept(tx: Tx, afterId: number, limit: number): Promise<KeptRow[]> {
    return tx.sql`
      SELECT c.id, c.note, ARRAY(SELECT s.line FROM ledger.cosignature s WHERE s.checkpoint_id = c.id) AS lines
        FROM ledger.checkpoint c WHERE c.id > ${afterId}::bigint ORDER BY c.id LIMIT ${limit}::int`;
  },

  /** The last line of each witness below a checkpoint. */
  async cosignatures(tx: Tx, checkpointId: number): Promise<KeptCosignature[]> {
    return tx.sql`
      SELECT DISTINCT ON (witness) line, witness, witnessed_at AS at
        FROM ledger.cosignature WHERE checkpoint_id = ${checkpointId}::bigint ORDER BY witness, witnessed_at DESC`;
  },

  /**
   * To be asked before anything is kept: until this transaction ends nobody else keeps anything. What stands behind the
   * newest checkpoint is final, also when somebody who stood still goes on and has not heard that another was elected.
   * @param id of the checkpoint that the caller takes for the newest; null when for none
   */
  async assertNewest(tx: Tx, id: number | null): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtext('consent-gateway:checkpoints'))`;
    const newest = await this.newest(tx);
    if ((newest?.id ?? null) !== id) throw new Error('another process has published meanwhile: nothing was kept');
  },

  /** Keeps a checkpoint and answers its id; null when one of its origin and size is there. */
  async keep(tx: Tx, { origin, size, root, note }: Omit<KeptCheckpoint, 'id' | 'signedAt'>): Promise<number | null> {
    const [row] = await tx.sql<{ id: number }>`
      INSERT INTO ledger.checkpoint (origin, size, root, note) VALUES (${origin}, ${size}, ${root}, ${note})
      ON CONFLICT (origin, size) DO NOTHING RETURNING id`;
    return row?.id ?? null;
  },

  async addCosignatures(tx: Tx, checkpointId: number, cosignatures: readonly KeptCosignature[]): Promise<void> {
    await tx.execute`
      INSERT INTO ledger.cosignature (checkpoint_id, line, witness, witnessed_at)
      SELECT ${checkpointId}::bigint, * FROM unnest(
        ${cosignatures.map(({ line }) => line)}::text[], ${cosignatures.map(({ witness }) => witness)}::text[],
        ${cosignatures.map(({ at }) => toIso(at))}::timestamptz[])
      ON CONFLICT DO NOTHING`;
  },

  /**
   * What the cosignatures say about when the entry at a position was appended: after a witness had last seen the log
   * without it, and before one first saw it with it.
   */
  async bounds(tx: Tx, origin: string, idx: number): Promise<TimeBounds> {
    const [row] = await tx.sql<TimeBounds>`
      SELECT (SELECT max(s.witnessed_at) FROM ledger.cosignature s
               WHERE s.checkpoint_id = (SELECT id FROM ledger.checkpoint c WHERE c.origin = ${origin} AND c.size <= ${idx}::bigint
                                           AND EXISTS (SELECT 1 FROM ledger.cosignature x WHERE x.checkpoint_id = c.id)
                                         ORDER BY c.size DESC LIMIT 1)) AS "notBefore",
             (SELECT min(s.witnessed_at) FROM ledger.cosignature s
               WHERE s.checkpoint_id = (SELECT id FROM ledger.checkpoint c WHERE c.origin = ${origin} AND c.size > ${idx}::bigint
                                           AND EXISTS (SELECT 1 FROM ledger.cosignature x WHERE x.checkpoint_id = c.id)
                                         ORDER BY c.size LIMIT 1)) AS "notAfter"`;
    return row ?? { notBefore: null, notAfter: null };
  },

  /**
   * Of the checkpoints of fewer than `size` entries that somebody has cosigned, and that are not passed over: for each of
   * these positions the last one without it and the first one with it. However many are passed over between two of them,
   * they are looked at once for all the positions there.
   * @param positions in ascending order, none twice
   * @param wrong ids of checkpoints that are passed over, each by itself
   */
  async witnessedAround(
    tx: Tx,
    { origin, size }: { readonly origin: string; readonly size: number },
    positions: readonly number[],
    passedOver: readonly PassedOver[],
    wrong: readonly number[],
  ): Promise<KeptCheckpoint[]> {
    if (positions.length === 0) return [];
    return tx.sql`
      WITH RECURSIVE names AS (
        -- Logs that this one follows are beginnings of it, up to where it went on.
        SELECT ${origin} AS origin, ${size}::bigint - 1 AS most
        UNION ALL SELECT follows, size FROM ledger.resumption WHERE size < ${size}::bigint
      ), passed AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(passedOver)}::jsonb)
            AS p (origin text, above bigint, until bigint, cosigners text[])
      ), gap AS (
        -- From the first position to the checkpoint with it, from there to the next, and so on.
        SELECT NULL::bigint AS before, NULL::bigint AS after, 0::bigint AS next
        UNION ALL
        SELECT before.id, after.id, after.size
          FROM gap
         CROSS JOIN LATERAL (
                 SELECT (${positions}::bigint[])[width_bucket(gap.next - 1, ${positions}::bigint[]) + 1] AS idx) p
          LEFT JOIN LATERAL (
                 SELECT c.id FROM names, LATERAL (
                        SELECT c.id, c.size FROM ledger.checkpoint c
                         WHERE c.origin = names.origin AND c.size <= least(p.idx, names.most)
                           AND c.id <> ALL (${wrong}::bigint[])
                           AND EXISTS (SELECT FROM ledger.cosignature s WHERE s.checkpoint_id = c.id)
                           AND NOT EXISTS (SELECT FROM passed p WHERE p.origin = c.origin AND c.size > p.above AND c.size <= p.until
                                AND ARRAY(SELECT s.witness FROM ledger.cosignature s WHERE s.checkpoint_id = c.id) <@ p.cosigners)
                         ORDER BY c.size DESC LIMIT 1) c
                  ORDER BY c.size DESC LIMIT 1) before ON true
          LEFT JOIN LATERAL (
                 SELECT c.id, c.size FROM names, LATERAL (
                        SELECT c.id, c.size FROM ledger.checkpoint c
                         WHERE c.origin = names.origin AND c.size > p.idx AND c.size <= names.most
                           AND c.id <> ALL (${wrong}::bigint[])
                           AND EXISTS (SELECT FROM ledger.cosignature s WHERE s.checkpoint_id = c.id)
                           AND NOT EXISTS (SELECT FROM passed p WHERE p.origin = c.origin AND c.size > p.above AND c.size <= p.until
                                AND ARRAY(SELECT s.witness FROM ledger.cosignature s WHERE s.checkpoint_id = c.id) <@ p.cosigners)
                         ORDER BY c.size LIMIT 1) c
                  ORDER BY c.size LIMIT 1) after ON true
         WHERE gap.next IS NOT NULL AND p.idx IS NOT NULL
      )
      SELECT id, origin, size, root, note, signed_at AS "signedAt"
        FROM ledger.checkpoint
       WHERE id IN (SELECT before FROM gap UNION SELECT after FROM gap)
       ORDER BY size`;
  },

  /** An entry of a brand that has a position; null otherwise. */
  async placed(tx: Tx, id: EntryId): Promise<{ idx: number; leaf: Buffer; brandId: string | null } | null> {
    const [row] = await tx.sql<{ idx: number; leaf: Buffer; brandId: string | null }>`
      SELECT p.first_idx + (e.n - p.n) AS idx, e.leaf, p.brand_id AS "brandId"
        FROM ledger.entry e
        JOIN LATERAL (SELECT * FROM ledger.placement s WHERE s.n <= e.n ORDER BY s.n DESC LIMIT 1) p
          ON e.n < p.n + p.count
       WHERE e.id = ${id}::uuid`;
    return row ?? null;
  },

  /** The same, with the newest checkpoint and the lines of its cosignatures: all that a proof needs but its tiles. Null before the first checkpoint. */
  async shown(tx: Tx, id: EntryId): Promise<ShownEntry | null> {
    const [row] = await tx.sql<ShownEntry>`
      SELECT c.note || coalesce((SELECT string_agg(line || E'\n', '' ORDER BY witness)
                                   FROM (SELECT DISTINCT ON (witness) witness, line
                                           FROM ledger.cosignature WHERE checkpoint_id = c.id
                                          ORDER BY witness, witnessed_at DESC) s), '') AS note,
             p.first_idx + (e.n - p.n) AS idx, e.leaf, p.brand_id AS "brandId"
        FROM (SELECT id, note FROM ledger.checkpoint ORDER BY id DESC LIMIT 1) c
        LEFT JOIN ledger.entry e ON e.id = ${id}::uuid
        LEFT JOIN LATERAL (SELECT * FROM ledger.placement s WHERE s.n <= e.n ORDER BY s.n DESC LIMIT 1) p
          ON e.n < p.n + p.count`;
    return row ?? null;
  },

  /** Whether an entry of this brand waits for a position. */
  async isPending(tx: Tx, id: EntryId, brandId: BrandId): Promise<boolean> {
    const rows = await tx.sql`
      SELECT 1 FROM ledger.entry e JOIN ledger.pending w ON w.n <= e.n AND e.n < w.n + w.count
       WHERE e.id = ${id}::uuid AND w.brand_id = ${brandId}::uuid`;
    return rows.length > 0;
  },

  async quarantined(tx: Tx): Promise<number> {
    const [row] = await tx.sql<{ n: number }>`SELECT count(*)::bigint AS n FROM ledger.quarantine`;
    return row?.n ?? 0;
  },

  async problem(tx: Tx): Promise<string | null> {
    const [row] = await tx.sql<{ problem: string | null }>`SELECT problem FROM ledger.publisher`;
    return row?.problem ?? null;
  },

  async setProblem(tx: Tx, problem: string | null): Promise<void> {
    await tx.execute`
      UPDATE ledger.publisher SET problem = ${problem}, at = clock_timestamp() WHERE problem IS DISTINCT FROM ${problem}`;
  },
};
