import type { EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/** SQL on the messages of a campaign. */
export const campaignStore = {
  /**
   * Makes everything due now that waits for whatever, so that it is decided about. One that is under a lock is being
   * decided about just then, perhaps by what stood before; that one is asked again when its turn comes.
   */
  async wakeAll(tx: Tx, campaignId: string, now: EpochMs): Promise<void> {
    await tx.execute`
      UPDATE sending.message SET not_before = ${toIso(now)}, due_at = ${toIso(now)}
       WHERE id IN (SELECT id FROM sending.message
                     WHERE campaign_id = ${campaignId}::uuid AND status = 'queued' AND due_at > ${toIso(now)}
                       FOR NO KEY UPDATE SKIP LOCKED)`;
  },
};
