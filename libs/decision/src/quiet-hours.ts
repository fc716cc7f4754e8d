import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { CannotDecide } from './cannot-decide.js';
import { DAY, HOUR, MINUTE, instantsOf, readingAt } from './local-time.js';
import type { QuietHoursRule, QuietWindow } from './policy.js';

/** A window with its figures read: milliseconds from the local midnight of the day it starts on; end > start. */
export interface ParsedWindow {
  readonly days: readonly number[];
  readonly start: number;
  readonly end: number;
  /** For people: `21:00-08:00`. */
  readonly text: string;
}

export interface QuietStretch {
  /** The window that is quiet at the instant asked about. */
  readonly window: string;
  /** The first instant after it that is not quiet, windows that follow without a break included. */
  readonly until: EpochMs;
}

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$|^(24):(00)$/;

/**
 * A weekly window that leaves any minute free leaves it free in every week. Where that minute is skipped by the
 * clocks or the window is stretched by them the next week still has it, so three weeks without one is no policy.
 */
const LONGEST_STRETCH = 22 * DAY;

/** Null when a figure is not HH:MM, start is 24:00 or the window is empty. */
export function parseWindow({ days, start, end }: QuietWindow): ParsedWindow | null {
  const [from, to] = [clockMs(start), clockMs(end)];
  if (from === null || to === null || from === to || from === DAY) return null;
  return { days, start: from, end: to > from ? to : to + DAY, text: `${start}-${end}` };
}

/** All windows of a rule. @throws CannotDecide when one makes no sense. */
export function parseWindows(rule: QuietHoursRule): ParsedWindow[] {
  return rule.windows.map((window) => {
    const parsed = parseWindow(window);
    if (parsed !== null) return parsed;
    throw new CannotDecide('unusable_policy', `quiet hours ${rule.id} have the window ${window.start}-${window.end}`);
  });
}

/**
 * The quiet stretch around `instant` on the wall clock of `zone`, or null when it may be disturbed.
 *
 * On the nights the clocks change: a start that occurs twice counts the first time and an end the second, so a quiet
 * night is never shorter than it reads; a figure that is skipped counts as the instant after the leap.
 * Terminates: each turn ends later than the one before, and a stretch of three weeks is an error.
 */
export function quietStretch(windows: readonly ParsedWindow[], zone: Zone, instant: EpochMs): QuietStretch | null {
  let next = runningWindow(windows, zone, instant);
  if (next === null) return null;
  const window = next.text;
  let until = instant;
  while (next !== null) {
    until = next.until;
    if (until - instant > LONGEST_STRETCH) throw new CannotDecide('unusable_policy', 'quiet hours never end');
    next = runningWindow(windows, zone, until);
  }
  return { window, until };
}

/** Of the windows that contain the instant, the one that ends last. */
function runningWindow(
  windows: readonly ParsedWindow[],
  zone: Zone,
  instant: EpochMs,
): { readonly text: string; readonly until: EpochMs } | null {
  const reading = readingAt(zone, instant);
  const today = Math.floor(reading / DAY);
  let running: { text: string; until: EpochMs } | null = null;
  // Yesterday's may reach into today. Tomorrow's may have begun when the clock is set back over midnight.
  for (let day = today - 1; day <= today + 1; day++) {
    const weekday = ((day + 3) % 7) + 1; // 1970-01-01 was a Thursday.
    for (const window of windows) {
      if (!window.days.includes(weekday)) continue;
      if (instantsOf(zone, day * DAY + window.start).first > instant) continue;
      const until = instantsOf(zone, day * DAY + window.end).last;
      if (until > (running?.until ?? instant)) running = { text: window.text, until };
    }
  }
  return running;
}

function clockMs(text: string): number | null {
  const match = CLOCK.exec(text);
  if (match === null) return null;
  return Number(match[1] ?? match[3]) * HOUR + Number(match[2] ?? match[4]) * MINUTE;
}
