import { DateTime } from 'luxon';
import type { EpochMs } from '#lib/kernel';
import { isKnownZone } from './index.js';

const DAY = { day: 'numeric', month: 'long', year: 'numeric' } as const;

/** Dates and times as one reader knows them: their language, their zone. */
export class Times {
  // Making one takes longer than all that a page asks of it.
  private days: Intl.DateTimeFormat | undefined;
  private instants: Intl.DateTimeFormat | undefined;

  constructor(
    private readonly language: string,
    private readonly zone: string,
  ) {}

  day(at: EpochMs): string {
    this.days ??= this.format(DAY);
    return this.days.format(at);
  }

  /** With the zone, because somebody may read it in another one. */
  instant(at: EpochMs): string {
    this.instants ??= this.format({ ...DAY, hour: 'numeric', minute: '2-digit', timeZoneName: 'short' });
    return this.instants.format(at);
  }

  /** YYYY-MM-DD, for a date field. */
  field(at: EpochMs): string {
    return DateTime.fromMillis(at, { zone: this.zone }).toFormat('yyyy-MM-dd');
  }

  /** The end of a local day: the first instant of the next one. */
  endOf(day: string): EpochMs | null {
    const start = DateTime.fromISO(day, { zone: this.zone });
    return start.isValid ? start.plus({ days: 1 }).startOf('day').toMillis() : null;
  }

  /** The end of the local day that is so many days from now. */
  endOfDayIn(days: number, now: EpochMs): EpochMs {
    return DateTime.fromMillis(now, { zone: this.zone })
      .plus({ days: days + 1 })
      .startOf('day')
      .toMillis();
  }

  /** Of the reader's own zone, or of another; whatever is no zone is called what it is. */
  zoneName(zone = this.zone): string {
    return nameOfZone(this.language, zone);
  }

  private format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(this.language, { ...options, timeZone: this.zone });
  }
}

/** "Berlin (Mitteleuropäische Zeit)": the city says which, the name says it in the reader's language. */
export function nameOfZone(language: string, zone: string): string {
  if (!isKnownZone(zone)) return zone;
  const city = (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(0);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value;
  return name === undefined ? city : `${city} (${name})`;
}
