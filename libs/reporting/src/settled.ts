import type { EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/**
 * Until when everything that was recorded can be read: whatever is committed later was recorded later. In microseconds. Asked
 * for in a statement of its own, before what is read by it.
 */
export async function settledUntil(tx: Tx): Promise<string> {
  const [row] = await tx.sql<{ until: string }>`
    SELECT to_char(reporting.settled_until() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS until`;
  if (row === undefined) throw new Error('the database did not say what time it is');
  return row.until;
}

/** The same in whole milliseconds, none of them after it. */
export async function settledMs(tx: Tx): Promise<EpochMs> {
  return Date.parse(await settledUntil(tx));
}
