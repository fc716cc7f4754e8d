import fs from 'node:fs';
import path from 'node:path';

/**
 * A new cluster is a thousand files that must be on the disk before anything in it counts. The server need not wait for
 * that, only whoever promises something; so they are written while it already starts and its tables are made.
 *
 * Until they are there a mark stands in the cluster. It says since when the machine runs, because only that matters: what
 * a killed process had written is safe as long as the system lives, and what a power cut has left of such a cluster is
 * worth nothing, and nobody was promised anything in it.
 */
const MARK = 'not-on-disk';

/** Names this run of the operating system; undefined where nothing tells it, and then no cluster is begun like this. */
export function bootId(): string | undefined {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Marks a cluster that has not its name yet; the mark itself is on the disk before it gets it. */
export function markUnsynced(cluster: string, boot: string): void {
  const mark = path.join(cluster, MARK);
  fs.writeFileSync(mark, boot, { mode: 0o644, flush: true });
  syncFolder(cluster);
}

export function isUnsynced(cluster: string): boolean {
  return fs.existsSync(path.join(cluster, MARK));
}

/** Whether the machine went down before all of the cluster was on the disk. */
export function wasCutShort(cluster: string): boolean {
  return isUnsynced(cluster) && fs.readFileSync(path.join(cluster, MARK), 'utf8') !== bootId();
}

/** After everything is on the disk. Were the mark to come back after a power cut, a good cluster would be thrown away. */
export function removeMark(cluster: string): void {
  fs.rmSync(path.join(cluster, MARK), { force: true });
  syncFolder(cluster);
}

function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
