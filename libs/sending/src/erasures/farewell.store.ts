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
};
