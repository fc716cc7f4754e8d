import type { ZoneSource } from '#lib/kernel';
import { IANAZone, type Zone } from 'luxon';

const QUARTER = 15 * 60_000;
const DAY = 96 * QUARTER;

/**
 * The runtime's own zones, remembered by the day, and by the quarter hour on days on which the clocks change: every
 * change of clocks since 1972 falls on one.
 */
class RememberedZone extends IANAZone {
  private readonly offsets = new Map<number, number>();

  override offset(instant: number): number {
    const day = Math.floor(instant / DAY) * DAY;
    const morning = this.offsetAt(day);
    return this.offsetAt(day + DAY) === morning ? morning : this.offsetAt(Math.floor(instant / QUARTER) * QUARTER);
  }

  private offsetAt(instant: number): number {
    let offset = this.offsets.get(instant);
    if (offset === undefined) {
      offset = super.offset(instant);
      this.offsets.set(instant, offset);
    }
    return offset;
  }
}

const zones = new Map<string, Zone | null>();

/** For specs only. The runtime's data may be a year old, so expectations must not rest on rules younger than that. */
export const testZones: ZoneSource = {
  version: 'runtime',
  zone(name) {
    let zone = zones.get(name);
    if (zone === undefined) {
      zone = IANAZone.isValidZone(name) ? new RememberedZone(name) : null;
      zones.set(name, zone);
    }
    return zone;
  },
};

/** The zone of that name, which must exist. */
export function testZone(name: string): Zone {
  const zone = testZones.zone(name);
  if (zone === null) throw new Error(`no zone ${name}`);
  return zone;
}
