import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { KEY_FILE, readKeys, writeDurably } from '#lib/ledger';
import { COSIGNATURE_V1, ED25519, writeSigningKey, writeVerifierKey } from '#lib/proof';
import { CommandEnd, parseCommandLine } from '../command.js';
import { makeFolder } from '../database/make-folder.js';
import { newSigningKey, setUpFolders, WITNESS_KEY_FILE } from './key-folder.js';

const folder = z.string('which folder?').min(1, 'which folder?').describe('where the key is kept, or to be kept');

const json = z.boolean().default(false).describe('for programs');

const KEYGEN = {
  name: 'ledger keygen',
  summary: 'makes the key of a log or of a witness, and prints what verifies its signatures',
  options: z.object({
    folder,
    name: z
      .string('how is it called?')
      .regex(/^[^\s+]{1,255}$/, 'has neither spaces nor a plus')
      .describe('the origin of the log, such as consent.example.com/ledger; for a witness its own name'),
    witness: z.boolean().default(false).describe('the key of a witness'),
    json,
  }),
  positionals: ['folder'] as const,
};

export async function keygen(argv: readonly string[]): Promise<number> {
  const { folder: place, name, witness, json: asJson } = parseCommandLine(KEYGEN, argv);
  const file = path.join(place, witness ? WITNESS_KEY_FILE : KEY_FILE);
  if (fs.existsSync(file)) throw new CommandEnd(`${file} is there already; a key is not replaced, it is rotated.`, 2);
  makeFolder(place, 0o700);
  const made = newSigningKey(name, witness ? COSIGNATURE_V1 : ED25519);
  writeDurably(file, `${writeSigningKey(made)}\n`);
  const vkey = writeVerifierKey(made.key);
  console.log(asJson ? JSON.stringify({ vkey, file }) : vkey);
  return 0;
}

const INIT = {
  name: 'ledger init',
  summary: 'makes what a log and a witness of its own need and do not have yet: keys, list of logs, policy',
  options: z.object({
    folder,
    witnessFolder: z.string('which folder?').min(1).describe('folder of the witness'),
    origin: z
      .string('what is the log called?')
      .regex(/^[^\s+]{1,255}$/, 'has neither spaces nor a plus')
      .describe('name of the log for ever: where it is served without https://'),
    witnessUrl: z.url('where is the witness?').describe('where the worker reaches the witness'),
    json,
  }),
  positionals: ['folder'] as const,
};

export async function init(argv: readonly string[]): Promise<number> {
  const { folder: place, witnessFolder, origin, witnessUrl, json: asJson } = parseCommandLine(INIT, argv);
  setUpFolders({ ledger: place, witness: witnessFolder, origin, logUrl: `https://${origin}`, witnessUrl });
  const vkeys = readKeys(path.join(place, KEY_FILE)).map(({ key }) => writeVerifierKey(key));
  console.log(asJson ? JSON.stringify({ vkeys }) : vkeys.join('\n'));
  return 0;
}
