import { DomainError, type Violation } from '#lib/kernel';

/** Objects and arrays inside each other, the outermost included. */
export const MAX_JSON_DEPTH = 20;

/** Names that reach into prototypes when an object is merged carelessly somewhere downstream. */
const REFUSED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses a JSON text (RFC 8259) and refuses what no handler should have to think about: nesting beyond
 * MAX_JSON_DEPTH, names that pollute prototypes, a name that stands twice in one object (section 4: what is read
 * then differs from parser to parser), and text that PostgreSQL or canonical JSON (RFC 8785) cannot hold: NUL, lone
 * surrogates, numbers beyond a double.
 *
 * @throws DomainError malformed_json, invalid_request
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DomainError('malformed_json', 'Send a body that is valid JSON.', { cause });
  }
  const seen = { members: 0 };
  // JSON.parse keeps one member of each name, so what was written more often than it was read stands twice.
  const violation = findViolation(value, 1, seen) ?? (seen.members < writtenMembers(text) ? findRepeated(text) : null);
  if (violation !== null) {
    throw new DomainError('invalid_request', 'Correct what `errors` names.', { violations: [violation] });
  }
  return value;
}

/**
 * A name that stands twice in one object of a text that `JSON.parse` made this value of; null where none does. For doors
 * that take more than `parseJson` does, and are in a hurry.
 */
export function repeatedMember(text: string, value: unknown): Violation | null {
  return membersOf(value) < writtenMembers(text) ? findRepeated(text) : null;
}

function membersOf(value: unknown): number {
  let members = 0;
  // Not by recursion: nobody has looked yet how deep it is nested.
  const rest = [value];
  for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    const isList = Array.isArray(one);
    for (const name in one) {
      if (!isList) members++;
      const member = (one as Record<string, unknown>)[name];
      if (typeof member === 'object' && member !== null) rest.push(member);
    }
  }
  return members;
}

const LONE_SURROGATE = /\p{Cs}/u;

/** What is wrong with a text that came with a request, as an adjective phrase; null when nothing is. */
export function textProblem(text: string): string | null {
  if (text.includes('\0')) return 'contains a NUL character';
  return LONE_SURROGATE.test(text) ? 'contains half of a surrogate pair' : null;
}

function findViolation(value: unknown, depth: number, seen: { members: number }): Violation | null {
  if (typeof value === 'string') return violationHere(textProblem(value));
  if (typeof value === 'number')
    return violationHere(Number.isFinite(value) ? null : 'is beyond the range of a double');
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_JSON_DEPTH) return violationHere(`is nested deeper than ${MAX_JSON_DEPTH} levels`);
  const inObject = !Array.isArray(value);
  for (const name of Object.keys(value)) {
    if (inObject) seen.members++;
    const nameProblem = REFUSED_NAMES.has(name) ? 'is a name that is refused everywhere' : textProblem(name);
    const member = (value as Readonly<Record<string, unknown>>)[name];
    const violation = violationHere(nameProblem) ?? findViolation(member, depth + 1, seen);
    if (violation !== null) return { ...violation, pointer: `/${escapePointer(name)}${violation.pointer}` };
  }
  return null;
}

function violationHere(detail: string | null): Violation | null {
  return detail === null ? null : { pointer: '', detail };
}

/** One step of a JSON pointer (RFC 6901 section 3). */
export function escapePointer(name: string): string {
  return name
    .replace(/\p{Cs}/gu, '\ufffd')
    .replaceAll('~', '~0')
    .replaceAll('/', '~1');
}

const QUOTE = 0x22;
const COLON = 0x3a;

/** How many members the objects of a valid JSON text have as they are written: its colons outside of strings. */
function writtenMembers(text: string): number {
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COLON) members++;
  }
  return members;
}

/** Where the string that begins at `start` has its closing quotation mark. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    if (end === -1) return text.length;
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

/** The first name of a valid JSON text that stands in its object already, however either is escaped. */
function findRepeated(text: string): Violation | null {
  /** Open objects and arrays, the outermost first, each with the step to what is being read in it. */
  const open: { readonly names: Set<string> | null; step: string | number }[] = [];
  let string = '';
  for (let at = 0; at < text.length; at++) {
    const inner = open.at(-1);
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        string = text.slice(at, end + 1);
        at = end;
        break;
      }
      case '{':
        open.push({ names: new Set(), step: '' });
        break;
      case '[':
        open.push({ names: null, step: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (typeof inner?.step === 'number') inner.step++;
        break;
      case ':':
        if (inner?.names == null) break;
        inner.step = JSON.parse(string) as string;
        if (inner.names.has(inner.step)) return repeatedAt(open.map(({ step }) => step));
        inner.names.add(inner.step);
        break;
      default: // Space, numbers and words.
    }
  }
  return null;
}

function repeatedAt(path: readonly (string | number)[]): Violation {
  return {
    pointer: path.map((step) => `/${escapePointer(String(step))}`).join(''),
    detail: 'stands twice in its object; send it once',
  };
}
