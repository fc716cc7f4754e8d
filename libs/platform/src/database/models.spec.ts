import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Database } from './database.js';
import type { ModelTx } from './models.js';

describe('a transaction with models', () => {
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

  const byModel = (tx: ModelTx, key: string) => tx.models.brand.create({ data: { id: randomUUID(), key, ...BRAND } });
  const bySql = (tx: ModelTx, key: string) => tx.execute`
    INSERT INTO consent.brand (id, key, name, legal_name, postal_address, default_language, default_zone, country, sender_name, sender_email)
    VALUES (${randomUUID()}, ${key}, 'B', 'B', 'B', 'en', 'Europe/Berlin', 'DE', 'B', 'b@example.org')`;
  const keys = async (like: string) =>
    (await database.tx.sql<{ key: string }>`SELECT key FROM consent.brand WHERE key LIKE ${like} ORDER BY key`).map(
      ({ key }) => key,
    );

  it('runs SQL and models on one connection inside one transaction', async () => {
    const seen = await database.transactionWithModels(async (tx) => {
      await byModel(tx, 'both-a');
      const fromSql = await tx.sql`SELECT 1 FROM consent.brand WHERE key = 'both-a'`;
      await bySql(tx, 'both-b');
      const fromModel = await tx.models.brand.count({ where: { key: 'both-b' } });
      const [sql] = await tx.sql<Session>`SELECT pg_backend_pid() AS pid, txid_current() AS xid`;
      const [model] = await tx.models.$queryRaw<Session[]>`SELECT pg_backend_pid() AS pid, txid_current() AS xid`;
      const outside = await keys('both-%');
      return { fromSql: fromSql.length, fromModel, sql, model, outside };
    });

    expect(seen).toMatchObject({ fromSql: 1, fromModel: 1, outside: [] });
    expect(Number(seen.model?.pid)).toBe(seen.sql?.pid);
    expect(Number(seen.model?.xid)).toBe(seen.sql?.xid);
    expect(await keys('both-%')).toEqual(['both-a', 'both-b']);
  });

  it('rolls the model write back when the SQL fails, and the SQL write when the model fails', async () => {
    const sqlFails = database.transactionWithModels(async (tx) => {
      await byModel(tx, 'lost-a');
      await tx.sql`SELECT 1 / 0`;
    });
    await expect(sqlFails).rejects.toMatchObject({ code: '22012' });

    const modelFails = database.transactionWithModels(async (tx) => {
      await bySql(tx, 'lost-b');
      await byModel(tx, 'lost-c');
      await byModel(tx, 'lost-c');
    });
    await expect(modelFails).rejects.toMatchObject({ code: 'P2002' });

    const workFails = database.transactionWithModels(async (tx) => {
      await Promise.all([bySql(tx, 'lost-d'), byModel(tx, 'lost-e')]);
      throw new Error('changed my mind');
    });
    await expect(workFails).rejects.toThrow('changed my mind');
    expect(await keys('lost-%')).toEqual([]);
  });

  it('keeps parallel transactions apart, also when there are more than connections', async () => {
    const pids = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        database.transactionWithModels(async (tx) => {
          await byModel(tx, `many-m-${i}`);
          await bySql(tx, `many-s-${i}`);
          const [sql] = await tx.sql<Session>`SELECT pg_backend_pid() AS pid, txid_current() AS xid`;
          const [model] = await tx.models.$queryRaw<Session[]>`SELECT pg_backend_pid() AS pid, txid_current() AS xid`;
          return [sql?.pid === Number(model?.pid), Number(model?.xid) === sql?.xid];
        }),
      ),
    );
    expect(pids).toEqual(Array.from({ length: 12 }, () => [true, true]));
    expect(await keys('many-%')).toHaveLength(24);
  });

  it('is READ COMMITTED', async () => {
    const level = await database.transactionWithModels((tx) => tx.sql`SHOW transaction_isolation`);
    expect(level).toEqual([{ transaction_isolation: 'read committed' }]);
  });

  it('runs the work again after a deadlock', async () => {
    await database.transactionWithModels(async (tx) => {
      await byModel(tx, 'dead-a');
      await byModel(tx, 'dead-b');
    });
    let runs = 0;
    let holding = 0;
    let meet = (): void => undefined;
    const bothHoldOne = new Promise<void>((resolve) => (meet = resolve));
    const rename = (first: string, second: string) =>
      database.transactionWithModels(async (tx) => {
        runs += 1;
        await tx.models.brand.update({ where: { key: first }, data: { name: first } });
        if (++holding === 2) meet();
        await bothHoldOne;
        await tx.models.brand.update({ where: { key: second }, data: { name: first } });
      });
    await Promise.all([rename('dead-a', 'dead-b'), rename('dead-b', 'dead-a')]);
    expect(runs).toBe(3);
  });
});

interface Session {
  readonly pid: number;
  readonly xid: number;
}

const BRAND = {
  name: 'B',
  legalName: 'B',
  postalAddress: 'B',
  defaultLanguage: 'en',
  defaultZone: 'Europe/Berlin',
  country: 'DE',
  senderName: 'B',
  senderEmail: 'b@example.org',
};
