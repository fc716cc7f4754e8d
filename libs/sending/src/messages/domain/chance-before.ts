import type { EpochMs } from '#lib/kernel';

const LAST_LOOK_MS = 1_000;

/**
 * When a message whose turn comes only after it expires asks once more whether one came free before: at half of what is
 * left of its life, some twenty times in all, and at last when it is over.
 */
export function chanceBefore(expiresAt: EpochMs, now: EpochMs): EpochMs {
  const left = expiresAt - now;
  return left <= LAST_LOOK_MS ? Math.max(expiresAt, now + 1) : now + Math.ceil(left / 2);
}
