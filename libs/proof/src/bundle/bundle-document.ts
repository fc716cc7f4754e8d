import type { JsonValue } from '../canonical-json.js';
import { isObject } from './bundle-record.js';
import { sha256 } from './manifest.js';

/**
 * The text whose hash stands in entries that refer to what was published, made from what its own entry disclosed: sorted
 * members, no white space, without the `id` that only a database knows. Null when it has another hash.
 */
export function documentText(disclosed: JsonValue, hash: string): Buffer | null {
  if (!isObject(disclosed)) return null;
  const { id: _, ...published } = disclosed;
  const text = Buffer.from(sorted(published));
  return sha256(text) === hash ? text : null;
}

/** As `canonicalize`, and with any number that JSON can say: policies and templates have such. */
function sorted(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one: JsonValue) => sorted(one)).join(',')}]`;
  const members = value as Readonly<Record<string, JsonValue>>;
  const names = Object.keys(members).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${sorted(members[name] ?? null)}`).join(',')}}`;
}
