/** Files that break one rule each: the rule that must be named (nothing where it is allowed), the file, its code. */
export type Planted = readonly (readonly [rule: string, file: string, code: string])[];

const at = (name: string) => `apps/api/src/${name}.ts`;

export const PLANTED_TYPED: Planted = [
  ['await-thenable', at('await-thenable'), `export async function wait(n: number) {\n  await n;\n}`],
  ['no-array-delete', at('array-delete'), `export function drop(list: string[]) {\n  delete list[0];\n}`],
  ['no-base-to-string', at('base-to-string'), `export const text = (shape: { a: 1 }) => shape.toString();`],
  ['no-duplicate-type-constituents', at('duplicate-type'), `export type Word = string | number | string;`],
  ['no-floating-promises', at('floating'), `const later = async () => 1;\nexport const go = () => {\n  later();\n};`],
  [
    'no-for-in-array',
    at('for-in'),
    `export function all(list: string[]) {\n  for (const i in list) list.at(Number(i));\n}`,
  ],
  ['no-implied-eval', at('implied-eval'), `setTimeout('go()', 10);`],
  ['no-misused-promises', at('misused'), `const later = async () => true;\nexport const n = later() ? 1 : 2;`],
  ['no-misused-promises', at('misused-void'), `export const go = (list: number[]) => list.forEach(async (n) => n);`],
  ['no-redundant-type-constituents', at('redundant'), `export type Word = unknown | string;`],
  ['no-unnecessary-type-assertion', at('assertion'), `export const text = (word: string) => word as string;`],
  ['no-unnecessary-type-assertion', at('assertion-null'), `export const text = (word: string) => word!;`],
  [
    'no-unsafe-argument',
    at('argument'),
    `declare const it: ReturnType<typeof JSON.parse>;\ndeclare const say: (word: string) => void;\nsay(it);`,
  ],
  [
    'no-unsafe-assignment',
    at('assignment'),
    `declare const it: ReturnType<typeof JSON.parse>;\nexport const word: string = it;`,
  ],
  ['no-unsafe-assignment', at('assignment-parsed'), `export const parsed = JSON.parse('1');`],
  ['no-unsafe-call', at('call'), `declare const it: ReturnType<typeof JSON.parse>;\nit();`],
  [
    'no-unsafe-enum-comparison shapes',
    at('enum'),
    `export enum Size {\n  Small,\n}\nexport const is = (size: Size) => size === 0;`,
  ],
  [
    'no-unsafe-member-access',
    at('member'),
    `declare const it: ReturnType<typeof JSON.parse>;\nexport const is = it.word === 1;`,
  ],
  [
    'no-unsafe-return',
    at('return'),
    `declare const it: ReturnType<typeof JSON.parse>;\nexport const word = (): string => it;`,
  ],
  ['no-unsafe-unary-minus', at('minus'), `export const less = (word: string) => -word;`],
  ['only-throw-error', at('throw'), `export const fail = () => {\n  throw 'away';\n};`],
  ['prefer-promise-reject-errors', at('reject'), `export const fail = () => Promise.reject('away');`],
  ['restrict-plus-operands', at('plus'), `export const text = (word: string, day: Date) => word + day;`],
  ['restrict-template-expressions', at('template'), 'export const text = (day: Date) => `${day}`;'],
  ['nothing', at('template-number'), 'export const text = (n: number, yes: boolean) => `${n} ${yes}`;'],
  [
    'return-await',
    at('return-await'),
    `export async function go(later: () => Promise<void>) {\n  try {\n    return later();\n  } catch {\n    return;\n  }\n}`,
  ],
  [
    'switch-exhaustiveness-check',
    at('switch'),
    `export function say(word: 'a' | 'b') {\n  switch (word) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}`,
  ],
  [
    'nothing',
    at('switch-default'),
    `export function say(word: 'a' | 'b') {\n  switch (word) {\n    case 'a':\n      return 1;\n    default:\n      return 2;\n  }\n}`,
  ],
  [
    'unbound-method',
    at('unbound'),
    `export class Box {\n  size = 1;\n  grow() {\n    return this.size;\n  }\n}\nexport const { grow } = new Box();`,
  ],
  ['nothing', at('async-without-await'), `export const port = { read: async () => 1 };`],

  // A comment of ESLint's own switches nothing off.
  [
    'no-unsafe-call',
    at('comment'),
    `declare const it: ReturnType<typeof JSON.parse>;\n// eslint-disable-next-line\nit();`,
  ],

  // What a server under test answers is any, and asserting is what specs do with it; a promise must still not float.
  [
    'nothing',
    'apps/api/src/answer.spec.ts',
    `declare const it: ReturnType<typeof JSON.parse>;\nexport const word: string = it.word(it);`,
  ],
  [
    'nothing',
    'test/journeys/answer.ts',
    `declare const it: ReturnType<typeof JSON.parse>;\nexport const word = (): string => it;`,
  ],
  [
    'nothing',
    'libs/ledger/src/testing/answer.ts',
    `declare const it: ReturnType<typeof JSON.parse>;\nexport const word: string = it;`,
  ],
  ['no-floating-promises', 'apps/api/src/floating.spec.ts', `const later = async () => 1;\nlater();`],
];

const CLOCK = 'clock-and-chance';
const pure = (name: string) => `libs/decision/src/${name}.ts`;

/** Ours, and where they do not count. */
export const PLANTED_OURS: Planted = [
  ['nothing', at('unused-on-purpose'), `export const first = (list: number[], _n: number) => list[0];`],
  ['nothing', at('control'), `export const control = /[\\x00-\\x1f]/;`],
  [CLOCK, at('date-now'), `export const now = () => Date.now();`],
  [CLOCK, at('date-new'), `export const now = () => new Date();`],
  [CLOCK, at('date-call'), `export const now = () => Date();`],
  [CLOCK, at('luxon-now'), `import { DateTime } from 'luxon';\nexport const now = () => DateTime.now();`],
  [CLOCK, at('luxon-local'), `import { DateTime } from 'luxon';\nexport const now = () => DateTime.local();`],
  [
    'nothing',
    at('luxon-utc'),
    `import { DateTime } from 'luxon';\nexport const then = () => DateTime.utc(2026, 1, 1);`,
  ],
  [CLOCK, at('random'), `export const draw = () => Math.random();`],
  ['shapes', at('enumeration'), `export enum Size {\n  Small,\n}`],
  ['shapes', at('declared-twice'), `export const text = (n: number) => n as unknown as string;`],
  ['shapes', at('prefixed'), `export interface IContact {\n  name: string;\n}`],
  ['default-export', at('default'), `export default 1;`],
  ['nothing', 'planted.config.ts', `export default Date.now();`],
  ['nothing', 'libs/platform/src/clock.ts', `export const now = () => Date.now();`],
  ['nothing', 'apps/api/src/clock.spec.ts', `export const now = () => Date.now();`],
  ['shapes', 'apps/api/src/enumeration.spec.ts', `export enum Size {\n  Small,\n}`],
  ['nothing', 'apps/api/src/long.spec.ts', 'export {};\n'.repeat(599)],
  ['max-lines', 'apps/api/src/longer.spec.ts', 'export {};\n'.repeat(601)],
  ['no-console', at('console'), `console.log('hello');`],
  ['nothing', 'apps/cli/src/console.ts', `console.log('hello');`],
  ['waiting', pure('waits'), `export const later = (it: Promise<void>) => it.then(async () => undefined);`],
  ['waiting', 'libs/consent/src/domain/waits.ts', `export const later = async () => undefined;`],
  [CLOCK, 'libs/consent/src/domain/asks.ts', `export const now = () => Date.now();`],
  ['nothing', at('may-wait'), `export const later = async () => undefined;`],
  ['nothing', 'libs/decision/src/waits.spec.ts', `import 'node:fs';\nexport const later = async () => process.cwd();`],
  ['no-restricted-globals', pure('process'), `export const zone = process.env['TZ'];`],
  ['imports-of-pure-code', pure('reads'), `import 'node:fs';`],
  ['imports-of-pure-code', pure('hands-on'), `export { readFile } from 'node:fs';`],
  ['imports-of-pure-code', pure('hands-all-on'), `export * from 'node:fs';`],
  ['imports-of-pure-code waiting', pure('reads-later'), `export const fs = await import('node:fs');`],
  ['imports-of-pure-code', pure('hashes'), `import 'node:crypto';`],
  ['imports-of-pure-code', 'apps/cli/src/start/domain/reads.ts', `import 'luxon-else';`],
  ['nothing', pure('tells'), `import 'luxon';\nimport '#lib/kernel';\nexport const n = 1;\nexport { n as m };`],
  ['nothing', 'libs/proof/src/hashes.ts', `import 'node:crypto';`],
  ['imports-of-proof', 'libs/proof/src/reads.ts', `import 'node:fs';`],
];
