import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { newId, seal, unseal } from '#lib/platform';
import { type KeptWish, readWish, writeWish } from './domain/journal-line.js';

const CONTEXT = 'opt-out journal';
const OPEN = 'wishes.open';

/**
 * Wishes to leave that PostgreSQL could not take, on this machine's own disk: one sealed line each, synchronised before
 * anybody is told that it is kept. What was written is carried out at least once; carrying it out twice is the same as
 * once, because each wish has the time at which it was expressed.
 */
export class OptOutJournal {
  private tail: Promise<unknown> = Promise.resolve();

  /**
   * @param folder on a disk that outlives the process
   * @param key    the key ring's `secrets`
   */
  constructor(
    private readonly folder: string,
    private readonly key: Buffer,
  ) {}

  /** Resolves when the wish would survive the loss of the process and of power. */
  async keep(wish: KeptWish): Promise<void> {
    return this.inTurn(async () => {
      await this.makeFolder();
      const file = await open(path.join(this.folder, OPEN), 'a', 0o600);
      try {
        // A line that was cut off by a crash must not swallow this one.
        await file.appendFile(`\n${seal(this.key, Buffer.from(writeWish(wish)), CONTEXT).toString('base64')}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(this.folder);
    });
  }

  /**
   * Carries out every wish that was kept, oldest first, and forgets it. One that fails stays, and leaves the others alone
   * unless the same stands in their way too.
   * @param standsInEveryWay whether what went wrong would go wrong with every other wish; it is then thrown
   * @returns how many were carried out, and what went wrong with those that were not
   */
  async empty(
    carryOut: (wish: KeptWish) => Promise<void>,
    standsInEveryWay: (error: unknown) => boolean,
  ): Promise<{ readonly done: number; readonly failures: readonly unknown[] }> {
    // Wishes that come meanwhile go to a new file.
    await this.inTurn(async () => {
      const names = await this.names();
      if (names.includes(OPEN)) await rename(path.join(this.folder, OPEN), path.join(this.folder, `${newId()}.wishes`));
    });
    let done = 0;
    const failures: unknown[] = [];
    for (const name of (await this.names()).filter((one) => one.endsWith('.wishes')).sort()) {
      const file = path.join(this.folder, name);
      for (const line of (await readFile(file, 'utf8')).split('\n')) {
        const wish = this.read(line);
        if (wish === null) continue;
        try {
          await carryOut(wish);
          done += 1;
        } catch (error) {
          if (standsInEveryWay(error)) throw error;
          failures.push(error);
          await this.keep(wish);
        }
      }
      await rm(file);
    }
    return { done, failures };
  }

  private read(line: string): KeptWish | null {
    const sealed = Buffer.from(line, 'base64');
    if (sealed.length < 29) return null;
    try {
      return readWish(unseal(this.key, sealed, CONTEXT).toString('utf8'));
    } catch {
      return null; // Cut off by a crash before anybody was told that it was kept.
    }
  }

  private async names(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch {
      return []; // Nothing was ever kept.
    }
  }

  private async makeFolder(): Promise<void> {
    const first = await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (first !== undefined) await syncFolder(path.dirname(first));
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.tail.then(work);
    this.tail = mine.catch(() => undefined);
    return mine;
  }
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
