import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../apps/cli/src/database/index.js';
import { until } from './until.js';

export type AppName = 'api' | 'worker' | 'center';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process of the product, as it runs in production. */
export interface RunningProcess {
  readonly app: AppName;
  readonly pid: number;
  /** Where it listens, such as http://127.0.0.1:41234. */
  readonly url: string;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** How it ended; null while it runs. */
  exit(): Exit | null;
  readonly exited: Promise<Exit>;
  /** Resolves when /readyz answers 200. @throws Error when the process ends before that. */
  ready(timeoutMs?: number): Promise<void>;
  /** As kill -9. */
  kill(): Promise<Exit>;
  /** Asks it to end, and waits until it has. */
  stop(timeoutMs?: number): Promise<Exit>;
  /** Stops the clock of the process: it does nothing and notices nothing until `resume`. */
  pause(): void;
  resume(): void;
  /** Whether its clock is stopped, by `pause` or by itself at a crash point. */
  isPaused(): boolean;
}

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const PORTS: Record<AppName, string> = { api: 'API_PORT', worker: 'WORKER_PORT', center: 'CENTER_PORT' };

/** Ends with its starter, however that one ends: the pipe on standard input closes then. */
const ENDS_WITH_STARTER = `data:text/javascript,${encodeURIComponent(
  "process.stdin.on('error', () => {}).on('end', () => process.kill(process.pid, 'SIGKILL')).resume(); process.stdin.unref();",
)}`;

let built = false;

/** Brings dist/ up to date, once per test file; nothing happens when it is. */
export function buildOnce(): void {
  if (built) return;
  const { status, stderr } = spawnSync(process.execPath, ['scripts/bootstrap.mjs', '--build'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed:\n${stderr}`);
  built = true;
}

/**
 * Starts the built program of an app on a free port of loopback.
 * @param settings its whole environment, besides PATH and its port.
 */
export async function startProcess(app: AppName, settings: Readonly<Record<string, string>>): Promise<RunningProcess> {
  buildOnce();
  const program = path.join(root, 'dist', 'apps', app, 'src', 'main.js');
  if (!existsSync(program)) throw new Error(`${program} is not built`);
  const port = settings[PORTS[app]] ?? String(await freePort());
  const child = spawn(process.execPath, ['--enable-source-maps', '--import', ENDS_WITH_STARTER, program], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', [PORTS[app]]: port, ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return watch(app, child, `http://127.0.0.1:${port}`);
}

function watch(app: AppName, child: ChildProcess, url: string): RunningProcess {
  const written: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => written.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => written.push(chunk));
  child.stdin?.on('error', () => undefined);
  let ended: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
    // `close`, not `exit`: then its last words have been read as well.
    child.on('close', (code, signal) => resolve((ended = { code, signal })));
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${app} could not be started`);
  const output = (): string => Buffer.concat(written).toString('utf8');
  const within = async (timeoutMs: number): Promise<Exit> => {
    await until(
      () => `${app} to end; it wrote:\n${output().slice(-3000)}`,
      () => ended !== null,
      timeoutMs,
    );
    return exited;
  };
  return {
    app,
    pid,
    url,
    output,
    exit: () => ended,
    exited,
    async ready(timeoutMs = 60_000) {
      await until(
        () => `${app} to be ready; it wrote:\n${output().slice(-3000)}`,
        async () => ended !== null || (await fetch(`${url}/readyz`)).status === 200,
        timeoutMs,
      );
      if (ended !== null) throw new Error(`${app} ended before it was ready:\n${output().slice(-3000)}`);
    },
    async kill() {
      child.kill('SIGKILL');
      return within(30_000);
    },
    async stop(timeoutMs = 60_000) {
      child.kill('SIGTERM');
      return within(timeoutMs);
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    isPaused: () => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('T'),
  };
}
