import { canonicalize, type JsonValue } from '../canonical-json.js';
import { Malformed } from '../malformed.js';
import { readHash } from '../text.js';

/** Why a record is in a bundle: it was asked for, it holds a text that others refer to, or it says how far chains reach. */
export type RecordRole = 'record' | 'document' | 'heads';

/** One line of `entries.ndjson`. */
export interface BundleRecord {
  readonly idx: number;
  readonly role: RecordRole;
  /** The entry's bytes, as text. */
  readonly leaf: string;
  /** In their wire form, in the order in which the entry disclosed them. */
  readonly disclosures: readonly string[];
}

const FORMAT = 'entries.ndjson';
const LINE_FEED = 0x0a;
const ROLES: readonly string[] = ['record', 'document', 'heads'] satisfies RecordRole[];

export function writeRecords(records: readonly BundleRecord[]): Buffer {
  const lines = records.map(({ idx, role, leaf, disclosures }) => canonicalize({ idx, role, leaf, disclosures }));
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/**
 * Records in the order of their positions, each read when it is asked for: what was read may be a large part of a bundle.
 * @throws Malformed for every text that `writeRecords` does not give
 */
export function* readRecords(bytes: Buffer): Generator<BundleRecord> {
  let before = -1;
  for (const line of linesOf(FORMAT, bytes)) {
    const value = parseCanonical(FORMAT, line);
    if (!isRecord(value)) throw new Malformed(FORMAT, 'a line is no record');
    if (value.idx <= before) throw new Malformed(FORMAT, 'positions do not ascend');
    before = value.idx;
    yield value;
  }
}

/** Lines of a file that may be longer than other texts are, one after the other. */
export function* linesOf(format: string, bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, at);
    if (end < 0) throw new Malformed(format, 'does not end in a line feed');
    const line = bytes.subarray(at, end);
    const text = line.toString('utf8');
    if (!Buffer.from(text).equals(line)) throw new Malformed(format, 'not UTF-8');
    yield text;
    at = end + 1;
  }
}

/** The one line that a file has, which may be longer than other texts are. */
export function onlyLineOf(format: string, bytes: Buffer): string {
  const [line, ...more] = linesOf(format, bytes);
  if (line === undefined || more.length > 0) throw new Malformed(format, 'is not one line');
  return line;
}

/** Reads strict canonical JSON. */
export function parseCanonical(format: string, text: string): JsonValue {
  try {
    const value = JSON.parse(text) as JsonValue;
    if (canonicalize(value) === text) return value;
  } catch {
    // Said below.
  }
  throw new Malformed(format, 'not canonical JSON');
}

export function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && value >= 0;
}

function isRecord(value: JsonValue): value is JsonValue & BundleRecord {
  if (!isObject(value) || Object.keys(value).length !== 4) return false;
  const { idx, role, leaf, disclosures } = value;
  return (
    isCount(idx) &&
    typeof role === 'string' &&
    ROLES.includes(role) &&
    typeof leaf === 'string' &&
    Array.isArray(disclosures) &&
    disclosures.every((one: JsonValue) => typeof one === 'string')
  );
}

/** A hash that JSON holds as base64. */
export function hashIn(format: string, value: JsonValue): Buffer {
  if (typeof value !== 'string') throw new Malformed(format, 'a hash is no text');
  return readHash(format, 'a hash', value);
}
