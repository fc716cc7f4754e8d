import { type FeedPage, rowWriter } from '#lib/reporting';

export interface PageFrame {
  /** Null where the client wants no metadata. */
  readonly context: string | null;
  readonly nextLink: string | null;
  /** Decimals as strings, for clients whose numbers are doubles. */
  readonly areDecimalsText: boolean;
}

/** A page as OData's JSON format has it. */
export function pageJson(
  { properties, rows, count }: FeedPage,
  { context, nextLink, areDecimalsText }: PageFrame,
): string {
  const parts = [
    ...(context === null ? [] : [`"@odata.context":${JSON.stringify(context)}`]),
    ...(count === null ? [] : [`"@odata.count":${areDecimalsText ? `"${count}"` : count}`]),
    `"value":[${rows.map(rowWriter(properties, areDecimalsText)).join(',')}]`,
    ...(nextLink === null ? [] : [`"@odata.nextLink":${JSON.stringify(nextLink)}`]),
  ];
  return `{${parts.join(',')}}`;
}
