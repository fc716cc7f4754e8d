import { canonicalize } from '../canonical-json.js';
import { parseSignedCheckpoint } from '../checkpoint.js';
import { verifyConsistency } from '../consistency.js';
import { type Check, fails, HOLDS, Malformed } from '../malformed.js';
import type { Checkpoint } from '../checkpoint.js';
import { judgeCheckpoint, type TrustPolicy } from '../trust-policy.js';
import { isObject, linesOf, parseCanonical } from './bundle-record.js';

/** A checkpoint from before that witnesses have seen, and what shows that the bundle's one continues it. */
export interface TimedCheckpoint {
  readonly note: string;
  /** base64 hashes. */
  readonly consistency: readonly string[];
}

/** By when witnesses had seen how many entries, in milliseconds since 1970. */
export interface SeenSize {
  readonly size: number;
  readonly first: number;
  readonly last: number;
}

const FORMAT = 'times.ndjson';

export function writeTimes(checkpoints: readonly TimedCheckpoint[]): Buffer {
  const lines = checkpoints.map(({ note, consistency }) => canonicalize({ note, consistency }));
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/**
 * What is proven about times: each checkpoint is signed and a beginning of the tree, and those that are witnessed as the
 * policy asks say when.
 * @throws Malformed
 */
export function readTimes(bytes: Buffer, policy: TrustPolicy, to: Checkpoint): { seen: SeenSize[]; check: Check } {
  const seen: SeenSize[] = [];
  for (const line of linesOf(FORMAT, bytes)) {
    const value = parseCanonical(FORMAT, line);
    if (!isObject(value) || typeof value['note'] !== 'string' || !Array.isArray(value['consistency'])) {
      throw new Malformed(FORMAT, 'a line is no checkpoint with its proof');
    }
    const signed = parseSignedCheckpoint(value['note']);
    const { size, origin } = signed.checkpoint;
    const proof = (value['consistency'] as readonly unknown[]).map((hash) => Buffer.from(String(hash), 'base64'));
    const { log, quorum, isForged, witnessed } = judgeCheckpoint(policy, signed);
    if (origin !== to.origin || !log.holds) return { seen, check: fails(`the checkpoint of ${size} is not the log’s`) };
    if (isForged && !quorum.holds) return { seen, check: fails(`the checkpoint of ${size}: ${quorum.problem}`) };
    const grown = verifyConsistency({ from: signed.checkpoint, to }, proof);
    if (!grown.holds) return { seen, check: fails(`the checkpoint of ${size} is of another log: ${grown.problem}`) };
    // Whoever asks for more witnesses than its maker had learns nothing from it; what it leaves out shows in the bounds.
    if (!quorum.holds) continue;
    const times = witnessed.map(({ time }) => time * 1_000);
    if (times.length > 0) seen.push({ size, first: Math.min(...times), last: Math.max(...times) });
  }
  return { seen, check: HOLDS };
}

/** After and before which instant an entry was placed in the log, as far as witnesses say so. */
export function boundsOf(
  idx: number,
  seen: readonly SeenSize[],
): { notBefore: number | null; notAfter: number | null } {
  let notBefore: number | null = null;
  let notAfter: number | null = null;
  for (const { size, first, last } of seen) {
    if (size <= idx) notBefore = Math.max(notBefore ?? -Infinity, last);
    else notAfter = Math.min(notAfter ?? Infinity, first);
  }
  return { notBefore, notAfter };
}
