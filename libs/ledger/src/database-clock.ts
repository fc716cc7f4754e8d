import type { EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** Now, as the database has it: what is written there is dated by one clock. */
export async function databaseClock(tx: Tx): Promise<EpochMs> {
  const [row] = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
  if (row === undefined) throw new Error('the database has no clock');
  return row.now;
}
