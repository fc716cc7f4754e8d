import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { createEmptyTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { migrateDeploy, migrationState } from './migrate-deploy.js';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createEmptyTestDatabase();
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'migrations-'));
});

afterEach(async () => {
  fs.rmSync(directory, { recursive: true, force: true });
  await database.drop();
});

function write(name: string, sql: string): void {
  fs.mkdirSync(path.join(directory, name), { recursive: true });
  fs.writeFileSync(path.join(directory, name, 'migration.sql'), sql);
}

const deploy = (): Promise<string[]> => migrateDeploy(database.urls.owner, { directory });

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.urls.admin });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const TABLE = 'CREATE TABLE mark (n int);';
const FUNCTION = `CREATE FUNCTION next_mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := NEW.n + 1; RETURN NEW; END; $$;
CREATE TRIGGER next BEFORE INSERT ON mark FOR EACH ROW EXECUTE FUNCTION next_mark();`;

describe('deploying migrations', () => {
  it('applies what is missing in the order of the names, and nothing twice', async () => {
    write('20260102000000_trigger', FUNCTION);
    write('20260101000000_table', TABLE);
    expect(await deploy()).toEqual(['20260101000000_table', '20260102000000_trigger']);
    expect(await deploy()).toEqual([]);
    await query('INSERT INTO mark VALUES (1)');
    expect(await query('SELECT n FROM mark')).toEqual([{ n: 2 }]);
  });

  it("leaves the rows that Prisma's own deploy would leave", async () => {
    write('20260101000000_table', TABLE);
    await deploy();
    const rows = await query(
      'SELECT migration_name, checksum, logs, rolled_back_at, applied_steps_count, finished_at >= started_at AS finished FROM _prisma_migrations',
    );
    expect(rows).toEqual([
      {
        migration_name: '20260101000000_table',
        checksum: createHash('sha256').update(TABLE).digest('hex'),
        logs: null,
        rolled_back_at: null,
        applied_steps_count: 1,
        finished: true,
      },
    ]);
  });

  it('applies each once when several deploy together', async () => {
    write('20260101000000_table', TABLE);
    write('20260102000000_trigger', FUNCTION);
    const applied = await Promise.all([deploy(), deploy(), deploy(), deploy()]);
    expect(applied.flat()).toEqual(['20260101000000_table', '20260102000000_trigger']);
  });

  it('rolls a failing file back, keeps the reason, and goes no further until that is settled', async () => {
    write('20260101000000_broken', `${TABLE} SELECT 1 / 0;`);
    write('20260102000000_after', 'CREATE TABLE after ();');
    await expect(deploy()).rejects.toThrow('20260101000000_broken failed and was rolled back: division by zero');
    expect(await query(`SELECT to_regclass('mark') AS mark, to_regclass('after') AS after`)).toEqual([
      { mark: null, after: null },
    ]);
    expect(await query('SELECT logs FROM _prisma_migrations')).toEqual([{ logs: 'division by zero' }]);
    await expect(deploy()).rejects.toThrow('a migration failed earlier: 20260101000000_broken');

    await query('UPDATE _prisma_migrations SET rolled_back_at = now()');
    write('20260101000000_broken', TABLE);
    expect(await deploy()).toEqual(['20260101000000_broken', '20260102000000_after']);
  });

  it('refuses a file that was edited after it was applied', async () => {
    write('20260101000000_table', TABLE);
    await deploy();
    write('20260101000000_table', `${TABLE} -- tidied`);
    await expect(deploy()).rejects.toThrow('edited after it was applied: 20260101000000_table');
  });

  it('refuses a database that a newer version has migrated', async () => {
    write('20260101000000_table', TABLE);
    await deploy();
    fs.rmSync(path.join(directory, '20260101000000_table'), { recursive: true });
    await expect(deploy()).rejects.toThrow('the database is newer than this version');
  });

  it('tells what it would do without doing it', async () => {
    write('20260101000000_table', TABLE);
    expect(await migrationState(database.urls.owner, { directory })).toEqual({
      applied: [],
      pending: ['20260101000000_table'],
    });
    expect(await query(`SELECT to_regclass('_prisma_migrations') AS journal`)).toEqual([{ journal: null }]);
    await deploy();
    expect(await migrationState(database.urls.owner, { directory })).toEqual({
      applied: ['20260101000000_table'],
      pending: [],
    });
  });

  it("brings an empty database to this project's own schema", async () => {
    await migrateDeploy(database.urls.owner);
    expect((await migrationState(database.urls.owner)).pending).toEqual([]);
  });
});
