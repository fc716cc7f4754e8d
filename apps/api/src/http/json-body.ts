import { DomainError, type Violation } from '#lib/kernel';

/** Objects and arrays inside each other, the outermost included. */
export const MAX_JSON_DEPTH = 20;

/** Names that reach into prototypes when an object is merged carelessly somewhere downstream. */
const REFUSED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses a JSON text (RFC 8259) and refuses what no handler should have to think about: nesting beyond
 * MAX_JSON_DEPTH, names that pollute prototypes, and text that PostgreSQL or canonical JSON (RFC 8785)
 * cannot hold: NUL, lone surrogates, numbers beyond a double.
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
  const violation = findViolation(value, 1);
  if (violation !== null) {
    throw new DomainError('invalid_request', 'Correct what `errors` names.', { violations: [violation] });
  }
  return value;
}

const LONE_SURROGATE = /\p{Cs}/u;

/** What is wrong with a text that came with a request, as an adjective phrase; null when nothing is. */
export function textProblem(text: string): string | null {
  if (text.includes('\0')) return 'contains a NUL character';
  return LONE_SURROGATE.test(text) ? 'contains half of a surrogate pair' : null;
}

function findViolation(value: unknown, depth: number): Violation | null {
  if (typeof value === 'string') return violationHere(textProblem(value));
  if (typeof value === 'number')
    return violationHere(Number.isFinite(value) ? null : 'is beyond the range of a double');
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_JSON_DEPTH) return violationHere(`is nested deeper than ${MAX_JSON_DEPTH} levels`);
  for (const [name, member] of Object.entries(value)) {
    const nameProblem = REFUSED_NAMES.has(name) ? 'is a name that is refused everywhere' : textProblem(name);
    const violation = violationHere(nameProblem) ?? findViolation(member, depth + 1);
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
