import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { SEAL_BYTES, uuidText } from './sealing.js';

/** The tree as the head row has it. */
export interface Head {
  readonly size: number;
  readonly root: Buffer;
  readonly range: Buffer;
}

/** A slot that waits, as it was found. */
export interface WaitingSlot {
  readonly n: number;
  readonly count: number;
  readonly brandId: BrandId | null;
  readonly mac: Buffer;
  /** How many of the slot's entries are there and are what the seals say. */
  readonly sound: number;
  /** Whether any part of the slot has a position already. */
  readonly placed: boolean;
  readonly seals: Buffer;
}

export interface Batch {
  readonly slots: readonly WaitingSlot[];
  /** End of the last placement, which must be the size of the tree. */
  readonly end: number;
  readonly now: EpochMs;
}

/** `count` entries from `n` on get the positions from `firstIdx` on. */
export interface Run {
  readonly firstIdx: number;
  readonly n: number;
  readonly count: number;
  readonly brandId: BrandId | null;
}

/** Why an entry got no position. */
export type Fault = 'bad_mac' | 'already_placed' | 'missing' | 'altered';

export interface Quarantined {
  readonly n: number;
  readonly reason: Fault;
  readonly seal: Buffer;
}

const SLOT_HEADER_BYTES = 8 + 4 + 16 + 32 + 4 + 1;

/** SQL that gives positions. The entries' bytes are hashed where they lie; only seals travel. */
export const sequenceStore = {
  /** The head, locked until the transaction ends; null while another sequencer has it. */
  async lockHead(tx: Tx): Promise<Head | null> {
    const [head] = await tx.sql<Head>`SELECT size, root, range FROM ledger.head FOR UPDATE SKIP LOCKED`;
    return head ?? null;
  },

  /** The slots with the lowest n: as many as have `limit` entries together, and at least one. */
  async waiting(tx: Tx, limit: number): Promise<Batch> {
    const [row] = await tx.sql<{ slots: Buffer | null; end: number; now: EpochMs }>`
      WITH lowest AS MATERIALIZED (
        SELECT n, count, sum(count) OVER (ORDER BY n) AS total
          FROM (SELECT n, count FROM ledger.pending ORDER BY n LIMIT ${limit}::int) l
      ), taken AS MATERIALIZED (
        -- The concatenation reads long seals once, not once for each entry that is compared with them.
        SELECT w.n, w.count, w.brand_id, w.mac, w.seals || ''::bytea AS seals
          FROM lowest JOIN ledger.pending w USING (n)
         WHERE lowest.total <= ${limit}::int OR lowest.total = lowest.count
      )
      SELECT string_agg(int8send(t.n) || int4send(t.count)
                        || coalesce(uuid_send(t.brand_id), '\\x00000000000000000000000000000000'::bytea)
                        || t.mac || int4send(t.sound) || CASE WHEN t.placed THEN '\\x01'::bytea ELSE '\\x00'::bytea END
                        || t.seals, '' ORDER BY t.n) AS slots,
             (SELECT coalesce(max(first_idx + count), 0)
                FROM (SELECT first_idx, count FROM ledger.placement ORDER BY first_idx DESC LIMIT 1) l) AS "end",
             clock_timestamp() AS now
        FROM (SELECT taken.*,
                     (SELECT count(*)::int
                        FROM ledger.entry e
                       WHERE e.n >= taken.n AND e.n < taken.n + taken.count
                         AND uuid_send(e.id) || sha256('\\x00'::bytea || e.leaf)
                             = substring(taken.seals FROM (e.n - taken.n)::int * 48 + 1 FOR 48)) AS sound,
                     EXISTS (SELECT 1 FROM ledger.placement p
                              WHERE p.n >= taken.n AND p.n < taken.n + taken.count) AS placed
                FROM taken) t`;
    if (row === undefined) throw new Error('the ledger did not answer');
    return { slots: readSlots(row.slots ?? Buffer.alloc(0)), end: row.end, now: row.now };
  },

  /** Which entries of a slot are not what their seals say. */
  async faults(tx: Tx, { n, count, seals }: WaitingSlot): Promise<Quarantined[]> {
    const rows = await tx.sql<{ i: number; missing: boolean }>`
      SELECT i, e.n IS NULL AS missing
        FROM generate_series(0, ${count}::int - 1) AS i
        LEFT JOIN ledger.entry e ON e.n = ${n}::bigint + i
       WHERE e.n IS NULL
          OR uuid_send(e.id) || sha256('\\x00'::bytea || e.leaf) <> substring(${seals}::bytea FROM i * 48 + 1 FOR 48)
       ORDER BY i`;
    return rows.map(({ i, missing }) => ({
      n: n + i,
      reason: missing ? 'missing' : 'altered',
      seal: sealOf(seals, i),
    }));
  },

  /**
   * Takes the slots out of the queue, gives positions to the runs, sets the rest aside and moves the head.
   * @returns false when the head is no longer the one that was read: nothing of this may then be committed.
   */
  async place(
    tx: Tx,
    slots: readonly WaitingSlot[],
    runs: readonly Run[],
    aside: readonly Quarantined[],
    from: Head,
    to: Head,
  ): Promise<boolean> {
    const [row] = await tx.sql<{ gone: number; grown: number }>`
      WITH gone AS (
        DELETE FROM ledger.pending WHERE n = ANY (${slots.map(({ n }) => n)}::bigint[]) RETURNING n
      ), placed AS (
        INSERT INTO ledger.placement (first_idx, n, count, brand_id)
        SELECT * FROM unnest(${runs.map(({ firstIdx }) => firstIdx)}::bigint[], ${runs.map(({ n }) => n)}::bigint[],
                             ${runs.map(({ count }) => count)}::int[], ${runs.map(({ brandId }) => brandId)}::uuid[])
      ), kept AS (
        INSERT INTO ledger.quarantine (n, reason, seal)
        SELECT * FROM unnest(${aside.map(({ n }) => n)}::bigint[], ${aside.map(({ reason }) => reason)}::text[],
                             ${aside.map(({ seal }) => seal)}::bytea[])
      ), grown AS (
        UPDATE ledger.head SET size = ${to.size}, root = ${to.root}, range = ${to.range}
         WHERE size = ${from.size} AND root = ${from.root} AND ${to.size}::bigint > ${from.size}::bigint
        RETURNING size
      )
      SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM grown) AS grown`;
    return row?.gone === slots.length && row.grown === (to.size > from.size ? 1 : 0);
  },

  /** Appends one entry of the sequencer's own, which discloses nothing. */
  async append(tx: Tx, id: EntryId, leaf: Buffer, seals: Buffer, mac: Buffer): Promise<void> {
    await tx.execute`
      WITH queued AS (
        INSERT INTO ledger.pending (n, count, seals, mac)
        VALUES (nextval('ledger.slot_n'), 1, ${seals}, ${mac})
        RETURNING n
      )
      INSERT INTO ledger.entry (n, id, leaf) SELECT n, ${id}::uuid, ${leaf}::bytea FROM queued`;
  },
};

/** The seal of a slot's entry i: its id and its leaf hash. */
export function sealOf(seals: Buffer, i: number): Buffer {
  return seals.subarray(i * SEAL_BYTES, (i + 1) * SEAL_BYTES);
}

function readSlots(packed: Buffer): WaitingSlot[] {
  const slots: WaitingSlot[] = [];
  for (let at = 0; at < packed.length;) {
    const count = packed.readInt32BE(at + 8);
    const brand = packed.subarray(at + 12, at + 28);
    const seals = at + SLOT_HEADER_BYTES;
    const end = seals + count * SEAL_BYTES;
    slots.push({
      n: Number(packed.readBigInt64BE(at)),
      count,
      brandId: brand.every((byte) => byte === 0) ? null : (uuidText(brand, 0) as BrandId),
      mac: packed.subarray(at + 28, at + 60),
      sound: packed.readInt32BE(at + 60),
      placed: packed[at + 64] === 1,
      seals: packed.subarray(seals, end),
    });
    at = end;
  }
  return slots;
}
