import { hash } from 'node:crypto';
import type { BrandId, MessageId } from '#lib/kernel';
import { column, type CopyTarget, plainList, type Tx, uuidList } from '#lib/platform';

/** An Idempotency-Key as it is kept: SHA-256 in hexadecimal, because callers put all sorts of things in it. */
export interface KeptKey {
  readonly brandId: BrandId;
  readonly hash: string;
}

/** Which message was accepted under a key. What was answered follows from its first ledger entry. */
export interface IdempotencyRecord {
  readonly bodyHash: Buffer;
  readonly messageId: MessageId;
}

const ROWS: CopyTarget<KeptKey & IdempotencyRecord> = {
  table: 'sending.idempotency',
  columns: {
    brand_id: column.uuid((a) => a.brandId),
    key_hash: column.hex((a) => a.hash),
    body_hash: column.bytea((a) => a.bodyHash),
    message_id: column.uuid((a) => a.messageId),
  },
};

export function keptKey(brandId: BrandId, key: string): KeptKey {
  return { brandId, hash: hash('sha256', key, 'hex') };
}

/** SQL on the Idempotency-Keys of accepted messages. */
export const idempotencyStore = {
  /**
   * Claims keys until the transaction ends; false where another transaction is at work on the same key.
   * Call before `find`: whoever gets the claim after another sees what that one committed.
   */
  async claim(tx: Tx, keys: readonly KeptKey[]): Promise<boolean[]> {
    const rows = await tx.sql<{ claimed: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtextextended(k.name, 0)) AS claimed
        FROM unnest(${plainList(keys.map((k) => `${k.brandId}/${k.hash}`))}::text[]) WITH ORDINALITY AS k (name, i)
       ORDER BY k.i`;
    return rows.map((row) => row.claimed);
  },

  /** One record per key, in order. */
  async find(tx: Tx, keys: readonly KeptKey[]): Promise<(IdempotencyRecord | null)[]> {
    const rows = await tx.sql<IdempotencyRecord & { i: number }>`
      SELECT k.i, r.body_hash AS "bodyHash", r.message_id AS "messageId"
        FROM unnest(${uuidList(keys.map((k) => k.brandId))}::uuid[], ${plainList(keys.map((k) => k.hash))}::text[])
             WITH ORDINALITY AS k (brand_id, hash, i)
        JOIN sending.idempotency r ON r.brand_id = k.brand_id AND r.key_hash = decode(k.hash, 'hex')`;
    const found = new Map(rows.map(({ i, ...record }) => [i, record]));
    return keys.map((_, i) => found.get(i + 1) ?? null);
  },

  async remember(tx: Tx, records: readonly (KeptKey & IdempotencyRecord)[]): Promise<void> {
    await tx.copy(ROWS, records);
  },
};
