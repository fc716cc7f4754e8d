import type { EpochMs } from '#lib/kernel';
import type { CapUse, Facts } from './facts.js';
import type { CapRule } from './policy.js';

/** Whether the cap has a say about this message. A rule about topics has none about a message without a topic. */
export function capBinds(cap: CapRule, { message, contact, topic, campaign }: Facts): boolean {
  if (!cap.classes.bound.includes(message.class)) return false;
  if (cap.channels !== undefined && !cap.channels.includes(message.channel)) return false;
  if (cap.scope === 'topic') return topic !== null;
  if (cap.scope === 'campaign') return campaign !== null;
  if (cap.scope === 'segment') return cap.segment !== undefined && (contact.segments?.includes(cap.segment) ?? false);
  return true;
}

/** When the hand-overs that the cap counts for this message were, in the order of `uses`. */
export function countedInstants(cap: CapRule, facts: Facts, uses: readonly CapUse[]): EpochMs[] {
  return uses
    .filter((use) => cap.classes.counted.includes(use.class) && sharesScope(cap, use, facts))
    .map((use) => use.at);
}

export interface CapUsage {
  readonly usage: number;
  /** The first instant with room for one more: now when there is, null when there never will be (a limit of 0). */
  readonly nextFreeAt: EpochMs | null;
}

/**
 * Hand-overs in the rolling window (at - windowMs, at]: one exactly a window ago has left it. A hand-over stamped
 * later than `at`, by a machine whose clock is ahead, counts too; so usage never rises while a message waits.
 *
 * @param uses ascending
 */
export function capUsage(limit: number, windowMs: number, uses: readonly EpochMs[], at: EpochMs): CapUsage {
  const firstCounted = uses.findIndex((use) => use > at - windowMs);
  const usage = firstCounted === -1 ? 0 : uses.length - firstCounted;
  if (usage < limit) return { usage, nextFreeAt: at };

  // There is room again when the use that leaves only limit - 1 behind it has left the window.
  const blocking = limit === 0 ? undefined : uses[uses.length - limit];
  return { usage, nextFreeAt: blocking === undefined ? null : blocking + windowMs };
}

function sharesScope(cap: CapRule, use: CapUse, { message, purpose, topic, campaign }: Facts): boolean {
  if (cap.channels !== undefined && !cap.channels.includes(use.channel)) return false;
  switch (cap.scope) {
    case 'any':
      return true;
    case 'channel':
      return use.channel === message.channel;
    case 'purpose':
      return use.purpose === purpose.key;
    case 'topic':
      return use.topic === topic?.key;
    case 'campaign':
      return use.campaign === campaign?.key;
    case 'segment':
      return cap.segment !== undefined && (use.segments?.includes(cap.segment) ?? false);
  }
}
