// `npm run check`: what every commit must pass. Two steps at a time, because two cores are what there is; the output of
// a step is shown when it fails. Names as arguments run only those: npm run check -- lint format
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { bootstrap } from './bootstrap.mjs';

/** The longest first. `lint` asks types too: whoever knows them for its rules also knows what does not fit. */
const ALL = ['unit', 'lint', 'layers', 'format'];
const ALONE = ['types'];
const PROPERTY_SHARE = '0.1'; // Of the tries of each property; `npm test` makes them all.
const root = path.resolve(import.meta.dirname, '..');
const lanes = Math.min(2, os.availableParallelism());

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => ![...ALL, ...ALONE].includes(name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there is ${[...ALL, ...ALONE].join(', ')}`);
  process.exit(2);
}

bootstrap();
const started = performance.now();
const waiting = asked.length > 0 ? asked : [...ALL];
const failed = [];
await Promise.all(Array.from({ length: lanes }, lane));
const total = seconds(performance.now() - started);
console.log(failed.length === 0 ? `check passed in ${total}` : `check failed in ${total}: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function lane() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const begun = performance.now();
    const { status, output } = await npmRun(`check:${name}`);
    const line = `${status === 0 ? 'passed' : 'FAILED'}  ${(name === 'lint' ? 'lint, types' : name).padEnd(11)} ${seconds(performance.now() - begun)}`;
    console.log(status === 0 ? line : `${line}\n${output.trimEnd()}\n`);
    if (status !== 0) failed.push(name);
  }
}

function npmRun(script) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', script], {
      cwd: root,
      env: { PROPERTY_SHARE, ...process.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ status: 1, output: String(error) }));
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
