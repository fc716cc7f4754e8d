import { z } from 'zod';
import { CommandEnd, parseCommandLine } from '../command.js';
import { readJsonFile } from '../json-file.js';
import { ApiClient, UnexpectedAnswer } from '../seed/api-client.js';
import { planOf, readKey, templatesIn } from './config.js';
import type { ConfigStep } from './domain/config-state.js';
import { asSteps, problemsOf } from './gateway-config.js';
import { ConfigUnreadable } from './domain/config-files.js';

const LINT = {
  name: 'lint',
  summary: 'finds what messages lack before they are sent: in the templates of a folder, or in one that is published',
  options: z.object({
    dir: z.string().min(1).default('config').describe('folder of config pull (default config)'),
    template: z.string().min(1).optional().describe('key of a published template instead'),
    variables: z.string().min(1).optional().describe('JSON file with variables, to render with'),
    api: z.url('must be a URL').default('http://127.0.0.1:8080').describe('base URL of the api'),
    keyFile: z
      .string()
      .min(1)
      .optional()
      .describe('file with a key of the brand; left out: CONSENTCTL_KEY of the environment'),
    json: z.boolean().default(false).describe('prints one JSON object for each template'),
  }),
};

const Finding = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  pointer: z.string(),
  source: z.string(),
  detail: z.string(),
  advice: z.string(),
});
const Answer = z.object({ errors: z.number(), warnings: z.number(), findings: z.array(Finding) });
type Answer = z.infer<typeof Answer>;

/** Ends with 1 when there is an error in any of them. */
export async function run(argv: readonly string[]): Promise<number> {
  const { dir, template, variables, api: base, keyFile, json } = parseCommandLine(LINT, argv);
  const api = new ApiClient(base, readKey(keyFile));
  const given = variables === undefined ? {} : { variables: readJsonFile(variables) };
  try {
    const found = lint(api, template === undefined ? { dir } : { template }, given);
    let errors = 0;
    for await (const { name, answer } of found) {
      errors += answer.errors;
      console.log(json ? JSON.stringify({ template: name, ...answer }) : lintText(name, answer));
    }
    return errors > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof ConfigUnreadable || error instanceof UnexpectedAnswer) throw new CommandEnd(error.message, 2);
    throw error;
  }
}

/**
 * What is found in the templates of a folder, or in one that is published. What the folder sets up beside its templates is
 * judged as if it were there, and first what of that would be refused.
 * @throws ConfigUnreadable, UnexpectedAnswer
 */
export async function* lint(
  api: ApiClient,
  of: { readonly dir: string } | { readonly template: string },
  given: object,
): AsyncGenerator<{ readonly name: string; readonly answer: Answer }> {
  const asked = 'dir' in of ? drafts(of.dir) : [{ name: of.template, body: of }];
  const steps = 'dir' in of ? withoutTemplates((await planOf(api, of.dir)).steps) : [];
  for (const { group, key, pointer, detail } of await problemsOf(api, steps)) {
    const advice = 'Correct the file; nothing of the folder would be applied.';
    const refused = { code: 'refused', severity: 'error', source: 'the files of the folder', advice } as const;
    yield { name: `${group}/${key}`, answer: { errors: 1, warnings: 0, findings: [{ ...refused, pointer, detail }] } };
  }
  const beside = steps.length === 0 ? {} : { steps: asSteps(steps) };
  for (const { name, body } of asked)
    yield { name, answer: await api.call('POST', '/v1/lint', Answer, { ...body, ...given, ...beside }) };
}

export function lintText(name: string, { errors, warnings, findings }: Answer): string {
  if (findings.length === 0) return `${name}: nothing found`;
  return [
    `${name}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`,
    ...findings.flatMap(({ code, severity, pointer, source, detail, advice }) => [
      `  ${severity} ${code}${pointer === '' ? '' : ` at ${pointer}`}: ${detail}`,
      `    ${advice} (${source})`,
    ]),
  ].join('\n');
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Templates are looked at one by one, and accounts of providers and double opt-ins say nothing of them. */
function withoutTemplates(steps: readonly ConfigStep[]): ConfigStep[] {
  return steps.filter(({ group }) => group !== 'templates' && group !== 'providers' && group !== 'double-opt-in');
}

function drafts(dir: string): { name: string; body: object }[] {
  const all = Object.entries(templatesIn(dir));
  if (all.length === 0) throw new CommandEnd(`There is no template in ${dir}; consentctl config pull writes them.`, 2);
  return all.map(([key, facts]) => ({ name: key, body: { draft: { key, ...facts } } }));
}
