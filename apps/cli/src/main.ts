import { CommandEnd, runCommand } from './command.js';

interface Entry {
  readonly summary: string;
  /** Loaded only when asked for: most commands need little of the product. */
  readonly load: () => Promise<{ run: (argv: readonly string[]) => Promise<number> }>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  start: {
    summary: 'run everything on this machine: database, api, center, worker, mailbox',
    load: () => import('./start/start.js'),
  },
  migrate: {
    summary: 'bring a database to this version: roles, tables, queues',
    load: () => import('./commands/migrate.js'),
  },
  'operator-key': {
    summary: 'issue the first API key of a deployment',
    load: () => import('./commands/operator-key.js'),
  },
  adopt: {
    summary: 'after an upgrade: have keys and addresses that versions before stored believed, once',
    load: () => import('./commands/adopt.js'),
  },
  seed: {
    summary: 'set up the demo brand through a running api; --story: a made-up year for the reports',
    load: () => import('./seed/seed.js'),
  },
  decide: { summary: 'decide about cases that are written out whole', load: () => import('./decide/decide.js') },
  replay: {
    summary: 'make every stored decision again and report any difference',
    load: () => import('./history/replay.js'),
  },
  packs: {
    summary: 'the jurisdiction packs: list, show, and what changes on a date',
    load: () => import('./packs/main.js'),
  },
  backtest: {
    summary: 'say what a draft policy would have made of past messages',
    load: () => import('./history/backtest.js'),
  },
  import: {
    summary: 'bring in contacts and consents from a file; take an import back',
    load: () => import('./import/import.js'),
  },
  config: {
    summary: 'the set-up of a brand in files: pull, plan, apply',
    load: () => import('./config/config.js'),
  },
  lint: {
    summary: 'find what messages lack before they are sent',
    load: () => import('./config/lint.js'),
  },
  runway: {
    summary: 'how many contact points become unsendable week by week, and why',
    load: () => import('./runway/runway.js'),
  },
  attribute: {
    summary: 'which channel earned what, by each attribution model, from a file of paths',
    load: () => import('./attribution/attribute.js'),
  },
  reports: {
    summary: 'check that reports add up and agree with messages, facts and the log',
    load: () => import('./reports/check.js'),
  },
  'touch-paths': {
    summary: 'the paths that attribute reads, out of files of touches and conversions',
    load: () => import('./attribution/touch-paths.js'),
  },
  ledger: {
    summary: 'the published log: check it, follow it, copy it; its keys and its witness',
    load: () => import('./ledger/ledger.js'),
  },
  verify: {
    summary: 'check a bundle of evidence, without network and database',
    load: () => import('./verify/verify.js'),
  },
  openapi: { summary: 'write the OpenAPI document', load: () => import('./commands/openapi.js') },
  golden: { summary: 'write the golden decisions anew', load: () => import('./golden/golden.js') },
  schemas: { summary: 'write the JSON Schemas of decide', load: () => import('./commands/schemas.js') },
  'env-example': { summary: 'write every setting with what it means', load: () => import('./commands/env-example.js') },
  bench: { summary: 'measure the pipeline on this machine', load: () => import('./bench/main.js') },
};

export async function main(): Promise<void> {
  const [name = 'help', ...argv] = process.argv.slice(2);
  await runCommand(async () => {
    if (['help', '--help', '-h'].includes(name)) {
      console.log(overview());
      return 0;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new CommandEnd(`There is no command "${name}".\n\n${overview()}`, 2);
    return (await command.load()).run(argv);
  });
}

function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`);
  return ['consentctl <command> [options]', '', ...lines, '', 'consentctl <command> --help says more.'].join('\n');
}
