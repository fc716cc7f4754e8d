import { hash } from 'node:crypto';
import type { JsonValue } from './canonical-json.js';

/** Random bytes behind each disclosure: the 128 bits that RFC 9901, section 9.3, asks for. */
export const SALT_BYTES = 16;

/** A value that the leaf only commits to, as in SD-JWT (RFC 9901, section 4.2). */
export interface Disclosure {
  /**
   * JSON text of `[salt, name, value]`. The disclosure on the wire is its base64url (`encodeDisclosure`);
   * this text is what we keep, byte for byte, because it is a quarter shorter.
   */
  readonly text: string;
  /** base64url(SHA-256(ASCII(wire form))): what stands in the leaf's `_sd`. */
  readonly digest: string;
}

/**
 * A value whose JSON text is made already, by whoever had its parts at hand: of a large value it is cheaper to keep
 * and to pass on than the value itself (measured: 35 kB less garbage and a tenth of the time of a decision).
 */
export class WrittenJson {
  private constructor(readonly text: string) {}

  /** @param value plain JSON data, which the compiler cannot know of an interface. */
  static of(value: object): WrittenJson {
    return new WrittenJson(JSON.stringify(value));
  }

  /** @param json text that is JSON, of which nothing is checked. */
  static text(json: string): WrittenJson {
    return new WrittenJson(json);
  }
}

/** What a disclosure says. */
export interface Disclosed {
  readonly salt: string;
  readonly name: string;
  readonly value: JsonValue;
}

/**
 * Commits to `value` under `name` (RFC 9901, sections 4.2.1 and 4.2.3).
 *
 * @param salt base64url of 16 random bytes that are used for nothing else.
 * The text is JSON as ECMA-262 writes it. It need not be canonical, because it is kept, shown and hashed as it was
 * made, and never written a second time; so a value may hold any number that JSON can.
 */
export function disclose(salt: string, name: string, value: JsonValue | WrittenJson): Disclosure {
  if (!SALT.test(salt)) throw new RangeError(`a salt is base64url of ${SALT_BYTES} bytes`);
  const named = quotedNames.get(name) ?? quotedName(name);
  const json = value instanceof WrittenJson ? value.text : JSON.stringify(value);
  const text = `["${salt}",${named},${json}]`;
  return { text, digest: disclosureDigest(encodeDisclosure(text)) };
}

/** The names of disclosures are few, and those of this process are kept as they are written. */
const quotedNames = new Map<string, string>();
const MOST_NAMES = 1_000;

function quotedName(name: string): string {
  if (RESERVED.has(name)) throw new RangeError(`${name} cannot name a disclosure`);
  const quoted = JSON.stringify(name);
  if (quotedNames.size < MOST_NAMES) quotedNames.set(name, quoted);
  return quoted;
}

/** Wire form of a disclosure: base64url of the UTF-8 of its JSON text. */
export function encodeDisclosure(text: string): string {
  if (3 * text.length > scratch.length) return Buffer.from(text, 'utf8').toString('base64url');
  return scratch.toString('base64url', 0, scratch.write(text, 'utf8'));
}

/** Each text passes through it on its own; memory for each would take longer than turning it into base64url. */
const scratch = Buffer.alloc(32 * 1024);

/** Digest of a disclosure in its wire form (RFC 9901, section 4.2.3). */
export function disclosureDigest(encoded: string): string {
  return hash('sha256', encoded, 'base64url');
}

/** @throws RangeError when the text is not a disclosure of a named value, SyntaxError when it is not even JSON. */
export function readDisclosure(text: string): Disclosed {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed) || parsed.length !== 3) throw new RangeError('a disclosure is [salt, name, value]');
  const [salt, name, value] = parsed as [unknown, unknown, JsonValue];
  if (typeof salt !== 'string' || typeof name !== 'string' || RESERVED.has(name)) {
    throw new RangeError('a disclosure starts with a salt and a name');
  }
  return { salt, name, value };
}

/** RFC 9901, section 4.2.1, keeps these for itself. */
const RESERVED = new Set(['_sd', '...']);
/** 22 characters hold 132 bits, so the last one has only four choices. */
const SALT = /^[A-Za-z0-9_-]{21}[AQgw]$/;
