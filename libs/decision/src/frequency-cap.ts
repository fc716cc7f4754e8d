import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { localUnit } from './calendar.js';
import type { CapUse, Facts } from './facts.js';
import type { CalendarWindow, CapRule } from './policy.js';

/**
 * Whether the cap has a say about this message. A rule about topics has none about a message without a topic. A rule
 * about a segment has one where nobody read which segments the contact is in: a rule that may bind does.
 */
export function capBinds(cap: CapRule, { message, contact, topic, campaign }: Facts): boolean {
  if (!cap.classes.bound.includes(message.class)) return false;
  if (cap.channels !== undefined && !cap.channels.includes(message.channel)) return false;
  if (cap.scope === 'topic') return topic !== null;
  if (cap.scope === 'campaign') return campaign !== null;
  if (cap.scope === 'segment') return mayInclude(contact.segments, cap.segment);
  return true;
}

/**
 * When the hand-overs that the cap counts for this message were, in the order of `uses`. What they were about is what
 * it was then: renaming a topic or leaving a segment frees no place. A hand-over whose segments nobody wrote down
 * counts for every segment.
 */
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

/**
 * The same on calendars: hand-overs since the local day, week or month of `at` began, with room again when a new one
 * begins. Where the contact may be in several zones it counts on the clock of each; there is room when there is on all
 * of them, and `zone` names the one that is the last to have it.
 *
 * @param zones at least one
 * @param uses ascending
 */
export function calendarUsage(
  limit: number,
  { unit, weekStart = 1 }: CalendarWindow,
  zones: readonly Zone[],
  uses: readonly EpochMs[],
  at: EpochMs,
): CapUsage & { readonly zone: string } {
  let [usage, nextFreeAt, zone]: [number, EpochMs | null, string] = [0, at, zones[0]?.name ?? ''];
  for (const clock of zones) {
    const { start } = localUnit(clock, unit, weekStart, at);
    const firstCounted = uses.findIndex((use) => use >= start);
    const counted = firstCounted === -1 ? 0 : uses.length - firstCounted;
    usage = Math.max(usage, counted);
    if (counted < limit || nextFreeAt === null) continue;

    // As above, and a use of this unit leaves it when the next one begins.
    const blocking = limit === 0 ? undefined : uses[uses.length - limit];
    const free: EpochMs | null = blocking === undefined ? null : localUnit(clock, unit, weekStart, blocking).end;
    if (free !== null && free <= nextFreeAt) continue;
    [nextFreeAt, zone] = [free, clock.name];
  }
  return { usage, nextFreeAt, zone };
}

/**
 * The limit that a message of this priority sees: lower by what the strictest of the cap's steps keeps for messages
 * that matter more, and never below 0. Only priorities that reach a step's `below` are free of it.
 */
export function limitFor({ limit, headroom }: CapRule, priority: number): number {
  if (headroom === undefined) return limit;
  const kept = headroom.filter(({ below }) => !(priority >= below)).map(({ keep }) => keep);
  return Math.max(0, limit - Math.max(0, ...kept));
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
      return mayInclude(use.segments, cap.segment);
  }
}

function mayInclude(segments: readonly string[] | undefined, segment: string | undefined): boolean {
  return segments === undefined || segment === undefined || segments.includes(segment);
}
