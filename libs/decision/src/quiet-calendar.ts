import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import type { WallClock } from './contact-zones.js';
import { DAY, dayOf, instantsOf, MINUTE, readingAt } from './local-time.js';
import { Memory } from './memory.js';
import { eachSpell, type HolidayOn, type QuietStretch, quietStretch, type QuietTimes } from './quiet-hours.js';

/** A piece of time in which a rule says the same at every instant. */
export interface QuietPiece {
  /** The quiet stretch around it; null when it may be disturbed. */
  readonly stretch: QuietStretch | null;
  /** The first instant after it. The next piece may say the same. */
  readonly until: EpochMs;
}

/** One day of UTC, cut wherever a spell begins or ends. */
interface CutDay {
  /** Where its pieces begin, ascending; the first is the day's own beginning. */
  readonly starts: readonly EpochMs[];
  readonly pieces: (QuietPiece | undefined)[];
}

/** Those who are decided about together are looked at around now, and at the ends of their holds. */
const MOST_DAYS = 16;

/**
 * A rule's quiet times on certain clocks, as `quietStretch` tells them, worked out once for each piece of a day:
 * thousands of contacts share a clock, and what it shows does not depend on whom one asks for.
 */
export class QuietCalendar {
  readonly #days = new Memory<number, CutDay>(MOST_DAYS);

  /** @param clocks at least one; quiet on any of them is quiet */
  constructor(
    private readonly times: QuietTimes,
    private readonly clocks: readonly WallClock[],
    private readonly holidayOn: HolidayOn | null,
  ) {}

  /** @throws CannotDecide when the rule leaves no free minute on a single clock */
  at(instant: EpochMs): QuietPiece {
    const number = dayOf(instant);
    const day = this.#days.get(number) ?? this.#days.keep(number, this.#cut(number));
    let i = day.starts.length - 1;
    while (i > 0 && (day.starts[i] ?? Infinity) > instant) i--;
    return day.pieces[i] ?? this.#workOut(number, day, i);
  }

  /**
   * Marks the minutes of the week, Monday 00:00 UTC first, that weekly windows keep quiet on one of the clocks while
   * each stands `offsets` (by clock, milliseconds east of UTC) apart.
   */
  markWeek(minutes: Uint8Array, offsetOf: (zone: Zone) => number): void {
    for (const { rules } of this.clocks) {
      const east = Math.round(offsetOf(rules) / MINUTE);
      this.times.byWeekday.forEach((windows, weekday) => {
        for (const { start, end } of windows) {
          const from = ((weekday - 1) * DAY + start) / MINUTE - east;
          for (let minute = from; minute < from + (end - start) / MINUTE; minute++) {
            minutes[(minute + minutes.length) % minutes.length] = 1;
          }
        }
      });
    }
  }

  #cut(number: number): CutDay {
    const starts = cuts(this.times, this.clocks, this.holidayOn, number * DAY, (number + 1) * DAY);
    return { starts, pieces: starts.map(() => undefined) };
  }

  #workOut(number: number, { starts, pieces }: CutDay, i: number): QuietPiece {
    const start = starts[i] ?? number * DAY;
    const stretch = quietStretch(this.times, this.clocks, this.holidayOn, start);
    const piece = { stretch, until: starts[i + 1] ?? (number + 1) * DAY };
    pieces[i] = piece;
    return piece;
  }
}

/** `from`, and every instant between it and `to` at which a spell begins or ends on one of the clocks; ascending. */
function cuts(
  times: QuietTimes,
  clocks: readonly WallClock[],
  holidayOn: HolidayOn | null,
  from: EpochMs,
  to: EpochMs,
): EpochMs[] {
  const found = new Set([from]);
  const cut = (instant: EpochMs): void => {
    if (instant > from && instant < to) found.add(instant);
  };
  for (const { rules: zone } of clocks) {
    // Two days more on either side: a spell may reach into the day after it began, and clocks are changed.
    const [first, last] = [dayOf(readingAt(zone, from)) - 2, dayOf(readingAt(zone, to)) + 2];
    eachSpell(times, holidayOn, first, last, (_kind, _text, begin, end) => {
      cut(instantsOf(zone, begin).first);
      cut(instantsOf(zone, end).last);
    });
  }
  return [...found].sort((a, b) => a - b);
}
