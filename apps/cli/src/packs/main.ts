import { z } from 'zod';
import { type Pack, packChanges, parseDate } from '#lib/decision';
import { loadPacks, packDigest, packsFolder, PacksUnusable } from '#lib/sending';
import { CommandEnd, parseCommandLine } from '../command.js';
import { changesText, listText, packText } from './domain/packs-text.js';

const json = z.boolean().default(false).describe('JSON for programs');
const date = z
  .string('which date?')
  .refine((text) => parseDate(text) !== null, 'must be a date such as 2027-01-31')
  .describe('a local date, for example 2027-01-31');

const LIST = {
  name: 'packs list',
  summary: 'every jurisdiction pack of this installation',
  options: z.object({ json }),
};
const SHOW = {
  name: 'packs show',
  summary: 'the rules of one pack, with their force, dates and sources',
  options: z.object({ id: z.string('which pack? consentctl packs list names them').describe('such as de'), json }),
  positionals: ['id'] as const,
};
const DIFF = {
  name: 'packs diff',
  summary: 'what starts, ends or changes on a date',
  options: z.object({ on: date, json }),
};

const COMMANDS: Readonly<Record<string, (argv: readonly string[], packs: readonly Pack[]) => void>> = { list, show, diff }; // prettier-ignore

/** Reads the packs beside the program; needs no database and no settings. */
export async function run([name = 'help', ...argv]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const isHelp = ['help', '--help', '-h'].includes(name);
    throw new CommandEnd(isHelp ? OVERVIEW : `There is no command "packs ${name}".\n\n${OVERVIEW}`, isHelp ? 0 : 2);
  }
  command(argv, installed());
  return Promise.resolve(0);
}

function list(argv: readonly string[], packs: readonly Pack[]): void {
  const options = parseCommandLine(LIST, argv);
  const rows = packs.map((pack) => ({ ...pack, digest: packDigest(pack) }));
  console.log(options.json ? asJson(rows.map(({ rules, ...row }) => ({ ...row, rules: rules.length }))) : listText(rows)); // prettier-ignore
}

function show(argv: readonly string[], packs: readonly Pack[]): void {
  const options = parseCommandLine(SHOW, argv);
  const pack = packs.find(({ id }) => id === options.id);
  if (pack === undefined) {
    throw new CommandEnd(`There is no pack "${options.id}". consentctl packs list names them.`, 1);
  }
  const shown = { ...pack, digest: packDigest(pack) };
  console.log(options.json ? asJson(shown) : packText(shown));
}

function diff(argv: readonly string[], packs: readonly Pack[]): void {
  const options = parseCommandLine(DIFF, argv);
  const changes = packChanges(packs, options.on);
  const plain = changes.map(({ pack, change, before, after }) => ({
    pack: { id: pack.id, version: pack.version },
    change,
    before,
    after,
  }));
  console.log(options.json ? asJson({ on: options.on, changes: plain }) : changesText(changes, options.on));
}

function installed(): readonly Pack[] {
  try {
    return loadPacks(packsFolder()).current;
  } catch (error) {
    if (error instanceof PacksUnusable) throw new CommandEnd(error.message, 1);
    throw error;
  }
}

function asJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

const OVERVIEW = [
  'consentctl packs <command>: the laws that decisions know, as data',
  ...[LIST, SHOW, DIFF].map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`),
].join('\n');
