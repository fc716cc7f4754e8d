const PATTERN = /^P(?:(\d{1,4})W|(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?)$/;

/** What `policyProblems` says of anything else. */
export const NOT_EXACT = 'is not an exact ISO 8601 duration such as P7D or PT24H; months and years have no one length';

/** No rule counts or waits for longer: a decision looks no further back, and messages live for months at most. */
export const LONGEST_DAYS = 366;

/** What is wrong with a duration that a rule counts by, as the rest of a sentence; null when nothing is. */
export function durationProblem(iso: string): string | null {
  const length = exactDurationMs(iso);
  if (length === null) return NOT_EXACT;
  return length > LONGEST_DAYS * 86_400_000 ? `is longer than ${LONGEST_DAYS} days` : null;
}

const SECONDS = [7 * 86_400, 86_400, 3_600, 60, 1];

/**
 * Milliseconds of an ISO 8601 duration that has one length everywhere: weeks, or days, hours, minutes and seconds,
 * whole numbers. A day is exactly 86,400 s: a rolling window that shrank with the clocks would let a sixth message
 * through in 24 hours on one Sunday a year. Null for anything else, months, years and zero included.
 */
export function exactDurationMs(iso: string): number | null {
  const parts = PATTERN.exec(iso)?.slice(1);
  if (parts === undefined) return null;
  const seconds = SECONDS.reduce((sum, unit, i) => sum + unit * Number(parts[i] ?? 0), 0);
  return seconds > 0 ? seconds * 1000 : null;
}
