// Builds apps/ and libs/ into dist/: beside it first, then renamed into place, so that a process which starts
// meanwhile sees the old build or the new one and never half of each. With --generate it also generates the Prisma client
// at the same time, with --cluster it also makes an empty database.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { bundle, bundleThreads, bundleVerifiers, PRELOADS } from './bundle.mjs';
import { copyData, transpile } from './transpile.mjs';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const local = path.join(root, '.local');
const suffix = randomBytes(4).toString('hex');
const draft = path.join(local, `build-${suffix}`);
const old = path.join(local, `dist-${suffix}`);

fs.mkdirSync(local, { recursive: true });
try {
  const started = performance.now();
  const generated = process.argv.includes('--generate') ? generate() : Promise.resolve();
  generated.catch(() => undefined); // Whoever waits for it is told.
  const cluster = process.argv.includes('--cluster') ? script('prepare-cluster') : Promise.resolve(0);
  copyData({ root, folders: ['apps', 'libs'], out: draft });
  // Source maps point from where the files will be.
  await transpile({ root, files: PRELOADS, out: draft, servedFrom: dist });
  await Promise.all([bundleVerifiers({ root, out: draft }), bundleThreads({ root, out: draft })]);
  const count = await bundle({ root, out: draft, generated });
  if (fs.existsSync(dist)) fs.renameSync(dist, old);
  fs.renameSync(draft, dist);
  if ((await cluster) !== 0) console.error('no empty database was made: the first start makes its own');
  console.error(`built ${count} files in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
} finally {
  fs.rmSync(draft, { recursive: true, force: true });
  fs.rmSync(old, { recursive: true, force: true });
}

async function generate() {
  if ((await script('prisma-generate')) !== 0) throw new Error('the Prisma client could not be generated');
}

async function script(name) {
  const file = path.join(root, `scripts/${name}.mjs`);
  const [code] = await once(spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
  return code;
}
