import type { EpochMs } from '#lib/kernel';
import type { SendResult } from '../../senders/channel-sender.js';
import type { End, FailReason } from './message.js';

/** How a hand-over ended, seen from inside: the provider's answer, or why there is none. */
export type HandOverResult =
  | SendResult
  /** Known not to have begun: the content could not be made. */
  | { readonly kind: 'not_rendered'; readonly code: string }
  /** Known not to have begun: the provider's account cannot be used as it is set up. */
  | { readonly kind: 'misconfigured'; readonly code: string };

/** What is known about the hand-over when its result comes in. */
export interface HandOverFacts {
  readonly attempt: number;
  readonly firstStartedAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Whether an earlier try, whose answer was lost, may have been accepted. A later answer does not settle that. */
  readonly inDoubt: boolean;
  /**
   * For how long it may be handed over once more after an answer was lost: as long as the provider remembers its key,
   * for ever (Infinity) where the brand chose at least once; null: not at all.
   */
  readonly repeatWindowMs: number | null;
}

/** What becomes of the message. */
export type Settlement =
  | {
      readonly kind: 'end';
      readonly end: Exclude<End, 'dropped'>;
      readonly reason: FailReason | null;
      /** The provider refused before accepting, so the place under the caps is free again. */
      readonly freesPlace: boolean;
      /** The address does not exist; nothing is sent there any more. */
      readonly suppresses: boolean;
    }
  | {
      readonly kind: 'retry';
      readonly at: EpochMs;
      readonly freesPlace: boolean;
      /** The provider may have accepted: another try is allowed with the same key only. */
      readonly mayHaveBeenAccepted: boolean;
    };

const FIRST_BACKOFF_MS = 15_000;
const MAX_BACKOFF_MS = 3_600_000;
/** Between two tries of a message that has not long to live. */
const SHORTEST_WAIT_MS = 1_000;
/** A hand-over that did not begin says nothing about its provider, so it does not wait for long. */
const LONGEST_NOT_BEGUN_MS = 60_000;
/** A key is not relied on in the last part of its window: clocks differ. */
const KEY_MARGIN_MS = 5 * 60_000;

/**
 * What a result means. Only a provider that keeps idempotency keys is asked again after its answer was lost, with the
 * same key and inside its window; with any other the message ends as `unknown` and is never tried again, unless the
 * brand would rather have messages of its class arrive twice than not at all.
 */
export function settle(result: HandOverResult, facts: HandOverFacts, now: EpochMs): Settlement {
  switch (result.kind) {
    case 'accepted':
      return { kind: 'end', end: 'sent', reason: null, freesPlace: false, suppresses: false };
    case 'rejected':
      if (facts.inDoubt) return { ...UNKNOWN, suppresses: result.hardBounce };
      return {
        kind: 'end',
        end: 'failed',
        reason: 'provider_rejected',
        freesPlace: true,
        suppresses: result.hardBounce,
      };
    case 'not_rendered':
      if (facts.inDoubt) return UNKNOWN;
      return { kind: 'end', end: 'failed', reason: 'render_error', freesPlace: true, suppresses: false };
    case 'misconfigured':
      return retryOrGiveUp(facts, now, { soonest: now, usual: now + backoffMs(facts.attempt) }, 'configuration_error');
    case 'not_begun':
      return tryAgain(facts, now + Math.min(backoffMs(facts.attempt), LONGEST_NOT_BEGUN_MS));
    case 'transient':
      return retryOrGiveUp(
        facts,
        now,
        whenAskedAgain(result, facts.attempt, now),
        result.throttled === true ? 'throttle_error' : 'provider_unavailable',
      );
    case 'ambiguous':
      return afterLostAnswer(facts, now, result.retryAfterMs);
  }
}

/** For so long an account is left alone at most, whatever its provider asks for: one answer holds everybody's messages. */
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Milliseconds that a provider wants to be left alone for; 0 where it did not say. After an hour it is asked again, by one
 * part of what waits, and says again how long it wants: a wrong clock or a typing error holds a brand back for an hour.
 */
function believed(retryAfterMs: number | null = null): number {
  return retryAfterMs !== null && retryAfterMs > 0 ? Math.min(Math.ceil(retryAfterMs), LONGEST_PAUSE_MS) : 0;
}

/** For so long an account is left alone that is asked too fast and says no more. */
const THROTTLED_MS = 1_000;

/** Until when a provider wants nothing at all, whoever sends; null when it did not say. */
export function pauseUntil(result: HandOverResult | null, now: EpochMs): EpochMs | null {
  if (result?.kind !== 'transient' && result?.kind !== 'ambiguous') return null;
  const pause = believed(result.retryAfterMs) || (result.throttled === true ? THROTTLED_MS : 0);
  return pause === 0 ? null : now + pause;
}

/**
 * What an answer that never came means, for the caller and for the reaper alike; and one that leaves open whether the
 * provider accepted. When that one asks to be left alone it is, unless the message would end in doubt because of it.
 */
export function afterLostAnswer(facts: HandOverFacts, now: EpochMs, retryAfterMs: number | null = null): Settlement {
  const soonest = now + backoffMs(facts.attempt);
  const asked = Math.max(soonest, now + believed(retryAfterMs));
  const mayWait = mayBeRepeated(facts, asked) && asked < facts.expiresAt;
  return tryAgain({ ...facts, inDoubt: true }, mayWait ? asked : soonest);
}

/** Nobody knows whether the provider accepted, and it may not be asked again. Its place under the caps stays taken. */
const UNKNOWN = { kind: 'end', end: 'unknown', reason: null, freesPlace: false, suppresses: false } as const;

/** Another try; while there is doubt only as long as it may be repeated. */
function tryAgain(facts: HandOverFacts, at: EpochMs): Settlement {
  if (!facts.inDoubt) return { kind: 'retry', at, freesPlace: true, mayHaveBeenAccepted: false };
  if (!mayBeRepeated(facts, at) || at >= facts.expiresAt) return UNKNOWN;
  return { kind: 'retry', at, freesPlace: false, mayHaveBeenAccepted: true };
}

/** Whether a message that may have been accepted may be handed over once more at that instant. */
export function mayBeRepeated(
  { repeatWindowMs, firstStartedAt }: Pick<HandOverFacts, 'repeatWindowMs' | 'firstStartedAt'>,
  at: EpochMs,
): boolean {
  return repeatWindowMs !== null && at < firstStartedAt + repeatWindowMs - KEY_MARGIN_MS;
}

/** When a provider that did not take a message is asked again: not before `soonest`, mostly at `usual`. */
interface AskedAgain {
  readonly soonest: EpochMs;
  readonly usual: EpochMs;
}

/**
 * Who throttles and says for how long is there, and is asked again then; each further time after twice as long, so that
 * those who wait do not all come at the same instant again and again. Others have 15 s at least to come to themselves.
 */
function whenAskedAgain(
  { retryAfterMs, throttled }: Extract<HandOverResult, { readonly kind: 'transient' }>,
  attempt: number,
  now: EpochMs,
): AskedAgain {
  const asked = believed(retryAfterMs);
  const backoff = backoffMs(attempt);
  const own = throttled === true && asked > 0 ? Math.min(doubled(asked, attempt), backoff) : backoff;
  return { soonest: now + asked, usual: now + Math.max(asked, own) };
}

/**
 * Until the message expires: a provider may be away for days, and an operator may mend an account meanwhile. What is left
 * of a life that is shorter than the usual wait, as that of a code for one use, is halved, with a second in between.
 */
function retryOrGiveUp(facts: HandOverFacts, now: EpochMs, again: AskedAgain, reason: FailReason): Settlement {
  const half = now + (facts.expiresAt - now) / 2;
  const hurried = Math.ceil(Math.max(again.soonest, half, now + SHORTEST_WAIT_MS));
  const at = again.usual < facts.expiresAt ? again.usual : hurried;
  if (at >= facts.expiresAt && !facts.inDoubt) {
    return { kind: 'end', end: 'failed', reason, freesPlace: true, suppresses: false };
  }
  return tryAgain(facts, at);
}

/** 15 s, doubled with every try, an hour at most. */
function backoffMs(attempt: number): number {
  return Math.min(doubled(FIRST_BACKOFF_MS, attempt), MAX_BACKOFF_MS);
}

function doubled(ms: number, attempt: number): number {
  return ms * 2 ** Math.min(attempt - 1, 20);
}
