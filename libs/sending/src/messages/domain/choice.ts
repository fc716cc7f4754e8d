import type { Decision } from '#lib/decision';
import type { Channel, EpochMs } from '#lib/kernel';
import type { MessageStatus } from './message.js';

/** Another message of the same choice, as it stands. */
export interface Sibling {
  readonly channel: Channel;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly endedAt: EpochMs | null;
  /** Somebody reported that it arrived, or what a person did with it. */
  readonly hasArrived: boolean;
  /** Somebody reported that it did not. */
  readonly hasBounced: boolean;
}

/** Whether it is a message's turn. */
export type ChoiceTurn =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly until: EpochMs }
  | { readonly kind: 'end'; readonly reason: 'reached_on_other_channel' | 'cancelled' | 'holdout' };

/** Reports of bounces come within this time; without a time to fall back after, one that was taken then counts as arrived. */
const BOUNCES_WITHIN_MS = 3_600_000;
/** Whoever waits for an end that nobody can foresee looks again after a quarter of the time that it has waited. */
const LOOK_AGAIN_MS = { least: 15_000, most: 600_000 };
/** Said of the request as a whole, and not of one way to reach the contact. */
const OF_ALL = ['cancelled', 'holdout'] as const;

/**
 * Whether a message may be tried, as those before it stand. One that is under way or may have arrived keeps it waiting;
 * one that arrived ends it; one that was dropped, failed, bounced, or did not arrive in time lets it go. Nothing is ever
 * tried beside another. What may have been accepted, and nobody knows (`unknown`), counts like one that was sent. A task for
 * a human arrives by its result alone: that nothing was heard of it says that nobody has called.
 */
export function choiceTurn(
  before: readonly Sibling[],
  { fallbackMs, acceptedAt }: { readonly fallbackMs: number | null; readonly acceptedAt: EpochMs },
  now: EpochMs,
): ChoiceTurn {
  const turns = before.map((sibling): ChoiceTurn => {
    const { channel, status, reason, endedAt, hasArrived, hasBounced } = sibling;
    const ofAll = OF_ALL.find((one) => one === reason);
    if (status === 'dropped' && ofAll !== undefined) return { kind: 'end', reason: ofAll };
    if (status === 'dropped' || status === 'failed') return { kind: 'go' };
    if (endedAt === null) return { kind: 'wait', until: lookAgain(acceptedAt, now) };
    if (hasArrived) return { kind: 'end', reason: 'reached_on_other_channel' };
    if (hasBounced) return { kind: 'go' };
    if (channel === 'phone' && fallbackMs === null) return { kind: 'wait', until: lookAgain(endedAt, now) };
    const over = endedAt + (fallbackMs ?? BOUNCES_WITHIN_MS);
    if (now < over) return { kind: 'wait', until: over };
    return fallbackMs === null ? { kind: 'end', reason: 'reached_on_other_channel' } : { kind: 'go' };
  });
  const end = turns.find(({ kind }) => kind === 'end');
  const waits = turns.flatMap((turn) => (turn.kind === 'wait' ? [turn.until] : []));
  return end ?? (waits.length === 0 ? { kind: 'go' } : { kind: 'wait', until: Math.max(...waits) });
}

/** When the others look first, after one of them was chosen that may leave at `leavesAt`. */
export function firstLook(leavesAt: EpochMs): EpochMs {
  return leavesAt + LOOK_AGAIN_MS.least;
}

function lookAgain(acceptedAt: EpochMs, now: EpochMs): EpochMs {
  const { least, most } = LOOK_AGAIN_MS;
  return now + Math.min(most, Math.max(least, (now - acceptedAt) / 4));
}

type Chance = Pick<Decision, 'outcome' | 'notBefore'>;

/** Whether a way may reach anybody, now or later. One that is held and has no instant (its turn comes after its end) may not. */
export function isHopeful({ outcome, notBefore }: Chance): boolean {
  return outcome !== 'drop' && notBefore !== null;
}

/** The first that may reach somebody, now or later, or else the first that is held at least; null when all are dropped. */
export function firstAllowed(decisions: readonly Chance[]): number | null {
  const hopeful = decisions.findIndex(isHopeful);
  const index = hopeful === -1 ? decisions.findIndex(({ outcome }) => outcome !== 'drop') : hopeful;
  return index === -1 ? null : index;
}
