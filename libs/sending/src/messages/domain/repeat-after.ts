/** What was seen of a queue counts for so long: one that was emptied, or lost, is soon one of which nothing is known. */
const SEEN_MS = 60_000;
const LONGEST_MS = 600_000;

/** A wake-up that was taken up: how long it had stood in its lane, and how long ago that was. */
export interface SeenWait {
  readonly stoodMs: number;
  readonly msAgo: number;
}

/**
 * How long a wake-up is given before it is repeated, in milliseconds: twice as long as the last one stood in its lane.
 * One that was repeated while it still stood there would stand there twice, and whoever comes next behind both: a worker
 * that has fallen behind would fall behind further by every round.
 *
 * @param seen of its lane and of those before it: whatever stands in a later lane stands there no shorter
 */
export function repeatAfterMs(leastMs: number, seen: readonly SeenWait[]): number {
  const stood = seen.filter(({ msAgo }) => msAgo <= SEEN_MS).map(({ stoodMs }) => stoodMs);
  return Math.max(leastMs, Math.min(2 * Math.max(0, ...stood), LONGEST_MS));
}
