import { randomBytes } from 'node:crypto';
import pg from 'pg';
import {
  databaseUrl,
  provisionRoles,
  restrictDatabase,
  roleUrls,
  ROLES,
  type RoleKey,
} from '../../apps/cli/src/database/index.js';

export interface TestDatabase {
  readonly name: string;
  /** One URL per role; `admin` is the superuser, for looking behind the grants. */
  readonly urls: Readonly<Record<RoleKey | 'admin', string>>;
  /** Ends every connection to the database and removes it. */
  drop(): Promise<void>;
}

interface TestServer {
  readonly adminUrl: string;
  readonly template: string;
  readonly passwords: Readonly<Record<RoleKey, string>>;
  /** Data directory of a stopped server with the template database, for `copyOf` of `startEmbeddedPostgres`. */
  readonly prepared: string;
}

/** A database of its own, without rows, migrated and with BullMQ's tables; takes about 0.1 s. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = testServer();
  const name = newName();
  await onServer(server, async (admin) => {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${server.template} OWNER ${ROLES.owner} STRATEGY FILE_COPY`);
    await restrictDatabase(admin, name);
  });
  return handleOf(server, name);
}

/** A copy of a database to which nobody is connected any more. */
export async function copyTestDatabase({ name: original }: TestDatabase): Promise<TestDatabase> {
  const server = testServer();
  const name = newName();
  await onServer(server, async (admin) => {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${original} OWNER ${ROLES.owner} STRATEGY FILE_COPY`);
    await restrictDatabase(admin, name);
  });
  return handleOf(server, name);
}

/** As `createTestDatabase`, before the first migration. */
export async function createEmptyTestDatabase(): Promise<TestDatabase> {
  const server = testServer();
  const name = newName();
  await provisionRoles(server.adminUrl, { database: name, passwords: server.passwords });
  return handleOf(server, name);
}

function newName(): string {
  return `test_${process.env['JEST_WORKER_ID'] ?? '0'}_${randomBytes(6).toString('hex')}`;
}

function handleOf(server: TestServer, name: string): TestDatabase {
  return {
    name,
    urls: { ...roleUrls(server.adminUrl, name, server.passwords), admin: databaseUrl(server.adminUrl, name) },
    drop: () =>
      onServer(server, async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

export function testServer(): TestServer {
  const value = process.env['TEST_DATABASE_SERVER'];
  if (value === undefined) {
    throw new Error(
      'no test database in this run: the spec is in the unit tier of jest.config.mjs, where nothing may need one',
    );
  }
  return JSON.parse(value) as TestServer;
}

async function onServer(server: TestServer, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
