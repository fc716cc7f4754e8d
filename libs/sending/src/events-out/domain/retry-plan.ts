/** Seconds between one try and the next: 8 repetitions, some 40 hours in all. */
const PAUSES_SECONDS = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 8 * 3600, 12 * 3600, 12 * 3600];
/** Each pause is longer or shorter by up to this share, so that what failed together does not come back together. */
const JITTER = 0.15;
/** A receiver that asks for more is asked again after this long all the same. */
const LONGEST_PAUSE_MS = 24 * 3_600_000;

/** What a receiver said to an event: a status of HTTP, or null with the reason why there is no answer. */
export interface EventAnswer {
  readonly status: number | null;
  readonly code: string;
  readonly retryAfterMs: number | null;
}

/** What becomes of an event after a try. */
export type EventOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'failed' }
  /** Nobody is there any more and nothing more is to be sent. */
  | { readonly kind: 'gone' };

/**
 * @param attempts tries so far, this one included
 * @param luck in [0, 1)
 */
export function afterTry({ status, retryAfterMs }: EventAnswer, attempts: number, luck: number): EventOutcome {
  if (status !== null && status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone' };
  const pause = PAUSES_SECONDS[attempts - 1];
  if (pause === undefined) return { kind: 'failed' };
  const jittered = pause * 1000 * (1 - JITTER + 2 * JITTER * luck);
  return { kind: 'again', afterMs: Math.round(Math.max(jittered, Math.min(retryAfterMs ?? 0, LONGEST_PAUSE_MS))) };
}
