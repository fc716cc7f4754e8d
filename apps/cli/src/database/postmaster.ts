import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export interface PidFile {
  readonly pid: number;
  readonly port: number;
  /** starting, ready, standby or stopping. */
  readonly status: string;
}

/** Lines of postmaster.pid: pid, data directory, start time, port, socket directory, address, shared memory, status. */
export function readPidFile(cluster: string): PidFile | undefined {
  try {
    const lines = fs.readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() };
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whose process is `pid`? `supervised`: the postmaster of this cluster, owned by another living starter.
 * `leaving`: its starter has died, so its supervisor is ending it. `orphan`: the supervisor was killed too.
 * `stranger`: something else that was given the number after a crash.
 */
export function postmasterOf(pid: number, cluster: string): 'supervised' | 'leaving' | 'orphan' | 'stranger' {
  if (!commandOf(pid).includes('postgres')) return 'stranger';
  try {
    // A postmaster works in its data directory.
    if (fs.readlinkSync(`/proc/${pid}/cwd`) !== fs.realpathSync(cluster)) return 'stranger';
    const supervisor = parentOf(pid);
    const starter = /supervisor-of:(\d+)/.exec(commandOf(supervisor))?.[1];
    if (starter === undefined) return 'orphan';
    return parentOf(supervisor) === Number(starter) ? 'supervised' : 'leaving';
  } catch {
    return 'supervised'; // Not Linux, or another account's process: leave it alone.
  }
}

function parentOf(pid: number): number {
  // After the closing parenthesis of the name: state, parent.
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
