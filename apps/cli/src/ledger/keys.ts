import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { KEY_FILE, LedgerService, POLICY_FILE, readIfThere, readKeys, writeDurably } from '#lib/ledger';
import { Database, deriveKeys, readConfig, systemClock } from '#lib/platform';
import {
  COSIGNATURE_V1,
  ED25519,
  parseTrustPolicy,
  writeSigningKey,
  writeTrustPolicy,
  writeVerifierKey,
} from '#lib/proof';
import { CommandEnd, parseCommandLine } from '../command.js';
import { newSigningKey, setUpFolders, WITNESS_KEY_FILE } from './key-folder.js';

const folder = z.string('which folder?').min(1, 'which folder?').describe('where the key is kept, or to be kept');

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
  }),
  positionals: ['folder'] as const,
};

export async function keygen(argv: readonly string[]): Promise<number> {
  const { folder: place, name, witness } = parseCommandLine(KEYGEN, argv);
  const file = path.join(place, witness ? WITNESS_KEY_FILE : KEY_FILE);
  if (fs.existsSync(file)) throw new CommandEnd(`${file} is there already; a key is not replaced, it is rotated.`, 2);
  fs.mkdirSync(place, { recursive: true, mode: 0o700 });
  const made = newSigningKey(name, witness ? COSIGNATURE_V1 : ED25519);
  writeDurably(file, `${writeSigningKey(made)}\n`);
  console.log(writeVerifierKey(made.key));
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
  }),
  positionals: ['folder'] as const,
};

export async function init(argv: readonly string[]): Promise<number> {
  const { folder: place, witnessFolder, origin, witnessUrl } = parseCommandLine(INIT, argv);
  setUpFolders({ ledger: place, witness: witnessFolder, origin, logUrl: `https://${origin}`, witnessUrl });
  for (const { key } of readKeys(path.join(place, KEY_FILE))) console.log(writeVerifierKey(key));
  return 0;
}

const ROTATE = {
  name: 'ledger rotate',
  summary: 'gives a log a second key, which signs beside the first; with --finish the first one goes',
  options: z.object({
    folder,
    finish: z.boolean().default(false).describe('take the first key away; from then on the second signs alone'),
  }),
  positionals: ['folder'] as const,
};

/** The new key is in the log before it signs: whoever trusts the old one can learn of it there. */
export async function rotate(argv: readonly string[]): Promise<number> {
  const { folder: place, finish } = parseCommandLine(ROTATE, argv);
  const file = path.join(place, KEY_FILE);
  const keys = readKeys(file);
  const [first, second] = keys;
  if (finish && second === undefined) throw new CommandEnd('There is one key only; rotate first, without --finish.', 2);
  if (!finish && second !== undefined) throw new CommandEnd('Two keys sign already; rotate --finish ends that.', 2);
  const next = second ?? newSigningKey(first.key.name, ED25519);
  if (!finish) await recordRotation(writeVerifierKey(next.key));
  const signing = finish ? [next] : [first, next];
  writeDurably(file, signing.map((key) => `${writeSigningKey(key)}\n`).join(''));
  const policyFile = path.join(place, POLICY_FILE);
  const text = readIfThere(policyFile);
  if (text !== null) {
    const policy = parseTrustPolicy(text);
    const url = policy.logs[0]?.url ?? null;
    writeDurably(policyFile, writeTrustPolicy({ ...policy, logs: signing.map(({ key }) => ({ key, url })) }));
  }
  console.log(writeVerifierKey(next.key));
  console.log('Restart the worker that publishes, and give auditors and witnesses the keys that sign now.');
  return 0;
}

async function recordRotation(vkey: string): Promise<void> {
  const config = readConfig(process.env);
  const { ledgerKek, ledgerMac } = deriveKeys(config.MASTER_KEY);
  const database = new Database({ url: config.DATABASE_URL, max: 1, name: 'consent-gateway cli' });
  try {
    const ledger = new LedgerService({ kek: ledgerKek, macKey: ledgerMac });
    const clear = { vkey };
    const disclosed = { key: { of: 'log' }, actor: { kind: 'operator' } };
    const at = systemClock.now();
    await database.transaction((tx) => ledger.append(tx, [{ type: 'key.rotated', at, clear, disclosed }]));
  } finally {
    await database.close();
  }
}
