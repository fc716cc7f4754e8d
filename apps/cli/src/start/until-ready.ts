import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 60_000;
const POLL_MS = 25;

/**
 * Waits until `GET /readyz` answers 200.
 * @throws Error with its last answer when that takes a minute; the signal's reason when it is aborted.
 */
export async function untilReady(name: string, url: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  let last = 'it does not answer';
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
      last = await answer.text();
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await sleep(POLL_MS);
  }
  throw new Error(`${name} is not ready after ${TIMEOUT_MS / 1_000} s: ${last}`);
}
