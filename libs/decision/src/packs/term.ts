import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { DAY, HOUR, instantsOf, type Reading, readingAt } from '../local-time.js';

/** The local dates on which a rule is in force: from a midnight on, to the midnight after its last day. */
export interface Term {
  readonly from: Reading | null;
  readonly end: Reading | null;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DURATION = /^P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?$/;

/** @param from first day in force, `2026-01-31`; `to` the last */
export function termOf({ from, to }: { readonly from: string | null; readonly to: string | null }): Term {
  return { from: from === null ? null : midnight(from), end: to === null ? null : midnight(to) + DAY };
}

/** Where the contact may be in several zones the rule is in force while it is in any of them. */
export function isInForce(term: Term, zones: readonly Zone[], at: EpochMs): boolean {
  return (term.from === null || hasBegun(term.from, zones, at)) && (term.end === null || !isOver(term.end, zones, at));
}

/** The first instant at which the rule is in force nowhere any more; null without an end. */
export function endOfTerm({ end }: Term, zones: readonly Zone[]): EpochMs | null {
  return end === null ? null : Math.max(...zones.map((zone) => instantsOf(zone, end).last));
}

/** The first instant at which the rule is in force anywhere; long ago without a beginning. */
export function beginOfTerm({ from }: Term, zones: readonly Zone[]): EpochMs {
  return from === null ? -Infinity : Math.min(...zones.map((zone) => instantsOf(zone, from).first));
}

/** When a rule that fails until `until` no longer does: then, or when it is no longer in force. */
export function clipToTerm(until: EpochMs | null, term: Term | undefined, zones: readonly Zone[]): EpochMs | null {
  return earlier(until, term === undefined ? null : endOfTerm(term, zones));
}

/** The earlier of two instants, of which null never comes. */
export function earlier(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/**
 * The first instant after a permission that began at `at` and lasts so many calendar years and months: the local
 * midnight after the date that is so much later. CASL s. 10 (10) asks for a purchase within the two years *before the
 * day* of the message, so the whole of the last day counts. With several zones, the earliest.
 *
 * @param lasts `P6M`, `P2Y`, `P1Y6M`; null when it is no such duration
 */
export function endOfPermission(at: EpochMs, lasts: string, zones: readonly Zone[]): EpochMs | null {
  const months = calendarMonths(lasts);
  if (months === null) return null;
  return Math.min(...zones.map((zone) => instantsOf(zone, addMonths(readingAt(zone, at), months) + DAY).first));
}

/** Whole months of a duration in years and months; null for any other, and for none. */
export function calendarMonths(iso: string): number | null {
  const match = DURATION.exec(iso);
  if (match === null) return null;
  const months = Number(match[1] ?? 0) * 12 + Number(match[2] ?? 0);
  return months > 0 ? months : null;
}

/** Local midnight of a date, or null when there is no such date. */
export function parseDate(date: string): Reading | null {
  if (!DATE.test(date)) return null;
  const reading = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(reading) || new Date(reading).toISOString().slice(0, 10) !== date ? null : reading;
}

function midnight(date: string): Reading {
  const reading = parseDate(date);
  if (reading === null) throw new RangeError(`${date} is not a date`);
  return reading;
}

/** Midnight of the date that is so many months later: 31 August and six months is 28 February. */
function addMonths(reading: Reading, months: number): Reading {
  const from = new Date(reading);
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const daysInMonth = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.getTime() + (Math.min(from.getUTCDate(), daysInMonth) - 1) * DAY;
}

/** Local midnights lie within 15 hours of the same figure in UTC, so most instants need no look at a clock. */
function hasBegun(from: Reading, zones: readonly Zone[], at: EpochMs): boolean {
  if (Math.abs(at - from) > 15 * HOUR) return at > from;
  return zones.some((zone) => at >= instantsOf(zone, from).first);
}

function isOver(end: Reading, zones: readonly Zone[], at: EpochMs): boolean {
  if (Math.abs(at - end) > 15 * HOUR) return at > end;
  return zones.every((zone) => at >= instantsOf(zone, end).last);
}
