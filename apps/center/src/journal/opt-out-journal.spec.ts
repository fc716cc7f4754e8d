import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { KeptWish } from './domain/journal-line.js';
import { OptOutJournal } from './opt-out-journal.js';

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
      async (one) => void wishes.push(one),
      () => true,
    );
    return wishes;
  };

  it('gives every wish to the next process, in order, once it is told that it is kept', async () => {
    await Promise.all([1, 2, 3].map((n) => journal.keep(wish(n))));
    const next = new OptOutJournal(folder, KEY);
    await next.keep(wish(4));
    expect((await emptied(next)).map(({ at }) => at)).toEqual([1, 2, 3, 4]);
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
      async ({ at }) => {
        await journal.keep(wish(3));
        if (at === 2) throw new Error('away');
      },
      () => true,
    );
    await expect(failing).rejects.toThrow('away');
    expect(new Set((await emptied()).map(({ at }) => at))).toEqual(new Set([1, 2, 3]));
  });

  it('does not let one that fails stand in the way of the others, and keeps it', async () => {
    for (const n of [1, 2, 3]) await journal.keep(wish(n));
    const done: number[] = [];
    const carryOut = async ({ at }: KeptWish): Promise<void> => {
      if (at === 2) throw new Error('of this one alone');
      done.push(at);
    };
    const told = await journal.empty(carryOut, () => false);
    expect([done, told.done, told.failures]).toEqual([[1, 3], 2, [new Error('of this one alone')]]);
    expect((await emptied(new OptOutJournal(folder, KEY))).map(({ at }) => at)).toEqual([2]);
  });

  it('is not stopped by a line that a crash cut off, and takes none that somebody else wrote', async () => {
    await journal.keep(wish(1));
    await appendFile(path.join(folder, 'wishes.open'), 'AAAA'.repeat(20));
    await journal.keep(wish(2));
    await appendFile(path.join(folder, 'wishes.open'), `${JSON.stringify(wish(9))}\n`);
    expect((await emptied()).map(({ at }) => at)).toEqual([1, 2]);
  });
});
