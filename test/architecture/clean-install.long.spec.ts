import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/*
 * What somebody has after `npm ci` in a fresh checkout: npm runs `prepare`, and everything is built. Packages come from the
 * cache of npm, where whoever installed this checkout left them. Where one is missing that is said and nothing is shown,
 * but in CI, which reaches the registry.
 */

const root = path.resolve(import.meta.dirname, '../..');
/** Installing and building on a machine with much else to do. */
const MOST_MS = 900_000;
/** What npm tells those whom it runs of this checkout is not for one in another place. */
const KEPT = new Set(['npm_config_cache', 'npm_config_registry']);
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => KEPT.has(name) || !/^(npm_|NODE_ENV$|NODE_OPTIONS$)/.test(name)),
);

function run(command: string, args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: MOST_MS });
  return { status, said: `${stdout}${stderr}` };
}

describe('a fresh checkout', () => {
  let checkout: string;
  beforeAll(() => {
    checkout = fs.mkdtempSync(path.join(os.tmpdir(), 'clean-install-'));
    const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }); // prettier-ignore
    for (const file of stdout.split('\0').filter((name) => name !== '' && fs.existsSync(path.join(root, name)))) {
      fs.mkdirSync(path.dirname(path.join(checkout, file)), { recursive: true });
      fs.copyFileSync(path.join(root, file), path.join(checkout, file));
    }
  });
  afterAll(() => fs.rmSync(checkout, { recursive: true }));

  it(
    'is built by npm ci, and runs',
    () => {
      const npmCi = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
      let installed = run('npm', [...npmCi, '--offline'], checkout);
      if (/ENOTCACHED/.test(installed.said)) {
        if (process.env['CI'] !== 'true')
          return console.warn(
            `"npm ci" was not tried: the cache of npm lacks a package\n${installed.said.slice(0, 500)}`,
          );
        installed = run('npm', npmCi, checkout);
      }
      expect(installed).toMatchObject({ status: 0, said: expect.stringMatching(/built \d+ files/) });
      // Nothing is left to do for the first start.
      const again = run(process.execPath, ['scripts/bootstrap.mjs', '--build'], checkout);
      expect(again).toEqual({ status: 0, said: '' });
      const help = run(process.execPath, ['dist/apps/cli/src/main.js', 'start', '--help'], checkout);
      expect(help).toMatchObject({ status: 0, said: expect.stringContaining('consentctl start') });
    },
    MOST_MS,
  );
});
