import type { EpochMs } from '#lib/kernel';
import { needsWordOfTopics } from './everything.js';
import { canBeLeft, type Leavable, refusalOf } from './leaving.js';

/** A purpose as it is set up now, and since when there is it and that. */
export interface SetUp extends Leavable {
  readonly key: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** How a purpose counts in an answer about an instant. */
export interface SetUpAsOf {
  /** Whether a no to everything was one to it. */
  readonly canBeLeft: boolean;
  readonly refusal: 'withdrawn' | 'objected';
  /** Whether a yes that nothing shows was none. */
  readonly asksForProof: boolean;
  /** Whether a topic of it was sent although nothing was said of the topic, so that a no to the rest has to go on for it. */
  readonly needsWordOfTopics: boolean;
  /** Whether it was set up once more after that instant, so that it may have been otherwise then. */
  readonly isChangedSince: boolean;
}

/**
 * How a purpose counts in an answer about an instant. It is kept as it is now alone: where it was set up once more after
 * that instant, of each of its rules the way counts that lets less through. Before there was one it counts as it began.
 */
export function setUpAsOf(purpose: SetUp, instant: EpochMs): SetUpAsOf {
  const isChangedSince = purpose.updatedAt > Math.max(instant, purpose.createdAt);
  const isLeavable = canBeLeft(purpose);
  return {
    canBeLeft: isChangedSince || isLeavable,
    refusal: refusalOf(purpose),
    asksForProof: isChangedSince || purpose.enforcement === 'restrictive',
    needsWordOfTopics: isChangedSince || needsWordOfTopics(purpose),
    isChangedSince,
  };
}
