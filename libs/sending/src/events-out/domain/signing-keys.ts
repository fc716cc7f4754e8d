import type { EpochMs } from '#lib/kernel';

/** A key that signs events, in the form of Standard Webhooks: `whsec_` and bytes in base64. */
export interface SigningKey {
  readonly key: string;
  /** Null: until it is replaced. */
  readonly until: EpochMs | null;
}

/** The keys after a rotation: the new one signs at once, the one before beside it until the overlap ends. */
export function rotated(keys: readonly SigningKey[], key: string, now: EpochMs, overlapMs: number): SigningKey[] {
  const until = now + overlapMs;
  const old = keys.map((one) => ({ key: one.key, until: Math.min(one.until ?? until, until) }));
  return [{ key, until: null }, ...validKeys(old, now)];
}

/** Those that sign now, newest first. */
export function validKeys(keys: readonly SigningKey[], now: EpochMs): SigningKey[] {
  return keys.filter(({ until }) => until === null || now < until);
}
