import type { EpochMs } from '#lib/kernel';
import { CAME_BACK, instantAt, TOUCH_BYTES, WHAT } from './kept-touches.js';
import type { AccountTouches, GatherPeriod } from './path-gatherer.js';

/** Bytes of the touches of a period: where they begin, and end. @param packed oldest first, as all that is kept */
export function bytesIn(packed: Buffer, { from, to }: GatherPeriod): readonly [number, number] {
  return [firstAt(packed, from), firstAt(packed, to)];
}

/** Counts the touches that one account had in a period, without those that came back; null where there were none. */
export function touchesIn(packed: Buffer, period: GatherPeriod): AccountTouches | null {
  const [start, end] = bytesIn(packed, period);
  const contacts = new Set<number>();
  let [touches, last] = [0, start];
  for (let at = start; at < end; at += TOUCH_BYTES) {
    if ((packed.readUInt32BE(at + WHAT) & CAME_BACK) !== 0) continue;
    contacts.add(packed.readInt32BE(at + 8));
    last = at;
    touches++;
  }
  return touches === 0 ? null : { touches, contacts: contacts.size, lastAt: instantAt(packed, last) };
}

/** By halving. */
function firstAt(packed: Buffer, instant: EpochMs): number {
  let [low, high] = [0, packed.length / TOUCH_BYTES];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (instantAt(packed, middle * TOUCH_BYTES) < instant) low = middle + 1;
    else high = middle;
  }
  return low * TOUCH_BYTES;
}
