import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aloneIn } from './folder-lock.js';

describe('a folder to which one run writes at a time', () => {
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'folder-lock-'));
    lock = path.join(folder, 'export.lock');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const left = (pid: number, host = os.hostname()): void =>
    fs.writeFileSync(lock, JSON.stringify({ pid, host, id: 'x' }));
  const longAgo = (): void => fs.utimesSync(lock, 0, 0);
  const begun = (): Promise<string> => aloneIn(folder, () => Promise.resolve('done'));

  it('is free again when a run is over, and when it has failed', async () => {
    expect(await begun()).toBe('done');
    await expect(aloneIn(folder, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('is made where there is none', async () => {
    const deeper = path.join(folder, 'not', 'there');
    await aloneIn(deeper, () => Promise.resolve());
    expect(fs.existsSync(deeper)).toBe(true);
  });

  it('refuses another run meanwhile, which is told who writes there and takes nothing away', async () => {
    await aloneIn(folder, async ({ goOn }) => {
      await expect(begun()).rejects.toMatchObject({
        exitCode: 2,
        message: `Another run writes to ${folder}: process ${process.pid} on ${os.hostname()}. Nothing was written. If it is over, remove ${lock}.`,
      });
      expect(goOn).not.toThrow();
    });
  });

  it('is taken over from a process that has died, also from one that had the number that this one has now', async () => {
    left(spawnSync(process.execPath, ['-e', '']).pid);
    expect(await begun()).toBe('done');
    left(process.pid);
    expect(await begun()).toBe('done');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('is taken over from another machine, or from whoever is not told, only when nothing was done for long', async () => {
    for (const leave of [() => left(1, 'elsewhere.example'), () => fs.writeFileSync(lock, '')]) {
      leave();
      await expect(begun()).rejects.toThrow(`If it is over, remove ${lock}`);
      longAgo();
      expect(await begun()).toBe('done');
    }
  });

  it('keeps the lock of a run that goes on, however long ago it began', async () => {
    await aloneIn(folder, async ({ goOn }) => {
      longAgo();
      goOn();
      await expect(begun()).rejects.toThrow('Another run writes to');
    });
  });

  it('stops a run from which it was taken over, and leaves the lock to whoever has it now', async () => {
    await aloneIn(folder, async ({ goOn }) => {
      left(1, 'elsewhere.example');
      expect(goOn).toThrow(`Another run has taken ${folder} over`);
      return Promise.resolve();
    });
    expect(JSON.parse(fs.readFileSync(lock, 'utf8'))).toMatchObject({ host: 'elsewhere.example' });
  });
});
