import type { BrandId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** An entry that has a position. */
export interface LoggedEntry {
  /** Position in the log, counted from 0. */
  readonly idx: number;
  readonly id: EntryId;
  /** The entry's bytes: JSON in UTF-8, to be hashed and shown as they are. */
  readonly leaf: Buffer;
}

/** An entry, wherever it is. `pending` turns into `integrated` within a second; `quarantined` is an incident. */
export interface FoundEntry {
  readonly id: EntryId;
  readonly status: 'pending' | 'integrated' | 'quarantined';
  readonly idx: number | null;
  readonly leaf: Buffer;
}

export interface EntryFilter {
  readonly brandId?: BrandId;
  readonly type?: string;
}

/** One page of the log. */
export interface EntryPage {
  readonly entries: LoggedEntry[];
  /** Continue after this position; null when there is nothing after it yet. A page may be short and not the last. */
  readonly next: number | null;
}

export interface SealedRow {
  readonly id: EntryId;
  readonly subjectId: SubjectId;
  readonly secret: Buffer;
  readonly sealed: Buffer;
}

/** One entry of a person, with what it disclosed. */
export interface SubjectRow {
  readonly n: number;
  readonly id: EntryId;
  readonly leaf: Buffer;
  readonly idx: number | null;
  readonly secret: Buffer;
  readonly sealed: Buffer;
}

/** Entries that one page may look at in search of its type, so that a rare type costs many pages, not one long query. */
const SCAN_ENTRIES = 5000;

/** SQL that reads the log. Positions come from placements; an entry without one is not in the log. */
export const readStore = {
  async page(tx: Tx, after: number, limit: number, filter: EntryFilter): Promise<EntryPage> {
    const brandId = filter.brandId ?? null;
    // Clear values hold no quotation marks, so these bytes occur in a leaf only as its type.
    const type = filter.type === undefined ? null : Buffer.from(`"t":${JSON.stringify(filter.type)}`);
    const scan = type === null ? limit : SCAN_ENTRIES;
    const rows = await tx.sql<{ last: number; scanned: number } & NullableEntry>`
      WITH scanned AS MATERIALIZED (
        SELECT p.first_idx + (e.n - p.n) AS idx, e.n
          FROM ledger.placement p
          JOIN ledger.entry e ON e.n >= p.n AND e.n < p.n + p.count
         WHERE p.first_idx >= coalesce((SELECT max(s.first_idx) FROM ledger.placement s
                                         WHERE s.first_idx <= ${after}::bigint + 1
                                           AND (${brandId}::uuid IS NULL OR s.brand_id = ${brandId}::uuid)), 0)
           AND (${brandId}::uuid IS NULL OR p.brand_id = ${brandId}::uuid)
           AND p.first_idx + (e.n - p.n) > ${after}::bigint
         ORDER BY p.first_idx, e.n
         LIMIT ${scan}::int
      ), found AS (
        SELECT s.idx, e.id, e.leaf
          FROM scanned s
          JOIN ledger.entry e USING (n)
         WHERE ${type}::bytea IS NULL OR position(${type}::bytea IN e.leaf) > 0
         ORDER BY s.idx
         LIMIT ${limit}::int
      )
      SELECT whole.last, whole.scanned, found.*
        FROM (SELECT max(idx) AS last, count(*) AS scanned FROM scanned) whole
        LEFT JOIN found ON true
       ORDER BY found.idx`;
    const entries = rows.filter((row): row is typeof row & LoggedEntry => row.idx !== null);
    const lastFound = entries.at(-1)?.idx;
    const [first] = rows;
    const full = entries.length === limit;
    const next = full ? lastFound : (first?.scanned ?? 0) === scan ? first?.last : null;
    return { entries: entries.map(({ idx, id, leaf }) => ({ idx, id, leaf })), next: next ?? null };
  },

  /** In no order. */
  async findAll(tx: Tx, ids: readonly EntryId[]): Promise<FoundEntry[]> {
    const rows = await tx.sql<{ id: EntryId; leaf: Buffer; idx: number | null; waits: boolean }>`
      SELECT e.id, e.leaf, p.first_idx + (e.n - p.n) AS idx,
             EXISTS (SELECT 1 FROM ledger.pending w WHERE e.n >= w.n AND e.n < w.n + w.count) AS waits
        FROM ledger.entry e
        LEFT JOIN LATERAL (SELECT * FROM ledger.placement s WHERE s.n <= e.n ORDER BY s.n DESC LIMIT 1) p
          ON e.n < p.n + p.count
       WHERE e.id = ANY (${ids}::uuid[])`;
    return rows.map(({ id, leaf, idx, waits }) => {
      const status = idx !== null ? 'integrated' : waits ? 'pending' : 'quarantined';
      return { id, status, idx, leaf };
    });
  },

  /** The first entry of a type, whether it has a position or not; null when there is none. Reads the log from its start. */
  async firstOf(tx: Tx, type: string): Promise<EntryId | null> {
    const wanted = Buffer.from(`"t":${JSON.stringify(type)}`);
    for (let after = -1; ;) {
      const [row] = await tx.sql<{ last: number | null; id: EntryId | null }>`
        SELECT max(n) AS last, (array_agg(id ORDER BY n) FILTER (WHERE position(${wanted}::bytea IN leaf) > 0))[1] AS id
          FROM (SELECT n, id, leaf FROM ledger.entry WHERE n > ${after}::bigint ORDER BY n LIMIT ${SCAN_ENTRIES}::int) e`;
      if (row === undefined || row.last === null || row.id !== null) return row?.id ?? null;
      after = row.last;
    }
  },

  async positions(tx: Tx, ids: readonly EntryId[]): Promise<{ id: EntryId; idx: number }[]> {
    return tx.sql`
      SELECT e.id, p.first_idx + (e.n - p.n) AS idx
        FROM ledger.entry e
        JOIN LATERAL (SELECT * FROM ledger.placement s WHERE s.n <= e.n ORDER BY s.n DESC LIMIT 1) p
          ON e.n < p.n + p.count
       WHERE e.id = ANY (${ids}::uuid[])`;
  },

  async sealed(tx: Tx, ids: readonly EntryId[]): Promise<SealedRow[]> {
    return tx.sql`
      SELECT e.id, d.subject_id AS "subjectId", s.secret, d.sealed
        FROM ledger.entry e
        JOIN ledger.disclosure d USING (n)
        JOIN ledger.subject s ON s.id = d.subject_id AND s.secret IS NOT NULL
       WHERE e.id = ANY (${ids}::uuid[])`;
  },

  /** The last entry of each of these chains that discloses anything. */
  async lastOf(tx: Tx, subjects: readonly SubjectId[]): Promise<EntryId[]> {
    const rows = await tx.sql<{ id: EntryId }>`
      SELECT e.id FROM unnest(${[...subjects]}::uuid[]) AS s (id)
        CROSS JOIN LATERAL (SELECT n FROM ledger.disclosure d WHERE d.subject_id = s.id ORDER BY n DESC LIMIT 1) d
        JOIN ledger.entry e USING (n)`;
    return rows.map(({ id }) => id);
  },

  /** A person's entries in the order of their chain, behind one by its key (0: from the first). None once they were erased. */
  async ofSubject(tx: Tx, subjectId: SubjectId, afterN: number, limit: number): Promise<SubjectRow[]> {
    return tx.sql`
      SELECT e.n, e.id, e.leaf, p.first_idx + (e.n - p.n) AS idx, s.secret, d.sealed
        FROM ledger.disclosure d
        JOIN ledger.entry e USING (n)
        JOIN ledger.subject s ON s.id = d.subject_id AND s.secret IS NOT NULL
        LEFT JOIN LATERAL (SELECT * FROM ledger.placement q WHERE q.n <= e.n ORDER BY q.n DESC LIMIT 1) p
          ON e.n < p.n + p.count
       WHERE d.subject_id = ${subjectId} AND d.n > ${afterN}::bigint
       ORDER BY d.n
       LIMIT ${limit}::int`;
  },

  /** How many entries have a position; the next gets this one. */
  async size(tx: Tx): Promise<number> {
    const [row] = await tx.sql<{ size: number }>`SELECT size FROM ledger.head`;
    return row?.size ?? 0;
  },

  async backlog(tx: Tx): Promise<{ pending: number; oldestAgeMs: number | null }> {
    const [row] = await tx.sql<{ pending: number; oldest: EpochMs | null; now: EpochMs }>`
      SELECT coalesce(sum(count), 0)::bigint AS pending, min(enqueued_at) AS oldest, clock_timestamp() AS now
        FROM ledger.pending`;
    if (row === undefined || row.oldest === null) return { pending: 0, oldestAgeMs: null };
    return { pending: row.pending, oldestAgeMs: Math.max(0, row.now - row.oldest) };
  },
};

type NullableEntry = { readonly [Field in keyof LoggedEntry]: LoggedEntry[Field] | null };
