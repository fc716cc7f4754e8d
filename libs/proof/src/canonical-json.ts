/** What a leaf may be made of: the closed set of values for which RFC 8785 gives exactly one text. */
export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Deeper values are refused: nothing we record nests, and a cycle must end in an error. */
const MAX_DEPTH = 32;

/** A value that has no canonical text. `path` is a JSON pointer (RFC 6901) to it. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';

  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`${path === '' ? 'the value' : path} ${problem}`);
  }
}

/**
 * The one text of a value under the JSON Canonicalization Scheme (RFC 8785): names in UTF-16 code unit
 * order, no white space, ECMAScript's number and string forms.
 *
 * Stricter than the RFC where a reader could disagree with the writer: numbers are integers within
 * ±(2^53 - 1) and never -0 (erratum 7920); strings are well-formed UTF-16 (section 3.2.2.2); objects are
 * plain, without symbols or hidden members.
 *
 * @throws NotCanonical for everything else, `undefined` included.
 */
export function canonicalize(value: JsonValue): string {
  return write(value, []);
}

/** `path` holds the names that lead to `value`; it is one array for the whole walk, read only when something is wrong. */
function write(value: unknown, path: (string | number)[]): string {
  switch (typeof value) {
    case 'string':
      return quote(value, path);
    case 'number':
      if (!Number.isSafeInteger(value)) throw refused(path, 'is not an integer within 2^53 - 1');
      if (Object.is(value, -0)) throw refused(path, 'is negative zero');
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (path.length === MAX_DEPTH) throw refused(path, `is nested more than ${MAX_DEPTH} deep`);
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw refused(path, `is of type ${typeof value}`);
  }
}

function writeArray(values: readonly unknown[], path: (string | number)[]): string {
  let text = '[';
  // By index: forEach and map would step over the holes of a sparse array.
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ',';
    path.push(i);
    text += write(values[i], path);
    path.pop();
  }
  return `${text}]`;
}

function writeObject(value: object, path: (string | number)[]): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refused(path, 'is not a plain object');
  const names = Object.keys(value);
  if (Reflect.ownKeys(value).length !== names.length) throw refused(path, 'has members that JSON cannot show');
  const members = value as Readonly<Record<string, unknown>>;
  let text = '{';
  // Array.prototype.sort without a comparator orders by UTF-16 code units, as section 3.2.3 demands.
  for (const name of names.sort()) {
    if (text !== '{') text += ',';
    path.push(name);
    text += `${quote(name, path)}:${write(members[name], path)}`;
    path.pop();
  }
  return `${text}}`;
}

/** Characters that JSON escapes, and every surrogate, paired or not. */
const NEEDS_CARE = /["\\\u0000-\u001f\ud800-\udfff]/;
/** With the u flag a pair counts as one character, so only lone surrogates match. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function quote(text: string, path: readonly (string | number)[]): string {
  if (!NEEDS_CARE.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) throw refused(path, 'holds half a surrogate pair');
  // For well-formed strings JSON.stringify escapes exactly as section 3.2.2.2 does.
  return JSON.stringify(text);
}

function refused(path: readonly (string | number)[], problem: string): NotCanonical {
  return new NotCanonical(
    path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    problem,
  );
}
