import { DateTime, FixedOffsetZone, type Zone } from 'luxon';
import type { EpochMs } from '#lib/kernel';
import { tzdb } from '../zones/index.js';

const DAY = { day: 'numeric', month: 'long', year: 'numeric' } as const;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);

/**
 * Dates and times as one reader knows them: in their language, by the product's own zones. The runtime gives the words and
 * the order of things, and never the clock.
 */
export class Times {
  // Making one takes longer than all that a page asks of it.
  private days: Intl.DateTimeFormat | undefined;
  private instants: Intl.DateTimeFormat | undefined;
  private readonly clock: Zone;

  /** @param now zones are named by how far they are from GMT then */
  constructor(
    private readonly language: string,
    private readonly zone: string,
    private readonly now: EpochMs,
  ) {
    this.clock = tzdb.zone(zone) ?? FixedOffsetZone.utcInstance;
  }

  day(at: EpochMs): string {
    this.days ??= this.format(DAY);
    return this.days.format(this.local(at));
  }

  /** With the zone, because somebody may read it in another one. */
  instant(at: EpochMs): string {
    this.instants ??= this.format({ ...DAY, hour: 'numeric', minute: '2-digit', timeZoneName: 'short' });
    const clock = apartIn(this.language, wordFor(this.language, this.zone, 'short', at));
    return this.instants
      .formatToParts(this.local(at))
      .map(({ type, value }) => (type === 'timeZoneName' ? clock : value))
      .join('')
      .replaceAll('\u202f', ' ');
  }

  /** YYYY-MM-DD, for a date field. */
  field(at: EpochMs): string {
    return DateTime.fromMillis(at, { zone: this.clock }).toFormat('yyyy-MM-dd');
  }

  /** The end of a local day: the first instant of the next one. */
  endOf(day: string): EpochMs | null {
    const start = DateTime.fromISO(day, { zone: this.clock });
    return start.isValid ? start.plus({ days: 1 }).startOf('day').toMillis() : null;
  }

  /** The end of the local day that is so many days from now. */
  endOfDayIn(days: number, now: EpochMs): EpochMs {
    return DateTime.fromMillis(now, { zone: this.clock })
      .plus({ days: days + 1 })
      .startOf('day')
      .toMillis();
  }

  /** Of the reader's own zone, or of another; whatever is no zone is called what it is. */
  zoneName(zone = this.zone): string {
    return nameOfZone(this.language, zone, this.now);
  }

  /** ISO weekdays by name, in the order of the week. */
  weekdays(days: readonly number[], weekday: 'long' | 'short'): string {
    const format = this.format({ weekday });
    const names = days.toSorted((a, b) => a - b).map((day) => format.format(MONDAY + (day - 1) * DAY_MS));
    return new Intl.ListFormat(this.language).format(names);
  }

  /** What a clock in UTC would have to show for the reader's to show the same. */
  private local(at: EpochMs): number {
    return at + this.clock.offset(at) * MINUTE_MS;
  }

  private format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(this.language, { ...options, timeZone: 'UTC' });
  }
}

/** "Berlin (GMT+1)": the city says which, and how far it is from GMT at that instant, in the reader's language. */
export function nameOfZone(language: string, zone: string, at: EpochMs): string {
  if (tzdb.zone(zone) === null) return zone;
  return apartIn(language, `${cityOfZone(zone)} (${wordFor(language, zone, 'shortOffset', at)})`);
}

/** The place by which a zone is known. */
export function cityOfZone(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'he']);

/** Between sentences that run the other way, in its own direction: also where no markup can be, as in a list of choices. */
function apartIn(language: string, text: string): string {
  return RIGHT_TO_LEFT.has(language) ? `\u2068${text}\u2069` : text;
}

type Style = 'short' | 'shortOffset' | 'longOffset';

const formats = new Map<string, Intl.DateTimeFormat | null>();

/** The runtime's word for a zone's clock; its distance from GMT where the runtime does not know the zone as we do. */
function wordFor(language: string, zone: string, style: Style, at: EpochMs): string {
  const minutes = tzdb.zone(zone)?.offset(at) ?? 0;
  const agrees = runtimeWord('en', zone, 'longOffset', at) === offsetText(minutes, true);
  const word = (agrees ? runtimeWord(language, zone, style, at) : null) ?? offsetText(minutes, false);
  // Browsers end a line between a hyphen and a number, and what is left of GMT-8 is another clock.
  return word.replaceAll('\u200e', '').replace(/-(?=\d)/, '-\u2060');
}

function runtimeWord(language: string, zone: string, style: Style, at: EpochMs): string | null {
  const name = `${language} ${zone} ${style}`;
  let format = formats.get(name);
  if (format === undefined) formats.set(name, (format = formatOf(language, zone, style)));
  return format?.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? null;
}

function formatOf(language: string, timeZone: string, timeZoneName: Style): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat(language, { timeZone, timeZoneName });
  } catch {
    return null; // A zone that is newer than the runtime.
  }
}

/** GMT, GMT+1, GMT-3:30; long: GMT+00:00, GMT+01:00. */
function offsetText(minutes: number, long: boolean): string {
  if (minutes === 0 && !long) return 'GMT';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  const sign = minutes < 0 ? '-' : '+';
  if (long) return `GMT${sign}${two(hours)}:${two(rest)}`;
  return `GMT${sign}${hours}${rest === 0 ? '' : `:${two(rest)}`}`;
}
