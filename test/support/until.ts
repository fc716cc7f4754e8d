import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again every 50 ms until the answer is neither null nor undefined nor false, and gives that answer.
 * @param what completes the sentence "waited in vain for ...".
 * @throws Error naming it, with the last error of `ask` as its cause.
 */
export async function until<T>(
  what: string | (() => string),
  ask: () => T | Promise<T>,
  timeoutMs = 60_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await ask();
      cause = undefined;
      if (answer !== null && answer !== undefined && answer !== false) return answer as NonNullable<Exclude<T, false>>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      const awaited = typeof what === 'string' ? what : what();
      throw new Error(`waited ${timeoutMs} ms in vain for ${awaited}`, { cause });
    }
    await sleep(50);
  }
}
