import { randomFillSync } from 'node:crypto';
import type { EpochMs } from '#lib/kernel';

const POOL_BYTES = 64 * 1024;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/**
 * `length` bytes from the operating system's generator, drawn in bulk: small draws one by one cost
 * more than the rest of writing a ledger entry. The answer is a copy that the caller owns.
 */
export function randomBytesPooled(length: number): Buffer {
  if (length > POOL_BYTES) return randomFillSync(Buffer.alloc(length));
  const start = draw(length);
  const bytes = Buffer.from(pool.subarray(start, start + length));
  pool.fill(0, start, start + length);
  return bytes;
}

/** Where in the pool so many bytes begin that nobody has had yet. */
function draw(length: number): number {
  if (used + length > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += length;
  return used - length;
}

let lastMs = 0;
let counter = 0;

/** The lowest UUID of version 7 that is made at an instant: rows of a period are found by their ids, in order of time. */
export function firstIdAt(instant: EpochMs): string {
  const time = Math.max(0, Math.floor(instant)).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-0000-0000-000000000000`;
}

/**
 * A UUID version 7 (RFC 9562, section 5.7): sorted by time of creation, and within one millisecond of
 * one process by a counter in rand_a (section 6.2, method 1).
 */
export function newId<Id extends string = string>(): Id {
  const ms = Date.now();
  if (ms > lastMs) {
    lastMs = ms;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const version = (0x7000 | counter).toString(16);
  const start = draw(8);
  pool[start] = ((pool[start] ?? 0) & 0x3f) | 0x80;
  const random = pool.toString('hex', start, start + 8);
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${random.slice(0, 4)}-${random.slice(4)}` as Id;
}
