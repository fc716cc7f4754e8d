import { performance } from 'node:perf_hooks';
import type { Clock } from '#lib/kernel';

/** The machine's own clock. Decisions that count use the database's instead, read after the lock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
