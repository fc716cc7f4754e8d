import type { EventAnswer } from './retry-plan.js';

/** Events that may be with a receiver at once: in the beginning, and at most. */
export const FIRST_AT_ONCE = 20;
export const MOST_AT_ONCE = 100;

/** What a failed try takes away. One in twenty that fails or is slow is no reason to send less. */
const LESS_FOR_FAILURE = 0.5;
/** 429 (RFC 6585) and 503 (RFC 9110, 15.6.4): the receiver itself says that it is too much. */
const TOO_MUCH = new Set([429, 503]);

/**
 * How many events may be with a receiver at once after an answer: one more when as many as may be were answered, however
 * long that took; half as many when it says that it is too much; a little less for each failure, down to one. A fraction
 * counts on until it makes a whole.
 * @param underWay with it when the answer came, this one included: what was not used up is not widened
 */
export function atOnceAfter(atOnce: number, { status }: EventAnswer, underWay: number): number {
  if (status !== null && TOO_MUCH.has(status)) return Math.max(1, atOnce / 2);
  if (status === null || status >= 500) return Math.max(1, atOnce - LESS_FOR_FAILURE);
  return underWay < atOnce / 2 ? atOnce : Math.min(MOST_AT_ONCE, atOnce + 1 / atOnce);
}
