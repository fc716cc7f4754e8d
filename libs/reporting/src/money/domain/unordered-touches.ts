/** Bytes of a touch as it comes from the log: as in a packed row (16), its message (16), how many bytes follow. */
const HEAD_BYTES = 36;
const PACKED_BYTES = 16;
const MESSAGE = 16;
const REST = 32;
/** In the last of the four bytes that say what it is. */
const WHAT = 15;
const VISIT = 2;
/** Up to so many are put in order by moving each to its place: most come in order already. */
const FEW = 64;

/** Touches of one account, oldest first, as they are kept. */
export interface OrderedTouches {
  readonly delivered: Buffer;
  readonly engaged: Buffer;
}

/**
 * Puts the touches of an account in order: by time, then by message (what has none comes last, which PostgreSQL writes as the
 * highest id), then by the bytes that follow. What is followed by nothing was delivered, a visit is both, the rest engaged.
 */
export function ordered(touches: Buffer): OrderedTouches {
  const starts: number[] = [];
  for (let at = 0; at < touches.length; at += HEAD_BYTES + touches.readUInt32BE(at + REST)) starts.push(at);
  const inOrder = (a: number, b: number): number => compare(touches, a, b);
  if (starts.length > FEW) starts.sort(inOrder);
  else moveToPlaces(starts, inOrder);
  const delivered = Buffer.allocUnsafe(starts.length * PACKED_BYTES);
  const engaged = Buffer.allocUnsafe(starts.length * PACKED_BYTES);
  let [ofDelivered, ofEngaged] = [0, 0];
  for (const start of starts) {
    const isVisit = ((touches[start + WHAT] ?? 0) & VISIT) !== 0;
    const isDelivered = touches.readUInt32BE(start + REST) === 0;
    if (isDelivered || isVisit) ofDelivered += touches.copy(delivered, ofDelivered, start, start + PACKED_BYTES);
    if (!isDelivered || isVisit) ofEngaged += touches.copy(engaged, ofEngaged, start, start + PACKED_BYTES);
  }
  return { delivered: delivered.subarray(0, ofDelivered), engaged: engaged.subarray(0, ofEngaged) };
}

function moveToPlaces(starts: number[], inOrder: (a: number, b: number) => number): void {
  for (let i = 1; i < starts.length; i++) {
    const start = starts[i] ?? 0;
    let place = i;
    for (; place > 0 && inOrder(starts[place - 1] ?? 0, start) > 0; place--) starts[place] = starts[place - 1] ?? 0;
    starts[place] = start;
  }
}

function compare(touches: Buffer, a: number, b: number): number {
  // Microseconds since 2000 are below zero before.
  const high = touches.readInt32BE(a) - touches.readInt32BE(b);
  if (high !== 0) return high;
  const low = touches.readUInt32BE(a + 4) - touches.readUInt32BE(b + 4);
  if (low !== 0) return low;
  const message = touches.compare(touches, b + MESSAGE, b + REST, a + MESSAGE, a + REST);
  if (message !== 0) return message;
  const [endA, endB] = [a, b].map((start) => start + HEAD_BYTES + touches.readUInt32BE(start + REST));
  return touches.compare(touches, b + HEAD_BYTES, endB, a + HEAD_BYTES, endA);
}
