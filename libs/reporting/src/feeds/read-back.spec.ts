import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FileMetaData, parquetMetadata, parquetReadObjects } from 'hyparquet';
import { type FeedProperty, FEED_SETS, type FeedType } from './domain/feed-set.js';
import { encoderOf, type FeedFormat } from './encoders.js';
import type { FeedRow } from './feed.store.js';

/** What feeds write of a value, as SQL says it. */
const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('', ' ', 'Müller & Söhne "GmbH"', "O'Neill; \\ Sons", '=1+1', 'a\tb\r\nc', '日本語 👩‍👩‍👧', 'null', 'NaN', 'ß'.repeat(300)),
); // prettier-ignore
const VALUES: Readonly<Record<FeedType, fc.Arbitrary<string>>> = {
  guid: fc.uuid(),
  string: text.filter((one) => !one.includes('\0')),
  instant: fc.tuple(day, fc.nat({ max: 999_999 })).map(([at, micros]) => `${at.toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`), // prettier-ignore
  date: day.map((at) => at.toISOString().slice(0, 10)),
  decimal: fc.oneof(
    fc.tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 6 })).map(([units, digits]) => decimal(units, digits)), // prettier-ignore
    fc.constantFrom('0', '-0.01', '0.000001', '-0.000001', '9007199254740993.01', '0.1', '100'),
  ),
  int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(String),
  boolean: fc.boolean().map(String),
};

describe('files of feeds', () => {
  it.each(FEED_SETS)('of $name say the same in Parquet, read back by somebody else’s program, as on lines of JSON', async ({ properties }) => {
    const row = fc.tuple(
      ...properties.map(({ type, isNullable }) => (isNullable ? fc.option(VALUES[type]) : VALUES[type])),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(row, { maxLength: 8 }), { minLength: 1, maxLength: 3 }), async (parts) => {
        const rows: FeedRow[] = parts.flat();
        const [parquet, lines] = [await made('parquet', properties, parts), await made('ndjson', properties, parts)];
        expect(await readBack(parquet, properties)).toEqual(rows);
        expect(readLines(lines.toString('utf8'), properties)).toEqual(rows);
      }),
      { numRuns: 15 },
    );
  }, 60_000); // prettier-ignore

  it('are CSV that no spreadsheet runs, also as a German Excel reads it', async () => {
    const properties: FeedProperty[] = [
      { name: 'Name', type: 'string', isNullable: true },
      { name: 'Amount', type: 'decimal', isNullable: true },
      { name: 'Places', type: 'int', isNullable: false },
      { name: 'At', type: 'instant', isNullable: false },
      { name: 'Is', type: 'boolean', isNullable: false },
    ];
    const at = '2026-03-01T12:00:00.000001Z';
    const parts = [[['Müller "&" Söhne; Co, KG', '-1234.5', '-3', at, 'true']], [['=cmd|x', null, '0', at, 'false'], [null, '0.1', '7', at, 'true']]]; // prettier-ignore
    expect((await made('csv', properties, parts)).toString('utf8').split('\r\n')).toEqual([
      'Name,Amount,Places,At,Is',
      `"Müller ""&"" Söhne; Co, KG",-1234.5,-3,${at},true`,
      `'=cmd|x,,0,${at},false`,
      `,0.1,7,${at},true`,
      '',
    ]);
    expect((await made('excel-de', properties, parts)).toString('utf8').split('\r\n')).toEqual([
      '\ufeffName;Amount;Places;At;Is',
      `"Müller ""&"" Söhne; Co, KG";-1234,5;-3;${at};true`,
      `'=cmd|x;;0;${at};false`,
      `;0,1;7;${at};true`,
      '',
    ]);
    // Without rows there is the header still.
    expect((await made('csv', properties, [])).toString('utf8')).toBe('Name,Amount,Places,At,Is\r\n');
  });

  it('hold no amount with more digits than a column of decimals has, instead of another amount', async () => {
    const properties: FeedProperty[] = [{ name: 'Amount', type: 'decimal', isNullable: false }];
    await expect(made('parquet', properties, [[['0.1234567']]])).rejects.toThrow(RangeError);
    expect(await readBack(await made('parquet', properties, [[['0.123456'], ['-1']]]), properties)).toEqual([['0.123456'], ['-1']]); // prettier-ignore
  });
});

async function made(
  format: FeedFormat,
  properties: readonly FeedProperty[],
  parts: readonly (readonly FeedRow[])[],
): Promise<Buffer> {
  const encoder = await encoderOf(format, properties);
  return Buffer.concat([...parts.map((rows) => encoder.add(rows)), encoder.end()]);
}

/** Without what the reader makes of numbers by itself, which are doubles and milliseconds. */
async function readBack(bytes: Buffer, properties: readonly FeedProperty[]): Promise<FeedRow[]> {
  const file = Uint8Array.from(bytes).buffer;
  const metadata: FileMetaData = parquetMetadata(file);
  for (const element of metadata.schema) if (element.converted_type === 'DECIMAL') delete element.converted_type;
  const parsers = {
    timestampFromMicroseconds: (micros: bigint) => micros,
    dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
  };
  const rows = await parquetReadObjects({ file, metadata, parsers });
  return rows.map((row) => properties.map(({ name }) => told(row[name] ?? null)));
}

function told(value: string | number | boolean | bigint | Uint8Array | null): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array)
    return decimal(BigInt.asIntN(128, BigInt(`0x${Buffer.from(value).toString('hex')}`)), 6);
  if (typeof value !== 'bigint') return String(value);
  const within = ((value % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const at = new Date(Number((value - within) / 1_000n)).toISOString();
  return `${at.slice(0, 19)}.${String(within).padStart(6, '0')}Z`;
}

/** As PostgreSQL writes one without zeros at its end. */
function decimal(units: bigint, digits: number): string {
  const [sign, size] = units < 0n ? ['-', -units] : ['', units];
  const padded = String(size).padStart(digits + 1, '0');
  const [whole, behind] = [padded.slice(0, padded.length - digits), padded.slice(padded.length - digits).replace(/0+$/, '')];
  return sign + whole + (behind === '' ? '' : `.${behind}`);
} // prettier-ignore

function readLines(lines: string, properties: readonly FeedProperty[]): FeedRow[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      // Numbers with all of their digits: of a decimal a double has fewer.
      const exact = line.replace(/("(?:[^"\\]|\\.)*":)(-?[0-9][0-9.]*)/g, '$1"$2"');
      const row = JSON.parse(exact) as Record<string, string | boolean | null>;
      return properties.map(({ name }) => (row[name] === null ? null : String(row[name])));
    });
}
