import { z } from 'zod';
import type { FeedOptions } from '#lib/reporting';

const text = (what: string) => z.string().min(1).max(4_000).optional().meta({ description: what });
const notOffered = z.string().optional().meta({ description: 'Not offered: answered 501.' });

/** Query options of OData 4.0; each that is known and not offered is told so. */
export const ODataQuery = z.strictObject({
  $filter: text('eq ne gt ge lt le in, and or not, contains startswith endswith: `At ge 2026-01-01T00:00:00Z`.'),
  $select: text('Properties, divided by commas; left out: all.'),
  $orderby: text('Properties, each with asc or desc; left out: the key.'),
  $top: z.coerce.number().int().min(0).max(2_147_483_647).optional().meta({ description: 'Rows at most.' }),
  $skip: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
  $count: z.enum(['true', 'false']).optional().meta({ description: 'Whether `@odata.count` is wanted.' }),
  $skiptoken: text('Part of `@odata.nextLink`.'),
  $format: z
    .string()
    .regex(/^(json|application\/json(;.*)?)$/i, 'must be json')
    .optional(),
  $expand: notOffered,
  $search: notOffered,
  $apply: notOffered,
  $compute: notOffered,
});
export type ODataQuery = z.infer<typeof ODataQuery>;

export const CountQuery = ODataQuery.pick({ $filter: true, $search: true });

export const SetPath = z.strictObject({ set: z.string().max(500) });

/** What a page holds; its rows have the properties of the set. */
export const ODataPage = z
  .strictObject({
    '@odata.context': z.string(),
    '@odata.count': z.int().optional(),
    value: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
    '@odata.nextLink': z.string().optional().meta({ description: 'The next page; not there on the last one.' }),
  })
  .meta({ id: 'FeedPage', description: 'Rows of a set, of one instant over all pages.' });

export const ServiceDocument = z
  .strictObject({
    '@odata.context': z.string(),
    value: z.array(z.strictObject({ name: z.string(), kind: z.string(), url: z.string() })),
  })
  .meta({ id: 'FeedSets' });

export function toFeedOptions(query: ODataQuery): FeedOptions {
  return {
    filter: query.$filter,
    select: query.$select,
    orderBy: query.$orderby,
    top: query.$top,
    skip: query.$skip,
    count: query.$count === 'true',
    skipToken: query.$skiptoken,
  };
}

/** The options that are known and not offered. */
export function notOfferedIn(query: Partial<ODataQuery>): string[] {
  return (['$expand', '$search', '$apply', '$compute'] as const).filter((name) => query[name] !== undefined);
}

/** The link to the next page: the same question from there on. */
export function nextLink(
  url: string,
  { $filter, $select, $orderby, $format }: ODataQuery,
  next: { readonly skipToken: string; readonly top: number | null },
): string {
  const options = { $filter, $select, $orderby, $format, $top: next.top ?? undefined, $skiptoken: next.skipToken };
  const asked = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return `${url}?${asked.join('&')}`;
}
