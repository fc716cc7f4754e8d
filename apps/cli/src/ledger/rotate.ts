import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  KEY_FILE,
  LedgerService,
  memoryName,
  POLICY_FILE,
  readIfThere,
  trustPolicyOf,
  Unavailable,
  WitnessClient,
  writeDurably,
} from '#lib/ledger';
import { Database, deriveKeys, readConfig, systemClock } from '#lib/platform';
import {
  checkSignatures,
  ED25519,
  parseSignedCheckpoint,
  parseTrustPolicy,
  type SignedCheckpoint,
  type SigningKey,
  signNote,
  type TrustPolicy,
  writeNote,
  writeSigningKey,
  writeTrustPolicy,
  writeVerifierKey,
} from '#lib/proof';
import { CommandEnd, parseCommandLine } from '../command.js';
import { keysIn } from './check.js';
import { logsWith, newSigningKey } from './key-folder.js';

const ROTATE = {
  name: 'ledger rotate',
  summary: 'gives a log a second key, which signs beside the first; with --finish the first one signs no more',
  options: z.object({
    folder: z.string('which folder?').min(1, 'which folder?').describe('where log.key is: LEDGER_DIR'),
    finish: z
      .boolean()
      .default(false)
      .describe('take the first key away, once every witness knows the second; from then on that signs alone'),
    wait: z.coerce
      .number('how many seconds?')
      .min(0)
      .max(3600)
      .default(30)
      .describe('seconds to wait, with --finish, for the first checkpoint that the second key signs'),
    json: z.boolean().default(false).describe('for programs'),
  }),
  positionals: ['folder'] as const,
};

/** What has come of it. */
interface Rotated {
  readonly signs: SigningKey;
  /** The key that is taken away, and how many entries the last checkpoint has that it may have signed. */
  readonly retired: { readonly key: SigningKey; readonly until: number } | null;
  /** Names of witnesses without an address, which nobody could ask. */
  readonly unasked: readonly string[];
}

export async function rotate(argv: readonly string[]): Promise<number> {
  const { folder, finish, wait, json } = parseCommandLine(ROTATE, argv);
  const keys = keysIn(folder);
  const { signs, retired, unasked } = finish
    ? await finishRotation(folder, keys, wait)
    : await beginRotation(folder, keys);
  const vkey = writeVerifierKey(signs.key);
  if (json) {
    const gone = retired === null ? null : { vkey: writeVerifierKey(retired.key.key), until: retired.until };
    console.log(JSON.stringify({ vkey, retired: gone, unasked }));
    return 0;
  }
  console.log(vkey);
  for (const name of unasked) console.log(`Nobody could ask the witness ${name}: policy.txt says no address of it.`);
  console.log('Restart the worker that publishes, and give auditors and witnesses the keys that sign now.');
  if (retired !== null)
    console.log('Have the old key taken out of logs.txt of each witness: whoever has stolen it could be cosigned.');
  return 0;
}

/** The new key is in the log before it signs: whoever trusts the old one can learn of it there. */
async function beginRotation(folder: string, [first, second]: readonly SigningKey[]): Promise<Rotated> {
  if (first === undefined || second !== undefined) {
    throw new CommandEnd('Two keys sign already; rotate --finish ends that.', 2);
  }
  const signs = newSigningKey(first.key.name, ED25519);
  const policy = policyOf(folder);
  await recordRotation(writeVerifierKey(signs.key));
  writeKeys(folder, [first, signs]);
  writePolicy(folder, policy, [first, signs]);
  return { signs, retired: null, unasked: [] };
}

/**
 * The old key stays in the policy, for what it has signed: checkpoints of before must verify for ever. Nothing is changed
 * before it is known that the new one has signed as well, and that each witness which can be asked takes its signature.
 */
async function finishRotation(
  folder: string,
  [first, signs]: readonly SigningKey[],
  seconds: number,
): Promise<Rotated> {
  if (first === undefined || signs === undefined) {
    throw new CommandEnd('There is one key only; rotate first, without --finish.', 2);
  }
  const policy = policyOf(folder);
  const last = await firstSigned(folder, signs, seconds);
  const unasked = await askWitnesses(policy, last, signs);
  const { size } = last.checkpoint;
  const others = policy.logs.filter(({ key }) => !key.publicKey.equals(first.key.publicKey));
  const retired = [...others, { key: first.key, url: null, until: size }];
  // First of all, so that the key is known for what it signed whatever happens in between.
  writePolicy(folder, { ...policy, logs: retired }, [signs]);
  writeKeys(folder, [signs]);
  return { signs, retired: { key: first, until: size }, unasked };
}

/**
 * The last checkpoint that was signed, by both keys. Where the new one has not signed yet, the log is told of it once
 * more, so that there is something to sign though nothing else happens.
 */
async function firstSigned(folder: string, signs: SigningKey, seconds: number): Promise<SignedCheckpoint> {
  let last = lastSigned(folder, signs);
  if (last === null && seconds > 0) {
    await recordRotation(writeVerifierKey(signs.key));
    const until = systemClock.monotonic() + seconds * 1_000;
    for (; last === null && systemClock.monotonic() < until; last = lastSigned(folder, signs)) await sleep(200);
  }
  if (last !== null) return last;
  throw new CommandEnd('The new key has not signed yet. Restart the worker that publishes, and finish then.', 2);
}

/** Null when the new key has not signed it. */
function lastSigned(folder: string, { key }: SigningKey): SignedCheckpoint | null {
  const text = readIfThere(path.join(folder, memoryName(key.name)));
  const last = text === null ? null : parseSignedCheckpoint(text);
  return last !== null && checkSignatures(last.note, [key]).verified.length > 0 ? last : null;
}

/** @returns the names of those that have no address. */
async function askWitnesses(
  { witnesses }: TrustPolicy,
  { note }: SignedCheckpoint,
  signs: SigningKey,
): Promise<string[]> {
  const alone = writeNote({ text: note.text, signatures: [signNote(note.text, signs.key, signs.privateKey)] });
  const unasked: string[] = [];
  const strangers: string[] = [];
  for (const { url, ...witness } of witnesses) {
    if (url === null) unasked.push(witness.name);
    else if (!(await takes(new WitnessClient({ ...witness, url }, () => systemClock.monotonic()), alone)))
      strangers.push(witness.name);
  }
  if (strangers.length === 0) return unasked;
  const [key, names] = [writeVerifierKey(signs.key), strangers.join(', ')];
  throw new CommandEnd(
    `These witnesses do not know the new key, and would cosign no more: ${names}. Add this line to logs.txt of each, beside the old one, and finish then:\n${key}`,
    2,
  );
}

async function takes(witness: WitnessClient, note: string): Promise<boolean> {
  try {
    return await witness.takes(note);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new CommandEnd(
      `Whether every witness knows the new key could not be asked: ${error.message}. Try again when it does, or take it out of policy.txt if it is gone for good.`,
      2,
    );
  }
}

function policyOf(folder: string): TrustPolicy {
  return parseTrustPolicy(trustPolicyOf(folder));
}

function writePolicy(folder: string, policy: TrustPolicy, signing: readonly SigningKey[]): void {
  const url = policy.logs.find(({ key }) => key.name === signing[0]?.key.name)?.url ?? null;
  const logs = logsWith(
    policy.logs,
    signing.map(({ key }) => key),
    url,
  );
  writeDurably(path.join(folder, POLICY_FILE), writeTrustPolicy({ ...policy, logs }));
}

function writeKeys(folder: string, signing: readonly SigningKey[]): void {
  writeDurably(path.join(folder, KEY_FILE), signing.map((key) => `${writeSigningKey(key)}\n`).join(''));
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
