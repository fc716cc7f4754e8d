import { afterAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { until } from './until.js';

const MODULE = path.resolve(import.meta.dirname, '../../scripts/end-with-npm.mjs');
const CHILD = `import { endWithNpm } from ${JSON.stringify(MODULE)}; endWithNpm(); setInterval(() => {}, 1000); console.log(process.pid);`;
const STARTER = `require('node:child_process').spawn(process.execPath, ['--input-type=module', '-e', process.argv[1]], { stdio: ['ignore', 'inherit', 'inherit'] });`;

const started: number[] = [];
afterAll(() => {
  for (const pid of started.filter(isAlive)) process.kill(pid, 'SIGKILL');
});

it.each([
  ['npm', { npm_lifecycle_event: 'start' }, false],
  ['anything else', {}, true],
])('what %s started ends with it or goes on, as it should', async (_name, env, goesOn) => {
  const npm = { PATH: process.env['PATH'], ...env };
  const starter = spawn(process.execPath, ['-e', STARTER, CHILD], { env: npm, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(starter.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  started.push(pid);
  expect(isAlive(pid)).toBe(true);
  starter.kill('SIGTERM');
  if (goesOn) await new Promise((resolve) => setTimeout(resolve, 1_200));
  else await until('it has ended', () => !isAlive(pid));
  expect(isAlive(pid)).toBe(goesOn);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
