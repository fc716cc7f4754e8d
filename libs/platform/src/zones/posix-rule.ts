/** What wall clocks of a place show during some span of time. */
export interface LocalType {
  /** Seconds east of UTC. */
  readonly seconds: number;
  readonly isDst: boolean;
  /** As in the database: 'CEST', or '+03' where no letters are in use. */
  readonly abbreviation: string;
}

/** The longest known stretch around an instant in which nothing changes, in seconds since 1970. */
export interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly until: number;
  readonly type: LocalType;
}

/** A day of the year, counted in one of the three ways of POSIX. */
type YearDay =
  /** `Jn`: 1-365, 29 February is never counted. */
  | { readonly kind: 'julian'; readonly day: number }
  /** `n`: 0-365, 29 February is counted. */
  | { readonly kind: 'zero_based'; readonly day: number }
  /** `Mm.w.d`: weekday d (0 is Sunday) of week w of month m; week 5 is the last. */
  | { readonly kind: 'month_week_day'; readonly month: number; readonly week: number; readonly weekday: number };

/** Wall clock time of a yearly change; `seconds` after midnight may be negative or beyond one day. */
interface YearlyChange {
  readonly day: YearDay;
  readonly seconds: number;
}

/** The rule that holds after the last listed transition of a zone, for ever. */
export interface PosixRule {
  readonly standard: LocalType;
  readonly daylight: { readonly type: LocalType; readonly start: YearlyChange; readonly end: YearlyChange } | null;
}

const DAY = 86_400;

/**
 * Reads a POSIX TZ string with the extensions of TZif version 3 (RFC 9636, section 3.3.1: hours of a
 * change from -167 to 167), such as `<-02>2<-01>,M3.5.0/-1,M10.5.0/0`.
 *
 * @throws RangeError when the text is anything else. Daylight saving without its dates is refused too,
 * because POSIX leaves its meaning to each implementation.
 */
export function parsePosixRule(text: string): PosixRule {
  const match = POSIX_RULE.exec(text);
  const groups = match?.groups;
  if (groups === undefined) throw new RangeError(`'${text}' is not a POSIX TZ rule`);

  // POSIX counts offsets westwards; subtracting keeps a zero positive.
  const standardSeconds = 0 - hoursToSeconds(groups['standardOffset'], 24);
  const standard = localType(groups['standard'], standardSeconds, false);
  if (groups['daylight'] === undefined) return { standard, daylight: null };

  const given = groups['daylightOffset'];
  const daylightSeconds = given === undefined ? standardSeconds + 3600 : 0 - hoursToSeconds(given, 24);
  return {
    standard,
    daylight: {
      type: localType(groups['daylight'], daylightSeconds, true),
      start: { day: yearDay(groups['startDay']), seconds: hoursToSeconds(groups['startTime'] ?? '2', 167) },
      end: { day: yearDay(groups['endDay']), seconds: hoursToSeconds(groups['endTime'] ?? '2', 167) },
    },
  };
}

/** The stretch around `at` (seconds since 1970) under this rule alone. */
export function spanUnderRule(rule: PosixRule, at: number): Span {
  const { standard, daylight } = rule;
  if (daylight === null) return { from: -Infinity, until: Infinity, type: standard };

  let from = -Infinity;
  let until = Infinity;
  let type = standard;
  const consider = (change: number, to: LocalType): void => {
    if (change > at) until = Math.min(until, change);
    else if (change >= from) {
      from = change;
      type = to;
    }
  };
  // A change can lie a week outside its year, so the neighbours are looked at too. When an end and a start
  // coincide, daylight time never stops (RFC 9636): the start comes second and wins.
  const year = new Date((at + standard.seconds) * 1000).getUTCFullYear();
  for (let y = year - 1; y <= year + 1; y += 1) {
    consider(changeOfYear(daylight.end, y) - daylight.type.seconds, standard);
    consider(changeOfYear(daylight.start, y) - standard.seconds, daylight.type);
  }
  return { from, until, type };
}

const POSIX_RULE = (() => {
  const name = (group: string): string => `(?<${group}><[A-Za-z0-9+-]{3,}>|[A-Za-z]{3,})`;
  const offset = (group: string): string => `(?<${group}>[+-]?\\d{1,2}(?::\\d{2}){0,2})`;
  const change = (group: string): string =>
    `,(?<${group}Day>J\\d{1,3}|\\d{1,3}|M\\d{1,2}\\.\\d\\.\\d)(?:/(?<${group}Time>[+-]?\\d{1,3}(?::\\d{2}){0,2}))?`;
  const daylight = `${name('daylight')}${offset('daylightOffset')}?${change('start')}${change('end')}`;
  return new RegExp(`^${name('standard')}${offset('standardOffset')}(?:${daylight})?$`);
})();

function localType(name: string | undefined, seconds: number, isDst: boolean): LocalType {
  return { seconds, isDst, abbreviation: (name ?? '').replace(/[<>]/g, '') };
}

/** '-1:30' as seconds. */
function hoursToSeconds(text: string | undefined, maxHours: number): number {
  const [hours = NaN, minutes = 0, seconds = 0] = (text ?? '').replace(/^[+-]/, '').split(':').map(Number);
  const total = hours * 3600 + minutes * 60 + seconds;
  if (!(minutes < 60 && seconds < 60 && total <= maxHours * 3600)) throw new RangeError(`'${text}' is not a time`);
  return text?.startsWith('-') === true ? 0 - total : total;
}

function yearDay(text: string | undefined): YearDay {
  const [first = NaN, week = NaN, weekday = NaN] = (text ?? '').replace(/^[JM]/, '').split('.').map(Number);
  switch (text?.[0]) {
    case 'J':
      if (first >= 1 && first <= 365) return { kind: 'julian', day: first };
      break;
    case 'M':
      if (first >= 1 && first <= 12 && week >= 1 && week <= 5 && weekday <= 6) {
        return { kind: 'month_week_day', month: first, week, weekday };
      }
      break;
    default:
      if (first <= 365) return { kind: 'zero_based', day: first };
  }
  throw new RangeError(`'${text}' is not a day of the year`);
}

/** The change as if its wall clock time were UTC, in seconds since 1970. */
function changeOfYear({ day, seconds }: YearlyChange, year: number): number {
  return dayNumber(day, year) * DAY + seconds;
}

/** Days from 1970-01-01 to that day of the year. */
function dayNumber(day: YearDay, year: number): number {
  const newYear = firstOfMonth(year, 1);
  switch (day.kind) {
    case 'zero_based':
      return newYear + day.day;
    case 'julian': {
      const afterLeapDay = day.day >= 60 && firstOfMonth(year, 3) - newYear === 60;
      return newYear + day.day - 1 + (afterLeapDay ? 1 : 0);
    }
    case 'month_week_day': {
      const first = firstOfMonth(year, day.month);
      const next = day.month === 12 ? firstOfMonth(year + 1, 1) : firstOfMonth(year, day.month + 1);
      // 1970-01-01 was a Thursday, weekday 4.
      const weekdayOfFirst = (((first + 4) % 7) + 7) % 7;
      const found = first + ((day.weekday - weekdayOfFirst + 7) % 7) + (day.week - 1) * 7;
      return found < next ? found : found - 7;
    }
  }
}

/** Days from 1970-01-01 to the first of that month, in the proleptic Gregorian calendar. */
function firstOfMonth(year: number, month: number): number {
  // Years are counted from March, which puts the leap day at the end of the year.
  const marchYear = month > 2 ? year : year - 1;
  const monthsSinceMarch = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * monthsSinceMarch + 2) / 5) - 719_468;
}
