import type { Condition } from './filter.js';

/** The texts that a property can have in rows that fulfil a condition; null where it may have any. */
export function textsOf(condition: Condition | null, property: string): ReadonlySet<string> | null {
  if (condition === null) return null;
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => textsOf(part, property));
      return condition.kind === 'and' ? common(parts) : all(parts);
    }
    case 'compare': {
      const isNamed = condition.is === 'eq' && condition.property.name === property;
      return isNamed && condition.value !== null ? new Set([condition.value]) : null;
    }
    case 'in':
      return condition.property.name === property ? new Set(condition.values.filter((value) => value !== null)) : null;
    case 'not':
    case 'text':
      return null;
  }
}

function common(parts: readonly (ReadonlySet<string> | null)[]): ReadonlySet<string> | null {
  return parts.reduce((known, part) => {
    if (known === null || part === null) return known ?? part;
    return new Set([...known].filter((text) => part.has(text)));
  }, null);
}

function all(parts: readonly (ReadonlySet<string> | null)[]): ReadonlySet<string> | null {
  const known = parts.filter((part) => part !== null);
  return known.length < parts.length ? null : new Set(known.flatMap((part) => [...part]));
}
