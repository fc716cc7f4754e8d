import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
import { bootId } from './first-sync.js';
import { isAlive } from './postmaster.js';
import { itInLongForm } from '../../../../test/support/form.js';
import { testServer } from '../../../../test/support/database.js';

const TOOLS = path.resolve(import.meta.dirname, '../../../../scripts/database-tools.mjs');
const isRoot = process.getuid?.() === 0;

/** What another process says about the server it has started. */
interface Announced {
  readonly pid: number;
  readonly port: number;
  readonly dataDir: string;
  readonly url: string;
}

let folder: string;
const running: EmbeddedPostgres[] = [];
const starters: ChildProcess[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-spec-'));
  fs.chmodSync(folder, 0o755);
});

afterEach(async () => {
  for (const starter of starters.splice(0)) starter.kill('SIGKILL');
  for (const server of running.splice(0).reverse()) await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const markOf = ({ dataDir }: EmbeddedPostgres): string => path.join(dataDir, 'pgdata', 'not-on-disk');

/** On a new cluster. */
async function startNew(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'pg'), ...options });
  running.push(server);
  return server;
}

/** On a copy of a cluster, which is there sooner than a new one. */
const start = (options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> =>
  startNew({ copyOf: testServer().prepared, ...options });

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // Some tests end the server under it.
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts a server from another Node process, in a process group of its own, that then only waits. */
async function startElsewhere(options: EmbeddedPostgresOptions): Promise<{ starter: ChildProcess; server: Announced }> {
  const program = `
    import { loadDatabaseTools } from ${JSON.stringify(TOOLS)};
    const { startEmbeddedPostgres } = await loadDatabaseTools();
    process.on('SIGINT', () => {});
    const { pid, port, dataDir, adminUrl } = await startEmbeddedPostgres(${JSON.stringify({ copyOf: testServer().prepared, ...options })});
    console.log(JSON.stringify({ pid, port, dataDir, url: adminUrl() }));
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', program], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env },
  });
  starters.push(starter);
  const [chunk] = (await once(starter.stdout, 'data')) as [Buffer];
  return { starter, server: JSON.parse(chunk.toString()) as Announced };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 3_000 && !condition(); i++) await sleep(20);
  expect(condition()).toBe(true);
}

describe('the embedded PostgreSQL', () => {
  it('keeps what it has committed, and listens on loopback alone', async () => {
    const server = await startNew();
    const rows = await query(
      server.adminUrl(),
      `SELECT name, setting FROM pg_settings
        WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories')`,
    );
    expect(Object.fromEntries(rows.map((row) => [row['name'], row['setting']]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    });
  });

  itInLongForm('lets nobody in without the password, which only its account can read', async () => {
    const server = await startNew({ ephemeral: true });
    const url = new URL(server.adminUrl());
    expect(url.password).toHaveLength(32);
    url.password = 'postgres';
    await expect(query(url.toString(), 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(fs.statSync(path.join(server.dataDir, 'pgdata/gateway.password')).mode & 0o777).toBe(0o600);
  });

  itInLongForm('takes the settings it is given before its own', async () => {
    const server = await start({ ephemeral: true, settings: { work_mem: '7MB', fsync: 'on' } });
    expect(await query(server.adminUrl(), 'SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
    expect(await query(server.adminUrl(), 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('writes no statement and no value of a failed statement into its log', async () => {
    const server = await start({ ephemeral: true });
    await query(server.adminUrl(), 'CREATE TABLE point (address text UNIQUE)');
    const insert = `INSERT INTO point VALUES ('ada@example.test')`;
    await query(server.adminUrl(), insert);
    await expect(query(server.adminUrl(), insert)).rejects.toThrow('duplicate key');
    const log = fs.readFileSync(server.logFile, 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('ada@example.test');
  });

  itInLongForm('is marked until all of a new cluster is on the disk', async () => {
    const server = await startNew();
    await server.onDisk;
    expect(fs.existsSync(markOf(server))).toBe(false);
    expect(await query(server.adminUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  itInLongForm.each([
    ['has the rest written to the disk when only processes were killed', 'this boot', { found: 'kept' }],
    ['begins anew when the machine went down before all was on the disk', 'another boot', { found: null }],
  ])('%s', async (_what, boot, found) => {
    const first = await start();
    await query(first.adminUrl(), 'CREATE TABLE kept ()');
    await first.stop();
    fs.writeFileSync(markOf(first), boot === 'this boot' ? (bootId() ?? '') : boot);
    const next = await startNew();
    expect(await query(next.adminUrl(), `SELECT to_regclass('kept') AS found`)).toEqual([found]);
    await next.onDisk;
    expect(fs.existsSync(markOf(next))).toBe(false);
  });

  itInLongForm('begins with a copy of a cluster that is at rest, and leaves that as it was', async () => {
    const first = await start();
    await query(first.adminUrl(), 'CREATE TABLE only_here AS SELECT 42 AS answer');
    const other = await startEmbeddedPostgres({ ephemeral: true, copyOf: testServer().prepared });
    running.push(other);
    const databases = await query(other.adminUrl(), 'SELECT datname FROM pg_database');
    expect(databases.map(({ datname }) => datname)).toContain(testServer().template);
    expect(await query(other.adminUrl(), `SELECT to_regclass('only_here') AS found`)).toEqual([{ found: null }]);
  });

  it('removes a temporary cluster when it stops', async () => {
    const server = await startEmbeddedPostgres({ ephemeral: true, copyOf: testServer().prepared });
    expect(fs.existsSync(server.dataDir)).toBe(true);
    await server.stop();
    expect(fs.existsSync(server.dataDir)).toBe(false);
    expect(isAlive(server.pid)).toBe(false);
  });

  it('has its rows again after PostgreSQL was killed', async () => {
    const server = await start();
    await query(server.adminUrl(), 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    const again = await start({ port: server.port });
    expect(again.attached).toBe(false);
    expect(await query(again.adminUrl(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('waits for what is left of a server that was killed, however long that takes to end', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.adminUrl() });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const backend = rows[0]?.pid ?? Number.NaN;
    process.kill(backend, 'SIGSTOP'); // It cannot see that its postmaster is gone, and keeps the memory.
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    const told: string[] = [];
    const again = start({ log: (line) => told.push(line) });
    try {
      // More often than a start tries where nothing is left of anything.
      await until(() => told.filter((line) => line.includes('waiting for them')).length > 4);
    } finally {
      process.kill(backend, 'SIGKILL');
    }
    expect(await query((await again).adminUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is gone, with its temporary cluster, soon after its starter was killed', async () => {
    const { starter, server } = await startElsewhere({ ephemeral: true });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    starter.kill('SIGKILL');
    await until(() => !isAlive(server.pid) && !fs.existsSync(server.dataDir));
  });

  itInLongForm('starts at once in the place of a server whose starter was killed', async () => {
    const { starter, server } = await startElsewhere({ dataDir: path.join(folder, 'pg') });
    await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    starter.kill('SIGKILL');
    const again = await start();
    expect(again.attached).toBe(false);
    await sleep(300); // Had it attached to the server that is ending, it would be gone by now.
    expect(await query(again.adminUrl(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  itInLongForm('does not hear the Ctrl-C of the terminal, so that the application can drain', async () => {
    const { starter, server } = await startElsewhere({ ephemeral: true });
    process.kill(-(starter.pid ?? 0), 'SIGINT');
    await sleep(300);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is shared by a second start, whose stop leaves it running', async () => {
    const { server } = await startElsewhere({ dataDir: path.join(folder, 'pg') });
    const second = await start();
    expect(second).toMatchObject({ attached: true, pid: server.pid, port: server.port });
    await second.stop();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  itInLongForm('serves two that start it for the first time together', async () => {
    const [one, other] = await Promise.all([startNew(), startNew()]);
    expect(one.pid).toBe(other.pid);
    expect([one.attached, other.attached].sort()).toEqual([false, true]);
  });

  itInLongForm('is taken over, and ended, when its supervisor was killed too', async () => {
    const { starter, server } = await startElsewhere({ dataDir: path.join(folder, 'pg') });
    const stat = fs.readFileSync(`/proc/${server.pid}/stat`, 'utf8');
    const supervisor = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    process.kill(supervisor, 'SIGKILL');
    starter.kill('SIGKILL');
    const next = await startEmbeddedPostgres({ dataDir: path.join(folder, 'pg') });
    await next.stop();
    await until(() => !isAlive(server.pid));
  });

  it('starts where the lock file names a stranger', async () => {
    const first = await start();
    await first.stop();
    const lines = ['pgdata', '1', '5432', '', '127.0.0.1', '', 'ready', ''];
    fs.writeFileSync(path.join(first.dataDir, 'pgdata/postmaster.pid'), [process.pid, ...lines].join('\n'));
    const again = await start();
    expect(again.attached).toBe(false);
    expect(await query(again.adminUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  itInLongForm('is not disturbed by the remains of a first start that was interrupted', async () => {
    const remains = path.join(folder, 'pg', 'init-abcdef', 'pgdata');
    fs.mkdirSync(remains, { recursive: true });
    fs.writeFileSync(path.join(remains, 'PG_VERSION'), '18\n');
    const server = await start({ ephemeral: true });
    expect(await query(server.adminUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  (isRoot ? it : it.skip)('moves to a place its account can reach when root asks for one it cannot', async () => {
    fs.chmodSync(folder, 0o700);
    const server = await start({ ephemeral: true });
    try {
      expect(server.dataDir.startsWith(folder)).toBe(false);
      expect(await query(server.adminUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await server.stop();
      fs.rmSync(server.dataDir, { recursive: true, force: true });
    }
  });

  it('says why when it cannot start', async () => {
    await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow('shared_buffers');
  });
});
