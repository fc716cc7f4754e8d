import type { FeedPage, FeedProperty } from '#lib/reporting';

export interface PageFrame {
  /** Null where the client wants no metadata. */
  readonly context: string | null;
  readonly nextLink: string | null;
  /** Decimals as strings, for clients whose numbers are doubles. */
  readonly areDecimalsText: boolean;
}

/** A page as OData's JSON format has it, written from text: a decimal keeps every digit. */
export function pageJson(
  { properties, rows, count }: FeedPage,
  { context, nextLink, areDecimalsText }: PageFrame,
): string {
  const members = properties.map((property) => ({
    name: `${JSON.stringify(property.name)}:`,
    isBare: isBare(property, areDecimalsText),
  }));
  const written = rows.map((row) => {
    const values = members.map(({ name, isBare: bare }, i) => {
      const value = row[i] ?? null;
      return name + (value === null ? 'null' : bare ? value : JSON.stringify(value));
    });
    return `{${values.join(',')}}`;
  });
  const parts = [
    ...(context === null ? [] : [`"@odata.context":${JSON.stringify(context)}`]),
    ...(count === null ? [] : [`"@odata.count":${areDecimalsText ? `"${count}"` : count}`]),
    `"value":[${written.join(',')}]`,
    ...(nextLink === null ? [] : [`"@odata.nextLink":${JSON.stringify(nextLink)}`]),
  ];
  return `{${parts.join(',')}}`;
}

function isBare({ type }: FeedProperty, areDecimalsText: boolean): boolean {
  return type === 'int' || type === 'boolean' || (type === 'decimal' && !areDecimalsText);
}
