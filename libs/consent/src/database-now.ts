import type { EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** The database's clock at this very moment. Read it after the lock that orders what happens. */
export async function databaseNow(tx: Tx): Promise<EpochMs> {
  const rows = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
  const now = rows[0]?.now;
  if (now === undefined) throw new Error('PostgreSQL did not tell the time');
  return now;
}
