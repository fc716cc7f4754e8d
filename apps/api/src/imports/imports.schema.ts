import { z } from 'zod';
import { IMPORT_FORMATS, type ImportRecord, type ImportSummary, ROW_OUTCOMES, type RowResult } from '#lib/consent';
import { toIso } from '#lib/platform';
import { pageOf } from '../http/page.schema.js';
import { Instant, line, toInstant, Uuid } from '../http/scalars.schema.js';

export const ImportQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).default('false').meta({
    description: 'Says what would be done, and does nothing. Each thousand rows are held against what is stored.',
  }),
  results: z
    .enum(['all', 'problems', 'none'])
    .default('all')
    .meta({ description: 'Which rows are answered: all, those refused, blocked or noted, or none.' }),
  source: line(200).optional().meta({ description: 'Name of the file, or what you call it; kept with every consent.' }),
});
export type ImportQuery = z.infer<typeof ImportQuery>;

export const ImportPath = z.strictObject({ id: Uuid });
export type ImportPath = z.infer<typeof ImportPath>;

const Counts = z
  .strictObject({
    rows: z.int().meta({ description: 'created + changed + unchanged + blocked + refused.' }),
    created: z.int().meta({ description: 'Rows that made a contact.' }),
    changed: z.int(),
    unchanged: z.int().meta({ description: 'Rows that are on file already.' }),
    blocked: z.int().meta({ description: 'Rows whose yes came before an opt-out that is on file.' }),
    refused: z.int(),
    raised: z.int().meta({ description: 'Purposes and topics that stand higher than before.' }),
    lowered: z.int(),
    contactPoints: z.int().meta({ description: 'Contact points added or taken into use again.' }),
    codes: z.record(z.string(), z.int()).meta({ description: 'Refused and blocked rows by code.' }),
  })
  .meta({ id: 'ImportCounts' });

const RowAnswer = z
  .strictObject({
    line: z.int().meta({ description: 'Line of the file on which the row begins.' }),
    externalId: z.string().nullable(),
    outcome: z.enum(ROW_OUTCOMES),
    code: z.string().nullable(),
    detail: z.string().nullable(),
    before: z.string().nullable().meta({ description: 'Where the topic, or else the purpose, stood.' }),
    after: z.string().nullable(),
  })
  .meta({ id: 'ImportRowResult', description: 'What became of one row; names no address.' });

const SummaryAnswer = z
  .strictObject({
    import: z.strictObject({
      id: Uuid.nullable().meta({ description: 'For undoing it; null in a dry run.' }),
      dryRun: z.boolean(),
      counts: Counts,
      inFlight: z.array(Uuid).meta({
        description: 'Messages whose hand-over had started before a row took a consent back; no other starts after it.',
      }),
    }),
  })
  .meta({
    id: 'ImportSummary',
    description: 'The last line. Without it the import broke off; the file can be sent again.',
  });

export const ImportLine = z.union([RowAnswer, SummaryAnswer]).meta({ id: 'ImportLine' });

const ImportAnswer = z
  .strictObject({
    id: Uuid,
    source: z.string().nullable(),
    format: z.enum(IMPORT_FORMATS),
    actor: z.string(),
    startedAt: Instant,
    endedAt: Instant.nullable().meta({ description: 'Null while it runs, and for ever when it broke off.' }),
    undoneAt: Instant.nullable(),
    counts: Counts,
  })
  .meta({ id: 'Import' });
export { ImportAnswer };
export const ImportPage = pageOf('Imports', ImportAnswer);

export const UndoAnswer = z
  .strictObject({
    retracted: z.int().meta({ description: 'Consent events taken back by events of their own.' }),
    contactPointsEnded: z.int(),
  })
  .meta({ id: 'ImportUndone' });

export function toRowAnswer(row: RowResult): z.infer<typeof RowAnswer> {
  const { line: at, externalId, outcome, code, detail, before, after } = row;
  return { line: at, externalId, outcome, code, detail, before, after };
}

export function toSummaryAnswer({ id, counts, inFlight }: ImportSummary): z.infer<typeof SummaryAnswer> {
  return {
    import: { id, dryRun: id === null, counts: { ...counts, codes: { ...counts.codes } }, inFlight: [...inFlight] },
  };
}

export function toImportAnswer(record: ImportRecord): z.infer<typeof ImportAnswer> {
  const { id, source, format, actor, startedAt, endedAt, undoneAt, counts } = record;
  return {
    id,
    source,
    format,
    actor,
    startedAt: toIso(startedAt),
    endedAt: toInstant(endedAt),
    undoneAt: toInstant(undoneAt),
    counts: { ...counts, codes: { ...counts.codes } },
  };
}
