// Makes a checkout ready to run, with nothing but Node's own modules:
//   node_modules missing or older than package-lock.json   -> npm ci
//   Prisma client missing or older than prisma/schema      -> prisma generate
//   dist/ missing or older than apps/ and libs/            -> build, with --build only
// Says nothing when there is nothing to do. Exits with the status of the step that failed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(import.meta.dirname ?? path.dirname(fileURLToPath(import.meta.url)), '..');

/** @param {{ build?: boolean }} options */
export function bootstrap({ build = false } = {}) {
  requireNode(20, 19);
  installPackages();
  step(
    'libs/platform/src/database/generated/.stamp',
    digest('prisma/schema', 'prisma.config.ts'),
    'generating the Prisma client',
    ['scripts/prisma-generate.mjs'],
  );
  if (!build) return;
  const sources = ['apps', 'libs', 'scripts/build.mjs', 'scripts/transpile.mjs'];
  step('dist/.stamp', digest(...sources), 'building', ['scripts/build.mjs']);
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
  say(`npm ci (${reason}); the first time this takes about half a minute`);
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath; // Set by npm for what it runs: the same npm, without a shell.
  if (npm !== undefined && /\.c?js$/.test(npm)) run(process.execPath, [npm, ...flags]);
  else run('npm', flags);
  fs.writeFileSync(path.join(root, 'node_modules', '.runtime'), runtime());
}

/** npm notes in node_modules/.package-lock.json what it installed, so an `npm ci` by hand counts too. */
function whyInstall() {
  const wanted = lockedPackages('package-lock.json');
  const installed = lockedPackages('node_modules/.package-lock.json');
  if (wanted === undefined) throw new Error('package-lock.json is missing or broken');
  if (installed === undefined) return 'no node_modules';
  const builtFor = read('node_modules/.runtime');
  if (builtFor !== '' && builtFor !== runtime()) return `node_modules was made for ${builtFor}`;
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

function lockedPackages(file) {
  try {
    return JSON.parse(read(file)).packages;
  } catch {
    return undefined;
  }
}

const runtime = () => `${process.platform}-${process.arch}-${process.versions.modules}`;

/** Runs the script when `stampFile` does not hold `stamp`, and then writes it there. */
function step(stampFile, stamp, title, args) {
  if (read(stampFile) === stamp) return;
  say(title);
  run(process.execPath, args);
  fs.writeFileSync(path.join(root, stampFile), stamp);
}

/** Of the names and contents of all files there, and of the packages that turn them into something else. */
function digest(...places) {
  const hash = createHash('sha256').update(toolVersions());
  for (const place of places) {
    for (const file of filesUnder(path.join(root, place))) {
      if (file.includes('.spec.') || file.endsWith('.stamp')) continue;
      hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function toolVersions() {
  const installed = lockedPackages('node_modules/.package-lock.json') ?? {};
  return ['prisma', '@swc/core'].map((name) => `${name}@${installed[`node_modules/${name}`]?.version}`).join(' ');
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

function read(file) {
  try {
    return fs.readFileSync(path.join(root, file), 'utf8');
  } catch {
    return '';
  }
}

function run(program, args) {
  // Standard output belongs to the command that comes after.
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(`failed: ${[path.basename(program), ...args].join(' ')}${error ? ` (${error.message})` : ''}`);
  process.exit(status || 1);
}

const say = (line) => console.error(`[bootstrap] ${line}`);

if (process.argv[1] === fileURLToPath(import.meta.url)) bootstrap({ build: process.argv.includes('--build') });
