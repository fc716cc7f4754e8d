import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  COSIGNATURE_V1,
  ED25519,
  parseSigningKey,
  parseTrustPolicy,
  SEED_BYTES,
  type SignatureType,
  type SigningKey,
  signingKey,
  type TrustedLog,
  type TrustPolicy,
  type VerifierKey,
  writeSigningKey,
  writeTrustPolicy,
  writeVerifierKey,
} from '#lib/proof';
import { CommandEnd } from '../command.js';
import { makeFolder } from '../database/make-folder.js';
import { writePrivately } from '../start/kept-file.js';

/** The names of libs/ledger and of apps/witness, of which the supervisor need not load anything. */
export const LOG_KEY_FILE = 'log.key';
export const TRUST_POLICY_FILE = 'policy.txt';
export const WITNESS_KEY_FILE = 'witness.key';
export const WITNESS_LOGS_FILE = 'logs.txt';

export interface LedgerFolders {
  /** Of the worker that publishes. */
  readonly ledger: string;
  /** Of the witness, which no other process uses. */
  readonly witness: string;
  /** Name of the log, for ever; made up when left out. */
  readonly origin?: string;
  /** Where the log is served, such as http://127.0.0.1:8080/ledger. */
  readonly logUrl: string;
  readonly witnessUrl: string;
}

/** A key that nobody has had before. */
export const newSigningKey = (name: string, type: SignatureType): SigningKey =>
  signingKey(name, type, randomBytes(SEED_BYTES));

/**
 * Gives a log and its witness what they need: keys of their own, made at the first call and never again; to the witness
 * the keys of the log, and to the log a policy that names the witness. What somebody else has put into the policy stays.
 */
export function setUpFolders(folders: LedgerFolders): void {
  const { ledger, witness, logUrl, witnessUrl } = folders;
  for (const folder of [ledger, witness]) makeFolder(folder, 0o700);
  const keyFile = path.join(ledger, LOG_KEY_FILE);
  if (!fs.existsSync(keyFile)) {
    if (fs.readdirSync(ledger).some((name) => name.startsWith('signed-'))) {
      throw new CommandEnd(`${keyFile} is gone, and no other key can go on with this log. Restore it.`, 1);
    }
    const origin = folders.origin ?? `gateway.localhost/${randomBytes(8).toString('hex')}`;
    writePrivately(keyFile, `${writeSigningKey(newSigningKey(origin, ED25519))}\n`);
  }
  const logs = linesOf(fs.readFileSync(keyFile, 'utf8')).map((line) => parseSigningKey(line).key);
  const cosigner = witnessKey(path.join(witness, WITNESS_KEY_FILE), logs);
  writeIfOther(path.join(witness, WITNESS_LOGS_FILE), logs.map((key) => `${writeVerifierKey(key)}\n`).join(''));

  const policyFile = path.join(ledger, TRUST_POLICY_FILE);
  const text = textOf(policyFile);
  const known = text === null ? null : parseTrustPolicy(text);
  writeIfOther(policyFile, writeTrustPolicy(policyWith(known, logs, logUrl, cosigner, witnessUrl)));
}

function witnessKey(file: string, logs: readonly VerifierKey[]): VerifierKey {
  const text = textOf(file);
  if (text !== null) return parseSigningKey(text.trim()).key;
  const name = `witness.${createHash('sha256')
    .update(logs[0]?.name ?? '')
    .digest('hex')
    .slice(0, 8)}.localhost`;
  const made = newSigningKey(name, COSIGNATURE_V1);
  writePrivately(file, `${writeSigningKey(made)}\n`);
  return made.key;
}

function policyWith(
  known: TrustPolicy | null,
  logs: readonly VerifierKey[],
  logUrl: string,
  cosigner: VerifierKey,
  witnessUrl: string,
): TrustPolicy {
  const own = { key: cosigner, url: witnessUrl };
  const trusted = logsWith(known?.logs ?? [], logs, logUrl);
  if (known === null) {
    return { logs: trusted, witnesses: [{ name: 'own', ...own }], groups: [], quorum: 'own' };
  }
  const isOwn = ({ key }: { readonly key: VerifierKey }): boolean => key.publicKey.equals(cosigner.publicKey);
  const witnesses = known.witnesses.map((witness) => (isOwn(witness) ? { ...witness, ...own } : witness));
  return { ...known, logs: trusted, witnesses };
}

/** The logs of a policy once these keys sign: what it knew beside them stays, because of what that has signed. */
export function logsWith(
  known: readonly TrustedLog[],
  signing: readonly VerifierKey[],
  url: string | null,
): TrustedLog[] {
  const isSigning = ({ key }: TrustedLog): boolean => signing.some((one) => one.publicKey.equals(key.publicKey));
  return [...signing.map((key) => ({ key, url })), ...known.filter((log) => !isSigning(log))];
}

function writeIfOther(file: string, text: string): void {
  if (textOf(file) !== text) writePrivately(file, text);
}

function textOf(file: string): string | null {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');
