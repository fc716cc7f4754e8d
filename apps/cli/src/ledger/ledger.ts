import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CommandEnd, parseCommandLine } from '../command.js';
import { operatingError } from '../operating-error.js';
import { fsck, verify } from './check.js';
import { consistency, exportStatic, monitor } from './follow.js';
import { WITNESS_KEY_FILE, WITNESS_LOGS_FILE } from './key-folder.js';
import { init, keygen } from './keys.js';
import { reconcile } from './reconcile.js';
import { resume } from './resume.js';
import { rotate } from './rotate.js';

interface Part {
  readonly summary: string;
  readonly run: (argv: readonly string[]) => Promise<number>;
}

const WITNESS = {
  name: 'ledger witness',
  summary: 'runs a witness on a folder with its key and the list of logs it watches',
  options: z.object({
    folder: z.string('which folder?').min(1).describe('with witness.key and logs.txt'),
    host: z.string().default('127.0.0.1').describe('address it listens on'),
    port: z.coerce.number().int().min(0).max(65_535).default(8083).describe('its port'),
    json: z.boolean().default(false).describe('for programs: say where it listens as JSON'),
  }),
  positionals: ['folder'] as const,
};

const PROGRAM = fileURLToPath(new URL('../../../witness/src/main.js', import.meta.url));

/** The witness is a program of its own; this is a shorter way to start it. */
async function witness(argv: readonly string[]): Promise<number> {
  const { folder, host, port, json } = parseCommandLine(WITNESS, argv);
  for (const name of [WITNESS_KEY_FILE, WITNESS_LOGS_FILE]) {
    const file = path.join(folder, name);
    if (fs.existsSync(file)) continue;
    const how =
      name === WITNESS_KEY_FILE
        ? 'make it with consentctl ledger keygen --witness'
        : 'write the verifier key of each log into it, one to a line';
    throw new CommandEnd(`${file} is missing: ${how}.`, 2);
  }
  const env = { ...process.env, WITNESS_DIR: folder, HOST: host, WITNESS_PORT: String(port) };
  const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => console.log(json ? line : sentenceOf(line)));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function sentenceOf(line: string): string {
  const { vkey, url } = JSON.parse(line) as { readonly vkey: string; readonly url: string };
  return `${vkey}\nlistens at ${url}`;
}

const PARTS: Readonly<Record<string, Part>> = {
  fsck: { summary: 'read a whole log again: are all its parts made of the same entries?', run: fsck },
  verify: { summary: 'check a published log, or one entry by its proof, as a stranger', run: verify },
  consistency: { summary: 'does a log continue the one of an older checkpoint?', run: consistency },
  monitor: { summary: 'follow a log as an outsider', run: monitor },
  reconcile: { summary: 'do the tables that decisions read say what the log says?', run: reconcile },
  'export-static': { summary: 'write a published log into a folder', run: exportStatic },
  keygen: { summary: 'make the key of a log or of a witness', run: keygen },
  init: { summary: 'make what a log and a witness of its own need', run: init },
  rotate: { summary: 'give a log another key', run: rotate },
  resume: { summary: 'let a log of a new name follow one whose database was lost in part', run: resume },
  witness: { summary: 'run a witness', run: witness },
};

/** Exit codes: 0 it holds, 1 it does not, 2 it could not be checked. */
export async function run(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv;
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (part !== undefined) return checked(part, rest);
  const lines = Object.entries(PARTS).map(([key, { summary }]) => `  ${key.padEnd(15)}${summary}`);
  const overview = [
    'consentctl ledger <part> [options]',
    '',
    ...lines,
    '',
    'Exit codes: 0 it holds, 1 it does not, 2 it could not be checked.',
  ].join('\n');
  if (['help', '--help', '-h'].includes(name)) throw new CommandEnd(overview, 0);
  throw new CommandEnd(`The ledger has no "${name}".\n\n${overview}`, 2);
}

/** A mistake of this program, or a database that is none of ours, says nothing of the log; Node's own 1 would. */
async function checked(part: Part, argv: readonly string[]): Promise<number> {
  try {
    return await part.run(argv);
  } catch (error) {
    if (error instanceof CommandEnd || operatingError(error) !== null) throw error;
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new CommandEnd(`It could not be checked: ${trace}`, 2);
  }
}
