import type { EpochMs } from '#lib/kernel';

/**
 * Sorts of what is counted. Of all but the first two it is also known when the same person had last done it.
 *   known:   people, when they were first sent something
 *   open:    people, when they did something last, or else when they were first sent something
 *   pause:   of somebody known who had done nothing for more than a day: when they did something again
 *   channel: clicks, replies and visits, by channel and at all
 *   people, visitors, submits, registrations, attended, events: visits, forms, places at events and having been there, by page
 *            and at all: all of them, the first two, and each by itself; `events` are the last two
 *   accountsMet, contactsMet: accounts and contacts, when they first met a variant of a campaign, by the name of it; never before
 *   visits:  visits; `again`: the same, by when the same person had done it last but one
 */
export const ACT_SORTS = [
  ...(['known', 'open', 'pause', 'channel', 'people', 'visitors', 'visits', 'again'] as const),
  ...(['submits', 'registrations', 'attended', 'events', 'accountsMet', 'contactsMet'] as const),
];
export type ActSort = (typeof ACT_SORTS)[number];

const DAY = 86_400_000;
export const QUARTER = 900_000;
export const QUARTERS = DAY / QUARTER;
/** Name (4), quarter of the day (1), quarter since 1970 of the last time (4; 0 for none), how often (4). */
const CELL_BYTES = 13;
/** Where the parts of a key begin: the last time is in the lowest bits, then the quarter of the day, then the name. */
const OF_QUARTER = 2 ** 23;
const OF_NAME = 2 ** 30;
/** All together, of whatever name. */
export const ANY = 0;

/** How often more, or less, something was done on a day; by keys, in order. */
export interface ActChanges {
  readonly sort: ActSort;
  /** By its number since 1970. */
  readonly day: number;
  readonly keys: readonly number[];
  readonly counts: readonly number[];
}

/** Counts that change when what is kept of accounts does. */
export class ActCells {
  private readonly sorts = ACT_SORTS.map(() => new Map<number, DayKeys>());

  /**
   * @param name `ANY`, or below 2^23
   * @param since when the same person had done it last; null for never
   * @param sign -1 takes it out again
   */
  add(sort: ActSort, name: number, at: EpochMs, since: EpochMs | null, sign: 1 | -1): void {
    const day = Math.floor(at / DAY);
    const quarter = Math.floor((at - day * DAY) / QUARTER);
    const before = since === null ? 0 : Math.max(1, Math.floor(since / QUARTER));
    const days = this.sorts[ACT_SORTS.indexOf(sort)] ?? new Map<number, DayKeys>();
    let keys = days.get(day);
    if (keys === undefined) days.set(day, (keys = new DayKeys()));
    keys.add(name * OF_NAME + quarter * OF_QUARTER + before, sign);
  }

  /** Days on which anything was done more, or less, often. Each is forgotten as it is told. */
  *changed(): Generator<ActChanges> {
    for (const [i, sort] of ACT_SORTS.entries())
      for (const [day, keys] of this.sorts[i] ?? []) {
        this.sorts[i]?.delete(day);
        const changes = { sort, day, ...keys.net() };
        if (changes.keys.length > 0) yield changes;
      }
  }
}

/** Keys in the order in which they come, 8 bytes each: of all touches of a brand they are millions. */
class DayKeys {
  private more = new Float64Array(16);
  private mores = 0;
  private less = new Float64Array(0);
  private lesses = 0;

  add(key: number, sign: 1 | -1): void {
    if (sign > 0) {
      if (this.mores === this.more.length) this.more = larger(this.more);
      this.more[this.mores++] = key;
    } else {
      if (this.lesses === this.less.length) this.less = larger(this.less);
      this.less[this.lesses++] = key;
    }
  }

  net(): { keys: number[]; counts: number[] } {
    const [more, less] = [this.more.subarray(0, this.mores).sort(), this.less.subarray(0, this.lesses).sort()];
    const keys: number[] = [];
    const counts: number[] = [];
    for (let [i, j] = [0, 0]; i < more.length || j < less.length;) {
      const key = Math.min(more[i] ?? Infinity, less[j] ?? Infinity);
      let count = 0;
      for (; more[i] === key; i++) count++;
      for (; less[j] === key; j++) count--;
      if (count === 0) continue;
      keys.push(key);
      counts.push(count);
    }
    return { keys, counts };
  }
}

function larger(old: Float64Array): Float64Array<ArrayBuffer> {
  const room = new Float64Array(Math.max(16, 2 * old.length));
  room.set(old);
  return room;
}

/**
 * What a day has after changes, in the order of keys, so that the same counts are the same bytes.
 * @param before empty where the day had nothing
 * @throws Error when something would have been done less than never
 */
export function changedCells(before: Buffer, { sort, day, keys, counts }: ActChanges): Buffer {
  const bytes = Buffer.allocUnsafe(before.length + CELL_BYTES * keys.length);
  let end = 0;
  const put = (key: number, count: number): void => {
    if (count < 0) throw new Error(`${sort} of day ${day} cannot be ${count}`);
    if (count === 0) return;
    end = bytes.writeUInt32BE(Math.floor(key / OF_NAME), end);
    end = bytes.writeUInt8(Math.floor((key % OF_NAME) / OF_QUARTER), end);
    end = bytes.writeUInt32BE(key % OF_QUARTER, end);
    end = bytes.writeUInt32BE(count, end);
  };
  let at = 0;
  for (const [i, key] of keys.entries()) {
    for (; at < before.length && keyAt(before, at) < key; at += CELL_BYTES) put(keyAt(before, at), countAt(before, at));
    const isThere = at < before.length && keyAt(before, at) === key;
    put(key, (counts[i] ?? 0) + (isThere ? countAt(before, at) : 0));
    if (isThere) at += CELL_BYTES;
  }
  end += before.copy(bytes, end, at);
  return bytes.subarray(0, end);
}

function keyAt(cells: Buffer, at: number): number {
  return cells.readUInt32BE(at) * OF_NAME + cells.readUInt8(at + 4) * OF_QUARTER + cells.readUInt32BE(at + 5);
}

function countAt(cells: Buffer, at: number): number {
  return cells.readUInt32BE(at + 9);
}

/** Goes through what a day has: quarters are counted since 1970, and `since` is 0 for never. */
export function eachCell(
  day: number,
  cells: Buffer,
  visit: (name: number, quarter: number, since: number, count: number) => void,
): void {
  const first = day * QUARTERS;
  for (let at = 0; at < cells.length; at += CELL_BYTES)
    visit(
      cells.readUInt32BE(at),
      first + cells.readUInt8(at + 4),
      cells.readUInt32BE(at + 5),
      cells.readUInt32BE(at + 9),
    );
}

export function dayOf(at: EpochMs): number {
  return Math.floor(at / DAY);
}

export function startOf(day: number): EpochMs {
  return day * DAY;
}
