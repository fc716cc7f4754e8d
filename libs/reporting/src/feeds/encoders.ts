import type { ColumnSource, SchemaElement } from 'hyparquet-writer';
import { type CsvCell, type CsvDialect, csvLine, EXCEL_DE, RFC_4180 } from '#lib/platform';
import type { FeedProperty, FeedType } from './domain/feed-set.js';
import { rowWriter } from './domain/row-json.js';
import type { FeedRow } from './feed.store.js';

export const FEED_FORMATS = ['parquet', 'ndjson', 'csv', 'excel-de'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

/** Makes a file of rows that come bit by bit; holds no more than what was not taken yet. */
export interface FeedEncoder {
  /** The bytes that these rows are. */
  add(rows: readonly FeedRow[]): Buffer;
  /** The bytes that end the file. */
  end(): Buffer;
}

export async function encoderOf(format: FeedFormat, properties: readonly FeedProperty[]): Promise<FeedEncoder> {
  switch (format) {
    case 'parquet':
      return parquet(properties);
    case 'ndjson':
      return lines(properties);
    case 'csv':
      return csv(properties, RFC_4180);
    case 'excel-de':
      return csv(properties, EXCEL_DE);
  }
}

function lines(properties: readonly FeedProperty[]): FeedEncoder {
  const write = rowWriter(properties);
  return { add: (rows) => Buffer.from(rows.map((row) => `${write(row)}\n`).join('')), end: () => Buffer.alloc(0) };
}

/** A header and the rows; no cell runs as a formula. */
function csv(properties: readonly FeedProperty[], dialect: CsvDialect): FeedEncoder {
  let begin = (dialect.byteOrderMark ? '\ufeff' : '') + csvLine(properties.map(({ name }) => name), dialect); // prettier-ignore
  const written = (text: string): Buffer => {
    const bytes = Buffer.from(begin + text);
    begin = '';
    return bytes;
  };
  const cell = (text: string | null, { type }: FeedProperty): CsvCell =>
    text !== null && (type === 'decimal' || type === 'int') ? { decimal: text } : text;
  return {
    add: (rows) =>
      written(rows.map((row) => csvLine(properties.map((one, i) => cell(row[i] ?? null, one)), dialect)).join('')), // prettier-ignore
    end: () => written(''),
  };
}

/** As many digits behind the point as any amount or credit has. */
const SCALE = 6;
type Element = Omit<SchemaElement, 'name' | 'repetition_type'>;

const ELEMENTS: Readonly<Record<FeedType, Element>> = {
  guid: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } },
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  instant: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } },
  date: { type: 'INT32', converted_type: 'DATE' },
  decimal: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, converted_type: 'DECIMAL', precision: 38, scale: SCALE },
  int: { type: 'INT32' },
  boolean: { type: 'BOOLEAN' },
};

const VALUES: Readonly<Record<FeedType, (text: string) => unknown>> = {
  guid: (text) => text,
  string: (text) => text,
  instant: (text) => BigInt(Date.parse(`${text.slice(0, 19)}Z`)) * 1000n + BigInt(text.slice(20, 26)),
  date: (text) => new Date(text),
  decimal: scaled,
  int: Number,
  boolean: (text) => text === 'true',
};

async function parquet(properties: readonly FeedProperty[]): Promise<FeedEncoder> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const out = new ByteWriter();
  const schema = [
    { name: 'root', num_children: properties.length },
    ...properties.map(({ name, type, isNullable }) => ({
      ...ELEMENTS[type],
      name,
      repetition_type: isNullable ? ('OPTIONAL' as const) : ('REQUIRED' as const),
    })),
  ];
  const writer = new ParquetWriter({ writer: out, schema, createdBy: 'consent-gateway' });
  let isEmpty = true;
  const taken = (): Buffer => {
    const bytes = Buffer.from(out.getBytes());
    out.index = 0;
    return bytes;
  };
  return {
    add(rows) {
      const columnData = properties.map(({ name, type }, i): ColumnSource => {
        const value = VALUES[type];
        const data = rows.map((row) => {
          const text = row[i] ?? null;
          return text === null ? null : value(text);
        });
        return { name, data };
      });
      isEmpty &&= rows.length === 0;
      if (rows.length > 0) void writer.write({ columnData, rowGroupSize: rows.length });
      return taken();
    },
    end() {
      void writer.finish();
      return isEmpty ? ofStructs(taken()) : taken();
    },
  };
}

/** A decimal as a whole number of its smallest part. @throws RangeError for one with more digits than a column has */
function scaled(text: string): bigint {
  const [whole = '0', digits = ''] = text.split('.');
  if (digits.length > SCALE) throw new RangeError(`a decimal has at most ${SCALE} digits behind the point`);
  return BigInt(whole + digits.padEnd(SCALE, '0'));
}

/** No rows, and of groups of rows an empty list of nothing, as the library writes one. */
const NO_ROWS = Buffer.from([0x16, 0x00, 0x19, 0x00]);
/** The same list of structs, which other readers ask for. */
const OF_STRUCTS = 0x0c;

/** Of a file without rows. */
function ofStructs(file: Buffer): Buffer {
  const at = file.lastIndexOf(NO_ROWS);
  if (at < 0) throw new Error('a file without rows says so otherwise than it did');
  file[at + NO_ROWS.length - 1] = OF_STRUCTS;
  return file;
}
