import type { EpochMs } from '#lib/kernel';
import { CannotDecide } from './cannot-decide.js';
import type { WallClock } from './contact-zones.js';
import { DAY, HOUR, MINUTE, dateText, dayOf, instantsOf, isSteady, type Reading, readingAt } from './local-time.js';
import type { QuietDates, QuietHoursRule, QuietWindow } from './policy.js';

/** A window with its figures read: milliseconds from the local midnight of the day it starts on; end > start. */
export interface ParsedWindow {
  readonly days: readonly number[];
  readonly start: number;
  readonly end: number;
  /** For people: `21:00-08:00`. */
  readonly text: string;
}

/** Local days, counted from 1970-01-01: quiet from the midnight that begins `from` to the one that begins `end`. */
interface ParsedDates {
  readonly from: number;
  readonly end: number;
  /** For people: `2026-12-24 to 2026-12-26`. */
  readonly text: string;
}

/** A rule read once. */
export interface QuietTimes {
  /** For messages about it. */
  readonly id: string;
  /** By ISO weekday: the windows that start on it. The first place is empty. */
  readonly byWeekday: readonly (readonly ParsedWindow[])[];
  readonly dates: readonly ParsedDates[];
  readonly holidays: boolean;
  /** Quiet for ever is an answer, because a person may want that, and not a mistake in a policy. */
  readonly mayNeverEnd: boolean;
}

/** The public holiday on a local date (`2026-12-25`), by name, wherever the contact may be; null on any other day. */
export type HolidayOn = (date: string) => string | null;

/** What is quiet at one instant. */
export interface QuietSpell {
  readonly kind: 'window' | 'dates' | 'holiday';
  /** `21:00-08:00`, `2026-12-24 to 2026-12-26`, `Christmas Day`. */
  readonly text: string;
  /** Of the clocks asked, the one on which it is quiet. */
  readonly clock: WallClock;
}

export interface QuietStretch {
  /** The spell that runs at the instant asked about; of several, the one that ends last. */
  readonly spell: QuietSpell;
  /**
   * The first instant after it at which it is quiet on none of the clocks, what follows without a break included;
   * null when there is none, because the clocks are so far apart that it is always night on one of them.
   */
  readonly until: EpochMs | null;
}

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$|^(24):(00)$/;

/** Later dates are sentinels or typing errors, and what is counted from them would have more than four digits. */
export const LAST_DAY = '9989-12-31';
/** What `policyProblems` accepts: a month of quiet dates and what lies around it. A hold must come to an end. */
export const MOST_QUIET_DAYS = 40;
/** Holidays and clocks that change add to it, and never as much again: a longer stretch is no policy. */
const LONGEST_STRETCH = 2 * MOST_QUIET_DAYS * DAY;
/** Several clocks come together anew when one of them changes, so a year without a common free minute means never. */
const NEVER = 400 * DAY;

/** Null when a figure is not HH:MM, start is 24:00 or the window is empty. */
export function parseWindow({ days, start, end }: QuietWindow): ParsedWindow | null {
  const [from, to] = [clockMs(start), clockMs(end)];
  if (from === null || to === null || from === to || from === DAY) return null;
  return { days, start: from, end: to > from ? to : to + DAY, text: `${start}-${end}` };
}

/** Null when one is no date of the calendar, or they are the wrong way round. */
export function parseDates({ from, to }: QuietDates): ParsedDates | null {
  const [first, last] = [dayNumber(from), dayNumber(to)];
  if (first === null || last === null || last < first) return null;
  return { from: first, end: last + 1, text: from === to ? from : `${from} to ${to}` };
}

/** The times of a rule. @throws CannotDecide when one makes no sense. */
export function quietTimes(
  rule: Pick<QuietHoursRule, 'id' | 'windows' | 'dates' | 'holidays'>,
  mayNeverEnd = false,
): QuietTimes {
  const byWeekday = Array.from({ length: 8 }, (): ParsedWindow[] => []);
  for (const window of rule.windows) {
    const parsed = parseWindow(window) ?? unusable(rule.id, `the window ${window.start}-${window.end}`);
    for (const day of window.days) byWeekday[day]?.push(parsed);
  }
  const dates = (rule.dates ?? []).map(
    (range) => parseDates(range) ?? unusable(rule.id, `the dates ${range.from} to ${range.to}`),
  );
  return { id: rule.id, byWeekday, dates, holidays: rule.holidays === true, mayNeverEnd };
}

/**
 * The quiet stretch around `instant`, or null when it may be disturbed on every one of the clocks.
 *
 * On the nights the clocks change: a start that occurs twice counts the first time and an end the second, so a quiet
 * night is never shorter than it reads; a figure that is skipped counts as the instant after the leap. A date begins
 * and ends as a window from 00:00 to 24:00 does.
 *
 * Terminates: each turn ends later than the one before, and a stretch is given up when it is longer than any policy
 * that makes sense.
 *
 * @param clocks at least one; quiet on any of them is quiet
 * @throws CannotDecide when the rule leaves no free minute on a single clock
 */
export function quietStretch(
  times: QuietTimes,
  clocks: readonly WallClock[],
  holidayOn: HolidayOn | null,
  instant: EpochMs,
): QuietStretch | null {
  let longest: Spell | null = null;
  for (const clock of clocks) {
    const spell = runningSpell(times, clock, holidayOn, instant);
    if (spell !== null && (longest === null || spell.until > longest.until)) longest = spell;
  }
  if (longest === null) return null;

  let until = longest.until;
  let free = 0;
  // Around the clocks until a whole round finds nothing.
  for (let turn = 0; free < clocks.length; turn++) {
    const clock = clocks[turn % clocks.length] ?? longest.clock;
    const spell = runningSpell(times, clock, holidayOn, until);
    free = spell === null ? free + 1 : 0;
    if (spell === null) continue;
    until = spell.until;
    if (until - instant <= LONGEST_STRETCH) continue;
    if (clocks.length === 1 && !times.mayNeverEnd) {
      throw new CannotDecide('unusable_policy', `quiet hours ${times.id} never end`);
    }
    if (until - instant > NEVER) return { spell: longest, until: null };
  }
  return { spell: longest, until };
}

interface Spell extends QuietSpell {
  readonly until: EpochMs;
}

/** Of the spells that contain the instant, the one that ends last. */
function runningSpell(
  times: QuietTimes,
  clock: WallClock,
  holidayOn: HolidayOn | null,
  instant: EpochMs,
): Spell | null {
  const { rules: zone } = clock;
  const reading = readingAt(zone, instant);
  const today = dayOf(reading);
  const steady = isSteady(zone, instant);
  let running: Spell | null = null;
  // Yesterday's may reach into today. Tomorrow's may have begun when the clock is set back over midnight.
  eachSpell(times, holidayOn, today - 1, steady ? today : today + 1, (kind, text, from, to) => {
    // Where the clocks stand still for days, figures are compared as they read.
    if (steady ? from > reading || to <= reading : instantsOf(zone, from).first > instant) return;
    const until = steady && to - reading <= DAY ? instant + (to - reading) : instantsOf(zone, to).last;
    if (until > (running?.until ?? instant)) running = { kind, text, clock, until };
  });
  return running;
}

/**
 * The spells that begin on the local days from `first` to `last`, day by day, and those of dates that touch them.
 *
 * @param visit told the bounds as readings of the clock
 */
export function eachSpell(
  times: QuietTimes,
  holidayOn: HolidayOn | null,
  first: number,
  last: number,
  visit: (kind: QuietSpell['kind'], text: string, from: Reading, to: Reading) => void,
): void {
  for (let day = first; day <= last; day++) {
    const weekday = ((day + 3) % 7) + 1; // 1970-01-01 was a Thursday.
    for (const { start, end, text } of times.byWeekday[weekday] ?? []) {
      visit('window', text, day * DAY + start, day * DAY + end);
    }
    if (!times.holidays || holidayOn === null) continue;
    const holiday = holidayOn(dateText(day));
    if (holiday !== null) visit('holiday', holiday, day * DAY, (day + 1) * DAY);
  }
  for (const { from, end, text } of times.dates) {
    if (from <= last && end >= first) visit('dates', text, from * DAY, end * DAY);
  }
}

function unusable(id: string, problem: string): never {
  throw new CannotDecide('unusable_policy', `quiet hours ${id} have ${problem}`);
}

function clockMs(text: string): number | null {
  const match = CLOCK.exec(text);
  if (match === null) return null;
  return Number(match[1] ?? match[3]) * HOUR + Number(match[2] ?? match[4]) * MINUTE;
}

/** Days from 1970-01-01, or null for what is no date of the calendar. */
function dayNumber(text: string): number | null {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? null : ms / DAY;
}
