import { z } from 'zod';
import type { EpochMs } from '#lib/kernel';

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9990, 0, 1);

/**
 * Whether an instant is one that a door takes: years enough to either side, so that what is counted from it (windows of
 * a year, terms of two, a zone's clock) still has four digits.
 */
export function isWithinYears(instant: EpochMs): boolean {
  return instant >= EARLIEST && instant < LATEST;
}

/** An instant as every JSON door takes it: ISO 8601 with any offset or Z, read as milliseconds; finer digits are cut off. */
export const instantInput = z.iso
  .datetime({ offset: true, message: 'must be ISO 8601 with an offset, such as 2026-11-21T16:00:00Z' })
  .transform((text): EpochMs => Date.parse(text))
  .refine(isWithinYears, 'must lie in the years 1970 to 9989');
