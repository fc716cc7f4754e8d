import type { EpochMs } from '#lib/kernel';
import type { Times } from '#lib/platform';

/** By which clock a page was written, and by which its person lives as its form says. */
export interface Clocks {
  readonly shown: Times;
  readonly chosen: Times;
}

/**
 * A break lasts until its last day is over where the person says, by the same form, that they live. Which day that is after
 * so many days is what the page said, by the clock that it was written by.
 * @param length so many days, or YYYY-MM-DD, the last day
 * @returns null for a day that is none
 */
export function breakEnd(length: string, { shown, chosen }: Clocks, now: EpochMs): EpochMs | null {
  const isDays = /^\d+$/.test(length);
  return chosen.endOf(isDays ? shown.field(shown.endOfDayIn(Number(length), now) - 1) : length);
}
