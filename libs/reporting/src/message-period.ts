import type { EpochMs } from '#lib/kernel';

/** The id of a message begins with the clock of the process that accepted it, `accepted_at` is the database's. */
export const CLOCKS_DIFFER_MS = 86_400_000;

/** The lowest UUID of version 7 that is made at an instant: messages of a period are found by their ids, in order of time. */
export function firstIdAt(instant: EpochMs): string {
  const time = Math.max(0, Math.floor(instant)).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-0000-0000-000000000000`;
}
