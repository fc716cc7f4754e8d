import { access, constants, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { newId, seal, systemClock, unseal } from '#lib/platform';
import { type KeptWish, readWish, writeWish } from './domain/journal-line.js';

const CONTEXT = 'opt-out journal';
/** A wish that waits: one sealed line. */
const WISH = '.wish';
/** One that this deployment's key does not open, or that names nobody here. Nothing deletes it but carrying it out. */
const SET_ASIDE = '.set-aside';
/** One that is being written; nobody was told that it is kept. */
const PART = '.part';
/** What a release before wrote: many lines in one file, the one that was written to and those that were being emptied. */
const MANY_OPEN = 'wishes.open';
const MANY = '.wishes';
/** Nothing takes so long to write. */
const ABANDONED_MS = 3_600_000;

/** What became of a wish that could be read: done, also if it had been done before, or it names nobody in this database. */
export type CarriedOut = 'done' | 'names_nobody';

export interface Emptied {
  readonly done: number;
  /** What went wrong with those that stay and are tried again. */
  readonly failures: readonly unknown[];
  /** Files that were set aside now. */
  readonly setAside: readonly string[];
}

/**
 * Wishes to receive less that PostgreSQL could not take, on this machine's own disk: one sealed file each, synchronised before
 * anybody is told that it is kept. What was written is tried until it is carried out, and counts once: by the id in its
 * name, which whoever carries it out writes down with it.
 *
 * A file appears whole under its name and is deleted only when what it wishes is done, so any number of processes may
 * have the same folder without knowing of each other. What one cannot read it sets aside under another name, where each
 * process tries it once: it may be another deployment's, or of a key that comes back.
 */
export class OptOutJournal {
  /** Names that this process could do nothing with. */
  private readonly given = new Set<string>();

  /**
   * @param folder on a disk that outlives the process
   * @param key    the key ring's `secrets`
   */
  constructor(
    readonly folder: string,
    private readonly key: Buffer,
  ) {}

  /** Resolves when the wish would survive the loss of the process and of power. */
  async keep(wish: KeptWish): Promise<void> {
    await this.makeFolder();
    await this.write(seal(this.key, Buffer.from(writeWish(wish)), CONTEXT).toString('base64'));
    await syncFolder(this.folder);
  }

  /**
   * Carries out every wish that was kept, oldest first, and forgets it. One that fails stays, and leaves the others alone
   * unless the same stands in their way too.
   * @param carryOut         is given the id of the wish as well, which is another for each that was kept
   * @param standsInEveryWay whether what went wrong would go wrong with every other wish; it is then thrown
   */
  async empty(
    carryOut: (wish: KeptWish, id: string) => Promise<CarriedOut>,
    standsInEveryWay: (error: unknown) => boolean,
  ): Promise<Emptied> {
    await this.tidy();
    let done = 0;
    const failures: unknown[] = [];
    const setAside: string[] = [];
    for (const name of (await this.names()).filter(isKept).sort()) {
      if (this.given.has(name)) continue;
      try {
        const text = await readFile(path.join(this.folder, name), 'utf8');
        const wish = this.read(text);
        if (wish !== null && (await carryOut(wish, path.parse(name).name)) === 'done') {
          await rm(path.join(this.folder, name), { force: true });
          done += 1;
        } else if (await this.setAside(name)) setAside.push(name);
      } catch (error) {
        if (isGone(error)) continue; // Another process was faster.
        if (standsInEveryWay(error)) throw error;
        failures.push(error);
      }
    }
    return { done, failures, setAside };
  }

  /** How many wait, and how many were set aside by whichever process. @throws Error when nothing could be written there */
  async count(): Promise<{ readonly waiting: number; readonly setAside: number }> {
    await this.makeFolder();
    await access(this.folder, constants.R_OK | constants.W_OK);
    const names = await this.names();
    const ending = (...endings: string[]): number => names.filter((name) => endings.some((one) => name.endsWith(one))).length; // prettier-ignore
    return { waiting: ending(WISH, MANY, MANY_OPEN), setAside: ending(SET_ASIDE) };
  }

  /** @returns whether it was not aside before */
  private async setAside(name: string): Promise<boolean> {
    const aside = name.replace(/\.[^.]+$/, SET_ASIDE);
    this.given.add(aside);
    if (aside === name) return false;
    await rename(path.join(this.folder, name), path.join(this.folder, aside));
    return true;
  }

  /** Makes one file of each line that a release before wrote, and deletes what was never told of. */
  private async tidy(): Promise<void> {
    for (const name of await this.names()) {
      const file = path.join(this.folder, name);
      try {
        if (name === MANY_OPEN) await rename(file, path.join(this.folder, `${newId()}${MANY}`));
        if (name.endsWith(PART) && systemClock.now() - (await stat(file)).mtimeMs > ABANDONED_MS) await rm(file);
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    }
    for (const name of (await this.names()).filter((one) => one.endsWith(MANY)).sort()) {
      const file = path.join(this.folder, name);
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        if (isGone(error)) return '';
        throw error;
      });
      for (const line of text.split('\n').filter(Boolean)) await this.write(line);
      await syncFolder(this.folder);
      await rm(file, { force: true });
    }
  }

  private async write(text: string): Promise<void> {
    const name = path.join(this.folder, newId());
    const file = await open(`${name}${PART}`, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${name}${PART}`, `${name}${WISH}`);
  }

  private read(text: string): KeptWish | null {
    try {
      return readWish(unseal(this.key, Buffer.from(text, 'base64'), CONTEXT).toString('utf8'));
    } catch {
      return null; // Of another key, or damaged.
    }
  }

  private async names(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (isGone(error)) return []; // Nothing was ever kept.
      throw error;
    }
  }

  private async makeFolder(): Promise<void> {
    const first = await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (first !== undefined) await syncFolder(path.dirname(first));
  }
}

function isKept(name: string): boolean {
  return name.endsWith(WISH) || name.endsWith(SET_ASIDE);
}

function isGone(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ENOENT';
}

/** A new name in a folder survives the loss of power only once the folder itself is synchronised. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
