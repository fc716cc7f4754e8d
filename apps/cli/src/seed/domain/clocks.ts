import { DateTime } from 'luxon';
import type { EpochMs, ZoneSource } from '#lib/kernel';

/** In order of preference; between them it is always some hour of the day or of the night somewhere. */
const BY_DAY = ['Europe/Berlin', 'America/New_York', 'Asia/Singapore', 'Pacific/Auckland', 'America/Los_Angeles'];
const BY_NIGHT = [
  'America/Los_Angeles',
  'America/New_York',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Europe/Berlin',
  'Pacific/Auckland',
];

/** A zone where it is well within the day now: from 9 until 18 o'clock. */
export function zoneByDay(zones: ZoneSource, now: EpochMs): string {
  return pick(BY_DAY, zones, now, (hour) => hour >= 9 && hour < 18);
}

/** A zone where it is well within the night now: from 22 until 5 o'clock. */
export function zoneByNight(zones: ZoneSource, now: EpochMs): string {
  return pick(BY_NIGHT, zones, now, (hour) => hour >= 22 || hour < 5);
}

/** `Mon 24 Nov 2026, 08:00 (America/Los_Angeles)`; seconds where they are not 0, rounded up to stay on the legal side. */
export function clockIn(zones: ZoneSource, zone: string, instant: EpochMs): string {
  const time = local(zones, zone, Math.ceil(instant / 1_000) * 1_000);
  return `${time.toFormat(time.second === 0 ? 'ccc d LLL yyyy, HH:mm' : 'ccc d LLL yyyy, HH:mm:ss')} (${zone})`;
}

function pick(names: readonly string[], zones: ZoneSource, now: EpochMs, fits: (hour: number) => boolean): string {
  const found = names.find((name) => fits(local(zones, name, now).hour));
  if (found === undefined) throw new Error('no zone of the list is at that hour');
  return found;
}

function local(zones: ZoneSource, name: string, instant: EpochMs): DateTime {
  const zone = zones.zone(name);
  if (zone === null) throw new Error(`${name} is not in the time zone database`);
  return DateTime.fromMillis(instant, { zone, locale: 'en' });
}
