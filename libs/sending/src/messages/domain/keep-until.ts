import type { Channel, EpochMs } from '#lib/kernel';

/** Channels whose protocols say until when whoever takes a message may go on trying to bring it: a task for a human has an end, too. */
const KEEPING: ReadonlySet<Channel> = new Set(['push', 'sms', 'phone']);

export function isKept(channel: Channel): boolean {
  return KEEPING.has(channel);
}

/**
 * Until when a provider may bring a message that it is given at `now`: not once it has expired or may not reach its
 * person any more (a night begins, a consent ends), and not when another channel has its turn, so that the two are
 * never under way together. `reachesUntil` is the first instant at which it may not; `fallbackMs` after how long the next
 * channel is tried, null where there is none.
 */
export function keepUntil(
  { now, reachesUntil, fallbackMs }: { readonly now: EpochMs; readonly reachesUntil: EpochMs; readonly fallbackMs: number | null }, // prettier-ignore
): EpochMs {
  return Math.min(reachesUntil, fallbackMs === null ? Infinity : now + fallbackMs);
}
