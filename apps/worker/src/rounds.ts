import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does something again and again until the returned function is called, which resolves when the last round is over.
 * A round that fails is told about and does not keep the next from coming.
 * @param pauseMs between the end of a round and the next
 */
export function rounds(
  pauseMs: number,
  round: () => Promise<unknown>,
  failed: (error: unknown) => void,
): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
  const all = (async () => {
    while (!signal.aborted) {
      try {
        await round();
      } catch (error) {
        failed(error);
      }
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return () => {
    stopped.abort();
    return all;
  };
}
