import { DateTime } from 'luxon';
import type { EpochMs } from '#lib/kernel';

/** By when a request to be erased must be answered: within one calendar month (GDPR Art. 12(3)), counted in UTC. */
export function erasureDueAt(askedAt: EpochMs): EpochMs {
  return DateTime.fromMillis(askedAt, { zone: 'utc' }).plus({ months: 1 }).toMillis();
}
