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
 * The bucket's theoretical arrival time after one hand-over. Whether that hand-over was allowed is the caller's
 * question (`gcraAllowAt`): spending early only pushes the next one further away.
 *
 * @param atUs microseconds since the epoch
 */
export function gcraSpendAt(bucket: Pick<RateLimit, 'emissionIntervalUs'> & { tat: number }, atUs: number): number {
  return Math.max(bucket.tat, atUs) + bucket.emissionIntervalUs;
}

/** The same for whoever knows the instant in milliseconds. */
export function gcraSpend(bucket: Pick<RateLimit, 'emissionIntervalUs'> & { tat: number }, now: EpochMs): number {
  return gcraSpendAt(bucket, now * 1000);
}

/**
 * The next turn of those who wait for a bucket: when it has room, and one interval behind the one before. A burst is
 * for what comes by itself; a crowd that was held back and is let go at once would use all of it in one millisecond.
 * Whoever takes the turn makes it the next one's `last`.
 *
 * @param bucket.last the turn before, in microseconds since the epoch; 0 for none
 * @returns microseconds since the epoch
 */
export function gcraTurn(
  bucket: Pick<RateLimit, 'emissionIntervalUs' | 'burst'> & { readonly tat: number; readonly last: number },
): number {
  return Math.max(gcraAllowAt(bucket), bucket.last + bucket.emissionIntervalUs);
}
