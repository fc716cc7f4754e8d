import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { DAY, instantsOf, readingAt } from './local-time.js';
import { keep } from './memory.js';
import type { CalendarWindow, Weekday } from './policy.js';

type Unit = CalendarWindow['unit'];

/** Days since 1970-01-01 on some wall clock; 1970-01-01 is 0. */
export type LocalDay = number;

/** A local day, week or month as a stretch of instants, half-open: `start` belongs to it, `end` to the next one. */
export interface LocalUnit {
  readonly firstDay: LocalDay;
  readonly start: EpochMs;
  readonly end: EpochMs;
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The last unit of each kind on each clock: nearly every question is about the one that is running. */
const remembered = new WeakMap<Zone, Map<string, LocalUnit>>();

/**
 * The local day, week or month that `instant` lies in, on the wall clock of `zone`.
 *
 * A unit begins the first time its clock shows midnight of its first day: at the instant after the leap where the
 * clocks skip midnight (Santiago in September), at the first of both where they show it twice (Havana in November).
 * Units follow one another without a gap: a day that has begun does not end because the clock is set back into the one
 * before, and a date that a zone left out (Apia, 2011-12-30) is an empty unit that no instant lies in.
 *
 * @param weekStart ISO weekday; only weeks ask for it
 */
export function localUnit(zone: Zone, unit: Unit, weekStart: Weekday, instant: EpochMs): LocalUnit {
  const key = unit === 'week' ? `week ${weekStart}` : unit;
  const units = remembered.get(zone) ?? keep(remembered, zone, new Map<string, LocalUnit>());
  const known = units.get(key);
  if (known !== undefined && known.start <= instant && instant < known.end) return known;

  let firstDay = firstDayOf(unit, weekStart, Math.floor(readingAt(zone, instant) / DAY));
  let end = startOfDay(zone, firstDayAfter(unit, firstDay));
  // The clock shows a day that is over when it was set back over midnight.
  while (end <= instant) {
    firstDay = firstDayAfter(unit, firstDay);
    end = startOfDay(zone, firstDayAfter(unit, firstDay));
  }
  const found = { firstDay, start: startOfDay(zone, firstDay), end };
  units.set(key, found);
  return found;
}

/** The local day that `instant` lies in, as `localUnit` counts days. */
export function localDay(zone: Zone, instant: EpochMs): LocalDay {
  return localUnit(zone, 'day', 1, instant).firstDay;
}

/** The first instant of a local day. */
export function startOfDay(zone: Zone, day: LocalDay): EpochMs {
  return instantsOf(zone, day * DAY).first;
}

/** `2026-11-21`. */
export function isoDate(day: LocalDay): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** The day that `2026-11-21` names; null when there is no such date. */
export function dayOf(date: string): LocalDay | null {
  const figures = ISO_DATE.exec(date);
  if (figures === null) return null;
  const day = Date.UTC(Number(figures[1]), Number(figures[2]) - 1, Number(figures[3])) / DAY;
  return isoDate(day) === date ? day : null;
}

function firstDayOf(unit: Unit, weekStart: Weekday, day: LocalDay): LocalDay {
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      // 1970-01-01 was a Thursday, ISO weekday 4.
      return day - ((((day + 4 - weekStart) % 7) + 7) % 7);
    case 'month':
      return day - (new Date(day * DAY).getUTCDate() - 1);
  }
}

function firstDayAfter(unit: Unit, firstDay: LocalDay): LocalDay {
  switch (unit) {
    case 'day':
      return firstDay + 1;
    case 'week':
      return firstDay + 7;
    case 'month': {
      const first = new Date(firstDay * DAY);
      return Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1) / DAY;
    }
  }
}
