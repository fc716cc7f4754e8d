import { hash } from 'node:crypto';

/** Plain JSON data. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * SHA-256 of the canonical JSON (RFC 8785) of what was published: members in order of UTF-16 code units, no
 * white space. Anybody can compute it again from what the API answers. Text must be well-formed UTF-16.
 */
export function canonicalHash(value: Json): Buffer {
  return hash('sha256', canonicalText(value), 'buffer');
}

/** Written by hand, because an object of the engine's puts names that look like numbers first, in numeric order. */
function canonicalText(value: Json | undefined): string {
  if (value === undefined) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`).join(',')}}`;
}

/** Array.isArray does not narrow readonly arrays. */
function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
