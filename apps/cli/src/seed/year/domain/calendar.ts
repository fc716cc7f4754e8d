import type { EpochMs } from '#lib/kernel';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The 365 days before a day, and where things are in them. Everything is counted backward from the end, in UTC. */
export class Calendar {
  /** The first instant after the year. */
  readonly end: EpochMs;

  /** @param until the day after the last */
  constructor(readonly until: string) {
    this.end = Date.parse(until);
  }

  /** An instant on the day that is so many days before the end: 1 is the last. */
  at(daysBefore: number, hour: number): EpochMs {
    return this.end - Math.round(daysBefore) * DAY_MS + Math.round(hour * HOUR_MS);
  }

  day(daysBefore: number): string {
    return new Date(this.at(daysBefore, 0)).toISOString().slice(0, 10);
  }

  month(daysBefore: number): string {
    return this.day(daysBefore).slice(0, 7);
  }

  /** 1 is Monday. */
  weekday(daysBefore: number): number {
    return new Date(this.at(daysBefore, 0)).getUTCDay() || 7;
  }

  /** The months of the year with their days in it, oldest first. */
  months(): readonly { readonly key: string; readonly from: string; readonly to: string }[] {
    const months: { key: string; from: string; to: string }[] = [];
    for (let before = YEAR; before >= 1; before--) {
      const day = this.day(before);
      const last = months.at(-1);
      if (last?.key === day.slice(0, 7)) last.to = day;
      else months.push({ key: day.slice(0, 7), from: day, to: day });
    }
    return months;
  }
}

/** Days of the year. */
export const YEAR = 365;
