import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bootstrap-'));
  mkdirSync(path.join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Packages = Readonly<Record<string, object>>;
const HERE: Packages = { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'x' } };
const WANTED: Packages = {
  ...HERE,
  'node_modules/elsewhere': { version: '1.0.0', integrity: 'y', optional: true },
};

async function whyInstall(installed: Packages | undefined, runtime?: string): Promise<string | undefined> {
  const write = (name: string, packages: Packages): void =>
    writeFileSync(path.join(folder, name), JSON.stringify({ packages }));
  write('package-lock.json', WANTED);
  if (installed !== undefined) write('node_modules/.package-lock.json', installed);
  if (runtime !== undefined) writeFileSync(path.join(folder, 'node_modules/.runtime'), runtime);
  const bootstrap = (await import(path.join(root, 'scripts/bootstrap.mjs'))) as {
    whyInstall: (folder: string) => string | undefined;
  };
  return bootstrap.whyInstall(folder);
}

it.each<[string, Packages | undefined, string | undefined]>([
  ['nothing is installed', undefined, 'no node_modules'],
  ['everything is as it is locked, but for what is not for this machine', HERE, undefined],
  ['a package is missing', { '': {} }, 'node_modules/a is missing'],
  ['another version', { 'node_modules/a': { version: '0.9.0', integrity: 'x' } }, 'node_modules/a is another version'],
  ['other contents', { 'node_modules/a': { version: '1.0.0', integrity: 'z' } }, 'node_modules/a is another version'],
])('packages are installed when they are not what is locked: %s', async (_when, installed, why) => {
  expect(await whyInstall(installed)).toBe(why);
});

it('packages are installed anew for another Node or another kind of machine', async () => {
  const here = `${process.platform}-${process.arch}-${process.versions.modules}`;
  expect(await whyInstall(HERE, here)).toBeUndefined();
  expect(await whyInstall(HERE, 'plan9-x64-115')).toMatch(/^no node_modules for .+, they are for plan9-x64-115$/);
});
