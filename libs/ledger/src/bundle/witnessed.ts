import { judgeCheckpoint, parseSignedCheckpoint, parseTrustPolicy } from '#lib/proof';

/**
 * Whether a checkpoint with its cosignatures is signed and witnessed as a policy asks.
 * @throws Malformed when the policy or the checkpoint is none
 */
export function isWitnessed(note: string, policy: string): boolean {
  const { log, quorum } = judgeCheckpoint(parseTrustPolicy(policy), parseSignedCheckpoint(note));
  return log.holds && quorum.holds;
}
