import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '#lib/platform';
import { isAlive } from '../database/postmaster.js';
import { makeFolder } from '../database/make-folder.js';
import { CommandEnd } from '../command.js';

const LOCK_FILE = 'export.lock';
/** A run touches its lock with every file that it writes, and an answer is waited for 20 seconds at most. */
const SILENT_MS = 600_000;

/** Who writes to a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly id: string;
}

/** Held by the run that writes to a folder. */
export interface FolderLock {
  /** Says that the run goes on. @throws CommandEnd when another run has taken the folder over, as from one that was stopped for long */
  readonly goOn: () => void;
}

/** Locks that this process holds: its number alone may be that of one that died. */
const held = new Set<string>();

/**
 * Has `work` be the only run that writes to a folder. A lock whose process died, or that nobody has touched for long, is
 * taken over; of several that would, one does.
 * @throws CommandEnd while another run writes there
 */
export async function aloneIn<T>(folder: string, work: (lock: FolderLock) => Promise<T>): Promise<T> {
  makeFolder(folder);
  const file = path.join(folder, LOCK_FILE);
  const own: Holder = { pid: process.pid, host: os.hostname(), id: randomUUID() };
  take(file, folder, own);
  held.add(own.id);
  const isOwn = (): boolean => read(file)?.id === own.id;
  try {
    return await work({
      goOn: () => {
        if (!isOwn())
          throw new CommandEnd(`Another run has taken ${folder} over; this one has written no checkpoint.`, 2);
        const now = new Date(systemClock.now());
        fs.utimesSync(file, now, now);
      },
    });
  } finally {
    held.delete(own.id);
    if (isOwn()) fs.rmSync(file, { force: true });
  }
}

function take(file: string, folder: string, own: Holder): void {
  if (create(file, own)) return;
  const other = read(file);
  if (isOver(file, other)) {
    // Whoever moves it away first has it; what a faster one has made meanwhile is put back.
    const aside = `${file}.${own.id}`;
    try {
      fs.renameSync(file, aside);
      if (read(aside)?.id !== other?.id) fs.copyFileSync(aside, file, fs.constants.COPYFILE_EXCL);
    } catch (error) {
      if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    fs.rmSync(aside, { force: true });
    if (create(file, own)) return;
  }
  const now = read(file) ?? other;
  const who = now === null ? 'another process' : `process ${now.pid} on ${now.host}`;
  throw new CommandEnd(
    `Another run writes to ${folder}: ${who}. Nothing was written. If it is over, remove ${file}.`,
    2,
  );
}

function create(file: string, own: Holder): boolean {
  try {
    fs.writeFileSync(file, JSON.stringify(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** One that does not say whose it is may be just being written. */
function isOver(file: string, other: Holder | null): boolean {
  if (other !== null && other.host === os.hostname()) {
    if (other.pid === process.pid ? !held.has(other.id) : !isAlive(other.pid)) return true;
  }
  const touched = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return systemClock.now() - touched > SILENT_MS;
}

/** Null where there is none, or what is there is none. */
function read(file: string): Holder | null {
  try {
    const { pid, host, id } = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string' && typeof id === 'string' ? { pid, host, id } : null;
  } catch {
    return null;
  }
}
