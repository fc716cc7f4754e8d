// Makes the database with which every new one on this machine begins: roles, tables and queues of this version, and
// nothing in them. Whoever needs one copies its files, which takes a tenth of making it anew. bootstrap.mjs knows whether
// there is one, and whether it still fits.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterPlaces, preparedCluster } from './bootstrap.mjs';
import { loadDatabaseTools } from './database-tools.mjs';

const DATABASE = 'gateway';
/** Nobody takes that long: the lock was left by one that was killed. */
const STALE_MS = 120_000;

/** @returns {Promise<{ dataDir: string, database: string, passwords: Record<string, string> }>} */
export async function prepareCluster() {
  const { folder, pointer, lock } = clusterPlaces();
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  for (;;) {
    const there = preparedCluster();
    if (there !== undefined) return there;
    if (takeLock(lock)) break;
    await sleep(100);
  }
  try {
    return await make(folder, pointer);
  } finally {
    fs.rmSync(lock, { recursive: true, force: true });
  }
}

async function make(folder, pointer) {
  fs.rmSync(folder, { recursive: true, force: true }); // What one that was killed has left.
  const { startEmbeddedPostgres, provisionRoles, migrateDeploy, migrateQueueSchema } = await loadDatabaseTools();
  const password = () => randomBytes(24).toString('base64url');
  const passwords = { owner: password(), app: password(), sequencer: password(), reader: password() };
  const server = await startEmbeddedPostgres({ dataDir: folder });
  try {
    const { owner } = await provisionRoles(server.adminUrl(), { database: DATABASE, passwords });
    await migrateDeploy(owner);
    await migrateQueueSchema(owner);
    await server.onDisk;
  } finally {
    await server.stop();
  }
  const made = { dataDir: server.dataDir, database: DATABASE, passwords };
  fs.writeFileSync(`${pointer}.draft`, JSON.stringify(made), { mode: 0o600, flush: true });
  fs.renameSync(`${pointer}.draft`, pointer);
  return made;
}

function takeLock(lock) {
  try {
    fs.mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const since = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > STALE_MS) fs.rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    await prepareCluster();
  } catch (error) {
    // Another account's checkout: starting takes longer there, and is no worse.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
    console.error(`this account may not write to ${error.path}: each new database is made from nothing`);
    process.exitCode = 1;
  }
}
