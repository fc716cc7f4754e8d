import { z } from 'zod';
import { toIso } from '#lib/platform';
import type { Report } from '#lib/reporting';
import { Instant } from '../http/scalars.schema.js';

const Cell = z
  .union([
    z.strictObject({
      value: z.union([z.string(), z.number()]),
      standsFor: z.enum(['unattributed', 'no_touch', 'other_paths', 'forgotten_links']).optional().meta({
        description: 'The row is about this, and not about something of that name.',
      }),
      link: z.string().optional(),
    }),
    z.strictObject({ notAvailable: z.string() }),
  ])
  .meta({
    id: 'ReportCell',
    description:
      'A value and where what it is made of is listed, or why there is none. Money is whole minor units, a rate a fraction.',
  });
const Row = z.strictObject({ cells: z.array(Cell) });

/** Every report as JSON. */
export const ReportAnswer = z
  .strictObject({
    key: z.string(),
    period: z.strictObject({ from: Instant, to: Instant, of: z.enum(['event', 'cohort']) }),
    zone: z.string(),
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
    dataThrough: Instant.meta({ description: 'Nothing that was recorded later is in it.' }),
    ledgerPosition: z.int().meta({ description: 'How many entries the ledger had then.' }),
    columns: z.array(
      z.strictObject({
        key: z.string(),
        kind: z.enum(['text', 'count', 'money', 'rate', 'duration']),
        unit: z.string().nullable(),
      }),
    ),
    rows: z.array(Row),
    total: Row.nullable(),
    notes: z.array(
      z.strictObject({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
    ),
  })
  .meta({ id: 'Report', description: 'One table of typed cells, and what somebody needs to believe it.' });

export function toReportAnswer({ period, dataThrough, ...report }: Report): z.infer<typeof ReportAnswer> {
  const said = {
    ...report,
    period: { ...period, from: toIso(period.from), to: toIso(period.to) },
    dataThrough: toIso(dataThrough),
  };
  // What of rows is of few is for those who show the report, and not for those who read it.
  return JSON.parse(JSON.stringify(said, (key, value: unknown) => (key === 'ofFew' ? undefined : value))) as z.infer<
    typeof ReportAnswer
  >;
}
