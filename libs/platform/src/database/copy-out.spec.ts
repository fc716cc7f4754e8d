import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { sqlPart } from './composed.js';
import type { CopiedRow } from './copy-out.js';
import { Database } from './database.js';

describe('rows that are copied out', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = new Database({ url: test.urls.app, max: 1 });
  });
  afterAll(async () => {
    await database.close();
    await test.drop();
  });

  /** The fields of a row as text. */
  function fieldsOf({ bytes, view, start, end }: CopiedRow): (string | null)[] {
    const fields: (string | null)[] = [];
    for (let at = start; at < end;) {
      const length = view.getInt32(at);
      fields.push(length < 0 ? null : bytes.toString('utf8', at + 4, at + 4 + length));
      at += 4 + Math.max(0, length);
    }
    return fields;
  }

  it('come whole, whatever they are cut into on their way, and between other statements', async () => {
    const found: string[] = [];
    const lengths = [1, 70_000, 0, 200_000];
    await database.transaction(async (tx) => {
      // What it says meanwhile is for the driver.
      await tx.sql`SELECT set_config('client_min_messages', 'notice', true)`;
      await tx.copyOut(
        sqlPart`SELECT i::text, CASE i % 3 WHEN 0 THEN NULL ELSE repeat('x', (${`{${lengths.join(',')}}`}::int[])[1 + i % 4]) END, ${"it's"}::text
                  FROM generate_series(1, 400) AS i`,
        (row) => {
          const [i, long, last] = fieldsOf(row);
          found.push(`${i} ${long?.length ?? 'null'} ${last}`);
        },
      );
      expect(await tx.sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    });
    expect(found).toEqual(
      Array.from({ length: 400 }, (_, k) => `${k + 1} ${(k + 1) % 3 === 0 ? 'null' : lengths[(k + 1) % 4]} it's`),
    );
  });

  it('are none where there are none', async () => {
    let rows = 0;
    await database.tx.copyOut(sqlPart`SELECT 1 WHERE false`, () => rows++);
    expect(rows).toBe(0);
  });

  it('leave the connection as it was when PostgreSQL or whoever takes them fails', async () => {
    const [before] = await database.tx.sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`;
    await expect(database.tx.copyOut(sqlPart`SELECT nothing`, () => undefined)).rejects.toThrow(
      '"nothing" does not exist',
    );
    // Half of them have come when it fails.
    const failing = database.tx.copyOut(
      sqlPart`SELECT repeat('x', 1000), 1 / (30000 - i) FROM generate_series(1, 60000) AS i`,
      () => undefined,
    );
    await expect(failing).rejects.toThrow('division by zero');
    const refused = database.tx.copyOut(sqlPart`SELECT repeat('x', 1000) FROM generate_series(1, 9000)`, () => {
      throw new Error('not this one');
    });
    await expect(refused).rejects.toThrow('not this one');
    await expect(database.tx.copyOut(sqlPart`SELECT ${[1]}::text`, () => undefined)).rejects.toThrow(
      'texts and numbers',
    );
    expect(await database.tx.sql`SELECT pg_backend_pid() AS pid`).toEqual([before]);
  });
});
