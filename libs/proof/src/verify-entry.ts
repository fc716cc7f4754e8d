import { canonicalize, type JsonObject, type JsonValue } from './canonical-json.js';
import { type Disclosed, disclosureDigest, readDisclosure } from './disclosure.js';
import { CLEAR_NAME, DIGEST, MAX_LEAF_BYTES } from './leaf.js';
import { Malformed } from './malformed.js';
import { readText } from './text.js';

/** An entry as its bytes say it. */
export interface ReadEntry {
  /** What stands in clear, without `_sd` and `_sd_alg`. */
  readonly clear: JsonObject;
  /** Digests of what was committed to, and decoys. */
  readonly digests: readonly string[];
}

/** What a disclosure says, and the digest by which its entry commits to it. */
export interface ShownDisclosure extends Disclosed {
  readonly digest: string;
}

/** An entry with what was shown of the rest. */
export interface DisclosedEntry extends ReadEntry {
  readonly disclosed: readonly ShownDisclosure[];
}

/** Longer ones are refused. The product writes none near it. */
export const MAX_DISCLOSURE_BYTES = 16_777_216;

const ENTRY = 'entry';
const DISCLOSURE = 'disclosure';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What every entry has in clear, and the brand, which most have. */
const FIXED: Readonly<Record<string, (value: JsonValue | undefined) => boolean>> = {
  v: (value) => value === 1,
  id: (value) => typeof value === 'string' && UUID_V7.test(value),
  t: (value) => typeof value === 'string' && /^[a-z_]+\.[a-z_]+$/.test(value),
  at: isInstant,
  now: isInstant,
  br: (value) => value === undefined || (typeof value === 'string' && UUID.test(value)),
};

/**
 * The form that all entries share (docs/ledger-format.md, section 1): canonical JSON of itself, digests sorted and
 * each once, members in clear that are texts or integers. What a type may hold is for whoever knows the types.
 *
 * @throws Malformed for all other bytes.
 */
export function readEntry(leaf: Uint8Array): ReadEntry {
  if (leaf.length > MAX_LEAF_BYTES) throw new Malformed(ENTRY, `longer than ${MAX_LEAF_BYTES} bytes`);
  const text = readText(ENTRY, leaf);
  const value = parseJson(ENTRY, text);
  if (!isObject(value) || !isCanonical(value, text)) throw new Malformed(ENTRY, 'not canonical JSON of an object');
  const { _sd: digests, _sd_alg: algorithm, ...clear } = value;
  if (algorithm !== 'sha-256') throw new Malformed(ENTRY, '_sd_alg is not sha-256');
  if (!isDigests(digests)) throw new Malformed(ENTRY, '_sd is not digests, sorted and each once');
  for (const [name, hasForm] of Object.entries(FIXED)) {
    if (!hasForm(clear[name])) throw new Malformed(ENTRY, `${name} is missing or not of its form`);
  }
  for (const [name, member] of Object.entries(clear)) {
    if (!CLEAR_NAME.test(name)) throw new Malformed(ENTRY, 'a member has a name that none in clear has');
    if (typeof member === 'number' && member >= 0) continue;
    if (typeof member !== 'string') throw new Malformed(ENTRY, 'a member in clear is neither text nor count');
  }
  return { clear, digests };
}

/**
 * What an entry says together with disclosures in their wire form (RFC 9901, section 7.1, of a flat object): each
 * has its digest in the entry, and none is there twice. Any of them may be left out, which is what they are for.
 *
 * @throws Malformed when the entry or a disclosure is not of its format, or a disclosure is not the entry's.
 */
export function verifyEntry(leaf: Uint8Array, disclosures: readonly string[]): DisclosedEntry {
  const entry = readEntry(leaf);
  const committed = new Set(entry.digests);
  const names = new Set(Object.keys(entry.clear));
  const disclosed = disclosures.map((wire) => {
    const one = parseDisclosure(wire);
    const digest = disclosureDigest(wire);
    if (!committed.delete(digest)) throw new Malformed(DISCLOSURE, 'is not of this entry, or shown twice');
    if (names.has(one.name)) throw new Malformed(DISCLOSURE, 'has a name that the entry has already');
    names.add(one.name);
    return { ...one, digest };
  });
  return { ...entry, disclosed };
}

/**
 * Reads a disclosure in its wire form. Its JSON must be what `JSON.stringify` gives for its value: so no two readers
 * see different things in it, as they could where a name occurs twice.
 */
export function parseDisclosure(wire: string): Disclosed {
  if (wire.length > MAX_DISCLOSURE_BYTES) throw new Malformed(DISCLOSURE, `longer than ${MAX_DISCLOSURE_BYTES} bytes`);
  const bytes = Buffer.from(wire, 'base64url');
  if (bytes.toString('base64url') !== wire) throw new Malformed(DISCLOSURE, 'not canonical base64url');
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw new Malformed(DISCLOSURE, 'not UTF-8');
  if (!isAsWritten(parseJson(DISCLOSURE, text), text)) throw new Malformed(DISCLOSURE, 'not JSON as it is written');
  try {
    return readDisclosure(text);
  } catch {
    throw new Malformed(DISCLOSURE, 'not salt, name and value');
  }
}

function parseJson(format: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new Malformed(format, 'not JSON');
  }
}

function isCanonical(value: JsonValue, text: string): boolean {
  try {
    return canonicalize(value) === text;
  } catch {
    // It has no canonical text at all.
    return false;
  }
}

function isAsWritten(value: JsonValue, text: string): boolean {
  try {
    return JSON.stringify(value) === text;
  } catch {
    // Nested deeper than the stack.
    return false;
  }
}

/** ISO 8601, UTC, milliseconds, and a day that there is. */
function isInstant(value: JsonValue | undefined): boolean {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isDigests(value: JsonValue | undefined): value is readonly string[] {
  if (!Array.isArray(value)) return false;
  const all: readonly JsonValue[] = value;
  return all.every((digest, i) => {
    const before = all[i - 1];
    return typeof digest === 'string' && DIGEST.test(digest) && (typeof before !== 'string' || before < digest);
  });
}
