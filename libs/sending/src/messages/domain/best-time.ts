import type { EpochMs } from '#lib/kernel';
import type { JsonObject } from '#lib/ledger';
import { CONTROL_SHARE, type Goal } from './best-arm.js';

const HOUR = 3_600_000;

/** Parts of a day by the contact's clock, two hours each: what is learned of a time of day is learned of its part. */
export const PARTS_OF_DAY = 12;
/** Days of the week by the contact's clock, Monday first. */
export const DAYS_OF_WEEK = 7;
export const MOST_HOURS = 72;
export const DEFAULT_HOURS = 24;

/** An instant at which the whole pipeline would let the message go. */
export interface AllowedTime {
  readonly at: EpochMs;
  /** Part of the day at that instant, by the contact's clock: 0 from midnight, 11 from ten in the evening. */
  readonly part: number;
  /** Day of the week at that instant, by the contact's clock: 0 Monday, 6 Sunday. */
  readonly day: number;
}

/** What is known of times: the probability of each part of the day, and of each day of the week, to be the best. */
export interface TimeShares {
  readonly parts: readonly number[];
  readonly days: readonly number[];
}

/** Which time was drawn, and with which probability each part of the day and each day of the week would have been. */
export interface TimeDraw {
  /** Number of the chosen time among those that are allowed. */
  readonly chosen: number;
  /** With which probability exactly this time was chosen. */
  readonly propensity: number;
  /** By part of the day, in the order of their numbers; parts without an allowed time are left out. */
  readonly parts: readonly { readonly part: number; readonly times: number; readonly propensity: number }[];
  /** By day of the week, likewise. */
  readonly days: readonly { readonly day: number; readonly times: number; readonly propensity: number }[];
}

/** How a message's time was drawn. */
export interface DrawnTime {
  readonly goal: Goal;
  readonly segment: string;
  readonly part: number;
  readonly day: number;
  /** Whether the draw fell into the control share; null: one time alone was allowed. */
  readonly control: boolean | null;
  /** What is kept of the draw, so that it can be made and counted with again. */
  readonly draw: JsonObject;
}

/** @param hour what the contact's clock shows, 0 to 23 */
export function partOfDay(hour: number): number {
  return Math.floor(hour / (24 / PARTS_OF_DAY));
}

/** Where an instant stands on the contact's clock. @param local milliseconds as if that clock were UTC */
export function placeOf(local: EpochMs): Pick<AllowedTime, 'part' | 'day'> {
  const clock = new Date(local);
  return { part: partOfDay(clock.getUTCHours()), day: (clock.getUTCDay() + 6) % DAYS_OF_WEEK };
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
 * besides. What hours have in common on all days, and days at all hours, is learned once: a part of a day is chosen with
 * the probability of its part to be the best of all parts times that of its day to be the best of the days, among those
 * that have a time which is allowed (what two Thompson samplings would choose if both drew until one of them led), and
 * within it every time alike.
 * @param allowed at least one, the earliest first
 * @param luck in [0, 1)
 */
export function drawTime(
  allowed: readonly AllowedTime[],
  shares: TimeShares,
  luck: number,
  controlShare = CONTROL_SHARE,
): TimeDraw {
  const slots = new Map<string, { readonly share: number; times: number }>();
  const slotOf = ({ part, day }: AllowedTime): string => `${day} ${part}`;
  for (const time of allowed) {
    const share = (shares.parts[time.part] ?? 0) * (shares.days[time.day] ?? 0);
    const slot = slots.get(slotOf(time)) ?? { share, times: 0 };
    slot.times++;
    slots.set(slotOf(time), slot);
  }
  const led = [...slots.values()].reduce((sum, { share }) => sum + share, 0);
  const each = allowed.map((time, i) => {
    const { share, times } = slots.get(slotOf(time)) ?? { share: 0, times: 1 };
    // Where everything that is known speaks for times that are not allowed, nothing is known of those that are.
    const ofSlot = led > 0 ? share / led : 1 / slots.size;
    return ((1 - controlShare) * ofSlot) / times + (i === 0 ? controlShare : 0);
  });
  let left = luck;
  let chosen = 0;
  while (chosen < each.length - 1 && left >= (each[chosen] ?? 0)) left -= each[chosen++] ?? 0;
  const by = (of: (time: AllowedTime) => number) =>
    [...new Set(allowed.map(of))]
      .sort((a, b) => a - b)
      .map((place) => ({
        place,
        times: allowed.filter((time) => of(time) === place).length,
        propensity: allowed.reduce((sum, time, i) => (of(time) === place ? sum + (each[i] ?? 0) : sum), 0),
      }));
  return {
    chosen,
    propensity: each[chosen] ?? 0,
    parts: by(({ part }) => part).map(({ place: part, ...others }) => ({ part, ...others })),
    days: by(({ day }) => day).map(({ place: day, ...others }) => ({ day, ...others })),
  };
}
