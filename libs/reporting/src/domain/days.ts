import { DateTime, type Zone } from 'luxon';
import type { EpochMs } from '#lib/kernel';

/** Days of a zone, the first and the last of them included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

const LONGEST_DAYS = 3_660;

/** From the first instant of the first day to that of the day after the last; null for no such days, or too many. */
export function instantsOf({ from, to }: Days, zone: Zone): { readonly from: EpochMs; readonly to: EpochMs } | null {
  const [first, last] = [from, to].map((day) => DateTime.fromISO(day, { zone }).startOf('day'));
  if (first === undefined || last === undefined || !first.isValid || !last.isValid || last < first) return null;
  if (last.diff(first, 'days').days > LONGEST_DAYS) return null;
  return { from: first.toMillis(), to: last.plus({ days: 1 }).startOf('day').toMillis() };
}

/** So many days up to and with today. */
export function lastDays(count: number, zone: Zone, now: EpochMs): Days {
  const today = DateTime.fromMillis(now, { zone });
  return { from: today.minus({ days: count - 1 }).toISODate() ?? '', to: today.toISODate() ?? '' };
}

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Names the day of an instant in a zone: what is a search in the zone's table otherwise is one for each day of UTC here. */
export function dayNamer(zone: Zone): (at: EpochMs) => string {
  const offsets = new Map<number, number | null>();
  const names = new Map<number, string>();
  return (at) => {
    const utc = Math.floor(at / DAY);
    let offset = offsets.get(utc);
    if (offset === undefined) {
      const [first, last] = [zone.offset(utc * DAY), zone.offset((utc + 1) * DAY)];
      // When a clock is set back over midnight, a day comes twice.
      offsets.set(utc, (offset = first === last ? first : null));
    }
    if (offset === null) return DateTime.fromMillis(at, { zone }).toISODate() ?? '';
    const local = Math.floor((at + offset * MINUTE) / DAY);
    let name = names.get(local);
    if (name === undefined)
      names.set(local, (name = DateTime.fromMillis(local * DAY, { zone: 'utc' }).toISODate() ?? ''));
    return name;
  };
}

export const STRETCHES = ['day', 'week', 'month'] as const;
export type Stretch = (typeof STRETCHES)[number];

/** Beginnings of the days, ISO weeks or months of a period, cut to it, and its end. */
export function stretchesOf(days: Days, stretch: Stretch, zone: Zone): EpochMs[] {
  const whole = instantsOf(days, zone);
  if (whole === null) return [];
  const bounds = [whole.from];
  let next = DateTime.fromMillis(whole.from, { zone }).startOf(stretch);
  for (;;) {
    next = next.plus({ [stretch]: 1 }).startOf(stretch);
    if (next.toMillis() >= whole.to) return [...bounds, whole.to];
    bounds.push(next.toMillis());
  }
}
