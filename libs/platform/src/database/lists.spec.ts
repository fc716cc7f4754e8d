import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { uuidList } from './copy.js';
import { Database } from './database.js';
import { plainList } from './tx.js';
import { sqlPart } from './composed.js';

describe('lists as PostgreSQL takes them', () => {
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await createTestDatabase();
    database = new Database({ url: server.urls.app });
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
  });

  const ids = Array.from({ length: 600 }, () => randomUUID());

  it.each([
    ['many', ids],
    ['none', []],
    ['some that are null', [ids[0] ?? '', null, ids[1] ?? '']],
    ['in capitals', ids.slice(0, 3).map((id) => id.toUpperCase())],
  ])('are the ids that were given: %s', async (_name, given: readonly (string | null)[]) => {
    const rows = await database.tx.sql<{ id: string | null }>`
      SELECT id FROM unnest(${uuidList(given)}::uuid[]) WITH ORDINALITY AS g (id, n) ORDER BY n`;
    expect(rows.map(({ id }) => id)).toEqual(given.map((id) => id?.toLowerCase() ?? null));
  });

  it('are no parts of a statement: one is refused where it would be bound as a value', async () => {
    const order = sqlPart`n DESC`;
    await expect(database.tx.sql`SELECT n FROM generate_series(1, 2) AS g (n) ORDER BY ${order}`).rejects.toThrow(
      TypeError,
    );
  });

  it('has no id that is none', () => {
    expect(() => uuidList(['4711'])).toThrow(RangeError);
  });

  it('are the numbers and names that were given, and rows are lists of their values', async () => {
    const rows = await database.tx.rows<readonly [number | null, string, number]>`
      SELECT n, name, '2026-11-21 16:00:00.123+00'::timestamptz
        FROM unnest(${plainList([1, null, 3])}::bigint[], ${plainList(['a/b', 'c', 'd-e'])}::text[]) AS g (n, name)`;
    const at = Date.UTC(2026, 10, 21, 16, 0, 0, 123);
    expect(rows).toEqual([
      [1, 'a/b', at],
      [null, 'c', at],
      [3, 'd-e', at],
    ]);
  });
});
