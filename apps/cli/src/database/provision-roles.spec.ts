import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { provisionRoles } from './provision-roles.js';
import { itInLongForm } from '../../../../test/support/form.js';

const PASSWORDS = { owner: 'o/w:n@er', app: "a'p?p", sequencer: 's&q=', reader: 'r#d%41' };

let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startEmbeddedPostgres({ ephemeral: true });
});
afterAll(() => server.stop());

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('provisioning', () => {
  it('gives each role a URL that works, whatever its password contains', async () => {
    const urls = await provisionRoles(server.adminUrl(), { database: 'first', passwords: PASSWORDS });
    for (const key of ['owner', 'app', 'sequencer', 'reader'] as const) {
      const rows = await query(urls[key], 'SELECT current_user AS role, current_database() AS database');
      expect(rows).toEqual([{ role: `gateway_${key}`, database: 'first' }]);
    }
  });

  it('can be done again, with new passwords, and by several at once', async () => {
    const passwords = { owner: 'new', app: 'new', sequencer: 'new', reader: 'new' };
    const options = { database: 'second', passwords };
    const [urls, old] = await Promise.all([
      provisionRoles(server.adminUrl(), options),
      provisionRoles(server.adminUrl(), options),
      provisionRoles(server.adminUrl(), options),
    ]);
    expect(urls).toEqual(old);
    expect(await query(urls.app, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const forgotten = new URL(urls.app);
    forgotten.password = encodeURIComponent(PASSWORDS.app);
    await expect(query(forgotten.toString(), 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('keeps other accounts of the server out of the database', async () => {
    await provisionRoles(server.adminUrl(), { database: 'closed', passwords: PASSWORDS });
    await query(server.adminUrl(), `CREATE ROLE stranger LOGIN PASSWORD 'stranger'`);
    const url = new URL(server.adminUrl('closed'));
    url.username = 'stranger';
    url.password = 'stranger';
    await expect(query(url.toString(), 'SELECT 1')).rejects.toThrow('permission denied for database');
  });

  itInLongForm('needs no superuser', async () => {
    const own = await startEmbeddedPostgres({ ephemeral: true });
    try {
      await query(own.adminUrl(), `CREATE ROLE dba LOGIN CREATEDB CREATEROLE PASSWORD 'dba'`);
      const dba = new URL(own.adminUrl());
      dba.username = 'dba';
      dba.password = 'dba';
      await provisionRoles(dba.toString(), { database: 'managed', passwords: PASSWORDS });
      const urls = await provisionRoles(dba.toString(), { database: 'managed', passwords: PASSWORDS });
      await query(urls.owner, 'CREATE SCHEMA mine');
      await expect(query(urls.app, 'CREATE SCHEMA mine_too')).rejects.toThrow('permission denied');
    } finally {
      await own.stop();
    }
  });
});
