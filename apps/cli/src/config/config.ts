import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { includedIn, refText } from '#lib/sending';
import { CommandEnd, parseCommandLine } from '../command.js';
import { ApiClient, UnexpectedAnswer } from '../seed/api-client.js';
import { makeFolder } from '../database/make-folder.js';
import { ConfigUnreadable, fromFiles, toFiles } from './domain/config-files.js';
import {
  type ConfigGroup,
  type ConfigPlan,
  type ConfigState,
  type Facts,
  GROUPS,
  planConfig,
  withBlocksInUse,
} from './domain/config-state.js';
import { planText } from './domain/plan-text.js';
import { applyStep, readConfig, refusals } from './gateway-config.js';
import { normalised } from './normalised.js';

const CONFIG = {
  name: 'config',
  summary: 'keeps the set-up of a brand in files: pull writes them, plan shows what would change, apply changes it',
  options: z.object({
    verb: z.enum(['pull', 'plan', 'apply'], 'pull, plan or apply?'),
    dir: z.string().min(1).default('config').describe('the folder, which holds nothing else (default config)'),
    api: z.url('must be a URL').default('http://127.0.0.1:8080').describe('base URL of the api'),
    keyFile: z
      .string()
      .min(1)
      .optional()
      .describe('file with a key of the brand; left out: CONSENTCTL_KEY of the environment'),
    check: z.boolean().default(false).describe('with plan: ends with 1 when there is something to do'),
    plan: z
      .string()
      .min(1)
      .optional()
      .describe('a file: plan writes what it would do, and apply does that and nothing else, or nothing at all'),
  }),
  positionals: ['verb'] as const,
};

export async function run(argv: readonly string[]): Promise<number> {
  const { verb, dir, api: base, keyFile, check, plan: planFile } = parseCommandLine(CONFIG, argv);
  const api = new ApiClient(base, readKey(keyFile));
  try {
    if (verb === 'pull') {
      const count = await pull(api, dir);
      console.log(`${count} files in ${dir}`);
      return 0;
    }
    const plan = await planOf(api, dir);
    console.log(planText(plan));
    if (plan.problems.length > 0) return 1;
    if (verb === 'plan') {
      if (planFile !== undefined) fs.writeFileSync(planFile, `${JSON.stringify(plan.steps, null, 2)}\n`);
      return check && plan.steps.length > 0 ? 1 : 0;
    }
    if (planFile !== undefined) refuseOther(plan, fs.readFileSync(planFile, 'utf8'));
    await apply(api, plan, () => planOf(api, dir));
    return 0;
  } catch (error) {
    if (error instanceof ConfigUnreadable || error instanceof UnexpectedAnswer) throw new CommandEnd(error.message, 1);
    throw error;
  }
}

/**
 * Writes what is set up, and takes away the files of what is not there any more. A folder with anything else in it stays
 * as it is: it may be somebody's work.
 * @returns how many files there are
 * @throws ConfigUnreadable, UnexpectedAnswer
 */
export async function pull(api: ApiClient, dir: string): Promise<number> {
  const before = readFolder(dir);
  fromFiles(before);
  const files = toFiles(withBlocksInUse(await readConfig(api), includes));
  for (const name of before.keys()) if (!files.has(name)) remove(dir, name);
  for (const [name, text] of files) {
    const file = path.join(dir, name);
    makeFolder(path.dirname(file));
    fs.writeFileSync(file, text);
  }
  return files.size;
}

/** A folder that held nothing else goes with it. */
function remove(dir: string, name: string): void {
  fs.rmSync(path.join(dir, name));
  const folder = path.join(dir, path.dirname(name));
  if (fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
}

/** @throws ConfigUnreadable, UnexpectedAnswer */
export async function planOf(api: ApiClient, dir: string): Promise<ConfigPlan> {
  const written = fromFiles(readFolder(dir));
  const there = await readConfig(api);
  const wanted = Object.fromEntries(
    GROUPS.map((group) => [group, withWhatWasMade(group, allNormalised(group, written[group]), there[group])]),
  );
  return planConfig(there, wanted as Record<ConfigGroup, Record<string, Facts>> satisfies ConfigState, includes);
}

function includes({ contents }: Facts): readonly string[] {
  return includedIn(contents as Record<string, object>).map(refText);
}

/** Left out, the template and the purpose of a double opt-in are made once, and stay; and a stopped campaign stays stopped. */
function withWhatWasMade(
  group: ConfigGroup,
  wanted: Readonly<Record<string, Facts>>,
  there: Readonly<Record<string, Facts>>,
): Readonly<Record<string, Facts>> {
  if (group !== 'double-opt-in' && group !== 'campaigns') return wanted;
  return Object.fromEntries(
    Object.entries(wanted).map(([key, facts]) => {
      const { template, purpose, status } = there[key] ?? {};
      const made = {
        ...(template !== undefined && { template, purpose }),
        ...(status !== undefined && { status }),
      };
      return [key, { ...made, ...facts }];
    }),
  );
}

/**
 * Carries a plan out, unless something in it would be refused or was changed since it was made; then nothing is written.
 * Each step is a request of its own: what was done before somebody else changes something, or the gateway goes away, stays
 * done, and the next plan says so.
 * @param anew the plan as it would be made now
 * @throws ConfigUnreadable, UnexpectedAnswer
 */
export async function apply(api: ApiClient, plan: ConfigPlan, anew: () => Promise<ConfigPlan>): Promise<void> {
  const problems = [...plan.problems, ...(plan.problems.length > 0 ? [] : await refusals(api, plan.steps))];
  if (problems.length > 0) throw new ConfigUnreadable(['Nothing was changed:', ...problems].join('\n'));
  refuseOther(await anew(), JSON.stringify(plan.steps));
  for (const step of plan.steps) await applyStep(api, step);
}

/** @param seen the steps of a plan, as JSON @throws ConfigUnreadable when they are others now */
function refuseOther(now: ConfigPlan, seen: string): void {
  let steps: unknown;
  try {
    steps = JSON.parse(seen);
  } catch {
    throw new ConfigUnreadable('The plan cannot be read; make it again with consentctl config plan --plan FILE.');
  }
  // What is left out in JSON is undefined in a plan.
  if (isDeepStrictEqual(steps, JSON.parse(JSON.stringify(now.steps)))) return;
  throw new ConfigUnreadable(
    'Nothing was changed: the files or the gateway are not what the plan saw. Read what consentctl config plan says now.',
  );
}

/** The templates of a folder, each a draft. @throws ConfigUnreadable */
export function templatesIn(dir: string): Readonly<Record<string, Facts>> {
  return allNormalised('templates', fromFiles(readFolder(dir)).templates);
}

export function readKey(file: string | undefined): string {
  const key = file === undefined ? process.env['CONSENTCTL_KEY'] : fs.readFileSync(file, 'utf8').trim();
  if (key === undefined || key === '') throw new CommandEnd('Name a --key-file, or set CONSENTCTL_KEY.', 2);
  return key;
}

function allNormalised(group: ConfigGroup, all: Readonly<Record<string, Facts>>): Record<string, Facts> {
  return Object.fromEntries(Object.entries(all).map(([key, facts]) => [key, normalised(group, facts)]));
}

/** Every file below a folder by its place in it; what begins with a dot is another's. */
function readFolder(dir: string): Map<string, string> {
  if (!fs.existsSync(dir)) return new Map();
  const names = fs.readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const files = names.filter((name) => !/(^|\/)\./.test(name) && fs.statSync(path.join(dir, name)).isFile());
  // Some editors begin a file with a mark of its byte order.
  return new Map(files.map((name) => [name, fs.readFileSync(path.join(dir, name), 'utf8').replace(/^\uFEFF/, '')]));
}
