import { canonicalize, type JsonValue } from '../canonical-json.js';
import { parseSignedCheckpoint, type SignedCheckpoint } from '../checkpoint.js';
import { verifyConsistency } from '../consistency.js';
import { type Check, fails, HOLDS, Malformed } from '../malformed.js';
import type { Checkpoint } from '../checkpoint.js';
import { judgeCheckpoint, logKeysFor, type SeenTimes, type TrustPolicy } from '../trust-policy.js';
import { hashIn, isObject, linesOf, parseCanonical } from './bundle-record.js';

/** A checkpoint from before that witnesses have seen, and what shows that the bundle's one continues it. */
export interface TimedCheckpoint {
  readonly note: string;
  /** base64 hashes. */
  readonly consistency: readonly string[];
}

/** By when as many witnesses as a policy asks for had seen how many entries. */
export interface SeenSize extends SeenTimes {
  readonly size: number;
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
    const { note, consistency, ...rest } = isObject(value) ? value : {};
    if (typeof note !== 'string' || !Array.isArray(consistency) || Object.keys(rest).length > 0) {
      throw new Malformed(FORMAT, 'a line is no checkpoint with its proof');
    }
    const signed = parseSignedCheckpoint(note);
    const { size } = signed.checkpoint;
    const proof = (consistency as readonly JsonValue[]).map((hash) => hashIn(FORMAT, hash));
    const { log, quorum, isForged, seen: times, trustedUntil } = judgeCheckpoint(policy, signed);
    // Of a log that this one follows; to whom does not know it, or for fewer entries, it says nothing.
    const isUnknown = signed.checkpoint.origin !== to.origin && logKeysFor(policy, signed.checkpoint).length === 0;
    if (isUnknown || trustedUntil !== null) continue;
    if (!log.holds) return { seen, check: fails(`the checkpoint of ${size} is not the log’s`) };
    if (isForged && !quorum.holds) return { seen, check: fails(`the checkpoint of ${size}: ${quorum.problem}`) };
    const grown = verifyConsistency({ from: signed.checkpoint, to }, proof);
    if (!grown.holds) return { seen, check: fails(`the checkpoint of ${size} is of another log: ${grown.problem}`) };
    // Whoever asks for more witnesses than its maker had learns nothing from it; what it leaves out shows in the bounds.
    if (times !== null) seen.push({ size, ...times });
  }
  return { seen, check: HOLDS };
}

/** How long an entry may wait for its place, and how far clocks may differ, in milliseconds. */
export interface TimeTolerance {
  readonly lateMs: number;
  readonly skewMs: number;
}
export const TOLERANCE: TimeTolerance = { lateMs: 3_600_000, skewMs: 5_000 };

/** What the witnesses of a policy say of a checkpoint; nothing where they are not as many as it asks for. */
export function seenAs(policy: TrustPolicy, signed: SignedCheckpoint): SeenSize[] {
  const { log, seen } = judgeCheckpoint(policy, signed);
  return log.holds && seen !== null ? [{ size: signed.checkpoint.size, ...seen }] : [];
}

/**
 * Whether the time that an entry says (ISO 8601) can be true by when witnesses had seen the log with and without it. Where
 * they say that they saw it without later than with it, a clock was wrong when they said the former, and it is not believed.
 */
export function checkTime(
  at: string,
  { notBefore, notAfter }: ReturnType<typeof boundsOf>,
  { lateMs, skewMs }: TimeTolerance = TOLERANCE,
): Check {
  const said = Date.parse(at);
  if (notAfter !== null && said > notAfter + skewMs)
    return fails('it says a time at which witnesses had seen it already');
  if (notBefore !== null && said < Math.min(notBefore, notAfter ?? Infinity) - lateMs - skewMs)
    return fails('it is back-dated: witnesses had seen the log without it long after the time it says');
  return HOLDS;
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
