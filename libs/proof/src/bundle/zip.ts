import { Malformed } from '../malformed.js';

/** Files by name, in any order. */
export type Files = ReadonlyMap<string, Buffer>;

const FORMAT = 'zip';
/** What a plain archive can count, without the extensions for larger ones. */
const MOST_FILES = 65_534;
const MOST_BYTES = 0xffff_fffe;
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Names are UTF-8, contents are stored as they are, and every file is of the first instant that the format can say. */
const COMMON = Buffer.from('14000008000000002100', 'hex');
const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** The one archive of these files: sorted by name, stored without compression, with no times of their own. */
export function writeZip(files: Files): Buffer {
  return Buffer.concat([...partsOf(files)]);
}

/** The same part by part, the files as they are. */
function* partsOf(files: Files): Generator<Buffer> {
  if (files.size > MOST_FILES) throw new RangeError(`an archive has at most ${MOST_FILES} files`);
  const directory: Buffer[] = [];
  let at = 0;
  for (const name of [...files.keys()].sort()) {
    if (!NAME.test(name)) throw new RangeError('the name of a file has characters that none here has');
    const bytes = files.get(name) ?? Buffer.alloc(0);
    const about = Buffer.concat([COMMON, numbers(crc32(bytes), bytes.length, bytes.length), shorts(name.length, 0)]);
    yield Buffer.concat([numbers(LOCAL), about, Buffer.from(name)]);
    yield bytes;
    directory.push(numbers(CENTRAL), shorts(20), about, shorts(0, 0, 0), numbers(0, at), Buffer.from(name));
    at += 30 + name.length + bytes.length;
  }
  const listed = Buffer.concat(directory);
  if (at + listed.length > MOST_BYTES) throw new RangeError('an archive has less than 4 GiB');
  yield Buffer.concat([
    listed,
    numbers(END),
    shorts(0, 0, files.size, files.size),
    numbers(listed.length, at),
    shorts(0),
  ]);
}

/**
 * The files of an archive that `writeZip` has written, which are parts of its memory, not copies.
 * @throws Malformed for every other one
 */
export function readZip(bytes: Uint8Array): Map<string, Buffer> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const files = new Map<string, Buffer>();
  let at = 0;
  while (at + 30 <= all.length && all.readUInt32LE(at) === LOCAL) {
    const size = all.readUInt32LE(at + 22);
    const start = at + 30 + all.readUInt16LE(at + 26);
    const name = all.toString('utf8', at + 30, start);
    if (files.has(name)) throw new Malformed(FORMAT, 'a name occurs twice');
    if (!NAME.test(name)) throw new Malformed(FORMAT, 'a name has characters that none here has');
    if (start + size > all.length) throw new Malformed(FORMAT, 'it was cut off');
    files.set(name, all.subarray(start, start + size));
    at = start + size;
  }
  // Whatever else stands in it, and in which order, is settled by what these files would have become.
  if (files.size > MOST_FILES || !isArchiveOf(files, all)) {
    throw new Malformed(FORMAT, 'it is damaged, or was packed by another program');
  }
  return files;
}

/** Compared part by part: a second archive would be as large as the first. */
function isArchiveOf(files: Files, all: Buffer): boolean {
  let at = 0;
  for (const part of partsOf(files)) {
    if (!all.subarray(at, at + part.length).equals(part)) return false;
    at += part.length;
  }
  return at === all.length;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let rest = n;
  for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** Checksum of an archive's files (ISO 3309). It finds accidents; nothing is proven by it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}

function shorts(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => bytes.writeUInt16LE(value, 2 * i));
  return bytes;
}
