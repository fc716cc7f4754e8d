import { DateTime, type Zone } from 'luxon';
import type { EpochMs } from '#lib/kernel';
import type { Bounds } from './bounds.js';

/** A calendar month of a zone. */
export interface Month {
  readonly from: EpochMs;
  /** Before this. */
  readonly to: EpochMs;
}

export const USUAL_MONTHS = 12;
export const MOST_MONTHS = 60;

/**
 * The months that begin between two instants, oldest first, up to that of `now`. Where nothing bounds them, the last twelve.
 * @returns null for more than are worked out at once
 */
export function monthsWithin({ least, most }: Bounds, zone: Zone, now: EpochMs): Month[] | null {
  const current = DateTime.fromMillis(now, { zone }).startOf('month');
  const last = most === null || most > current.toMillis() ? current : startOfMonth(most, zone);
  const first = least === null ? last.minus({ months: USUAL_MONTHS - 1 }) : startOfMonth(least, zone);
  if (last.diff(first, 'months').months >= MOST_MONTHS) return null;
  const months: Month[] = [];
  for (let month = first; month <= last; month = month.plus({ months: 1 }))
    months.push({ from: month.toMillis(), to: month.plus({ months: 1 }).toMillis() });
  return months;
}

function startOfMonth(instant: EpochMs, zone: Zone): DateTime {
  return DateTime.fromMillis(instant, { zone }).startOf('month');
}
