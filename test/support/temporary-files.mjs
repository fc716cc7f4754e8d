// Where a run has its temporary files, which are mostly databases: a third of the time of the processors, and half of the
// time by the clock, of specs that start PostgreSQL went into the disk. No spec cuts the power, so memory keeps what
// `kill -9` must not take as well as a disk does. `sync` and `fsync` are called as everywhere.
import fs from 'node:fs';
import path from 'node:path';

const MEMORY = '/dev/shm';
const ROOM = 6 * 1024 ** 3; // A whole run takes a sixth of it; a container may have as little as 64 MB.

let folder;

/** From now on in this process and those it starts, unless TMPDIR says something else. */
export function moveIntoMemory() {
  if (process.env.TMPDIR !== undefined || !hasRoom()) return;
  folder = fs.mkdtempSync(path.join(MEMORY, 'consent-gateway-tests-'));
  fs.chmodSync(folder, 0o1777); // As /tmp: PostgreSQL has an account of its own where root runs it.
  process.env.TMPDIR = folder;
  process.once('exit', removeTemporaryFiles);
}

/** Also what specs forgot. */
export function removeTemporaryFiles() {
  if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
}

function hasRoom() {
  try {
    const { bavail, bsize } = fs.statfsSync(MEMORY);
    const available = Number(/^MemAvailable:\s+(\d+) kB/m.exec(fs.readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;
    return bavail * bsize > ROOM && available > ROOM;
  } catch {
    return false; // Another system than Linux.
  }
}
