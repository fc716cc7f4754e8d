import type { BrandId, ContactId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/** What became of taking a task back: it is, or it was done or closed already, or nobody could be told. */
export type RecallResult = 'recalled' | 'closed' | 'given_up';

/** A task that is with somebody, and whose person, address or consents have changed since. */
export interface OpenTask {
  readonly id: MessageId;
  readonly brandId: BrandId;
  /** Whose address it is now. */
  readonly contactId: ContactId;
}

/** A task that is to be taken back. */
export interface Recall {
  readonly id: MessageId;
  readonly brandId: BrandId;
  readonly reason: string;
  readonly wantedAt: EpochMs;
  /** This one included. */
  readonly tries: number;
}

/** A task that nobody has reported about for so long is taken to be over. */
const OPEN_DAYS = 90;

/** SQL on tasks for humans that are taken back. */
export const recallStore = {
  /**
   * Tasks without a result that nobody has decided to take back, and about whom something was said, suppressed or ended
   * since their hand-over began; the longest ago first, behind one. Uses message_task_idx.
   */
  async changed(tx: Tx, after: OpenTask | null, limit: number): Promise<OpenTask[]> {
    return tx.sql<OpenTask>`
      SELECT m.id, m.brand_id AS "brandId", p.contact_id AS "contactId"
        FROM sending.message m
        JOIN consent.contact_point p ON p.id = m.contact_point_id
        JOIN consent.contact c ON c.id = p.contact_id
       WHERE m.channel = 'phone' AND m.status IN ('sent', 'unknown') AND NOT m.test
         AND m.ended_at > clock_timestamp() - ${OPEN_DAYS}::float8 * interval '1 day'
         AND (${after?.id ?? null}::uuid IS NULL
              OR (m.ended_at, m.id) > (SELECT b.ended_at, b.id FROM sending.message b WHERE b.id = ${after?.id ?? null}::uuid))
         AND NOT EXISTS (SELECT FROM sending.recall r WHERE r.message_id = m.id)
         AND NOT EXISTS (SELECT FROM sending.touch t WHERE t.message_id = m.id AND t.type <> 'sent')
         AND (c.erased_at >= m.first_started_at OR p.ended_at >= m.first_started_at
              OR EXISTS (SELECT FROM consent.consent_event e
                          WHERE e.contact_point_id = p.id AND e.recorded_at >= m.first_started_at)
              OR EXISTS (SELECT FROM consent.suppression_fact f
                          WHERE f.brand_id = p.brand_id AND f.channel = p.channel AND f.address_hash = p.address_hash
                            AND f.recorded_at >= m.first_started_at))
       ORDER BY m.ended_at, m.id LIMIT ${limit}::int`;
  },

  /** Decides that a task is taken back. Whoever decided it before has. */
  async want(tx: Tx, id: MessageId, reason: string, now: EpochMs): Promise<void> {
    await tx.execute`
      INSERT INTO sending.recall (message_id, reason, wanted_at, due_at)
      VALUES (${id}, ${reason}, ${toIso(now)}, ${toIso(now)}) ON CONFLICT DO NOTHING`;
  },

  /** Takes those that are due for itself, until `again`. */
  async take(tx: Tx, again: EpochMs, limit: number): Promise<Recall[]> {
    return tx.sql<Recall>`
      UPDATE sending.recall r SET due_at = ${toIso(again)}, tries = tries + 1
        FROM (SELECT message_id FROM sending.recall WHERE due_at <= clock_timestamp()
               ORDER BY due_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED) d
        JOIN sending.message m ON m.id = d.message_id
       WHERE r.message_id = d.message_id
      RETURNING r.message_id AS id, m.brand_id AS "brandId", r.reason, r.wanted_at AS "wantedAt", r.tries`;
  },

  async later(tx: Tx, id: MessageId, at: EpochMs): Promise<void> {
    await tx.execute`UPDATE sending.recall SET due_at = ${toIso(at)} WHERE message_id = ${id} AND result IS NULL`;
  },

  /** Answers whether this was the first to say how it ended. */
  async end(tx: Tx, id: MessageId, result: RecallResult): Promise<boolean> {
    const rows = await tx.sql`
      UPDATE sending.recall SET due_at = NULL, result = ${result} WHERE message_id = ${id} AND result IS NULL
      RETURNING message_id`;
    return rows.length > 0;
  },
};
