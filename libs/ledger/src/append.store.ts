import type { BrandId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import { column, type CopyTarget, plainList, type Tx, uuidList } from '#lib/platform';
import { HASH_BYTES } from '#lib/proof';
import { type Sealed, uuidText } from './sealing.js';

/** A subject as its row stood when the lock on it was granted. */
export interface LockedSubject {
  readonly secret: Buffer;
  readonly chainN: number;
  /** base64url of the leaf hash of entry chainN; null when there is none yet. */
  readonly chainHead: string | null;
}

/** One entry as it is written. */
export interface EntryRow {
  /** Its key, which `insert` draws. */
  n: number;
  readonly id: EntryId;
  /** Text; its UTF-8 is the leaf. */
  readonly leaf: string;
  /** Under whose key its disclosures are sealed. */
  readonly subjectId: SubjectId;
  /** Null when nothing was disclosed. */
  readonly sealed: Sealed | null;
}

/** Entries of one brand, at most SLOT_ENTRIES, which get consecutive keys. */
export interface SlotRow {
  readonly brandId: BrandId | null;
  readonly seals: Buffer;
  readonly mac: Buffer;
  readonly entries: readonly EntryRow[];
}

/** A subject's chain after the append. */
export interface ChainRow {
  readonly subjectId: SubjectId;
  readonly chainN: number;
  /** base64url of a leaf hash. */
  readonly chainHead: string;
}

/** Distance between two values of ledger.slot_n, so the most entries that one slot can number. */
export const SLOT_ENTRIES = 4096;

/** Shares its secret with all entries that have no subject; has no chain. */
export const OPERATOR = '00000000-0000-0000-0000-000000000000' as SubjectId;

const LOCKED_BYTES = 16 + 32 + 8 + 32;

/**
 * SQL that appends. Rows go by binary COPY; small binary values travel as one parameter, which PostgreSQL cuts up:
 * arrays of bytea would be sent as text, twice as long and slow to write and to read.
 *
 * Lists that are joined with a table stand in `(SELECT … LIMIT n)` with n a parameter. That hides their length
 * from the planner: it takes them for one row, so it keeps one generic plan instead of planning every append
 * anew (measured: 0.4 ms), and looks rows up by index even if it made that plan when the table was still empty.
 */
export const appendStore = {
  /**
   * Locks the chain of one subject, and then reads the clock and draws the key of one slot; null when there is no such
   * subject or it was erased. Half of what `lockSubjects` costs, and most appends that are not made in bulk are about one.
   */
  async lockSubject(tx: Tx, id: SubjectId): Promise<{ now: EpochMs; subject: LockedSubject; number: number } | null> {
    // The locking query is not merged into the one around it, whose volatile functions thus run once the lock is granted.
    const [row] = await tx.rows<[secret: Buffer | null, n: number, head: Buffer, now: EpochMs, number: number]>`
      SELECT s.secret, s.chain_n, s.chain_head, clock_timestamp(), nextval('ledger.slot_n')
        FROM (SELECT secret, chain_n, chain_head FROM ledger.subject WHERE id = ${id} FOR NO KEY UPDATE) s`;
    const [secret, chainN, head, now, number] = row ?? [];
    if (secret == null || chainN === undefined || head === undefined || now === undefined || number === undefined) {
      return null;
    }
    return { now, number, subject: { secret, chainN, chainHead: chainN === 0 ? null : head.toString('base64url') } };
  },

  /**
   * Locks the chains of these subjects in the order of their ids, so that no two appends wait for each other,
   * and then reads the clock and draws the keys of so many slots. Subjects that do not exist or were erased are missing from the answer.
   */
  async lockSubjects(
    tx: Tx,
    ids: readonly SubjectId[],
    slots: number,
  ): Promise<{ now: EpochMs; subjects: Map<SubjectId, LockedSubject>; numbers: number[] }> {
    const [row] = await tx.sql<{ subjects: Buffer | null; now: EpochMs; numbers: string[] }>`
      WITH locked AS MATERIALIZED (
        SELECT s.id, s.secret, s.chain_n, s.chain_head
          FROM (SELECT * FROM unnest(${uuidList(ids)}::uuid[]) LIMIT ${ids.length}::bigint) AS wanted (id)
          JOIN ledger.subject s USING (id)
         ORDER BY s.id
           FOR NO KEY UPDATE OF s
      )
      -- An aggregate's neighbours are computed after its input was read, so after every lock was granted: the keys too, whose
      -- order must be that of each chain. They depend on the aggregate, so that nobody may compute them before.
      SELECT ARRAY(SELECT nextval('ledger.slot_n') FROM generate_series(1, ${slots}::int + 0 * count(locked.id)::int)) AS numbers,
             string_agg(uuid_send(id) || secret || int8send(chain_n)
                        || CASE chain_n WHEN 0 THEN sha256('') ELSE chain_head END, '') AS subjects,
             clock_timestamp() AS now
        FROM locked
       WHERE secret IS NOT NULL`;
    const subjects = readLocked(row?.subjects ?? Buffer.alloc(0));
    return { now: clockOf(row), subjects, numbers: (row?.numbers ?? []).map(Number) };
  },

  /** The secret that set-up shares, and the clock. Without a lock: it has no chain. */
  async operator(tx: Tx): Promise<{ now: EpochMs; secret: Buffer }> {
    const [row] = await tx.sql<{ secret: Buffer; now: EpochMs }>`
      SELECT secret, clock_timestamp() AS now FROM ledger.subject WHERE id = ${OPERATOR}`;
    return { now: clockOf(row), secret: row?.secret ?? Buffer.alloc(0) };
  },

  /** Whether nothing was ever appended; when so, others who ask wait until this transaction ends. */
  async lockIfEmpty(tx: Tx): Promise<boolean> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtext('ledger.begin'))`;
    return (await tx.sql`SELECT 1 FROM ledger.entry LIMIT 1`).length === 0;
  },

  /** Whether no entry names this log and nothing of it was signed; when so, others who ask wait until this transaction ends. */
  async lockUnlessNamed(tx: Tx, origin: string): Promise<boolean> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtext('ledger.begin'))`;
    if ((await tx.sql`SELECT 1 FROM ledger.checkpoint WHERE origin = ${origin} LIMIT 1`).length > 0) return false;
    // Members of a leaf are sorted, and clear values hold no quotation marks: these bytes occur as nothing else.
    const named = Buffer.from(`"origin":${JSON.stringify(origin)},"t":"log.started"`);
    return (await tx.sql`SELECT 1 FROM ledger.entry WHERE position(${named}::bytea IN leaf) > 0 LIMIT 1`).length === 0;
  },

  async clock(tx: Tx): Promise<EpochMs> {
    const [row] = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
    return clockOf(row);
  },

  async insertSubjects(tx: Tx, ids: readonly SubjectId[], secrets: Buffer): Promise<void> {
    await tx.execute`
      INSERT INTO ledger.subject (id, secret)
      SELECT id, substring(${secrets}::bytea FROM (i::int - 1) * 32 + 1 FOR 32)
        FROM unnest(${uuidList(ids)}::uuid[]) WITH ORDINALITY AS s (id, i)`;
  },

  /** Keys of so many slots. Of entries with a chain `lockSubjects` draws them, under its locks. */
  async numbers(tx: Tx, slots: number): Promise<number[]> {
    const drawn = await tx.sql<{ n: number }>`
      SELECT nextval('ledger.slot_n') AS n FROM generate_series(1, ${slots}::int)`;
    return drawn.map(({ n }) => n);
  },

  /**
   * Writes everything: entries, sealed disclosures, what waits for the sequencer, chains.
   * @param numbers keys of the slots, drawn under the locks of `lockSubjects`: their order must be that of each chain
   * @param wake notifies the sequencer when the transaction commits
   */
  async insert(
    tx: Tx,
    slots: readonly SlotRow[],
    numbers: readonly number[],
    chains: readonly ChainRow[],
    wake: boolean,
  ): Promise<void> {
    slots.forEach((slot, i) => {
      let n = numbers[i] ?? 0;
      for (const entry of slot.entries) entry.n = n++;
    });
    const entries = slots.flatMap((slot) => slot.entries);
    const [slot, entry] = [slots[0], entries[0]];
    if (entries.length === 1 && slot !== undefined && entry !== undefined) {
      const [chain] = chains;
      const { sealed } = entry;
      if (chain === undefined || sealed === null) return insertOne(tx, slot, entry, wake);
      await insertOneOfChain(tx, slot, { ...entry, sealed }, chain);
      if (wake) await tx.execute`SELECT pg_notify('ledger_pending', '')`;
      return;
    }
    await tx.copy(ENTRIES, entries);
    await tx.copy(
      DISCLOSURES,
      entries.filter(({ sealed }) => sealed !== null),
    );
    await tx.execute`
      WITH queued AS (
        INSERT INTO ledger.pending (n, count, brand_id, seals, mac)
        SELECT n, count, brand_id,
               substring(${Buffer.concat(slots.map(({ seals }) => seals))}::bytea FROM first * 48 + 1 FOR count * 48),
               substring(${Buffer.concat(slots.map(({ mac }) => mac))}::bytea FROM (i::int - 1) * 32 + 1 FOR 32)
          FROM unnest(${numbers}::bigint[], ${slots.map(({ entries: { length } }) => length)}::int[],
                      ${starts(slots.map(({ entries: { length } }) => length))}::int[],
                      ${slots.map(({ brandId }) => brandId)}::uuid[]) WITH ORDINALITY AS s (n, count, first, brand_id, i)
      ), chained AS (
        UPDATE ledger.subject
           SET chain_n = c.n,
               chain_head = substring(${headsOf(chains)}::bytea
                                      FROM (c.i::int - 1) * 32 + 1 FOR 32)
          FROM (SELECT *
                  FROM unnest(${uuidList(chains.map(({ subjectId }) => subjectId))}::uuid[],
                              ${plainList(chains.map(({ chainN }) => chainN))}::bigint[]) WITH ORDINALITY
                 LIMIT ${chains.length}::bigint) AS c (id, n, i)
         WHERE subject.id = c.id
      )
      SELECT pg_notify('ledger_pending', '') WHERE ${wake}::boolean`;
  },
};

/** The same of a single entry of no chain, in one statement. */
async function insertOne(
  tx: Tx,
  { brandId, seals, mac }: SlotRow,
  { n, id, leaf, subjectId, sealed }: EntryRow,
  wake: boolean,
): Promise<void> {
  await tx.execute`
    WITH entry AS (
      INSERT INTO ledger.entry (n, id, leaf) VALUES (${n}::bigint, ${id}::uuid, convert_to(${leaf}::text, 'UTF8'))
    ), disclosed AS (
      INSERT INTO ledger.disclosure (n, subject_id, sealed)
      SELECT ${n}::bigint, ${subjectId}::uuid, s.sealed
        FROM (SELECT ${sealed === null ? null : Buffer.concat(sealed)}::bytea AS sealed) s WHERE s.sealed IS NOT NULL
    ), queued AS (
      INSERT INTO ledger.pending (n, count, brand_id, seals, mac)
      VALUES (${n}::bigint, 1, ${brandId}::uuid, ${seals}::bytea, ${mac}::bytea)
    )
    SELECT pg_notify('ledger_pending', '') WHERE ${wake}::boolean`;
}

/**
 * The same of a single entry of a chain, which discloses it: of small appends the most common. Plain VALUES, with nothing
 * to decide, because what a statement costs to begin and to end is most of it (0204).
 */
async function insertOneOfChain(
  tx: Tx,
  { brandId, seals, mac }: SlotRow,
  { n, id, leaf, subjectId, sealed }: EntryRow & { readonly sealed: Sealed },
  { chainN, chainHead }: ChainRow,
): Promise<void> {
  await tx.execute`
    WITH disclosed AS (
      INSERT INTO ledger.disclosure (n, subject_id, sealed)
      VALUES (${n}::bigint, ${subjectId}::uuid, ${Buffer.concat(sealed)}::bytea)
    ), queued AS (
      INSERT INTO ledger.pending (n, count, brand_id, seals, mac)
      VALUES (${n}::bigint, 1, ${brandId}::uuid, ${seals}::bytea, ${mac}::bytea)
    ), chained AS (
      UPDATE ledger.subject SET chain_n = ${chainN}::bigint, chain_head = ${Buffer.from(chainHead, 'base64url')}::bytea
       WHERE id = ${subjectId}::uuid
    )
    INSERT INTO ledger.entry (n, id, leaf) VALUES (${n}::bigint, ${id}::uuid, ${Buffer.from(leaf)}::bytea)`;
}

const ENTRIES: CopyTarget<EntryRow> = {
  table: 'ledger.entry',
  columns: {
    n: column.bigint((e) => e.n),
    id: column.uuid((e) => e.id),
    leaf: column.utf8((e) => e.leaf),
  },
};

const DISCLOSURES: CopyTarget<EntryRow> = {
  table: 'ledger.disclosure',
  columns: {
    n: column.bigint((e) => e.n),
    subject_id: column.uuid((e) => e.subjectId),
    sealed: column.byteas((e) => e.sealed ?? []),
  },
};

/** Where each part begins when parts of these lengths follow one another. */
function starts(lengths: readonly number[]): number[] {
  let end = 0;
  return lengths.map((length) => (end += length) - length);
}

/** Heads of chains, one after the other. */
function headsOf(chains: readonly ChainRow[]): Buffer {
  const heads = Buffer.allocUnsafe(HASH_BYTES * chains.length);
  chains.forEach(({ chainHead }, i) => heads.write(chainHead, HASH_BYTES * i, 'base64url'));
  return heads;
}

function clockOf(row: { readonly now: EpochMs } | undefined): EpochMs {
  if (row === undefined) throw new Error('the ledger is not set up: its migration has not run');
  return row.now;
}

function readLocked(packed: Buffer): Map<SubjectId, LockedSubject> {
  const subjects = new Map<SubjectId, LockedSubject>();
  for (let at = 0; at < packed.length; at += LOCKED_BYTES) {
    const chainN = packed.readUIntBE(at + 50, 6); // the first two of its eight bytes are 0 for ever
    subjects.set(uuidText(packed, at) as SubjectId, {
      secret: packed.subarray(at + 16, at + 48),
      chainN,
      chainHead: chainN === 0 ? null : packed.toString('base64url', at + 56, at + 88),
    });
  }
  return subjects;
}
