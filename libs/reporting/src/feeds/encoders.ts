import type { ColumnSource, SchemaElement } from 'hyparquet-writer';
import type { FeedProperty, FeedType } from './domain/feed-set.js';
import { rowWriter } from './domain/row-json.js';
import type { FeedRow } from './feed.store.js';

export const FEED_FORMATS = ['parquet', 'ndjson'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

/** Makes a file of rows that come bit by bit; holds no more than what was not taken yet. */
export interface FeedEncoder {
  /** The bytes that these rows are. */
  add(rows: readonly FeedRow[]): Buffer;
  /** The bytes that end the file. */
  end(): Buffer;
}

export async function encoderOf(format: FeedFormat, properties: readonly FeedProperty[]): Promise<FeedEncoder> {
  if (format === 'parquet') return parquet(properties);
  const write = rowWriter(properties);
  return { add: (rows) => Buffer.from(rows.map((row) => `${write(row)}\n`).join('')), end: () => Buffer.alloc(0) };
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
      if (rows.length > 0) void writer.write({ columnData, rowGroupSize: rows.length });
      return taken();
    },
    end() {
      void writer.finish();
      return taken();
    },
  };
}

/** A decimal as a whole number of its smallest part. */
function scaled(text: string): bigint {
  const [whole = '0', digits = ''] = text.split('.');
  return BigInt(whole + digits.padEnd(SCALE, '0'));
}
