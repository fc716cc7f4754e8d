import type { EpochMs } from '#lib/kernel';
import { CAME_BACK, FLAGS, instantAt, QUARTER, TOUCH_BYTES, VISIT, WHAT } from './kept-touches.js';

const DAY = 86_400_000;
const QUARTERS = DAY / QUARTER;
/** Which quarter (1), touches that count (4), messages that left (4). */
const ENTRY_BYTES = 9;

/** How many touches of one name a day of UTC had; the day by its number since 1970. */
export interface DayCounts {
  readonly day: number;
  readonly name: number;
  /** By quarters of an hour: touches, and after them messages, also those that came back. */
  readonly quarters: Int32Array;
}

/** Counts that change when rows of touches do. */
export class TouchDays {
  private readonly days = new Map<number, Map<number, DayCounts>>();

  /** @param sign -1 takes a row out again */
  add(packed: Buffer, sign: 1 | -1): void {
    for (let from = 0; from < packed.length; from += TOUCH_BYTES) {
      const what = packed.readUInt32BE(from + WHAT);
      const at = instantAt(packed, from);
      const day = Math.floor(at / DAY);
      const quarter = Math.floor((at - day * DAY) / QUARTER);
      const { quarters } = this.of(day, what >>> FLAGS);
      if ((what & CAME_BACK) === 0) quarters[quarter] = (quarters[quarter] ?? 0) + sign;
      if ((what & VISIT) === 0) quarters[QUARTERS + quarter] = (quarters[QUARTERS + quarter] ?? 0) + sign;
    }
  }

  addPacked(day: number, name: number, entries: Buffer): void {
    const { quarters } = this.of(day, name);
    eachEntry(entries, (quarter, touches, messages) => {
      quarters[quarter] = (quarters[quarter] ?? 0) + touches;
      quarters[QUARTERS + quarter] = (quarters[QUARTERS + quarter] ?? 0) + messages;
    });
  }

  /** Those in which anything is, more or less. They go on changing with what is added. */
  *changed(): Generator<DayCounts> {
    for (const names of this.days.values())
      for (const counts of names.values()) if (counts.quarters.some((number) => number !== 0)) yield counts;
  }

  private of(day: number, name: number): DayCounts {
    let names = this.days.get(day);
    if (names === undefined) this.days.set(day, (names = new Map<number, DayCounts>()));
    let counts = names.get(name);
    if (counts === undefined) names.set(name, (counts = { day, name, quarters: new Int32Array(2 * QUARTERS) }));
    return counts;
  }
}

export function dayStart(day: number): EpochMs {
  return day * DAY;
}

export function dayOf(start: EpochMs): number {
  return Math.round(start / DAY);
}

export function packedQuarters({ quarters }: DayCounts): Buffer {
  const bytes = Buffer.allocUnsafe(ENTRY_BYTES * QUARTERS);
  let end = 0;
  for (let quarter = 0; quarter < QUARTERS; quarter++) {
    const [touches = 0, messages = 0] = [quarters[quarter], quarters[QUARTERS + quarter]];
    if (touches === 0 && messages === 0) continue;
    end = bytes.writeUInt8(quarter, end);
    end = bytes.writeUInt32BE(touches, end);
    end = bytes.writeUInt32BE(messages, end);
  }
  return bytes.subarray(0, end);
}

/** Goes through what a day has of a name, by quarters of an hour. */
export function eachEntry(entries: Buffer, visit: (quarter: number, touches: number, messages: number) => void): void {
  for (let at = 0; at < entries.length; at += ENTRY_BYTES)
    visit(entries.readUInt8(at), entries.readUInt32BE(at + 1), entries.readUInt32BE(at + 5));
}
