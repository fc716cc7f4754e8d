import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { everyNth } from '../support/form.js';
import { Installation } from '../support/installation.js';
import type { AppName } from '../support/processes.js';

const APPS: readonly AppName[] = ['api', 'worker', 'center'];

describe('a process on a database that it must not trust', () => {
  let postgres: DurablePostgres;
  let installation: Installation;

  beforeAll(async () => {
    postgres = await startDurablePostgres();
    // As in production, where nothing is overlooked; only mail on loopback needs less.
    installation = new Installation(postgres.urls, 'postgres', { NODE_ENV: 'production' });
    await Promise.all(APPS.map((app) => installation.startReady(app)));
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await postgres.remove();
  });

  const statuses = () =>
    Promise.all(APPS.map(async (app) => (await fetch(`${installation.process(app).url}/readyz`)).status));
  /** What a role is told counts for connections that are made after it. */
  const reconnect = async (): Promise<void> => {
    await installation.admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gateway_app'",
    );
  };
  const texts = () =>
    Promise.all(APPS.map(async (app) => (await fetch(`${installation.process(app).url}/readyz`)).text()));

  it.each([
    [
      'a trigger of the ledger is switched off',
      'ALTER TABLE ledger.entry DISABLE TRIGGER append_only',
      'ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only',
      'append_only',
    ],
    [
      'a trigger of the ledger lets replicas pass',
      'ALTER TABLE ledger.placement ENABLE TRIGGER append_only',
      'ALTER TABLE ledger.placement ENABLE ALWAYS TRIGGER append_only',
      'append_only',
    ],
    [
      'the application may change the log',
      'GRANT UPDATE ON ledger.entry TO gateway_app',
      'REVOKE UPDATE ON ledger.entry FROM gateway_app',
      'UPDATE',
    ],
    [
      'a migration is missing',
      "UPDATE public._prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%sending'",
      'UPDATE public._prisma_migrations SET finished_at = now()',
      '_sending',
    ],
  ])(
    'is not ready while %s',
    async (_when, breakIt, mendIt, says) => {
      expect(await statuses()).toEqual([200, 200, 200]);
      await installation.admin.query(breakIt);
      const [broken, words] = [await statuses(), await texts()];
      await installation.admin.query(mendIt);
      expect(broken).toEqual([503, 503, 503]);
      for (const text of words) expect(text).toContain(says);
      expect(await statuses()).toEqual([200, 200, 200]);
    },
    60_000,
  );

  it('is not ready while a commit could be lost, which a single role can be told', async () => {
    await installation.admin.query('ALTER ROLE gateway_app SET synchronous_commit = off');
    await reconnect();
    const [broken, words] = [await statuses(), await texts()];
    await installation.admin.query('ALTER ROLE gateway_app RESET synchronous_commit');
    await reconnect();
    expect(broken).toEqual([503, 503, 503]);
    for (const text of words) expect(text).toContain('synchronous_commit');
    await Promise.all(APPS.map((app) => installation.process(app).ready()));
  }, 60_000);

  it('is alive and not ready while there is none, and finds back by itself', async () => {
    await postgres.kill();
    expect(await statuses()).toEqual([503, 503, 503]);
    for (const app of APPS) expect((await fetch(`${installation.process(app).url}/livez`)).status).toBe(200);
    await postgres.restart();
    await Promise.all(APPS.map((app) => installation.process(app).ready()));
  }, 60_000);
});

describe('a process that must not start', () => {
  let database: TestDatabase;
  let installation: Installation;

  beforeAll(async () => {
    database = await createTestDatabase();
    installation = new Installation(database.urls, 'postgres');
  });
  afterAll(async () => {
    await installation.end();
    await database.drop();
  });

  const refusal = async (
    app: AppName,
    settings: Record<string, string>,
  ): Promise<{ code: number | null; output: string }> => {
    const process = await installation.start(app, settings);
    const exit = await Promise.race([
      process.exited,
      process.ready().then(
        () => ({ code: null, signal: null }),
        () => process.exited,
      ),
    ]);
    if (process.exit() === null) await process.kill();
    return { code: exit.code, output: process.output() };
  };

  it.each(APPS)(
    'the %s does not start as the owner of the tables or as a superuser',
    async (app) => {
      // In the short form one of them for each process, and each of them for one.
      const roles = everyNth(2, ['owner', 'admin'] as const, APPS.indexOf(app));
      const refusals = await Promise.all(roles.map((role) => refusal(app, { DATABASE_URL: database.urls[role] })));
      for (const [i, { code, output }] of refusals.entries()) {
        expect([roles[i], code]).toEqual([roles[i], 1]);
        expect(output).toMatch(/gateway_owner|superuser/);
        for (const role of roles) expect(output).not.toContain(new URL(database.urls[role]).password);
      }
    },
    120_000,
  );

  it('the worker does not give positions as a superuser either', async () => {
    const { code } = await refusal('worker', { SEQUENCER_DATABASE_URL: database.urls.admin });
    expect(code).toBe(1);
  }, 60_000);

  it('names every setting that is wrong, and no value', async () => {
    const { code, output } = await refusal('api', {
      MASTER_KEY: 'SecretThatIsNoKey',
      DATABASE_URL: 'mysql://user:SecretWord@x',
      START_SECONDS: 'SecretNumber',
    });
    expect(code).toBe(1);
    for (const name of ['MASTER_KEY', 'DATABASE_URL', 'START_SECONDS']) expect(output).toContain(name);
    expect(output).not.toContain('Secret');
  }, 60_000);

  it.each(['CRASH_AT', 'HALT_AT'])(
    'no process takes a crash point in production by %s',
    async (name) => {
      const { code, output } = await refusal('worker', { NODE_ENV: 'production', [name]: 'attempt.after_commit' });
      expect(code).toBe(1);
      expect(output).toContain(name);
    },
    60_000,
  );
});
