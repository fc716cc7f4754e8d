/** Files that break one rule each: the rule that must be named (nothing where it is allowed), the file, its code. */
type Planted = readonly (readonly [rule: string, file: string, code: string])[];

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
    `declare const it: any;\ndeclare const say: (word: string) => void;\nsay(it);`,
  ],
  ['no-unsafe-assignment', at('assignment'), `declare const it: any;\nexport const word: string = it;`],
  ['no-unsafe-assignment', at('assignment-parsed'), `export const parsed = JSON.parse('1');`],
  ['no-unsafe-call', at('call'), `declare const it: any;\nit();`],
  [
    'no-unsafe-enum-comparison',
    at('enum'),
    `export enum Size {\n  Small,\n}\nexport const is = (size: Size) => size === 0;`,
  ],
  ['no-unsafe-member-access', at('member'), `declare const it: any;\nit.word;`],
  ['no-unsafe-return', at('return'), `declare const it: any;\nexport const word = (): string => it;`],
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
  ['no-unsafe-call', at('comment'), `declare const it: any;\n// eslint-disable-next-line\nit();`],

  // What a server under test answers is any, and asserting is what specs do with it; a promise must still not float.
  ['nothing', 'apps/api/src/answer.spec.ts', `declare const it: any;\nexport const word: string = it.word(it);`],
  ['nothing', 'test/journeys/answer.ts', `declare const it: any;\nexport const word = (): string => it;`],
  ['nothing', 'libs/ledger/src/testing/answer.ts', `declare const it: any;\nexport const word: string = it;`],
  ['no-floating-promises', 'apps/api/src/floating.spec.ts', `const later = async () => 1;\nlater();`],
];

const CLOCK = 'no-restricted-syntax';
const pure = (name: string) => `libs/decision/src/${name}.ts`;

export const PLANTED_TEXT: Planted = [
  // Of the stock rules one of each family: the list says that the others are on.
  [
    'no-fallthrough',
    at('falls'),
    `export function f(n: number) {\n  switch (n) {\n    case 1:\n      n++;\n    case 2:\n      return n;\n  }\n  return 0;\n}`,
  ],
  ['no-useless-escape', at('escape'), `export const dash = '\\-';`],
  ['no-undef', 'scripts/planted.mjs', `unknownName();`],
  ['@typescript-eslint/no-explicit-any', at('any'), `export type Anything = any;`],
  ['@typescript-eslint/ban-ts-comment', at('ignored'), `// @ts-ignore\nexport const n: number = 1;`],
  ['@typescript-eslint/no-unused-vars', at('unused'), `const unused = 1;`],
  ['nothing', at('unused-on-purpose'), `export const first = (list: number[], _n: number) => list[0];`],

  // Ours.
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
  [CLOCK, at('enumeration'), `export enum Size {\n  Small,\n}`],
  [CLOCK, at('declared-twice'), `export const text = (n: number) => n as unknown as string;`],
  [CLOCK, at('prefixed'), `export interface IContact {\n  name: string;\n}`],
  [CLOCK, at('default'), `export default 1;`],
  ['nothing', 'libs/platform/src/clock.ts', `export const now = () => Date.now();`],
  ['nothing', 'apps/api/src/clock.spec.ts', `export const now = () => Date.now();`],
  [CLOCK, 'apps/api/src/enumeration.spec.ts', `export enum Size {\n  Small,\n}`],
  ['max-lines', at('long'), 'export {};\n'.repeat(401)],
  ['nothing', 'apps/api/src/long.spec.ts', 'export {};\n'.repeat(599)],
  ['max-lines', 'apps/api/src/longer.spec.ts', 'export {};\n'.repeat(601)],
  ['eqeqeq', at('equals'), `export const same = (a: string, b: string) => a == b;`],
  ['no-console', at('console'), `console.log('hello');`],
  ['nothing', 'apps/cli/src/console.ts', `console.log('hello');`],
  [CLOCK, pure('waits'), `export const later = (it: Promise<void>) => it.then(async () => undefined);`],
  [CLOCK, 'libs/consent/src/domain/waits.ts', `export const later = async () => undefined;`],
  ['nothing', at('may-wait'), `export const later = async () => undefined;`],
  ['no-restricted-globals', pure('process'), `export const zone = process.env['TZ'];`],
  ['no-restricted-imports', pure('reads'), `import 'node:fs';`],
  ['no-restricted-imports', pure('hashes'), `import 'node:crypto';`],
  ['nothing', 'libs/proof/src/hashes.ts', `import 'node:crypto';`],
  ['no-restricted-imports', 'libs/proof/src/reads.ts', `import 'node:fs';`],
  ['no-warning-comments', at('switched-off'), `// oxlint-disable-next-line no-unsafe-call\nexport const n = 1;`],
  ['no rule', at('switched-off-here'), `// eslint-disable-next-line eqeqeq\nexport const n = 1;`],
];
