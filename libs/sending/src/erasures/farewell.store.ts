import type { MessageId } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** SQL on the mails in which people are told that they are erased. */
export const farewellStore = {
  /** Which of these have their end, whatever it is. */
  async ended(tx: Tx, ids: readonly MessageId[]): Promise<MessageId[]> {
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT id FROM sending.message WHERE id = ANY (${[...ids]}::uuid[]) AND status NOT IN ('queued', 'started')`;
    return rows.map(({ id }) => id);
  },

  /** How far one is: it waits, it may have reached them, it cannot any more, or somebody called it off. */
  async stateOf(tx: Tx, id: MessageId): Promise<'waits' | 'told' | 'ended' | 'cancelled'> {
    const rows = await tx.sql<{ state: 'waits' | 'told' | 'ended' | 'cancelled' }>`
      SELECT CASE WHEN reason = 'cancelled' THEN 'cancelled'
                  WHEN status IN ('dropped', 'failed') THEN 'ended'
                  WHEN status = 'queued' AND first_started_at IS NULL THEN 'waits'
                  ELSE 'told' END AS state
        FROM sending.message WHERE id = ${id}`;
    return rows[0]?.state ?? 'ended';
  },
};
