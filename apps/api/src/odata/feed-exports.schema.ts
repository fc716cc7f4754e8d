import { z } from 'zod';
import { toIso } from '#lib/platform';
import { FEED_EXPORT_STATES, FEED_FORMATS, FEED_SET_NAMES, type FeedExport } from '#lib/reporting';
import { Instant, toInstant, Uuid } from '../http/scalars.schema.js';

export const FeedExportRequest = z
  .strictObject({
    feed: z.enum(FEED_SET_NAMES),
    format: z.enum(FEED_FORMATS).meta({
      description:
        'parquet with typed columns, a JSON object on each line, CSV as RFC 4180 has it, or as a German Excel opens it by double-click.',
    }),
    filter: z
      .string()
      .min(1)
      .max(4_000)
      .optional()
      .meta({ description: 'As $filter of the feed: `At ge 2026-01-01T00:00:00Z`. Left out: every row.' }),
  })
  .meta({ id: 'FeedExportRequest' });
export type FeedExportRequest = z.infer<typeof FeedExportRequest>;

export const FeedExportPath = z.strictObject({ id: Uuid });

export const FeedExportAnswer = z
  .strictObject({
    id: Uuid,
    feed: z.enum(FEED_SET_NAMES),
    format: z.enum(FEED_FORMATS),
    filter: z.string().nullable(),
    state: z.enum(FEED_EXPORT_STATES).meta({ description: '`expired`: taken away, because its time is over.' }),
    asOf: Instant.meta({ description: 'Nothing that was recorded later is in it.' }),
    requestedAt: Instant,
    rows: z.int().nullable(),
    bytes: z.int().nullable(),
    sha256: z.string().nullable().meta({ description: 'Of the file, hexadecimal.' }),
    failure: z.string().nullable(),
    expiresAt: Instant.nullable().meta({ description: 'When the file is taken away.' }),
  })
  .meta({ id: 'FeedExport', description: 'A file of a feed and where it stands.' });

export function toFeedExportAnswer({ requestedAt, expiresAt, ...file }: FeedExport): z.infer<typeof FeedExportAnswer> {
  return { ...file, requestedAt: toIso(requestedAt), expiresAt: toInstant(expiresAt) };
}
