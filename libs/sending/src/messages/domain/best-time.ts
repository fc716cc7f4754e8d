import type { EpochMs } from '#lib/kernel';
import type { JsonObject } from '#lib/ledger';
import { CONTROL_SHARE, type Goal } from './best-arm.js';

const HOUR = 3_600_000;

/** Parts of a day by the contact's clock, two hours each: what is learned of a time of day is learned of its part. */
export const PARTS_OF_DAY = 12;
export const MOST_HOURS = 72;
export const DEFAULT_HOURS = 24;

/** An instant at which the whole pipeline would let the message go. */
export interface AllowedTime {
  readonly at: EpochMs;
  /** Part of the day at that instant, by the contact's clock: 0 from midnight, 11 from ten in the evening. */
  readonly part: number;
}

/** Which time was drawn, and with which probability each part of the day would have been. */
export interface TimeDraw {
  /** Number of the chosen time among those that are allowed. */
  readonly chosen: number;
  /** With which probability exactly this time was chosen. */
  readonly propensity: number;
  /** By part of the day, in the order of their numbers; parts without an allowed time are left out. */
  readonly parts: readonly { readonly part: number; readonly times: number; readonly propensity: number }[];
}

/** How a message's time was drawn. */
export interface DrawnTime {
  readonly goal: Goal;
  readonly segment: string;
  readonly part: number;
  /** Whether the draw fell into the control share; null: one time alone was allowed. */
  readonly control: boolean | null;
  /** What is kept of the draw, so that it can be made and counted with again. */
  readonly draw: JsonObject;
}

/** @param hour what the contact's clock shows, 0 to 23 */
export function partOfDay(hour: number): number {
  return Math.floor(hour / (24 / PARTS_OF_DAY));
}

/**
 * The instants that are looked at: one in each hour of the window, all at the same minute, which differs from message to
 * message. So nobody's campaign leaves on the stroke of the hour.
 * @param luck in [0, 1)
 */
export function timesWithin(from: EpochMs, hours: number, luck: number): EpochMs[] {
  return Array.from({ length: hours }, (_, i) => from + i * HOUR + Math.floor(luck * HOUR));
}

/**
 * Draws one of the times that are allowed. The first is the earliest of all, the control, and is chosen for its share
 * besides. A part of the day is chosen with the probability of being the best of all parts, among those that have a
 * time which is allowed (what Thompson sampling would choose if it drew until one of them led), and within the part
 * every time alike.
 * @param allowed at least one, the earliest first
 * @param shares probability of each part of the day to be the best
 * @param luck in [0, 1)
 */
export function drawTime(
  allowed: readonly AllowedTime[],
  shares: readonly number[],
  luck: number,
  controlShare = CONTROL_SHARE,
): TimeDraw {
  const times = new Map<number, number>();
  for (const { part } of allowed) times.set(part, (times.get(part) ?? 0) + 1);
  const led = [...times.keys()].reduce((sum, part) => sum + (shares[part] ?? 0), 0);
  // Where everything that is known speaks for times that are not allowed, nothing is known of those that are.
  const shareOf = (part: number): number => (led > 0 ? (shares[part] ?? 0) / led : 1 / times.size);
  const each = allowed.map(
    ({ part }, i) => ((1 - controlShare) * shareOf(part)) / (times.get(part) ?? 1) + (i === 0 ? controlShare : 0),
  );
  const parts = [...times]
    .sort(([a], [b]) => a - b)
    .map(([part, count]) => ({
      part,
      times: count,
      propensity: allowed.reduce((sum, time, i) => (time.part === part ? sum + (each[i] ?? 0) : sum), 0),
    }));
  let left = luck;
  let chosen = 0;
  while (chosen < each.length - 1 && left >= (each[chosen] ?? 0)) left -= each[chosen++] ?? 0;
  return { chosen, propensity: each[chosen] ?? 0, parts };
}
