import type { Readable } from 'node:stream';
import { DomainError } from '#lib/kernel';
import { linesOf, parseJson } from '#lib/platform';
import { type CsvColumns, readHeader, toRow } from './domain/csv-columns.js';
import { type CsvItem, type CsvProblem, CsvReader } from './domain/csv-reader.js';
import { COLUMNS, ImportRow, MAX_EXTERNAL_ID, rowProblems } from './import-row.js';

export const IMPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** A row with the line it begins on, or what is wrong with it. */
export type ReadRow =
  | { readonly kind: 'row'; readonly line: number; readonly row: ImportRow }
  | {
      readonly kind: 'unreadable';
      readonly line: number;
      /** As the row says it, if it says any; cut where it is longer than one may be. */
      readonly externalId: string | null;
      readonly code: RowProblem;
      readonly detail: string;
    };

export type RowProblem = 'too_long' | 'not_utf8' | 'malformed' | 'wrong_columns' | 'invalid';

const MAX_ROW_BYTES = 256 * 1024;

/**
 * Rows out of a stream, as they come. Whatever is wrong with one is said of that one; only a file that cannot be read
 * as what it claims to be ends the import before its first row.
 * @throws DomainError invalid_request
 */
export async function* readRows(stream: Readable, format: ImportFormat): AsyncGenerator<ReadRow> {
  yield* format === 'csv' ? readCsv(stream) : readNdjson(stream);
}

async function* readNdjson(stream: Readable): AsyncGenerator<ReadRow> {
  let line = 0;
  for await (const item of linesOf(stream, MAX_ROW_BYTES)) {
    line += 1;
    if (item.kind !== 'line') yield unreadable(line, item.kind);
    else if (item.text.trim() !== '') yield readJson(line, item.text);
  }
}

function readJson(line: number, text: string): ReadRow {
  try {
    return held(line, parseJson(text));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const where = error.extra.violations?.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
    return { kind: 'unreadable', line, externalId: null, code: 'malformed', detail: where ?? error.detail };
  }
}

async function* readCsv(stream: Readable): AsyncGenerator<ReadRow> {
  const reader = new CsvReader(MAX_ROW_BYTES);
  let columns: CsvColumns | null = null;
  let isEmpty = true;
  for await (const items of itemsOf(stream, reader)) {
    for (const item of items) {
      if (columns === null) {
        columns = columnsOf(item);
        continue;
      }
      isEmpty = false;
      if (item.kind === 'problem') {
        yield unreadable(item.line, item.problem);
      } else {
        const row = toRow(columns, item.fields);
        const [found, wanted] = [item.fields.length, columns.targets.length];
        if (row !== null) yield held(item.line, row);
        else {
          const detail = `has ${found} fields where the header has ${wanted}`;
          yield { kind: 'unreadable', line: item.line, externalId: null, code: 'wrong_columns', detail };
        }
      }
    }
  }
  if (isEmpty) throw new DomainError('invalid_request', 'Send a file with a header and at least one row.');
}

async function* itemsOf(stream: Readable, reader: CsvReader): AsyncGenerator<CsvItem[]> {
  for await (const chunk of stream as AsyncIterable<Buffer>) yield reader.push(chunk);
  yield reader.end();
}

function columnsOf(item: CsvItem): CsvColumns {
  if (item.kind === 'problem') {
    throw new DomainError('invalid_request', `The header cannot be read: ${DETAILS[item.problem]}`);
  }
  const check = readHeader(item.fields, COLUMNS);
  if (check.ok) return check.columns;
  throw new DomainError(
    'invalid_request',
    `Correct the header; it may name ${COLUMNS.join(', ')}, and attributes.* and evidence.*.`,
    {
      violations: check.problems.slice(0, 20).map((detail) => ({ pointer: '', detail })),
    },
  );
}

function held(line: number, value: unknown): ReadRow {
  const parsed = ImportRow.safeParse(value);
  return parsed.success
    ? { kind: 'row', line, row: parsed.data }
    : { kind: 'unreadable', line, externalId: idIn(value), code: 'invalid', detail: rowProblems(parsed.error) };
}

function idIn(value: unknown): string | null {
  const { externalId } = Object(value) as { externalId?: unknown };
  return typeof externalId === 'string' ? externalId.slice(0, MAX_EXTERNAL_ID) : null;
}

const DETAILS: Readonly<Record<CsvProblem, string>> = {
  too_long: `it is longer than ${MAX_ROW_BYTES} bytes; perhaps a quote is not closed`,
  not_utf8: 'its bytes are not UTF-8; save the file as UTF-8 and send it again',
  bad_quotes: 'a quote stands where none may; a field with quotes is quoted as a whole, and a quote in it doubled',
  open_quote: 'the quote that opens in it is never closed, so nothing after it was read',
  utf16: 'the file is UTF-16; save it as UTF-8 and send it again',
};

function unreadable(line: number, problem: CsvProblem): ReadRow {
  const code = problem === 'too_long' || problem === 'not_utf8' ? problem : 'malformed';
  return { kind: 'unreadable', line, externalId: null, code, detail: DETAILS[problem] };
}
