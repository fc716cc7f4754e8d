import { Malformed } from './malformed.js';
import { HASH_BYTES } from './merkle.js';

/** No note, proof or policy is longer. Sixteen signatures of 5 kB, which all verifiers must take, are a tenth of it. */
export const MAX_TEXT_BYTES = 1_048_576;

/** Half of a surrogate pair: UTF-16 that no UTF-8 stands for. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Text of a file. Only well-formed UTF-8 of at most MAX_TEXT_BYTES has one, and only one; a byte order mark is text. */
export function readText(format: string, input: Uint8Array | string): string {
  const bytes = typeof input === 'string' ? Buffer.byteLength(input) : input.length;
  if (bytes > MAX_TEXT_BYTES) throw new Malformed(format, `longer than ${MAX_TEXT_BYTES} bytes`);
  if (typeof input === 'string') {
    if (LONE_SURROGATE.test(input)) throw new Malformed(format, 'not well-formed Unicode');
    return input;
  }
  const text = Buffer.from(input).toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(input)) throw new Malformed(format, 'not UTF-8');
  return text;
}

/** The lines of a text in which every line, the last one too, ends in a line feed. */
export function readLines(format: string, text: string): string[] {
  if (!text.endsWith('\n')) throw new Malformed(format, 'does not end in a line feed');
  return text.slice(0, -1).split('\n');
}

/** Bytes from standard base64 (RFC 4648, section 4) with its padding; the one spelling that an encoder gives. */
export function readBase64(format: string, what: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Malformed(format, `${what} is not canonical base64`);
  return bytes;
}

/** A SHA-256 hash in base64. */
export function readHash(format: string, what: string, text: string): Buffer {
  const bytes = readBase64(format, what, text);
  if (bytes.length !== HASH_BYTES) throw new Malformed(format, `${what} has ${bytes.length} bytes, not ${HASH_BYTES}`);
  return bytes;
}

/** A count from 0 to 2^53 - 1, in ASCII digits without leading zeros. The C2SP formats go to 2^64 - 1; we refuse that. */
export function readDecimal(format: string, what: string, text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) throw new Malformed(format, `${what} is not a decimal number`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Malformed(format, `${what} is above 2^53 - 1`);
  return value;
}

/** @throws RangeError unless `size` can be the number of leaves of a tree. */
export function assertSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`${size} is not the size of a tree`);
}
