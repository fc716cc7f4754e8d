import { MAX_LEAF_BYTES } from './leaf.js';
import { Malformed } from './malformed.js';
import { TILE_WIDTH } from './tiles.js';

const FORMAT = 'entry bundle';

/** The entries below a tile of level 0: of each two bytes with its length, big-endian, and its bytes (C2SP tlog-tiles, "Log entries"). */
export function writeEntryBundle(entries: readonly Uint8Array[]): Buffer {
  if (entries.length < 1 || entries.length > TILE_WIDTH) throw new RangeError('a bundle is 1 to 256 entries');
  const parts = entries.flatMap((entry) => {
    if (entry.length > MAX_LEAF_BYTES) throw new RangeError(`an entry has at most ${MAX_LEAF_BYTES} bytes`);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(entry.length);
    return [length, entry];
  });
  return Buffer.concat(parts);
}

/** @throws Malformed unless these are exactly `width` entries, and nothing after them. */
export function parseEntryBundle(bytes: Uint8Array, width: number): Buffer[] {
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) {
    throw new Malformed(FORMAT, `no bundle has ${width} entries`);
  }
  const all = Buffer.from(bytes);
  const entries: Buffer[] = [];
  let at = 0;
  while (entries.length < width) {
    if (at + 2 > all.length) throw new Malformed(FORMAT, `ends after ${entries.length} of ${width} entries`);
    const end = at + 2 + all.readUInt16BE(at);
    if (end > all.length) throw new Malformed(FORMAT, `ends within entry ${entries.length}`);
    entries.push(all.subarray(at + 2, end));
    at = end;
  }
  if (at !== all.length) throw new Malformed(FORMAT, `goes on after ${width} entries`);
  return entries;
}
