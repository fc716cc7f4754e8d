import { expect, it } from '@jest/globals';
import { parquetMetadata } from 'hyparquet';
import { encoderOf } from './encoders.js';
import { FEED_SETS } from './domain/feed-set.js';

it.each(FEED_SETS)('$name makes a file without rows that says of which kind they would be', async ({ properties }) => {
  const encoder = await encoderOf('parquet', properties);
  const file = Buffer.concat([encoder.add([]), encoder.end()]);
  const { num_rows: rows, row_groups: groups, schema } = parquetMetadata(Uint8Array.from(file).buffer);
  expect([rows, groups, schema.length]).toEqual([0n, [], properties.length + 1]);
  // In Thrift's compact protocol: no rows, and then a list of no structs. A list of nothing is refused by Apache's own reader.
  expect(file.toString('hex')).toMatch(/1600190c/);
});
