import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  type Checkpoint,
  checkSignatures,
  ED25519,
  Malformed,
  parseSignedCheckpoint,
  parseSigningKey,
  signNote,
  type SigningKey,
  verifyConsistency,
  type VerifierKey,
  writeCheckpoint,
  writeNote,
  writeTrustPolicy,
} from '#lib/proof';
import { readIfThere, writeDurably } from './durable-file.js';

/** What the signer is asked to sign contradicts what it has signed, or it cannot know what it has signed. */
export class SignerRefuses extends Error {
  override readonly name = 'SignerRefuses';
}

export const KEY_FILE = 'log.key';
export const POLICY_FILE = 'policy.txt';
/** Who was erased, by ids that name nobody; a worker keeps it, on a disk that is not restored with the database. */
export const ERASED_FILE = 'erased.ndjson';

/**
 * The only holder of the log's keys. It remembers the last checkpoint it signed in a file of its own, outside the
 * database, and signs nothing that contradicts it: no smaller tree, no other root, no tree that does not begin with it.
 */
export class Signer {
  private constructor(
    private readonly keys: readonly SigningKey[],
    private readonly file: string,
    private latest: Checkpoint | null,
  ) {}

  /**
   * @param folder with `log.key`, one signing key to a line, all of one name; the memory is kept beside it.
   * @throws Error when there is no key, others can read it, or the memory is not a checkpoint signed by one of the keys.
   */
  static open(folder: string): Signer {
    const keys = readKeys(path.join(folder, KEY_FILE));
    const origin = keys[0].key.name;
    const file = path.join(folder, memoryName(origin));
    const text = readIfThere(file);
    return new Signer(keys, file, text === null ? null : readMemory(text, keys, file));
  }

  get origin(): string {
    return this.keys[0]?.key.name ?? '';
  }

  /** What its signatures are verified by. */
  get verifierKeys(): VerifierKey[] {
    return this.keys.map(({ key }) => key);
  }

  /** Where it remembers; whoever restores a lost memory puts the newest checkpoint of a witness here. */
  get memory(): string {
    return this.file;
  }

  /** What was signed last; null when it remembers nothing. */
  last(): Checkpoint | null {
    return this.latest;
  }

  /**
   * Signs that the first `size` entries have this root, with every key. What was signed is on disk before this returns.
   * @param proof that the tree begins with the last one that was signed; empty before the first.
   * @throws SignerRefuses when it does not show that; Error when another process has signed since this one looked.
   */
  sign({ size, root }: { readonly size: number; readonly root: Buffer }, proof: readonly Buffer[]): string {
    const checkpoint: Checkpoint = { origin: this.origin, size, root, extensions: [] };
    this.assertAlone();
    if (this.latest !== null) {
      const check = verifyConsistency({ from: this.latest, to: checkpoint }, proof);
      if (!check.holds) {
        throw new SignerRefuses(`a checkpoint of ${this.latest.size} entries was signed, and ${check.problem}`);
      }
    }
    const text = writeCheckpoint(checkpoint);
    const signatures = this.keys.map(({ key, privateKey }) => signNote(text, key, privateKey));
    const note = writeNote({ text, signatures });
    writeDurably(this.file, note);
    this.latest = checkpoint;
    return note;
  }

  /** Whoever stood still while another was elected would write less into the memory than is signed. */
  private assertAlone(): void {
    const text = readIfThere(this.file);
    if (text === null) return;
    const { size, root } = readMemory(text, this.keys, this.file);
    if (this.latest?.size === size && this.latest.root.equals(root)) return;
    throw new Error(`another process has signed ${size} entries meanwhile: nothing was signed`);
  }
}

/** A log of another name has another memory. */
export const memoryName = (origin: string): string =>
  `signed-${createHash('sha256').update(origin).digest('hex').slice(0, 16)}`;

/** The keys of a log, all of one name. */
export function readKeys(file: string): [SigningKey, ...SigningKey[]] {
  const text = readIfThere(file);
  if (text === null) throw new Error(`${file} is missing: make it with consentctl ledger keygen`);
  if ((fs.statSync(file).mode & 0o077) !== 0) throw new Error(`${file} can be read by others: chmod 600`);
  const [first, ...more] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseSigningKey);
  if (first === undefined) throw new Error(`${file} holds no key`);
  if ([first, ...more].some(({ key }) => key.type !== ED25519 || key.name !== first.key.name)) {
    throw new Error(`${file} must hold keys of one log`);
  }
  return [first, ...more];
}

/** Whom this deployment says to trust: its `policy.txt`, or else the keys of the log without a witness. */
export function trustPolicyOf(folder: string): string {
  const text = readIfThere(path.join(folder, POLICY_FILE));
  if (text !== null) return text;
  const logs = readKeys(path.join(folder, KEY_FILE)).map(({ key }) => ({ key, url: null }));
  return writeTrustPolicy({ logs, witnesses: [], groups: [], quorum: null });
}

function readMemory(text: string, keys: readonly SigningKey[], file: string): Checkpoint {
  try {
    const { checkpoint, note } = parseSignedCheckpoint(text);
    const signed = checkSignatures(
      note,
      keys.map(({ key }) => key),
    );
    if (checkpoint.origin === keys[0]?.key.name && signed.verified.length > 0 && signed.wrong.length === 0) {
      return checkpoint;
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
  throw new Error(`${file} is no checkpoint that this log has signed`);
}
