import { z } from 'zod';
import { isWithinYears } from '#lib/platform';

/** What a reader answers about a value that is not of its shape, or of which it is not sure. */
export const NOT_READ = Symbol('not read');

/**
 * Reads a value that came out of `JSON.parse` and belongs to the caller: the same value, in which instants were replaced
 * in place, or NOT_READ when it is not plainly of the shape. Whoever needs to know why parses the text anew and asks the
 * schema, as do values that only look unusual.
 */
export type Reader = (value: unknown) => unknown;

/**
 * A schema of the batch door compiled into plain checks, for the millions of lines that are as they should be. It is made
 * from the JSON Schema that is published, so there is still one source; a keyword that it does not know is an error when
 * it is made. Strings of the format `date-time` become milliseconds, as `instantInput` makes them.
 */
export function compileReader(schema: z.ZodType): Reader {
  const { $defs = {}, ...root } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' }) as Node & { $defs?: Record<string, Node> }; // prettier-ignore
  const defined = new Map<string, Reader>();
  const readerOf = (node: Node): Reader => {
    if (node.$ref === undefined) return compile(node, readerOf);
    const name = node.$ref.replace('#/$defs/', '');
    const known = defined.get(name);
    if (known !== undefined) return known;
    const target = $defs[name];
    if (target === undefined) throw new TypeError(`there is no ${node.$ref}`);
    // What names itself, as JSON in JSON, finds this while it is being compiled.
    let reader: Reader = () => NOT_READ;
    defined.set(name, (value) => reader(value));
    reader = compile(target, readerOf);
    defined.set(name, reader);
    return reader;
  };
  return readerOf(root);
}

interface Node {
  readonly $ref?: string;
  readonly type?: string;
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Node;
  readonly propertyNames?: Node;
  readonly items?: Node;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What says nothing about which values fit. */
const SILENT = new Set(['$schema', 'id', 'title', 'description', 'examples', 'default']);
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'propertyNames'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format', 'enum', 'const'],
  integer: ['minimum', 'maximum', 'enum', 'const'],
  number: ['enum', 'const'],
  boolean: ['const'],
  null: [],
};

function compile(node: Node, readerOf: (node: Node) => Reader): Reader {
  const said = Object.keys(node).filter((keyword) => !SILENT.has(keyword) && keyword !== 'type');
  if (node.type === undefined && said.length === 0) return (value) => value;
  if (node.anyOf !== undefined && said.length === 1) return anyOf(node.anyOf.map(readerOf));
  const unknown = said.filter((keyword) => !(KNOWN[node.type ?? '']?.includes(keyword) ?? false));
  if (unknown.length > 0) throw new TypeError(`${node.type} with ${unknown.join()} cannot be compiled`);
  if ('const' in node) return (value) => (value === node.const ? value : NOT_READ);
  if (node.enum !== undefined) return oneOf(node.enum);
  switch (node.type) {
    case 'object':
      return objectReader(node, readerOf);
    case 'array':
      return arrayReader(node, readerOf);
    case 'string':
      return stringReader(node);
    case 'integer':
      return integerReader(node);
    case 'number':
      return (value) => (Number.isFinite(value) ? value : NOT_READ);
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : NOT_READ);
    case 'null':
      return (value) => (value === null ? value : NOT_READ);
    default:
      throw new TypeError(`${node.type} cannot be compiled`);
  }
}

function oneOf(allowed: readonly unknown[]): Reader {
  const values = new Set(allowed);
  return (value) => (values.has(value) ? value : NOT_READ);
}

/** The first that can read it. None but the last of those used here replaces anything in an object it does not take. */
function anyOf(readers: readonly Reader[]): Reader {
  return (value) => {
    for (const read of readers) {
      const found = read(value);
      if (found !== NOT_READ) return found;
    }
    return NOT_READ;
  };
}

function objectReader(
  { properties = {}, required = [], additionalProperties, propertyNames }: Node,
  readerOf: (node: Node) => Reader,
): Reader {
  if (typeof additionalProperties === 'object' && Object.keys(properties).length + required.length === 0)
    return recordReader(readerOf(propertyNames ?? {}), readerOf(additionalProperties));
  if (additionalProperties !== false || propertyNames !== undefined)
    throw new TypeError('an object with other members cannot be compiled');
  const members = new Map(
    Object.entries(properties).map(([name, node]) => [
      name,
      { read: readerOf(node), isNeeded: required.includes(name) },
    ]),
  );
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return NOT_READ;
    const object = value as Record<string, unknown>;
    let needed = required.length;
    for (const name in object) {
      const member = members.get(name);
      if (member === undefined) return NOT_READ;
      const before = object[name];
      const after = member.read(before);
      if (after === NOT_READ) return NOT_READ;
      if (after !== before) object[name] = after;
      if (member.isNeeded) needed--;
    }
    return needed === 0 ? object : NOT_READ;
  };
}

/** An object whose names the caller chooses. */
function recordReader(readName: Reader, readValue: Reader): Reader {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return NOT_READ;
    const object = value as Record<string, unknown>;
    for (const name in object) {
      const before = object[name];
      const after = readValue(before);
      if (after === NOT_READ || readName(name) === NOT_READ) return NOT_READ;
      if (after !== before) object[name] = after;
    }
    return object;
  };
}

function arrayReader(
  { items = {}, minItems = 0, maxItems = Infinity }: Node,
  readerOf: (node: Node) => Reader,
): Reader {
  const read = readerOf(items);
  return (value) => {
    if (!Array.isArray(value) || value.length < minItems || value.length > maxItems) return NOT_READ;
    const list: unknown[] = value;
    for (let i = 0; i < list.length; i++) {
      const before = list[i];
      const after = read(before);
      if (after === NOT_READ) return NOT_READ;
      if (after !== before) list[i] = after;
    }
    return list;
  };
}

function stringReader(node: Node): Reader {
  const { minLength = 0, maxLength = Infinity, format } = node;
  if (format === 'date-time') return (value) => (typeof value === 'string' ? (instantOf(value) ?? NOT_READ) : NOT_READ);
  const pattern = node.pattern === undefined ? null : new RegExp(node.pattern, 'u');
  return (value) => {
    if (typeof value !== 'string' || value.length < minLength || value.length > maxLength) return NOT_READ;
    return pattern === null || pattern.test(value) ? value : NOT_READ;
  };
}

function integerReader({ minimum = -Infinity, maximum = Infinity }: Node): Reader {
  return (value) => (Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum ? value : NOT_READ); // prettier-ignore
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Milliseconds of an instant written in full; null for any other text, and for one that no door takes. */
function instantOf(text: string): number | null {
  if (!INSTANT.test(text)) return null;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = (DAYS[month - 1] ?? 0) + (month === 2 && isLeap ? 1 : 0);
  if (day < 1 || day > days || hour > 23 || minute > 59 || second > 59) return null;
  let at = Date.UTC(year, month - 1, day, hour, minute, second);
  let zone = 19;
  if (text.charCodeAt(19) === 0x2e) {
    zone = 20;
    while (isDigit(text.charCodeAt(zone))) zone++;
    for (let i = 20, worth = 100; i < zone && worth >= 1; i++, worth /= 10) at += (text.charCodeAt(i) - 0x30) * worth;
  }
  const sign = text.charCodeAt(zone);
  if (sign !== 0x5a) {
    const [hours, minutes] = [digits(text, zone + 1, zone + 3), digits(text, zone + 4, zone + 6)];
    if (hours > 23 || minutes > 59) return null;
    at -= (sign === 0x2d ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  }
  return isWithinYears(at) ? at : null;
}

function digits(text: string, from: number, to: number): number {
  let n = 0;
  for (let i = from; i < to; i++) n = n * 10 + text.charCodeAt(i) - 0x30;
  return n;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
