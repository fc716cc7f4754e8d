import {
  type Checkpoint,
  couldCount,
  judgeCheckpoint,
  parseSignedCheckpoint,
  parseTrustPolicy,
  sizesAskedAlike,
  type TrustPolicy,
} from '#lib/proof';
import type { PassedOver } from '../tile.store.js';

/**
 * Whether a checkpoint with its cosignatures is signed and witnessed as a policy asks.
 * @throws Malformed when the policy or the checkpoint is none
 */
export function isWitnessed(note: string, policy: string): boolean {
  const { log, quorum } = judgeCheckpoint(parseTrustPolicy(policy), parseSignedCheckpoint(note));
  return log.holds && quorum.holds;
}

/**
 * All checkpoints that count no more than this one does, because nobody else has cosigned them and a policy asks the same
 * of them; null where this one counts, should its lines be right.
 */
export function passedOverWith(
  policy: TrustPolicy,
  { origin, size }: Pick<Checkpoint, 'origin' | 'size'>,
  cosigners: readonly string[],
): PassedOver | null {
  if (couldCount(policy, { origin, size }, cosigners)) return null;
  return { origin, ...sizesAskedAlike(policy, size), cosigners };
}
