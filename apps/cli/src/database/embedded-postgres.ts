import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from './make-folder.js';
import { refuseUnrunnable, Unstartable } from './own-folder.js';
import {
  bringToDisk,
  chooseAccount,
  freePort,
  initialise,
  nativeBinaries,
  placeDirectory,
  type Account,
} from './postgres-files.js';
import { isAlive, postmasterOf, readPidFile } from './postmaster.js';
import { startSupervised, type SupervisedProcess } from './supervised-process.js';

const START_TIMEOUT_MS = 60_000;
const START_ATTEMPTS = 4;
/** What PostgreSQL says (with LC_ALL=C) while backends of a killed postmaster are still attached to its memory. */
const STILL_IN_USE = /pre-existing shared memory block .* is still in use/;
const LOG_LIMIT_BYTES = 5_000_000;

export interface EmbeddedPostgresOptions {
  /**
   * Where the cluster lives. A directory that PostgreSQL's account cannot reach is replaced by one under
   * /var/lib. Without it the cluster is temporary: it is removed on stop, and also when this process dies.
   */
  readonly dataDir?: string;
  /** Where there is no cluster yet: the data directory of a stopped server to copy, in place of an empty cluster. */
  readonly copyOf?: string;
  /** For tests: no fsync, no full-page writes, commits not waited for. A power cut loses the cluster. */
  readonly ephemeral?: boolean;
  /** A free one is chosen when absent. */
  readonly port?: number;
  /** Connections by a Unix socket in the server's own folder instead of TCP: half the cost of every byte. */
  readonly unixSocket?: boolean;
  /** Server settings that win over the defaults here, as in `-c name=value`. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** The postmaster. */
  readonly pid: number;
  readonly dataDir: string;
  readonly logFile: string;
  /** A server that another living process started: `stop` leaves it running. */
  readonly attached: boolean;
  /** URL of the superuser, for provisioning only; the application never gets it. */
  adminUrl(database?: string): string;
  /** Resolves when all of a new cluster is on the disk: before that nothing in it may be promised to anybody. */
  readonly onDisk: Promise<void>;
  /** Resolves when the server is gone; never for an attached one. */
  readonly exited: Promise<void>;
  /** Fast shutdown: open transactions roll back, everything committed is on disk. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL binaries that npm ships, on 127.0.0.1 only, without a Unix socket, with a random
 * superuser password kept in a file of mode 0600 inside the data directory.
 *
 * Works as a plain user and as root (PostgreSQL then runs as `postgres` or `nobody`). A crash of either side
 * heals at the next start. A second start on the same directory attaches to the running server.
 *
 * @throws Unstartable with what is wrong with the directory, or what the server said when it does not come up.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') throw new Unstartable('no embedded PostgreSQL on Windows: set DATABASE_URL');
  const log = options.log ?? (() => undefined);
  if (options.dataDir !== undefined) makeFolder(options.dataDir);
  const account = chooseAccount(options.dataDir);
  const base = placeDirectory(options.dataDir, account, log);
  const binaries = nativeBinaries(account);
  const cluster = path.join(base, 'pgdata');
  const logFile = path.join(base, 'postgres.log');
  refuseUnrunnable(cluster, account?.uid ?? process.getuid?.());

  const durable = options.ephemeral !== true;
  await initialise({ binaries, base, cluster, account, durable, copyOf: options.copyOf });
  const onDisk = bringToDisk({ binaries, cluster, account });
  onDisk.catch(() => undefined); // Whoever waits for it is told.
  const password = fs.readFileSync(path.join(cluster, 'gateway.password'), 'utf8').trim();
  const host = options.unixSocket === true ? encodeURIComponent(base) : '127.0.0.1';
  const adminUrlAt = (port: number) => (database?: string) =>
    `postgresql://postgres:${password}@${host}:${port}/${database ?? 'postgres'}`;

  const begun = performance.now();
  let attempt = 1;
  for (;;) {
    const running = await settleRunning(cluster, log);
    if (running !== undefined) {
      const { pid, port, orphaned } = running;
      log(`using the PostgreSQL that already runs on this directory (pid ${pid}, port ${port})`);
      const stop = orphaned ? () => endOrphan(pid, cluster) : () => Promise.resolve();
      const exited = new Promise<void>(() => undefined);
      const facts = { host: '127.0.0.1', port, pid, dataDir: base, logFile, attached: !orphaned } as const;
      return { ...facts, adminUrl: adminUrlAt(port), onDisk, exited, stop };
    }

    const port = options.port ?? (await freePort());
    const { supervised, logStart } = launch({ binaries, base, cluster, logFile, port, account, options });
    const pid = await whenReady(cluster, port, supervised);
    if (pid !== undefined) {
      const stop = async (): Promise<void> => {
        await supervised.stop();
        if (options.dataDir === undefined) fs.rmSync(base, { recursive: true, force: true });
      };
      const facts = { host: '127.0.0.1', port, pid, dataDir: base, logFile, attached: false } as const;
      return { ...facts, adminUrl: adminUrlAt(port), onDisk, exited: supervised.exited, stop };
    }
    await supervised.stop();
    const leftovers = STILL_IN_USE.test(readLog(logFile).subarray(logStart).toString());
    if (leftovers && performance.now() - begun < START_TIMEOUT_MS) {
      log('processes of a PostgreSQL that was killed on this directory have not ended yet: waiting for them');
      await sleep(500);
      continue;
    }
    if (leftovers || attempt === START_ATTEMPTS) {
      const said = readLog(logFile).subarray(logStart).toString().slice(-2000);
      throw new Unstartable(`PostgreSQL did not start in ${base}:\n${said}`);
    }
    // The port was taken meanwhile, or another starter was faster.
    await sleep(200 * attempt++);
  }
}

interface Launch {
  readonly binaries: string;
  readonly base: string;
  readonly cluster: string;
  readonly logFile: string;
  readonly port: number;
  readonly account: Account | undefined;
  readonly options: EmbeddedPostgresOptions;
}

/** @returns `logStart`: how many bytes the log had before. */
function launch(what: Launch): { supervised: SupervisedProcess; logStart: number } {
  const { binaries, base, cluster, logFile, port, account, options } = what;
  const listen = options.unixSocket === true ? { listen_addresses: '', unix_socket_directories: base } : {};
  const settings = { ...defaultSettings(options.ephemeral === true), ...listen, ...options.settings };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  if (fs.existsSync(logFile) && fs.statSync(logFile).size > LOG_LIMIT_BYTES) fs.renameSync(logFile, `${logFile}.1`);
  const output = fs.openSync(logFile, 'a', 0o600);
  try {
    const logStart = fs.fstatSync(output).size;
    const supervised = startSupervised(
      path.join(binaries, 'bin', 'postgres'),
      ['-D', cluster, '-p', String(port), ...flags],
      {
        signal: 'INT',
        removeAfter: options.dataDir === undefined ? base : undefined,
        output,
        env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
        account,
      },
    );
    return { supervised, logStart };
  } finally {
    fs.closeSync(output);
  }
}

/** Empty where there is none: a temporary cluster that took too long was removed together with it. */
function readLog(logFile: string): Buffer {
  return fs.existsSync(logFile) ? fs.readFileSync(logFile) : Buffer.from('(no log)');
}

function defaultSettings(ephemeral: boolean): Record<string, string> {
  const durability = ephemeral ? 'off' : 'on';
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    // A bulk batch claims its 500 keys with a lock each; the default leaves room for 64 per connection.
    max_locks_per_transaction: '256',
    shared_buffers: '128MB',
    timezone: 'UTC',
    fsync: durability,
    full_page_writes: durability,
    synchronous_commit: durability,
    ...(ephemeral ? { wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '4GB' } : {}),
    // A failed statement and its DETAIL line would carry addresses into the log file.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
  };
}

/** The postmaster's pid once it takes connections, or undefined when it ended or took too long. */
async function whenReady(cluster: string, port: number, supervised: SupervisedProcess): Promise<number | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && !supervised.hasExited()) {
    const file = readPidFile(cluster);
    if (file?.status === 'ready' && file.port === port && isAlive(file.pid)) return file.pid;
    await sleep(10);
  }
  return undefined;
}

/**
 * What already runs on this directory, after waiting for one that is just starting or stopping.
 * A lock file that names a stranger (the number was given away again after a crash) is removed; one that
 * names nobody is left to PostgreSQL, which also checks that no old backend still uses the shared memory.
 */
async function settleRunning(
  cluster: string,
  log: (line: string) => void,
): Promise<{ pid: number; port: number; orphaned: boolean } | undefined> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  let readyBefore = false;
  while (performance.now() < deadline) {
    const file = readPidFile(cluster);
    if (file === undefined || !isAlive(file.pid)) return undefined;
    const postmaster = postmasterOf(file.pid, cluster);
    if (postmaster === 'stranger') {
      fs.rmSync(path.join(cluster, 'postmaster.pid'), { force: true });
      log('removed a stale postmaster.pid; PostgreSQL recovers by itself');
      return undefined;
    }
    const ready = file.status === 'ready' && postmaster !== 'leaving';
    // Looked at twice: a starter that was killed this very moment takes its server along a moment later.
    if (ready && readyBefore) return { pid: file.pid, port: file.port, orphaned: postmaster === 'orphan' };
    readyBefore = ready;
    await sleep(100);
  }
  throw new Unstartable(`a PostgreSQL on ${cluster} neither starts nor ends`);
}

async function endOrphan(pid: number, cluster: string): Promise<void> {
  process.kill(pid, 'SIGINT');
  // Where nobody reaps it, the dead process keeps its number but not its name.
  while (isAlive(pid) && postmasterOf(pid, cluster) !== 'stranger') await sleep(50);
}
