import type { EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/**
 * Whether a wish that was kept elsewhere is carried out for the first time, in the transaction that carries it out. Of two
 * processes that took up the same one, the second waits here for the first, and is told no once that has committed.
 * @param id of the wish, drawn when it was kept
 */
export async function isFirstTime(tx: Tx, id: string, now: EpochMs): Promise<boolean> {
  const rows = await tx.sql`
    INSERT INTO consent.carried_wish (id, carried_at) VALUES (${id}::uuid, ${toIso(now)}) ON CONFLICT DO NOTHING RETURNING id`;
  return rows.length > 0;
}
