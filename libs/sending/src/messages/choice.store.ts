import type { BrandId, EntryId, EpochMs, MessageId, Channel } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Sibling, Strategy } from './domain/choice.js';

export interface NewChoice {
  readonly id: string;
  readonly brandId: BrandId;
  readonly strategy: Strategy;
  readonly fallbackMs: number | null;
  readonly createdAt: EpochMs;
}

/** A message of a choice. */
export interface ChoiceMember extends Sibling {
  readonly id: MessageId;
  readonly choiceId: string;
  readonly rank: number;
  readonly channel: Channel;
  readonly fallbackMs: number | null;
  /** The entry by which it was accepted. */
  readonly acceptedBy: EntryId;
}

/** SQL on several ways to reach one contact. */
export const choiceStore = {
  async insert(tx: Tx, choices: readonly NewChoice[]): Promise<void> {
    await tx.execute`
      INSERT INTO sending.choice (id, brand_id, strategy, fallback_ms, created_at)
      SELECT * FROM unnest(${choices.map((c) => c.id)}::uuid[], ${choices.map((c) => c.brandId)}::uuid[],
                           ${choices.map((c) => c.strategy)}::text[], ${choices.map((c) => c.fallbackMs)}::bigint[],
                           ${choices.map((c) => toIso(c.createdAt))}::timestamptz[])`;
  },

  /** All messages of these choices as they stand, in the order in which they are tried. */
  async members(tx: Tx, choiceIds: readonly string[]): Promise<Map<string, ChoiceMember[]>> {
    const rows = await tx.sql<ChoiceMember>`
      SELECT m.id, m.choice_id AS "choiceId", m.choice_rank AS rank, m.channel, c.fallback_ms AS "fallbackMs",
             m.entry_ids[1] AS "acceptedBy", m.status, m.reason, m.ended_at AS "endedAt",
             EXISTS (SELECT 1 FROM sending.touch t
                      WHERE t.message_id = m.id AND t.type IN ('delivered', 'opened', 'clicked', 'replied')
                        AND NOT t.automated) AS "hasArrived",
             EXISTS (SELECT 1 FROM sending.touch t WHERE t.message_id = m.id AND t.type = 'bounced') AS "hasBounced"
        FROM sending.message m
        JOIN sending.choice c ON c.id = m.choice_id
       WHERE m.choice_id = ANY (${[...choiceIds]}::uuid[])
       ORDER BY m.choice_id, m.choice_rank`;
    const members = new Map<string, ChoiceMember[]>();
    for (const row of rows) {
      const known = members.get(row.choiceId);
      if (known === undefined) members.set(row.choiceId, [row]);
      else known.push(row);
    }
    return members;
  },

  /** Makes those due that wait for one of these messages. They look again whether it is their turn. */
  async wake(tx: Tx, ids: readonly MessageId[], now: EpochMs): Promise<void> {
    await tx.execute`
      UPDATE sending.message
         SET not_before = ${toIso(now)}, due_at = ${toIso(now)}
       WHERE status = 'queued' AND reason = 'other_channel'
         AND choice_id IN (SELECT choice_id FROM sending.message
                            WHERE id = ANY (${[...ids]}::uuid[]) AND choice_id IS NOT NULL)`;
  },
};
