import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MeasuredProcess } from './measured-process.js';

const PROBE = path.resolve(import.meta.dirname, '../../../../dist/apps/cli/src/bench/probe.js');
const ENDED = 'a measured process has ended';

describe('a measured process', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'measured-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const run = (code: string, probe?: string): MeasuredProcess => {
    const program = path.join(folder, 'program.mjs');
    fs.writeFileSync(program, code);
    return new MeasuredProcess(fork(program, { execArgv: probe === undefined ? [] : ['--import', probe] }));
  };

  it('says what it uses, and what it could not do, and goes on', async () => {
    const one = run('setInterval(() => undefined, 1_000);', PROBE);
    expect(await one.usage()).toMatchObject({ cpuMs: expect.any(Number), peakRssBytes: expect.any(Number) });
    await one.profile();
    await expect(one.saveProfile(path.join(folder, 'none/api.cpuprofile'))).rejects.toThrow('ENOENT');
    expect((await one.usage()).cpuMs).toBeGreaterThan(0);
    await one.profile();
    await one.saveProfile(path.join(folder, 'api.cpuprofile'));
    expect(JSON.parse(fs.readFileSync(path.join(folder, 'api.cpuprofile'), 'utf8'))).toHaveProperty('nodes');
    await one.stop();
    expect(one.hasExited).toBe(true);
  });

  it('that ends instead of an answer is not waited for', async () => {
    const one = run(`process.on('message', () => process.exit(3));`);
    await expect(one.usage()).rejects.toThrow(ENDED);
    await expect(one.lost).rejects.toThrow(ENDED);
    await expect(one.usage()).rejects.toThrow(ENDED);
  });

  it('is lost when it ends by itself, and not when it is asked to', async () => {
    const lost = run('');
    await expect(lost.lost).rejects.toThrow(ENDED);
    const asked = run('setInterval(() => undefined, 1_000);', PROBE);
    await asked.usage();
    await asked.stop();
    await expect(Promise.race([asked.lost, Promise.resolve('ended as asked')])).resolves.toBe('ended as asked');
  });
});
