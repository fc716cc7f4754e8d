// `npm run test:long`: the long form of every spec that has one. Words as arguments: only of files whose path has one of
// them. --list: only says which. Nobody keeps a list: a spec has a long form when its name ends in .long.spec.ts, or when
// it asks which form this is.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const ASKS = /from '(\.|[^']*\/support)\/(form|runs)\.js'/;

const specs = ['apps', 'libs', 'test']
  .flatMap((folder) => fs.readdirSync(path.join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((file) => file.endsWith('.spec.ts'))
  .filter((file) => file.endsWith('.long.spec.ts') || ASKS.test(fs.readFileSync(path.join(root, file), 'utf8')))
  .sort();
const [list, words] = [process.argv.includes('--list'), process.argv.slice(2).filter((word) => !word.startsWith('-'))];
const asked = specs.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (asked.length === 0) {
  console.error(`no long form of ${words.join(', ')}`);
  process.exit(2);
}
if (list) {
  console.log(asked.join('\n'));
} else {
  const jest = ['--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const { status } = spawnSync(process.execPath, [...jest, '--runTestsByPath', ...asked], {
    cwd: root,
    env: { ...process.env, TEST_FORM: 'long' },
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
