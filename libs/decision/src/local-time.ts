import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { Memory } from './memory.js';

/**
 * What a wall clock shows, written as the epoch milliseconds of the same figures in UTC, so that days and times of
 * day are plain arithmetic. Only these functions turn one into an instant: luxon's own way depends on the current
 * clock where the figures occur twice.
 */
export type Reading = number;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What the clock in `zone` shows at `instant`. */
export function readingAt(zone: Zone, instant: EpochMs): Reading {
  return instant + offset(zone, instant);
}

/** Days from 1970-01-01 to the date that a clock shows with `reading`. */
export function dayOf(reading: Reading): number {
  return Math.floor(reading / DAY);
}

/** `2026-12-25`, for a count of days from 1970-01-01. */
export function dateText(day: number): string {
  return dateTexts.get(day) ?? dateTexts.keep(day, new Date(day * DAY).toISOString().slice(0, -14));
}

/** Decisions are about a few days around now, and writing a date is slow. */
const dateTexts = new Memory<number, string>(4000);

/**
 * Whether the clock in `zone` runs on without a change for two days before and after `instant`, so that readings
 * within a day of it are plain arithmetic. Cheap; rests on what `instantsOf` rests on.
 */
export function isSteady(zone: Zone, instant: EpochMs): boolean {
  return offset(zone, instant - 51 * HOUR) === offset(zone, instant + 51 * HOUR);
}

/**
 * The instants at which the clock in `zone` shows `reading`: the same twice on an ordinary day; the first and the
 * last when the clock is set back over it; twice the instant after the leap when it is skipped.
 *
 * Rests on no zone changing its offset twice within 28 hours, which holds for all of the IANA database since 1970
 * (in 2026f no two changes are less than five days apart).
 */
export function instantsOf(zone: Zone, reading: Reading): { readonly first: EpochMs; readonly last: EpochMs } {
  // Offsets lie between -12 and +14 hours, so these two are on either side of any change that concerns the reading.
  const before = offset(zone, reading - 15 * HOUR);
  const after = offset(zone, reading + 13 * HOUR);
  const early = reading - before;
  const late = reading - after;
  if (before === after) return { first: early, last: early };

  const earlyIsReal = offset(zone, early) === before;
  const lateIsReal = offset(zone, late) === after;
  if (earlyIsReal || lateIsReal) return { first: earlyIsReal ? early : late, last: lateIsReal ? late : early };

  const leap = changeBetween(zone, late, early);
  return { first: leap, last: leap };
}

/** ISO 8601 with offset, for people: `2026-11-23T08:00:00.000+01:00`. */
export function localIso(zone: Zone, instant: EpochMs): string {
  const minutes = Math.round(offset(zone, instant) / MINUTE);
  const reading = instant + minutes * MINUTE;
  const day = dayOf(reading);
  const time = reading - day * DAY;
  const seconds = Math.floor(time / 1000);
  const clock = `${hhmm(Math.floor(seconds / 60))}:${twoDigits(seconds % 60)}.${String(Math.floor(time % 1000)).padStart(3, '0')}`;
  const east = `${minutes < 0 ? '-' : '+'}${hhmm(Math.abs(minutes))}`;
  return `${dateText(day)}T${clock}${east}`;
}

function hhmm(minutes: number): string {
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(n: number): string {
  return TWO_DIGITS[n] ?? String(n);
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** The first instant in (from, to] with the offset of `to`, given that the offset changes exactly once there. */
function changeBetween(zone: Zone, from: EpochMs, to: EpochMs): EpochMs {
  const target = offset(zone, to);
  let [outside, inside] = [from, to];
  while (inside - outside > 1) {
    const middle = Math.floor((outside + inside) / 2);
    if (offset(zone, middle) === target) inside = middle;
    else outside = middle;
  }
  return inside;
}

function offset(zone: Zone, instant: EpochMs): number {
  return Math.round(zone.offset(instant) * MINUTE);
}
