import { hash } from 'node:crypto';
import type { BrandId, MessageId } from '#lib/kernel';
import { column, type CopyTarget, type Tx } from '#lib/platform';

interface Key {
  readonly brandId: BrandId;
  readonly key: string;
}

/** What was answered under a key. */
export interface IdempotencyRecord {
  readonly bodyHash: Buffer;
  readonly messageId: MessageId;
  readonly response: string;
}

const ROWS: CopyTarget<Key & IdempotencyRecord> = {
  table: 'sending.idempotency',
  columns: {
    brand_id: column.uuid((a) => a.brandId),
    key_hash: column.bytea(hashKey),
    body_hash: column.bytea((a) => a.bodyHash),
    message_id: column.uuid((a) => a.messageId),
    response: column.text((a) => a.response),
  },
};

/** SQL on answers kept under their Idempotency-Key, which is stored as a hash only: callers put all sorts of things in it. */
export const idempotencyStore = {
  /**
   * Claims keys until the transaction ends; false where another transaction is at work on the same key.
   * Call before `find`: whoever gets the claim after another sees what that one committed.
   */
  async claim(tx: Tx, keys: readonly Key[]): Promise<boolean[]> {
    const rows = await tx.sql<{ claimed: boolean }>`
      SELECT pg_try_advisory_xact_lock(k.n) AS claimed
        FROM unnest(${keys.map((k) => lockNumber(k).toString())}::bigint[]) WITH ORDINALITY AS k (n, i)
       ORDER BY k.i`;
    return rows.map((row) => row.claimed);
  },

  /** One answer per key, in order. */
  async find(tx: Tx, keys: readonly Key[]): Promise<(IdempotencyRecord | null)[]> {
    const rows = await tx.sql<IdempotencyRecord & { i: number }>`
      SELECT k.i, r.body_hash AS "bodyHash", r.message_id AS "messageId", r.response
        FROM unnest(${keys.map((k) => k.brandId)}::uuid[], ${keys.map(hashKey)}::bytea[]) WITH ORDINALITY AS k (brand_id, key_hash, i)
        JOIN sending.idempotency r USING (brand_id, key_hash)`;
    const found = new Map(rows.map(({ i, ...record }) => [i, record]));
    return keys.map((_, i) => found.get(i + 1) ?? null);
  },

  async remember(tx: Tx, answers: readonly (Key & IdempotencyRecord)[]): Promise<void> {
    await tx.copy(ROWS, answers);
  },
};

function hashKey({ key }: Key): Buffer {
  return hash('sha256', key, 'buffer');
}

function lockNumber({ brandId, key }: Key): bigint {
  return hash('sha256', `${brandId} ${key}`, 'buffer').readBigInt64BE(0);
}
