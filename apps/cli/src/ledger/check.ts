import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import {
  auditDatabase,
  type AuditReport,
  auditSource,
  memoryName,
  POLICY_FILE,
  readIfThere,
  readKeys,
  KEY_FILE,
  keptName,
} from '#lib/ledger';
import { deriveKeys } from '#lib/platform';
import {
  encodeDisclosure,
  MAX_TEXT_BYTES,
  Malformed,
  parseSignedCheckpoint,
  parseTrustPolicy,
  type SigningKey,
  type TrustPolicy,
  verdictOn,
} from '#lib/proof';
import { CommandEnd, parseCommandLine } from '../command.js';
import { progressBar, tell } from './report.js';
import { SOURCE_HELP, withDatabase, withSource } from './sources.js';

const json = z.boolean().default(false).describe('for programs');
const file = z.string().min(1, 'must name a file');

const MASTER_KEY_BYTES = 32;

/** Of one entry: seven at most of 16,777,216 characters, with what stands between them. */
const MAX_DISCLOSURES_BYTES = 8 * 16_777_216;

const FSCK = {
  name: 'ledger fsck',
  summary: 'reads a whole log again and says whether all its parts are made of the same entries',
  options: z.object({
    source: z.string().min(1).default('database').describe(SOURCE_HELP),
    policy: file
      .optional()
      .describe('whom to trust (tlog-policy); left out: that of LEDGER_DIR, or signatures are not checked'),
    lateSeconds: z.coerce
      .number()
      .min(0)
      .default(3600)
      .describe('how long entries may have waited for their position, when times are compared with those of witnesses'),
    json,
  }),
  positionals: ['source'] as const,
};

export async function fsck(argv: readonly string[]): Promise<number> {
  const { source, policy, lateSeconds, json: asJson } = parseCommandLine(FSCK, argv);
  if (source !== 'database') {
    const trust = policy === undefined ? null : readPolicy(policy);
    return tell(
      await withSource(source, (log) => auditSource(log, { policy: trust, onProgress: progressBar() })),
      asJson,
    );
  }
  const folder = process.env['LEDGER_DIR'];
  const ownPolicy = folder === undefined ? undefined : path.join(folder, POLICY_FILE);
  const trust = policy ?? (ownPolicy !== undefined && fs.existsSync(ownPolicy) ? ownPolicy : undefined);
  const origin = folder === undefined ? null : keysIn(folder)[0].key.name;
  const remembered = (name: (of: string) => string): string | null =>
    folder === undefined || origin === null ? null : readIfThere(path.join(folder, name(origin)));
  // Before the database is read: what is put there meanwhile is more than they say, never less.
  const [memory, kept] = [remembered(memoryName), remembered(keptName)];
  const report = await withDatabase((database) =>
    auditDatabase(database, {
      policy: trust === undefined ? null : readPolicy(trust),
      keys: keysFromEnvironment(),
      ...(memory === null ? {} : { memory }),
      ...(kept === null ? {} : { kept }),
      tolerance: { lateMs: lateSeconds * 1_000, skewMs: 5_000 },
      onProgress: progressBar(),
    }),
  );
  return tell(report, asJson);
}

const VERIFY = {
  name: 'ledger verify',
  summary: 'checks as a stranger: a whole published log, or with --entry one entry by its .tlog-proof file',
  options: z.object({
    source: z.string('what?').min(1).describe(`${SOURCE_HELP}; or a .tlog-proof file`),
    policy: file.optional().describe('whom to trust (tlog-policy), from elsewhere than the log'),
    entry: file.optional().describe('the bytes of the entry that the .tlog-proof file is about'),
    disclosures: file
      .optional()
      .describe(
        'what the entry disclosed, one disclosure to a line: its JSON text, as receipts have it, or base64url of that',
      ),
    older: file.optional().describe('a checkpoint from before, which the log must continue'),
    json,
  }),
  positionals: ['source'] as const,
};

export async function verify(argv: readonly string[]): Promise<number> {
  const { source, policy, entry, disclosures, older, json: asJson } = parseCommandLine(VERIFY, argv);
  if (policy === undefined)
    throw new CommandEnd('Say whom to trust: --policy FILE. Take it from elsewhere than the log.', 2);
  if (entry !== undefined) return tell(verdictOnFiles(source, policy, entry, disclosures), asJson);
  const audit = {
    policy: readPolicy(policy),
    ...(older === undefined ? {} : { older: readCheckpoint(older) }),
    onProgress: progressBar(),
  };
  return tell(await withSource(source, (log) => auditSource(log, audit)), asJson);
}

/** Needs neither network nor database: files and libs/proof alone. */
function verdictOnFiles(proof: string, policy: string, entry: string, disclosures: string | undefined): AuditReport {
  const shown =
    disclosures === undefined
      ? []
      : readFile(disclosures, MAX_DISCLOSURES_BYTES).toString('utf8').split('\n').filter(Boolean).map(inWireForm);
  const verdict = verdictOn({
    entry: readFile(entry),
    disclosures: shown,
    proof: readFile(proof),
    policy: readPolicyText(policy),
  });
  return {
    verdict: verdict.holds ? 'holds' : 'fails',
    origin: verdict.place?.origin ?? null,
    size: verdict.place?.size ?? null,
    steps: verdict.steps,
  };
}

/** Receipts have the JSON text of each disclosure, which begins with a bracket; bundles have its base64url, which cannot. */
function inWireForm(line: string): string {
  return line.startsWith('[') ? encodeDisclosure(line) : line;
}

export function readPolicy(name: string): TrustPolicy {
  return parsed(name, () => parseTrustPolicy(readFile(name)));
}

/** The same as text; a file that is no policy ends the command, because nothing could be checked by it. */
export function readPolicyText(name: string): Buffer {
  readPolicy(name);
  return readFile(name);
}

export function readCheckpoint(name: string): ReturnType<typeof parseSignedCheckpoint> {
  return parsed(name, () => parseSignedCheckpoint(readFile(name)));
}

/** As `readPolicyText`. */
export function readCheckpointText(name: string): Buffer {
  readCheckpoint(name);
  return readFile(name);
}

function parsed<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Malformed) throw new CommandEnd(`${name}: ${error.message}`, 2);
    throw error;
  }
}

/**
 * A file that somebody names. It is asked while reading how much there is: `/dev/zero` has no end.
 * @throws CommandEnd when it has more than `most` bytes, or cannot be read
 */
export function readFile(name: string, most = MAX_TEXT_BYTES): Buffer {
  const bytes = readAtMost(name, most);
  if (bytes === null) throw new CommandEnd(`${name} cannot be read.`, 2);
  if (bytes.length > most)
    throw new CommandEnd(`${name} has more than ${most} bytes: it is not what was asked for.`, 2);
  return bytes;
}

/** At most one byte more than `most`; null when it cannot be read. */
function readAtMost(name: string, most: number): Buffer | null {
  const read: Buffer[] = [];
  try {
    const file = fs.openSync(name, 'r');
    try {
      for (let left = most + 1; left > 0;) {
        const chunk = Buffer.allocUnsafe(Math.min(left, 65_536));
        const count = fs.readSync(file, chunk);
        if (count === 0) break;
        read.push(chunk.subarray(0, count));
        left -= count;
      }
    } finally {
      fs.closeSync(file);
    }
    return Buffer.concat(read);
  } catch {
    return null;
  }
}

/** The keys of a log; a file that is none of them, or that others can read, ends the command. */
export function keysIn(folder: string): readonly [SigningKey, ...SigningKey[]] {
  try {
    return readKeys(path.join(folder, KEY_FILE));
  } catch (error) {
    throw new CommandEnd(`${error instanceof Error ? error.message : String(error)}.`, 2);
  }
}

export function keysFromEnvironment() {
  const text = process.env['MASTER_KEY'];
  if (text === undefined || text === '') return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== MASTER_KEY_BYTES)
    throw new CommandEnd(`MASTER_KEY has ${bytes.length} bytes in base64, and must have ${MASTER_KEY_BYTES}.`, 2);
  const { ledgerKek, ledgerMac, addresses } = deriveKeys(bytes);
  return { kek: ledgerKek, macKey: ledgerMac, addresses };
}
