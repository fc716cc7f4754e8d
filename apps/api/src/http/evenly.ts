import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than it takes in peace to record a request and accept its message. */
export const STEP_MS = 150;

/**
 * Ends, well or not, only after a whole number of steps: how long an answer took then tells nobody whether an address
 * was known, as long as finding out takes no step more.
 */
export async function evenly<T>(work: () => Promise<T>, stepMs = STEP_MS): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    const elapsed = performance.now() - begun;
    await sleep(Math.max(1, Math.ceil(elapsed / stepMs)) * stepMs - elapsed);
  }
}
