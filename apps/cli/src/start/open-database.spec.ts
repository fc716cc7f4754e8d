import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { testServer } from '../../../../test/support/database.js';
import { databaseUrl, type EmbeddedPostgres, startEmbeddedPostgres } from '../database/index.js';
import { settingsOf } from './addresses.js';
import { openDatabase } from './open-database.js';

let folder: string;
let server: EmbeddedPostgres;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'open-database-'));
  server = await startEmbeddedPostgres({ ephemeral: true, copyOf: testServer().prepared });
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(folder, { recursive: true });
});

const secrets = (): string => path.join(folder, 'secrets.json');
const open = () => openDatabase(server.adminUrl(), folder);

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

it('makes secrets once, for the account alone, and every role comes in by its own', async () => {
  const opened = await open();
  expect(fs.statSync(secrets()).mode & 0o777).toBe(0o600);
  expect(await query(opened.urls.app, 'SELECT current_user AS role')).toEqual([{ role: 'gateway_app' }]);
  expect(await query(opened.urls.sequencer, 'SELECT current_user AS role')).toEqual([{ role: 'gateway_sequencer' }]);
  expect(await open()).toEqual(opened);
  // What people were promised while the database was away belongs to this one, wherever it was started from.
  const ports = { api: 1, center: 2, worker: 3, mailbox: 4, smtp: 5, witness: 6 };
  expect(settingsOf('center', ports, opened)['CENTER_JOURNAL_DIR']).toBe(path.join(folder, 'opt-outs'));
  expect(settingsOf('worker', ports, opened)['PROVIDER_HOSTS']).toBe('127.0.0.1:5');
});

it('makes others when they are gone and nothing was sealed with them, and refuses once something was', async () => {
  const before = await open();
  fs.rmSync(secrets());
  const after = await open();
  expect(after.masterKey).not.toBe(before.masterKey);
  await expect(query(before.urls.app, 'SELECT 1')).rejects.toThrow('password authentication failed');

  await query(
    databaseUrl(server.adminUrl(), 'gateway'),
    `INSERT INTO consent.api_key (id, public_id, name, secret_hash, scopes, test)
     VALUES (gen_random_uuid(), 'spec', 'spec', sha256('spec'), '{metrics:read}', false)`,
  );
  fs.rmSync(secrets());
  await expect(open()).rejects.toThrow('without it what is sealed in the database cannot be read');
  expect(fs.existsSync(secrets())).toBe(false);
});
