import { z } from 'zod';
import { SCOPES } from '#lib/platform';
import { parseCommandLine } from '../command.js';
import { issueOperatorKey } from '../commands/issue-operator-key.js';
import { readJson, writeJson } from '../start/kept-file.js';
import { untilReady } from '../start/until-ready.js';
import { ApiClient, UnexpectedAnswer } from './api-client.js';
import { applyBrand, applySetup } from './apply-setup.js';
import { DEMO_BRAND, demoSetup, setupStamp } from './demo-setup.js';
import { DemoState } from './demo-state.js';
import { tellStory } from './story.js';

const SEED = {
  name: 'seed',
  summary: 'sets up the demo brand through a running api; the operator key is made with DATABASE_URL and MASTER_KEY',
  options: z.object({
    api: z.url('must be a URL').default('http://127.0.0.1:8080').describe('base URL of the api'),
    mailbox: z.url('must be a URL').default('http://127.0.0.1:8083').describe('base URL of the local mailbox page'),
    smtpPort: z.coerce
      .number('must be a number')
      .int()
      .min(1)
      .max(65_535)
      .default(8084)
      .describe('where the local mailbox takes mail'),
    state: z
      .string()
      .min(1)
      .default('.local/data/demo.json')
      .describe('file that remembers the keys and what was done'),
    tell: z.boolean().default(false).describe('send the demo messages and print what became of them'),
    story: z
      .boolean()
      .default(false)
      .describe(
        'instead: write a made-up B2B year into a brand of its own, so that every report has something to show',
      ),
    brand: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be small letters, digits and hyphens')
      .default('demo')
      .describe('of the year: key of the brand, which must be a new one (default demo)'),
    seed: z.coerce
      .number('must be a number')
      .int()
      .min(0)
      .max(2_147_483_647)
      .default(1)
      .describe('of the year: the same number makes the same year (default 1)'),
    until: z.iso
      .date('must be a day, such as 2026-11-26')
      .optional()
      .describe('of the year: the day after the last (default today)'),
    gently: z
      .boolean()
      .default(false)
      .describe('of the year: one thing after the other, beside people who use the gateway'),
    dataDir: z
      .string()
      .min(1)
      .default('.local/data')
      .describe('of the year: where npm start keeps its data; used when DATABASE_URL is not set (default .local/data)'),
  }),
};

/** Safe to run again: what is there already is left as it is. */
export async function run(argv: readonly string[]): Promise<number> {
  const options = parseCommandLine(SEED, argv);
  if (options.story) return (await import('./year/seed-year.js')).seedYear(options);
  try {
    const state = await seed(options);
    // Tells a supervisor that the keys are there.
    process.send?.('set up');
    return options.tell ? await story(options, state) : 0;
  } catch (error) {
    if (!(error instanceof UnexpectedAnswer)) throw error;
    console.error(`Unexpected: ${error.message}`);
    return 1;
  }
}

type SeedOptions = z.infer<typeof SEED.options>;

async function seed(options: SeedOptions): Promise<DemoState> {
  const known = readJson(options.state, DemoState);
  // The first key needs the database and not the api, which takes longer to begin.
  const [operatorKey] = await Promise.all([
    known?.operatorKey ?? issueOperatorKey(process.env, 'demo operator'),
    untilReady('the api', options.api, new AbortController().signal),
  ]);
  const operator = new ApiClient(options.api, operatorKey);
  const isNew = await applyBrand(operator);
  const [key, testKey] = await Promise.all([
    known?.key ?? issueBrandKey(operator, false),
    known?.testKey ?? issueBrandKey(operator, true),
  ]);
  await applySetup(new ApiClient(options.api, key), demoSetup(options.smtpPort), isNew);
  const state: DemoState = {
    operatorKey,
    key,
    testKey,
    setup: setupStamp(options.smtpPort),
    stories: (known?.stories ?? 0) + (options.tell ? 1 : 0),
    told: known?.told ?? false,
    years: known?.years ?? 0,
    yearKey: known?.yearKey,
  };
  writeJson(options.state, state);
  return state;
}

async function issueBrandKey(operator: ApiClient, test: boolean): Promise<string> {
  const request = {
    name: test ? 'demo, test' : 'demo, live',
    brand: DEMO_BRAND.key,
    // Everything but what reaches beyond one brand.
    scopes: SCOPES.filter((scope) => scope !== 'metrics:read'),
    test,
  };
  return (await operator.call('POST', '/v1/keys', z.object({ key: z.string() }), request)).key;
}

async function story(options: SeedOptions, state: DemoState): Promise<number> {
  const good = await tellStory(new ApiClient(options.api, state.key), options.mailbox, state.stories);
  writeJson(options.state, { ...state, told: true });
  return good ? 0 : 1;
}
