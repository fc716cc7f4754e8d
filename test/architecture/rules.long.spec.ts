import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PLANTED_SYNTAX, PLANTED_STOCK } from './planted-stock.js';
import { type Planted, PLANTED_OURS, PLANTED_TYPED } from './planted.js';

const root = path.resolve(import.meta.dirname, '../..');
const SETTINGS = ['package.json', 'tsconfig.json', '.oxlintrc.json', 'scripts/house-rules.mjs'];
const PROGRAM = {
  oxlint: 'node_modules/oxlint/bin/oxlint',
  tsc: 'node_modules/typescript-native/bin/tsc',
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Where code is, so that nothing is sought in packages. */
const CODE = ['apps', 'libs', 'test', 'scripts', 'planted.config.ts'];

/** What a command says about a checkout, and the status it ends with. */
function ask(checkout: string, program: keyof typeof PROGRAM, ...args: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { cwd: checkout, maxBuffer: 50_000_000 };
    const child = execFile(
      process.execPath,
      [path.join(root, PROGRAM[program]), ...args],
      options,
      (error, stdout, stderr) => {
        if (child.exitCode === null) reject(error ?? new Error(`${program} has no status`));
        else resolve({ status: child.exitCode, text: stdout === '' ? stderr : stdout });
      },
    );
  });
}

async function inCheckout<T>(files: readonly (readonly [string, string])[], use: (checkout: string) => Promise<T>) {
  const checkout = await mkdtemp(path.join(tmpdir(), 'rules-'));
  try {
    for (const file of SETTINGS) await cp(path.join(root, file), path.join(checkout, file));
    await symlink(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'));
    for (const [file, code] of files) {
      await mkdir(path.dirname(path.join(checkout, file)), { recursive: true });
      await writeFile(path.join(checkout, file), `${code}\n`);
    }
    return await use(checkout);
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
}

interface Finding {
  /** `TS2322` is the compiler's, `syntax` the parser's. */
  readonly rule: string;
  readonly file: string;
  readonly line: number;
}

/** What the linter finds in a checkout, and the status it ends with. */
async function lint(checkout: string): Promise<{ status: number; found: Finding[] }> {
  const { status, text } = await ask(checkout, 'oxlint', '--format', 'json', ...CODE);
  const { diagnostics } = JSON.parse(text) as {
    diagnostics: { code?: string; filename: string; labels: { span: { line: number } }[] }[];
  };
  const found = diagnostics.map(({ code, filename, labels }) => ({
    rule: code?.replace(/^.*\((.+)\)$/, '$1') ?? 'syntax',
    file: filename,
    line: labels[0]?.span.line ?? 0,
  }));
  return { status, found };
}

const sources = (...folders: readonly string[]) =>
  folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('database/generated'))
      .map((file) => `${folder}/${file}`),
  );

/** Settings as oxlint reads them: JSON with comments. */
interface Settings {
  readonly rules: Readonly<Record<string, unknown>>;
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly rules: Readonly<Record<string, unknown>>;
  }[];
}
const settings = JSON.parse(
  fs.readFileSync(path.join(root, '.oxlintrc.json'), 'utf8').replaceAll(/^ *\/\/.*$/gm, ''),
) as Settings;

describe('the rules', () => {
  const planted: Planted = [...PLANTED_TYPED, ...PLANTED_STOCK, ...PLANTED_OURS];
  let found: readonly Finding[];
  let status: number;

  beforeAll(async () => {
    const files = planted.map(([, file, code]) => [file, code] as const);
    ({ found, status } = await inCheckout([...files, ...PLANTED_SYNTAX], lint));
  });

  it('end the check with a failure', () => {
    expect(status).toBe(1);
  });

  it.each(planted)('find %s in %s', (rule, file) => {
    const ofFile = found.filter((one) => one.file === file && !/^TS\d+$/.test(one.rule)).map((one) => one.rule);
    expect([...new Set(ofFile)].sort().join(' ')).toBe(rule === 'nothing' ? '' : rule);
  });

  it.each(PLANTED_SYNTAX)('are not needed for %s, which is no module', (file) => {
    expect(found.filter((one) => one.file === file).map((one) => one.rule)).toContain('syntax');
  });

  it('have a planted file each', () => {
    const inForce = [settings, ...settings.overrides].flatMap(({ rules }) => Object.keys(rules));
    const names = new Set(inForce.map((name) => name.split('/').at(-1)));
    expect(names.size).toBeGreaterThan(100);
    expect(new Set(planted.flatMap(([rule]) => (rule === 'nothing' ? [] : rule.split(' '))))).toEqual(names);
  });

  it('are switched off nowhere but here, and none is only a warning', () => {
    const off = settings.overrides.flatMap(({ files, rules }) =>
      Object.entries(rules).flatMap(([rule, level]) => (level === 'off' ? [`${rule} in ${files.join(' ')}`] : [])),
    );
    const clock =
      'libs/platform/src/clock*.ts libs/platform/src/random*.ts libs/platform/src/clock/**/*.ts libs/platform/src/random/**/*.ts';
    const tests = '**/*.spec.ts test/**/*.ts **/testing/**/*.ts';
    expect(off.sort()).toEqual(
      [
        'no-console in apps/cli/**/*.ts',
        'house/imports-of-pure-code in libs/proof/**/*.ts',
        `house/clock-and-chance in ${clock}`,
        'house/clock-and-chance in *.config.ts',
        'house/default-export in *.config.ts',
        ...['clock-and-chance', 'default-export', 'imports-of-proof', 'imports-of-pure-code', 'waiting'].map(
          (rule) => `house/${rule} in ${tests}`,
        ),
        ...['no-console', 'no-restricted-globals'].map((rule) => `${rule} in ${tests}`),
        ...['argument', 'assignment', 'call', 'member-access', 'return'].map(
          (rest) => `typescript/no-unsafe-${rest} in ${tests}`,
        ),
        `typescript/unbound-method in ${tests}`,
      ].sort(),
    );
    const levels = [settings, ...settings.overrides].flatMap(({ rules }) =>
      Object.values(rules).map((level) => (Array.isArray(level) ? (level[0] as unknown) : level)),
    );
    expect(new Set(levels)).toEqual(new Set(['error', 'off']));
  });

  it('are asked of every file', async () => {
    const { text } = await ask(root, 'oxlint', '--debug=files');
    const seen = new Set(text.split('\n').map((line) => line.trim()));
    const expected = [...sources('apps', 'libs', 'test'), 'scripts/check.mjs', 'test/support/one-realm.mjs'];
    expect(expected.length).toBeGreaterThan(500);
    expect(expected.filter((file) => !seen.has(file))).toEqual([]);
  });
});

describe('types', () => {
  it('end the check with a failure where they do not fit, and it says where', async () => {
    const { status, found } = await inCheckout(
      [
        ['libs/kernel/src/planted.ts', `export const count: number = 'three';`],
        ['test/planted.spec.ts', `export const list: string[] = [];\nexport const first: string = list[0];`],
        [
          'apps/api/src/fine.ts',
          `import { count } from '../../../libs/kernel/src/planted.js';\nexport const n = count;`,
        ],
        [
          'apps/api/src/other.ts',
          `import { gone } from '../../../libs/kernel/src/planted.js';\nexport const n = gone;`,
        ],
      ],
      lint,
    );
    expect(status).toBe(1);
    expect(found.map(({ rule, file, line }) => `${file}:${line} ${rule}`).sort()).toEqual([
      'apps/api/src/other.ts:1 TS2305',
      'apps/api/src/other.ts:2 no-unsafe-assignment',
      'libs/kernel/src/planted.ts:1 TS2322',
      'test/planted.spec.ts:2 TS2322',
    ]);
  });

  it('are asked as tsconfig.json says', async () => {
    const { text } = await ask(root, 'tsc', '--listFilesOnly');
    const seen = new Set(text.split('\n').map((file) => path.relative(root, file.trim())));
    expect(sources('apps', 'libs', 'test').filter((file) => !seen.has(file))).toEqual([]);
  });
});
