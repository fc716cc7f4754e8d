// Lets scripts and Jest's global setup, which run before any build, use the TypeScript of apps/cli/src/database.
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesUnder, transpile } from './transpile.mjs';

const FOLDER = 'apps/cli/src/database';
const root = path.resolve(import.meta.dirname, '..');

/** @returns {Promise<typeof import('../apps/cli/src/database/index.js')>} */
export async function loadDatabaseTools() {
  const hash = createHash('sha256');
  for (const file of filesUnder(path.join(root, FOLDER))) hash.update(fs.readFileSync(file)).update('\0');
  // Named by what it was made from, and renamed into place when complete: never stale, never half.
  const out = path.join(root, '.local', 'tools', hash.digest('hex').slice(0, 16));
  if (!fs.existsSync(out)) {
    const draft = `${out}.${randomBytes(4).toString('hex')}`;
    await transpile({ root, folders: [FOLDER], out: draft, servedFrom: out });
    try {
      fs.renameSync(draft, out);
    } catch (error) {
      fs.rmSync(draft, { recursive: true, force: true });
      if (!fs.existsSync(out)) throw error; // Otherwise another process was faster.
    }
  }
  return import(pathToFileURL(path.join(out, FOLDER, 'index.js')).href);
}
