import type { FeedProperty } from './feed-set.js';

/** Writes rows as JSON objects from text, so that a decimal keeps every digit. */
export function rowWriter(
  properties: readonly FeedProperty[],
  areDecimalsText = false,
): (row: readonly (string | null)[]) => string {
  const members = properties.map(({ name, type }) => ({
    name: `${JSON.stringify(name)}:`,
    isBare: type === 'int' || type === 'boolean' || (type === 'decimal' && !areDecimalsText),
  }));
  return (row) => {
    const values = members.map(({ name, isBare }, i) => {
      const value = row[i] ?? null;
      return name + (value === null ? 'null' : isBare ? value : JSON.stringify(value));
    });
    return `{${values.join(',')}}`;
  };
}
