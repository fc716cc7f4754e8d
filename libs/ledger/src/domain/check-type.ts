import type { ReadEntry } from '#lib/proof';
import { CLEAR_FIELDS, type ClearField, digestsOf, ENTRY_TYPES, type EntryType, ruleOf } from './entry-types.js';

/** What every entry has in clear besides the fields of its type. */
const COMMON = new Set(['v', 'id', 't', 'at', 'now', 'br']);

/**
 * What an entry says that its type does not allow, as docs/ledger-format.md has it in sections 4 and 5; null when nothing
 * does. Types are only ever added, so one that is not known here is of a later release, or none at all.
 */
export function typeProblem({ clear, digests }: ReadEntry): string | null {
  const { t } = clear;
  if (typeof t !== 'string' || !isType(t)) return 'is of a type that there is not';
  const rule = ruleOf(t);
  if (digests.length !== digestsOf(rule)) return `has ${digests.length} digests, and its type has ${digestsOf(rule)}`;
  if (rule.subject !== 'none' && clear['br'] === undefined) return 'is about a person and names no brand';
  for (const [name, value] of Object.entries(clear)) {
    if (COMMON.has(name)) continue;
    if (!isOneOf(rule.clear, name)) return `has ${name} in clear, which its type has not`;
    const pattern = CLEAR_FIELDS[name];
    const fits = pattern === 'count' ? typeof value === 'number' : typeof value === 'string' && pattern.test(value);
    if (!fits) return `has a value of ${name} that may not stand in clear`;
  }
  return null;
}

function isType(text: string): text is EntryType {
  return Object.hasOwn(ENTRY_TYPES, text);
}

function isOneOf(fields: readonly ClearField[], name: string): name is ClearField {
  return (fields as readonly string[]).includes(name);
}
