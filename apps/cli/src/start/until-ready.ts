import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const PATIENCE = { noticeMs: 15_000, timeoutMs: 60_000 };
const POLL_MS = 25;
const LATER_POLL_MS = 1_000;

/**
 * Waits until `GET /readyz` answers 200.
 * @param onUnready hears once, with its answer, of a server that runs and is not ready for long. Then there is no end to
 *   the waiting: what it must not do it does not, and what must be taken, such as an opt-out, it takes.
 * @throws Error with its last answer when that takes a minute; the signal's reason when it is aborted.
 */
export async function untilReady(
  name: string,
  url: string,
  signal: AbortSignal,
  onUnready?: (answer: string) => void,
  { noticeMs, timeoutMs } = PATIENCE,
): Promise<void> {
  const begun = performance.now();
  const lasts = (ms: number): boolean => performance.now() - begun >= ms;
  let answered: string | undefined;
  let isTold = false;
  while (!lasts(timeoutMs) || isTold) {
    signal.throwIfAborted();
    try {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
      answered = await answer.text();
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    if (answered !== undefined && onUnready !== undefined && !isTold && lasts(noticeMs)) {
      isTold = true;
      onUnready(answered);
    }
    await sleep(isTold ? LATER_POLL_MS : POLL_MS);
  }
  throw new Error(`${name} is not ready after ${timeoutMs / 1_000} s: ${answered ?? 'it does not answer'}`);
}

const Answer = z.object({
  details: z.record(z.string(), z.looseObject({ status: z.string(), message: z.string().optional() })),
});

/** What keeps a server from being ready, in the words of its own answer. */
export function whyUnready(answer: string): string {
  const read = Answer.safeParse(attemptJson(answer));
  const down = Object.entries(read.data?.details ?? {}).filter(([, { status }]) => status === 'down');
  return down.map(([name, { message }]) => (message === undefined ? name : `${name}, ${message}`)).join('; ') || answer;
}

function attemptJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
