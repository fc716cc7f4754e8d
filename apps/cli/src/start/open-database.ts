import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { CommandEnd } from '../command.js';
import { databaseUrl, migrateDeploy, migrateQueueSchema, provisionRoles, type RoleKey } from '../database/index.js';
import { readJson, writeJson } from './kept-file.js';

const DATABASE = 'gateway';

/** What a deployment on this machine must not lose. */
const Secrets = z.object({
  masterKey: z.string(),
  passwords: z.object({ owner: z.string(), app: z.string(), sequencer: z.string(), reader: z.string() }),
});
type Secrets = z.infer<typeof Secrets>;

export interface OpenedDatabase {
  /** URL of the database for each role. */
  readonly urls: Readonly<Record<RoleKey, string>>;
  readonly masterKey: string;
  /**
   * What is outside the database on purpose: the log's key with what was signed last, the witness's, and opt-outs that
   * were taken while the database was away.
   */
  readonly folders: { readonly ledger: string; readonly witness: string; readonly optOuts: string };
}

/**
 * Roles, tables and queues as this version wants them. Passwords and the master key are random, made at the first
 * start and kept in a file of mode 0600 beside the cluster.
 * @throws CommandEnd when that file is gone and the database is not.
 */
export async function openDatabase(adminUrl: string, dataDir: string): Promise<OpenedDatabase> {
  const { masterKey, passwords } = await secretsIn(dataDir, adminUrl);
  const urls = await provisionRoles(adminUrl, { database: DATABASE, passwords });
  await Promise.all([migrateDeploy(urls.owner), migrateQueueSchema(urls.owner)]);
  const folders = {
    ledger: path.join(dataDir, 'ledger'),
    witness: path.join(dataDir, 'witness'),
    optOuts: path.join(dataDir, 'opt-outs'),
  };
  return { urls, masterKey, folders };
}

async function secretsIn(dataDir: string, adminUrl: string): Promise<Secrets> {
  const file = path.join(dataDir, 'secrets.json');
  const kept = readJson(file, Secrets);
  if (kept !== null) return kept;
  if (await holdsAnything(adminUrl)) {
    throw new CommandEnd(
      `${file} is gone, and without it what is sealed in the database cannot be read. Restore it, or start over: rm -rf ${dataDir}`,
      1,
    );
  }
  const random = (): string => randomBytes(32).toString('base64url');
  const made: Secrets = {
    masterKey: randomBytes(32).toString('base64'),
    passwords: { owner: random(), app: random(), sequencer: random(), reader: random() },
  };
  writeJson(file, made);
  return made;
}

/** Whether anything was ever sealed with a master key: nothing is without a brand or a key to the api. */
async function holdsAnything(adminUrl: string): Promise<boolean> {
  const ask = async (url: string, sql: string, values: readonly string[] = []): Promise<boolean> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<{ holds: boolean }>(sql, [...values])).rows[0]?.holds === true;
    } finally {
      await client.end();
    }
  };
  if (!(await ask(adminUrl, 'SELECT true AS holds FROM pg_database WHERE datname = $1', [DATABASE]))) return false;
  const url = databaseUrl(adminUrl, DATABASE);
  if (!(await ask(url, `SELECT to_regclass('consent.api_key') IS NOT NULL AS holds`))) return false;
  return ask(url, 'SELECT EXISTS (SELECT FROM consent.brand) OR EXISTS (SELECT FROM consent.api_key) AS holds');
}
