import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { DemoState } from '../seed/demo-state.js';
import { newsletterTo, person } from '../seed/people.js';
import type { Addresses } from './addresses.js';

export interface Shown {
  /** Whether the people of the story are there. */
  readonly hasPeople: boolean;
  /** Whether a made-up year is written next. */
  readonly yearFollows: boolean;
}

/** Where to look and what to try, for a person who has just started the gateway. */
export function farewell(
  addresses: Addresses,
  state: DemoState,
  dataDir: string,
  { hasPeople, yearFollows }: Shown,
): string {
  const place = path.relative(process.cwd(), dataDir);
  const shownDir = place === '' || place.startsWith('..') ? dataDir : place;
  const urls: [string, string][] = [
    ['api', `${addresses.api}/docs`],
    ['center', addresses.center],
    ['mailbox', addresses.mailbox],
    ['reports', `${addresses.api}/reports (sign in with the key below)`],
    ['ledger', `${addresses.api}/ledger/checkpoint`],
    ['test key', state.testKey],
    ...(state.yearKey === undefined
      ? []
      : [['year key', `${state.yearKey} (signs in to /reports of a made-up year)`] as [string, string]]),
  ];
  return [
    ...urls.map(([name, value]) => `${name.padEnd(10)}${value}`),
    ...(hasPeople ? ['', 'Send one yourself:', '', curl(addresses.api, state)] : []),
    '',
    `Check the ledger as a stranger would: node dist/apps/cli/src/main.js ledger verify ${addresses.api}/ledger --policy ${path.join(shownDir, 'ledger/policy.txt')}`,
    ...yearLines(state, shownDir, yearFollows),
    `A test key runs everything and sends nothing. With the live key in ${path.join(shownDir, 'demo.json')} the mail arrives in the mailbox.`,
    `Ctrl-C stops everything and keeps the data; rm -rf ${shownDir} starts over.`,
  ].join('\n');
}

/** What there is to say of a made-up year. */
function yearLines({ yearKey }: DemoState, shownDir: string, yearFollows: boolean): string[] {
  if (yearKey !== undefined) return [];
  if (yearFollows)
    return [
      'A made-up year for the reports is written meanwhile, in a brand of its own; its key stands below in a minute.',
    ];
  const where = shownDir === '.local/data' ? '' : ` --data-dir ${shownDir}`;
  return [`Fill the reports with a made-up year: node dist/apps/cli/src/main.js seed --story${where}`];
}

/** With a key of its own each time, so pasting it sends a message, and pasting it again does not. */
function curl(api: string, { testKey, stories }: DemoState): string {
  const body = JSON.stringify(newsletterTo(person('delivered', stories)));
  return [
    `curl ${api}/v1/messages \\`,
    `  -H 'Authorization: Bearer ${testKey}' \\`,
    `  -H 'Idempotency-Key: ${randomUUID()}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}
