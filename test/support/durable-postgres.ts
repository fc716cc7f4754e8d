import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type EmbeddedPostgres,
  freePort,
  type RoleKey,
  roleUrls,
  startEmbeddedPostgres,
} from '../../apps/cli/src/database/index.js';
import { testServer } from './database.js';
import { until } from './until.js';

/** URLs of one database: one per role, and the superuser's for looking behind the grants. */
export type DatabaseUrls = Readonly<Record<RoleKey | 'admin', string>>;

/** A PostgreSQL of its own that keeps every promise about durability, to be killed and started again. */
export interface DurablePostgres {
  readonly urls: DatabaseUrls;
  /** Everything that the server wrote into its log. */
  log(): string;
  /** Ends it in good order. What is in its directory can be copied then. */
  stop(): Promise<void>;
  readonly folder: string;
  /** As a power cut for its processes: all of them are gone at once. */
  kill(): Promise<void>;
  /** Stops the clock of all its processes: connections stand, new ones are taken, and nothing is answered until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same directory and port; it recovers by itself. */
  restart(): Promise<void>;
  /** Stops it and removes its directory. */
  remove(): Promise<void>;
}

/**
 * Notes the instant of every commit, so that a test can tell what was committed before a mail was taken.
 * A small server: several of them run at once when tests do.
 */
const SETTINGS = { track_commit_timestamp: 'on', max_connections: '120', shared_buffers: '32MB' };

/** Starts a server with one migrated database, a copy of the one that the run has prepared. */
export async function startDurablePostgres(): Promise<DurablePostgres> {
  const { prepared, template, passwords } = testServer();
  const folder = mkdtempSync(path.join(tmpdir(), 'consent-gateway-durable-'));
  const port = await freePort();
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: folder, copyOf: prepared, port, settings: SETTINGS });
  let server = await start();
  const admin = server.adminUrl(template);
  return {
    urls: { ...roleUrls(admin, template, passwords), admin },
    folder,
    stop: () => server.stop(),
    log: () => readFileSync(server.logFile, 'utf8'),
    async kill() {
      // Frozen first, so that it starts no new process while the others are being killed.
      process.kill(server.pid, 'SIGSTOP');
      await until('the postmaster to stand still', () => ['T', undefined].includes(statOf(server.pid)?.state));
      const all = [...childrenOf(server.pid), server.pid];
      for (const pid of all) signal(pid, 'SIGKILL');
      await server.exited;
      // A dead one that nobody has asked for has given its memory back.
      await until('all its processes to be gone', () =>
        all.every((pid) => ['Z', undefined].includes(statOf(pid)?.state)),
      );
    },
    freeze() {
      process.kill(server.pid, 'SIGSTOP');
      for (const pid of childrenOf(server.pid)) signal(pid, 'SIGSTOP');
    },
    thaw() {
      for (const pid of [...childrenOf(server.pid), server.pid]) signal(pid, 'SIGCONT');
    },
    async restart() {
      server = await start();
    },
    async remove() {
      await server.stop();
      const base = path.dirname(server.logFile);
      for (const place of new Set([folder, base])) rmSync(place, { recursive: true, force: true });
    },
  };
}

function signal(pid: number, which: NodeJS.Signals): void {
  try {
    process.kill(pid, which);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Undefined where there is no such process, or no /proc. */
function statOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    // After the name, which stands in parentheses and may hold anything: state and parent.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** Where there is no /proc, the children notice by themselves that their parent is gone. */
function childrenOf(parent: number): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statOf(pid)?.parent === parent);
}
