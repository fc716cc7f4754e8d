import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Wire } from '../../../../test/support/wire.js';
import { isDatabaseAway } from '../http/problem.js';
import { Database } from './database.js';
import { NoAnswer } from './patience.js';

describe('a database that does not answer', () => {
  let server: TestDatabase;
  let wire: Wire;
  let database: Database;
  beforeAll(async () => {
    server = await createTestDatabase();
    wire = new Wire(new URL(server.urls.app));
    await wire.connect();
  });
  afterEach(async () => {
    wire.letGo();
    await database.close();
  });
  afterAll(async () => {
    await wire.cut();
    await server.drop();
  });
  /** Connecting counts as an answer too, and a busy machine takes its time for it. */
  const ANSWER_MS = 3_000;
  const open = (cutsSlow: boolean): Database =>
    (database = new Database({
      url: wire.url,
      max: 2,
      name: 'patience spec',
      patience: { answerMs: ANSWER_MS, cutsSlow },
    }));
  const one = (): Promise<unknown> => database.tx.sql`SELECT 1 AS one`;
  const LONG_S = (ANSWER_MS * 1.5) / 1000;
  const sleeping = (): Promise<unknown> => database.tx.sql`SELECT pg_sleep(${LONG_S})::text AS slept`;
  const errorOf = async (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => null,
      (error: unknown) => error,
    );

  it.each([true, false])(
    'counts as away, whatever is asked of it, and is back when it answers (cuts slow: %s)',
    async (cutsSlow) => {
      open(cutsSlow);
      await one();
      wire.hold();
      const errors = await Promise.all([
        errorOf(one()),
        errorOf(database.transaction((tx) => tx.sql`SELECT 1`)),
        // There are two connections; this one waits for neither.
        errorOf(one()),
      ]);
      expect(errors.map(isDatabaseAway)).toEqual([true, true, true]);
      wire.letGo();
      expect(await one()).toEqual([{ one: 1 }]);
    },
  );

  it('is not one in which a long statement runs, where statements may be long', async () => {
    open(false);
    expect(await sleeping()).toEqual([{ slept: '' }]);
    expect(await database.transaction((tx) => tx.sql`SELECT pg_sleep(${LONG_S})::text AS slept`)).toEqual([
      { slept: '' },
    ]);
  });

  it('is also one that takes too long, where nothing is long, and then it stops by itself', async () => {
    open(true);
    const error = await errorOf(sleeping());
    expect([isDatabaseAway(error), (error as { code?: string }).code]).toEqual([true, '57014']);
    expect(await one()).toEqual([{ one: 1 }]);
  });

  it('is asked nothing more in a transaction once an answer is overdue, and the transaction is undone', async () => {
    open(true);
    const before = performance.now();
    const error = await errorOf(
      database.transaction(async (tx) => {
        await tx.sql`SELECT 1`;
        wire.hold();
        for (const _try of [1, 2, 3, 4, 5]) await errorOf(tx.sql`SELECT 2`);
        await tx.sql`SELECT 3`;
      }),
    );
    expect(error).toBeInstanceOf(NoAnswer);
    expect(performance.now() - before).toBeLessThan(ANSWER_MS * 3.5);
  });
});
