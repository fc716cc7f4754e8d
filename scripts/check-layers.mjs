// The arrows of .dependency-cruiser.mjs over apps/ and libs/. Fails also when the cruiser has not seen every source
// file: a checker that reads nothing reports nothing.
//   node scripts/check-layers.mjs [--root <checkout>] [--json]
import { cruise } from 'dependency-cruiser';
import path from 'node:path';
import config from '../.dependency-cruiser.mjs';
import { filesUnder } from './transpile.mjs';

const rootFlag = process.argv.indexOf('--root');
const root = rootFlag < 0 ? path.resolve(import.meta.dirname, '..') : path.resolve(process.argv[rootFlag + 1]);
process.chdir(root);

const { exclude, ...options } = config.options;
const { output } = await cruise(
  ['apps', 'libs'],
  { ...options, exclude, ruleSet: { forbidden: config.forbidden }, validate: true },
  options.enhancedResolveOptions,
);

const excluded = new RegExp(exclude.path);
const expected = ['apps', 'libs']
  .flatMap((folder) => filesUnder(folder))
  .filter((file) => file.endsWith('.ts') && !excluded.test(file));
const seen = new Set(output.modules.map((module) => module.source));
const unseen = expected.filter((file) => !seen.has(file));
const violations = output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));

const rules = config.forbidden.map((rule) => rule.name);

if (process.argv.includes('--json'))
  console.log(JSON.stringify({ violations, unseen, modules: expected.length, rules }));
else {
  for (const { rule, from, to } of violations) console.log(`${rule}: ${from} -> ${to}`);
  for (const file of unseen) console.log(`not looked at: ${file}`);
  console.log(`layers: ${expected.length} modules, ${violations.length} violation(s)`);
}
if (expected.length === 0 || unseen.length > 0 || violations.length > 0) process.exitCode = 1;
