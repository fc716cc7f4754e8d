import type { EpochMs } from '#lib/kernel';

/** Whole seconds that a message may still be kept by whoever takes it: a part of one is no second; never negative. */
export function secondsLeft(keepUntil: EpochMs, now: EpochMs): number {
  return Math.max(0, Math.floor((keepUntil - now) / 1000));
}

const DAY = 86_400;
/** What centers keep a message for by themselves is mostly no longer, and one may refuse to be asked for more. */
const ASKED_SECONDS = 2 * DAY;

/**
 * A relative `validity_period` (SMPP 3.4, 7.1.1: YYMMDDhhmmss000R), a second at least, as zero is no period. Empty, which
 * is the center's own, for more than two days.
 */
export function validityPeriod(seconds: number): string {
  if (seconds > ASKED_SECONDS) return '';
  const life = Math.max(1, seconds);
  const parts = [life / DAY, (life % DAY) / 3600, (life % 3600) / 60, life % 60];
  return `0000${parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join('')}000R`;
}
