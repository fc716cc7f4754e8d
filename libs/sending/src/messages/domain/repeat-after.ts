/** What was seen of a queue counts for so long: one that was emptied, or lost, is soon one of which nothing is known. */
const SEEN_MS = 60_000;
const LONGEST_MS = 600_000;

/**
 * How long a wake-up is given before it is repeated, in milliseconds: twice as long as the last one stood in the queue.
 * One that was repeated while it still stood there would stand there twice, and whoever comes next behind both: a worker
 * that has fallen behind would fall behind further by every round.
 */
export function repeatAfterMs(leastMs: number, stoodMs: number, seenMsAgo: number): number {
  if (seenMsAgo > SEEN_MS) return leastMs;
  return Math.max(leastMs, Math.min(2 * stoodMs, LONGEST_MS));
}
