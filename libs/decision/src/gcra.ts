import type { EpochMs } from '#lib/kernel';

export type RateScope = 'brand' | 'channel' | 'provider' | 'campaign' | 'sending_domain' | 'mailbox_domain';

/** One limit and the bucket it is counted in. (scope, key, rule) names the bucket within a brand. */
export interface RateLimit {
  /** Id of the policy's rule, or of the provider's own limit. */
  readonly rule: string;
  readonly scope: RateScope;
  /** Which brand, channel, provider or campaign. */
  readonly key: string;
  /** Microseconds between two hand-overs at the sustained rate; a positive integer. */
  readonly emissionIntervalUs: number;
  /** Hand-overs that may leave at once after a rest; a positive integer. */
  readonly burst: number;
}

/**
 * The Generic Cell Rate Algorithm (ITU-T I.371, virtual scheduling form): one number per bucket, the theoretical
 * arrival time, no timer. Whole microseconds, because a rate such as 700 per second has no whole number of
 * milliseconds between two hand-overs, and fractions would make two machines disagree.
 *
 * @returns the earliest instant, in microseconds since the epoch, at which the bucket admits one hand-over.
 */
export function gcraAllowAt(bucket: Pick<RateLimit, 'emissionIntervalUs' | 'burst'> & { tat: number }): number {
  return bucket.tat - (bucket.burst - 1) * bucket.emissionIntervalUs;
}

/**
 * The bucket's theoretical arrival time after one hand-over at `now`. Whether that hand-over was allowed is the
 * caller's question (`gcraAllowAt`): spending early only pushes the next one further away.
 */
export function gcraSpend(limit: Pick<RateLimit, 'emissionIntervalUs'> & { tat: number }, now: EpochMs): number {
  return Math.max(limit.tat, now * 1000) + limit.emissionIntervalUs;
}

/**
 * When the `n`-th of those who wait for a bucket may leave if they leave evenly, one per interval from the moment the
 * bucket has room: 1 for the first. A burst is for what comes by itself; a crowd that was held back and is let go at
 * once would use all of it in one millisecond. Leaving at these instants always finds room, since the bucket gains a
 * place per interval.
 *
 * @param from the crowd is let go: milliseconds since the epoch
 * @returns microseconds since the epoch
 */
export function gcraTurn(
  bucket: Pick<RateLimit, 'emissionIntervalUs' | 'burst'> & { tat: number },
  n: number,
  from: EpochMs,
): number {
  return Math.max(from * 1000, gcraAllowAt(bucket)) + (n - 1) * bucket.emissionIntervalUs;
}

/**
 * The next free turn, one interval behind the last one that was given out, in the lines of all buckets that a message
 * draws on; whoever takes it makes it the `tail` of each. The first in a line leaves at `from`.
 *
 * @param tail the last turn given out, microseconds since the epoch; 0 for none
 * @param from when the buckets have room (the latest `gcraAllowAt`) and nothing else holds the message
 * @returns microseconds since the epoch
 */
export function gcraTurnBehind(
  lines: readonly (Pick<RateLimit, 'emissionIntervalUs'> & { readonly tail: number })[],
  from: EpochMs,
): number {
  return lines.reduce((turn, line) => Math.max(turn, line.tail + line.emissionIntervalUs), from * 1000);
}
