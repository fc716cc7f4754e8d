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
 * How far a bucket is drawn on under the rule in force, which need not be the one that it was drawn on under.
 *
 * A `tat` is an instant to which some interval led; of what it stands for only the last hand-over is known for sure. Under
 * one rule a hand-over at `spent` leaves `tat` between two bounds: one interval after it, because it was one itself, and
 * `burst` intervals after it, because it was admitted from `tat - (burst - 1) * interval` on, before it was added. Whatever
 * `tat` lies outside of them came about under another rule, and is moved to the nearer of the two. So under a rule that has
 * not changed this changes nothing; under a faster one nobody waits for longer than an interval after the last
 * hand-over; and under a slower one that hand-over is the first that counts in full.
 *
 * Both bounds hang on the hand-over and not on the clock: a bound that moves on with whoever asks would never be reached.
 *
 * @param spent the last hand-over that drew on the bucket, in microseconds since the epoch; 0 where nobody wrote it down
 */
export function gcraTatInForce(
  bucket: Pick<RateLimit, 'emissionIntervalUs' | 'burst'> & { readonly tat: number; readonly spent: number },
): number {
  const { emissionIntervalUs, burst, tat, spent } = bucket;
  if (spent === 0) return tat;
  return Math.max(spent + emissionIntervalUs, Math.min(tat, spent + burst * emissionIntervalUs));
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
