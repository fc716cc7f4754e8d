import type { EpochMs } from '#lib/kernel';
import type { Times } from '#lib/platform';

/** By which clock a page was written, and by which its person lives as its form says. */
export interface Clocks {
  readonly shown: Times;
  readonly chosen: Times;
}

/** A page that was written longer ago is counted from the day on which its form is sent. */
const OLDEST_PAGE_DAYS = 7;

/**
 * A break lasts until its last day is over where the person says, by the same form, that they live. Which day that is after
 * so many days is what the page said, by the clock and on the day that it was written.
 * @param length so many days, or YYYY-MM-DD, the last day
 * @param writtenOn day of the page, YYYY-MM-DD, as its form has it; null: it does not say
 * @returns null for a day that is none
 */
export function breakEnd(
  length: string,
  { shown, chosen }: Clocks,
  now: EpochMs,
  writtenOn: string | null = null,
): EpochMs | null {
  if (!/^\d+$/.test(length)) return chosen.endOf(length);
  const today = shown.field(now);
  const isRecent =
    writtenOn !== null && writtenOn >= dayAfter(today, -OLDEST_PAGE_DAYS) && writtenOn <= dayAfter(today, 1);
  return chosen.endOf(dayAfter(isRecent ? writtenOn : today, Number(length)));
}

/** @param day YYYY-MM-DD, of the calendar and no zone's */
function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
