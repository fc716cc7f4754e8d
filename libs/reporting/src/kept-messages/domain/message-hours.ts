import type { EpochMs } from '#lib/kernel';

export const QUARTER = 900_000;
export const HOUR = 3_600_000;
/** Cell (4), which quarter of the hour (1), messages (4). */
const ENTRY_BYTES = 9;
const QUARTERS = HOUR / QUARTER;
/** Ids of cells are smaller. */
const MOST_CELLS = 2 ** 32;

/** How many messages more, or fewer, a cell has in a quarter of an hour. */
export interface CellChange {
  readonly quarter: EpochMs;
  readonly cell: number;
  readonly messages: number;
}

/** The hours that changes are in. */
export function hoursOf(changes: readonly CellChange[]): EpochMs[] {
  return [...new Set(changes.map(({ quarter }) => hourOf(quarter)))];
}

/**
 * Hours with the changes in them.
 * @throws Error when a cell would have fewer than no messages, or more than four bytes hold
 */
export function changedHours(
  before: ReadonlyMap<EpochMs, Buffer>,
  changes: readonly CellChange[],
): Map<EpochMs, Buffer> {
  const hours = new Map<EpochMs, Map<number, number>>();
  for (const { quarter, cell, messages } of changes) {
    const hour = hourOf(quarter);
    let counts = hours.get(hour);
    if (counts === undefined) hours.set(hour, (counts = unpacked(before.get(hour))));
    const key = cell * QUARTERS + (quarter - hour) / QUARTER;
    counts.set(key, (counts.get(key) ?? 0) + messages);
  }
  return new Map([...hours].map(([hour, counts]) => [hour, packed(counts)]));
}

/** Adds what an hour has in a period, whose ends are quarters of an hour, to sums by cell. */
export function addHour(
  sums: Map<number, number>,
  hour: EpochMs,
  cells: Buffer,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): void {
  const [first, end] = [(from - hour) / QUARTER, (to - hour) / QUARTER];
  for (let at = 0; at < cells.length; at += ENTRY_BYTES) {
    const quarter = cells.readUInt8(at + 4);
    if (quarter < first || quarter >= end) continue;
    const cell = cells.readUInt32BE(at);
    sums.set(cell, (sums.get(cell) ?? 0) + cells.readUInt32BE(at + 5));
  }
}

/** Whether a period begins and ends with a quarter of an hour, of which alone it is known what they have. */
export function isOfQuarters({ from, to }: { readonly from: EpochMs; readonly to: EpochMs }): boolean {
  return from % QUARTER === 0 && to % QUARTER === 0;
}

export function hourOf(at: EpochMs): EpochMs {
  return Math.floor(at / HOUR) * HOUR;
}

function unpacked(cells: Buffer | undefined): Map<number, number> {
  const counts = new Map<number, number>();
  for (let at = 0; at < (cells?.length ?? 0); at += ENTRY_BYTES) {
    const key = (cells?.readUInt32BE(at) ?? 0) * QUARTERS + (cells?.readUInt8(at + 4) ?? 0);
    counts.set(key, cells?.readUInt32BE(at + 5) ?? 0);
  }
  return counts;
}

/** In the order of cells and quarters, so that the same counts are the same bytes. */
function packed(counts: ReadonlyMap<number, number>): Buffer {
  const entries = [...counts].filter(([, messages]) => messages !== 0).sort(([a], [b]) => a - b);
  const bytes = Buffer.allocUnsafe(ENTRY_BYTES * entries.length);
  let end = 0;
  for (const [key, messages] of entries) {
    const cell = Math.floor(key / QUARTERS);
    if (messages < 0 || messages >= MOST_CELLS || cell >= MOST_CELLS)
      throw new Error(`cell ${cell} cannot have ${messages} messages`);
    end = bytes.writeUInt32BE(cell, end);
    end = bytes.writeUInt8(key % QUARTERS, end);
    end = bytes.writeUInt32BE(messages, end);
  }
  return bytes;
}
