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

/** The message, and the hand-overs before it, oldest first. */
export interface Past {
  readonly facts: Facts;
  readonly uses: readonly CapUse[];
}

/** A cap as it counts: `untoldTopics` says that a hand-over without a topic may have been about this one. */
export type CountingRule = CapRule & { readonly untoldTopics?: true };

/**
 * Whether the cap counts that hand-over for this message. What it was about is what it was then: renaming a topic or
 * leaving a segment frees no place. A hand-over whose segments nobody wrote down counts for every segment.
 */
export function countsUse(cap: CountingRule, use: CapUse, { message, purpose, topic, campaign }: Facts): boolean {
  if (!cap.classes.counted.includes(use.class)) return false;
  if (cap.channels !== undefined && !cap.channels.includes(use.channel)) return false;
  switch (cap.scope) {
    case 'any':
      return true;
    case 'channel':
      return use.channel === message.channel;
    case 'purpose':
      return use.purpose === purpose.key;
    case 'topic':
      return use.topic === topic?.key || (cap.untoldTopics === true && use.topic === null);
    case 'campaign':
      return use.campaign === campaign?.key;
    case 'segment':
      return mayInclude(use.segments, cap.segment);
  }
}

export interface CapUsage {
  readonly usage: number;
  /** The first instant with room for one more: now when there is, null when there never will be (a limit of 0). */
  readonly nextFreeAt: EpochMs | null;
  /** Where calendars count: the zone that decides. */
  readonly zone?: string;
}

/**
 * Hand-overs in the rolling window (at - windowMs, at]: one exactly a window ago has left it. A hand-over stamped
 * later than `at`, by a machine whose clock is ahead, counts too; so usage never rises while a message waits.
 */
export function capUsage(cap: CountingRule, limit: number, windowMs: number, past: Past, at: EpochMs): CapUsage {
  const { usage, blocking } = countBack(cap, limit, past, at - windowMs, false);
  if (usage < limit) return { usage, nextFreeAt: at };
  return { usage, nextFreeAt: blocking === null ? null : blocking + windowMs };
}

/**
 * The same on calendars: hand-overs since the local day, week or month of `at` began, with room again when a new one
 * begins. Where the contact may be in several zones it counts on the clock of each; there is room when there is on all
 * of them, and `zone` names the one that is the last to have it.
 *
 * @param zones at least one
 */
export function calendarUsage(
  cap: CountingRule,
  limit: number,
  { unit, weekStart = 1 }: CalendarWindow,
  zones: readonly Zone[],
  past: Past,
  at: EpochMs,
): CapUsage & { readonly zone: string } {
  let [usage, nextFreeAt, zone]: [number, EpochMs | null, string] = [0, at, zones[0]?.name ?? ''];
  for (const clock of zones) {
    const { start } = localUnit(clock, unit, weekStart, at);
    const counted = countBack(cap, limit, past, start, true);
    usage = Math.max(usage, counted.usage);
    if (counted.usage < limit || nextFreeAt === null) continue;

    // A use of this unit leaves it when the next one begins.
    const { blocking } = counted;
    const free: EpochMs | null = blocking === null ? null : localUnit(clock, unit, weekStart, blocking).end;
    if (free !== null && free <= nextFreeAt) continue;
    [nextFreeAt, zone] = [free, clock.name];
  }
  return { usage, nextFreeAt, zone };
}

/**
 * Counts the hand-overs later than `since`, or since then, from the newest back. `blocking` is the one that leaves only
 * `limit - 1` behind it: when it has left the window there is room again. Null when there are not so many.
 */
function countBack(
  cap: CountingRule,
  limit: number,
  { uses, facts }: Past,
  since: EpochMs,
  sinceCounts: boolean,
): { readonly usage: number; readonly blocking: EpochMs | null } {
  let usage = 0;
  let blocking: EpochMs | null = null;
  for (let i = uses.length - 1; i >= 0; i--) {
    const use = uses[i];
    if (use === undefined || !(use.at > since || (sinceCounts && use.at === since))) break;
    if (!countsUse(cap, use, facts)) continue;
    usage++;
    if (usage === limit) blocking = use.at;
  }
  return { usage, blocking };
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

function mayInclude(segments: readonly string[] | undefined, segment: string | undefined): boolean {
  return segments === undefined || segment === undefined || segments.includes(segment);
}
