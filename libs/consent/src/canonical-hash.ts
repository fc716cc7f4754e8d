import { createHash } from 'node:crypto';

/** Plain JSON data. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * SHA-256 of the canonical JSON (RFC 8785) of what was published: members in order of UTF-16 code units, no
 * white space. Anybody can compute it again from what the API answers. Text must be well-formed UTF-16.
 */
export function canonicalHash(value: Json): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(value)))
    .digest();
}

function inOrder(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(inOrder);
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name] ?? null)]));
}

/** Array.isArray does not narrow readonly arrays. */
function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
