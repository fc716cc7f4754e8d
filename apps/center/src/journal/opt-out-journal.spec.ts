import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { KeptWish } from './domain/journal-line.js';
import { type CarriedOut, OptOutJournal } from './opt-out-journal.js';

const KEY = Buffer.alloc(32, 5);
const wish = (n: number): KeptWish => ({
  token: `token-${n}`,
  act: 'leave',
  at: n,
  ip: '203.0.113.9',
  userAgent: null,
  language: 'de',
});

describe('the journal of opt-outs', () => {
  let folder: string;
  let journal: OptOutJournal;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'gateway-journal-')), 'deep');
    journal = new OptOutJournal(folder, KEY);
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true, force: true }));
  const emptied = async (from = journal): Promise<KeptWish[]> => {
    const wishes: KeptWish[] = [];
    await from.empty(
      async (one) => {
        wishes.push(one);
        return 'done';
      },
      () => true,
    );
    return wishes;
  };
  const at = (wishes: readonly KeptWish[]): number[] => wishes.map((one) => one.at);

  it('gives every wish to the next process, in order, once it is told that it is kept', async () => {
    for (const n of [1, 2, 3]) await journal.keep(wish(n));
    const next = new OptOutJournal(folder, KEY);
    await next.keep(wish(4));
    expect(at(await emptied(next))).toEqual([1, 2, 3, 4]);
    expect(await emptied(next)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('shows nobody who reads the disk who wished what', async () => {
    await journal.keep(wish(1));
    const [name = ''] = await readdir(folder);
    expect(await readFile(path.join(folder, name), 'utf8')).not.toMatch(/token|203\.0|leave/);
    expect((await stat(path.join(folder, name))).mode & 0o077).toBe(0);
  });

  it('keeps what could not be carried out, and what came meanwhile', async () => {
    await journal.keep(wish(1));
    await journal.keep(wish(2));
    const failing = journal.empty(
      async (one) => {
        await journal.keep(wish(3));
        if (one.at === 2) throw new Error('away');
        return 'done';
      },
      () => true,
    );
    await expect(failing).rejects.toThrow('away');
    expect(new Set(at(await emptied()))).toEqual(new Set([2, 3]));
  });

  it('does not let one that fails stand in the way of the others, and keeps it', async () => {
    for (const n of [1, 2, 3]) await journal.keep(wish(n));
    const done: number[] = [];
    const carryOut = async (one: KeptWish): Promise<CarriedOut> => {
      if (one.at === 2) throw new Error('of this one alone');
      done.push(one.at);
      return 'done';
    };
    const told = await journal.empty(carryOut, () => false);
    expect([done, told.done, told.failures]).toEqual([[1, 3], 2, [new Error('of this one alone')]]);
    expect(at(await emptied(new OptOutJournal(folder, KEY)))).toEqual([2]);
  });

  it('is not stopped by a file that a crash cut off, and takes no wish that somebody else wrote', async () => {
    await journal.keep(wish(1));
    await writeFile(path.join(folder, '0-damaged.wish'), 'AAAA'.repeat(20));
    await writeFile(path.join(folder, '1-made-up.wish'), JSON.stringify(wish(9)));
    await writeFile(path.join(folder, '2-empty.wish'), '');
    await writeFile(path.join(folder, '3-unfinished.part'), 'AAAA');
    await journal.keep(wish(2));
    expect(at(await emptied())).toEqual([1, 2]);
    expect(await journal.count()).toEqual({ waiting: 0, setAside: 3 });
  });

  it('sets aside what another key sealed, tells of it once, and gives it to whoever has that key', async () => {
    await journal.keep(wish(1));
    const other = new OptOutJournal(folder, Buffer.alloc(32, 6));
    const carryOut = async (): Promise<CarriedOut> => 'done';
    expect((await other.empty(carryOut, () => true)).setAside).toHaveLength(1);
    expect((await other.empty(carryOut, () => true)).setAside).toEqual([]);
    expect(await other.count()).toEqual({ waiting: 0, setAside: 1 });
    expect(at(await emptied())).toEqual([1]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('sets aside a wish that names nobody here, and tries it again in the next process', async () => {
    await journal.keep(wish(1));
    let tried = 0;
    const carryOut = async (): Promise<CarriedOut> => {
      tried += 1;
      return 'names_nobody';
    };
    for (const _round of [1, 2]) await journal.empty(carryOut, () => true);
    expect([tried, await journal.count()]).toEqual([1, { waiting: 0, setAside: 1 }]);
    expect(at(await emptied(new OptOutJournal(folder, KEY)))).toEqual([1]);
  });

  it('loses nothing when many processes keep and carry out in one folder at once', async () => {
    const journals = [1, 2, 3].map(() => new OptOutJournal(folder, KEY));
    const done = new Set<number>();
    const empty = async (one: OptOutJournal): Promise<void> => {
      for (const { at: n } of await emptied(one)) done.add(n);
    };
    const expected = Array.from({ length: 120 }, (_, n) => n);
    await Promise.all(
      journals.map(async (one, i) => {
        for (const n of expected.filter((each) => each % 3 === i)) {
          await one.keep(wish(n));
          if (n % 5 === 0) await empty(one);
        }
      }),
    );
    await empty(journal);
    expect([...done].sort((a, b) => a - b)).toEqual(expected);
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes over the files of a release before, which had a line for each wish', async () => {
    const older = async (n: number): Promise<string> => {
      await journal.keep(wish(n));
      const [name = ''] = await readdir(folder);
      const text = await readFile(path.join(folder, name), 'utf8');
      await rm(path.join(folder, name));
      return `\n${text}\n`;
    };
    const [first, second, third] = [await older(1), await older(2), await older(3)];
    await writeFile(path.join(folder, 'wishes.open'), `${second}${first.slice(0, 40)}${third}`);
    await writeFile(path.join(folder, '01938f5e-7c1a-7abc-8def-000000000001.wishes'), first);
    expect(await journal.count()).toEqual({ waiting: 2, setAside: 0 });
    expect(at(await emptied())).toEqual([1, 2, 3]);
    expect(await journal.count()).toEqual({ waiting: 0, setAside: 1 });
  });

  it('says when nothing could be kept', async () => {
    await writeFile(folder, 'a file where a folder was');
    await expect(journal.count()).rejects.toThrow();
  });
});
