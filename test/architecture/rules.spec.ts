import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PLANTED_TEXT, PLANTED_TYPED } from './planted.js';
import { ALWAYS, IN_PURE_CODE, IN_SCRIPTS, IN_TYPESCRIPT } from './rules-in-force.js';

const root = path.resolve(import.meta.dirname, '../..');
const SETTINGS = ['package.json', 'tsconfig.json', '.oxlintrc.json', 'eslint.config.mjs'];
const PROGRAM = {
  eslint: 'node_modules/eslint/bin/eslint.js',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  tsc: 'node_modules/typescript-native/bin/tsc',
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A cold compiler on a busy machine takes its time. */
jest.setTimeout(120_000);

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

/** `rule in file` of everything that was found. */
type Found = readonly string[];

const sources = (...folders: readonly string[]) =>
  folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('database/generated'))
      .map((file) => `${folder}/${file}`),
  );

describe('the rules that need types', () => {
  let found: Found;
  let status: number;

  beforeAll(async () => {
    const files = PLANTED_TYPED.map(([, file, code]) => [file, code] as const);
    await inCheckout(files, async (checkout) => {
      const answer = await ask(checkout, 'oxlint', '--deny-warnings', '--format', 'json', 'apps', 'libs', 'test');
      const { diagnostics } = JSON.parse(answer.text) as { diagnostics: { code: string; filename: string }[] };
      status = answer.status;
      found = diagnostics.map(({ code, filename }) => `${code.replace(/^.*\((.+)\)$/, '$1')} in ${filename}`);
    });
  });

  it('end the check with a failure', () => {
    expect(status).toBe(1);
  });

  it.each(PLANTED_TYPED)('find %s in %s', (rule, file) => {
    const ofFile = found.filter((finding) => finding.endsWith(` in ${file}`));
    expect(ofFile).toEqual(rule === 'nothing' ? [] : [`${rule} in ${file}`]);
  });

  it('are those of the list, each with a planted file, and the file of settings names no other', () => {
    const settings = fs.readFileSync(path.join(root, '.oxlintrc.json'), 'utf8');
    const named = new Set([...settings.matchAll(/"typescript\/([a-z-]+)"/g)].map(([, rule]) => rule));
    const planted = new Set(PLANTED_TYPED.flatMap(([rule]) => (rule === 'nothing' ? [] : [rule])));
    expect(planted).toEqual(named);
    expect(planted).toEqual(new Set(IN_TYPESCRIPT.typed));
  });

  it('are asked of every source file', async () => {
    const { text } = await ask(root, 'oxlint', '--debug=files');
    const seen = new Set(text.split('\n').map((line) => line.trim()));
    const expected = sources('apps', 'libs', 'test');
    expect(expected.length).toBeGreaterThan(500);
    expect(expected.filter((file) => !seen.has(file))).toEqual([]);
  });
});

describe('the rules that need no types', () => {
  let found: Found;

  beforeAll(async () => {
    const files = PLANTED_TEXT.map(([, file, code]) => [file, code] as const);
    await inCheckout(files, async (checkout) => {
      const { text } = await ask(checkout, 'eslint', '--format', 'json', '.');
      const results = JSON.parse(text) as { filePath: string; messages: { ruleId: string | null }[] }[];
      found = results.flatMap(({ filePath, messages }) =>
        messages.map(({ ruleId }) => `${ruleId ?? 'no rule'} in ${path.relative(checkout, filePath)}`),
      );
    });
  });

  it.each(PLANTED_TEXT)('find %s in %s', (rule, file) => {
    const ofFile = [...new Set(found.filter((finding) => finding.endsWith(` in ${file}`)))];
    expect(ofFile).toEqual(rule === 'nothing' ? [] : [`${rule} in ${file}`]);
  });

  it.each([
    ['libs/sending/src/sending.module.ts', [...ALWAYS, ...IN_TYPESCRIPT.text, 'no-console']],
    ['libs/decision/src/decide.ts', [...ALWAYS, ...IN_TYPESCRIPT.text, 'no-console', ...IN_PURE_CODE]],
    ['libs/decision/src/decide.spec.ts', [...ALWAYS, ...IN_TYPESCRIPT.text]],
    ['scripts/check.mjs', [...ALWAYS, ...IN_SCRIPTS]],
  ])('are in force in %s as the list has them', async (file, rules) => {
    const { text } = await ask(root, 'eslint', '--print-config', file);
    const settings = JSON.parse(text) as { rules: Record<string, readonly [level: number]> };
    const inForce = Object.entries(settings.rules).flatMap(([rule, [level]]) => (level === 2 ? [rule] : []));
    expect(inForce.sort()).toEqual([...rules].sort());
  });
});

describe('the compiler', () => {
  it('fails on an error of types, and says where it is', async () => {
    const files = [
      ['libs/kernel/src/planted.ts', `export const count: number = 'three';`],
      ['test/planted.spec.ts', `export const list: string[] = [];\nexport const first: string = list[0];`],
      ['apps/api/src/fine.ts', `import { count } from '../../../libs/kernel/src/planted.js';\nexport const n = count;`],
    ] as const;
    const { status, text } = await inCheckout(files, (checkout) => ask(checkout, 'tsc', '--pretty', 'false'));

    expect(status).not.toBe(0);
    const errors = text.split('\n').filter((line) => line.includes(': error '));
    expect(errors.sort()).toEqual([
      expect.stringMatching(/^libs\/kernel\/src\/planted\.ts\(1,14\): error TS2322: /),
      expect.stringMatching(/^test\/planted\.spec\.ts\(2,14\): error TS2322: /),
    ]);
  });

  it('reads every source file', async () => {
    const { text } = await ask(root, 'tsc', '--listFilesOnly');
    const seen = new Set(text.split('\n').map((file) => path.relative(root, file.trim())));
    expect(sources('apps', 'libs', 'test').filter((file) => !seen.has(file))).toEqual([]);
  });
});
