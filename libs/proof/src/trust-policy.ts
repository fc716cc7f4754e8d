import type { Checkpoint, SignedCheckpoint } from './checkpoint.js';
import { type Check, fails, HOLDS } from './malformed.js';
import { checkSignatures } from './signed-note.js';
import type { VerifierKey } from './verifier-key.js';

/** Whom an auditor trusts, and how many of them must agree (C2SP tlog-policy). It comes from elsewhere than the proofs. */
export interface TrustPolicy {
  readonly logs: readonly TrustedLog[];
  readonly witnesses: readonly Witness[];
  /** In an order in which each names only witnesses and groups before it. */
  readonly groups: readonly WitnessGroup[];
  /** Name of the witness or group that must have cosigned; null for `none`. */
  readonly quorum: string | null;
}

export interface TrustedLog {
  /** Its name is the origin of the log's checkpoints. */
  readonly key: VerifierKey;
  readonly url: string | null;
  /** Of a key that signs no more: how many entries the last checkpoint has that it may have signed. */
  readonly until?: number;
}

export interface Witness {
  /** For use within the policy alone. */
  readonly name: string;
  readonly key: VerifierKey;
  readonly url: string | null;
}

export interface WitnessGroup {
  readonly name: string;
  /** How many of its members must have cosigned for the group to have. */
  readonly threshold: number;
  readonly members: readonly string[];
}

/** That a witness had seen the checkpoint at this time, in seconds since 1970. */
export interface Witnessed {
  readonly witness: string;
  readonly time: number;
}

export interface Judgement {
  /** Whether a log of the policy signed the checkpoint, under the name that is its origin. */
  readonly log: Check;
  /** Whether the cosignatures make up the quorum, and none of a known witness is wrong. */
  readonly quorum: Check;
  /** Whether a cosignature of a known witness is wrong, which is more than one that is missing. */
  readonly isForged: boolean;
  /** The cosignatures that are right, whether or not there are enough. */
  readonly witnessed: readonly Witnessed[];
}

/** Judges a checkpoint by a policy (C2SP tlog-policy, "What is a policy?"; tlog-proof, "Verifying", steps 2 and 3). */
export function judgeCheckpoint(policy: TrustPolicy, { checkpoint, note }: SignedCheckpoint): Judgement {
  const logs = logKeysFor(policy, checkpoint);
  const signed = checkSignatures(note, logs);
  const cosigned = checkSignatures(
    note,
    policy.witnesses.map(({ key }) => key),
  );
  const witnessed = cosigned.verified.flatMap(({ key, time }) => {
    const witness = policy.witnesses.find((one) => one.key === key);
    return witness === undefined || time === null ? [] : [{ witness: witness.name, time }];
  });
  return {
    log: logCheck(checkpoint, logs.length, signed),
    quorum: quorumCheck(policy, cosigned.wrong, witnessed),
    isForged: cosigned.wrong.length > 0,
    witnessed,
  };
}

/** The keys by which a log may have signed a checkpoint of that many entries. */
export function logKeysFor(policy: TrustPolicy, { origin, size }: Pick<Checkpoint, 'origin' | 'size'>): VerifierKey[] {
  const may = policy.logs.filter(({ key, until = Infinity }) => key.name === origin && size <= until);
  return may.map(({ key }) => key);
}

function logCheck({ origin, size }: Checkpoint, known: number, signed: ReturnType<typeof checkSignatures>): Check {
  if (known === 0) return fails(`the policy knows no log ${origin} that signs ${size} entries`);
  if (signed.wrong.length > 0) return fails(`the signature of ${signed.wrong.join(', ')} is wrong`);
  return signed.verified.length > 0 ? HOLDS : fails(`${origin} has not signed`);
}

function quorumCheck(policy: TrustPolicy, wrong: readonly string[], witnessed: readonly Witnessed[]): Check {
  if (wrong.length > 0) return fails(`the cosignature of ${wrong.join(', ')} is wrong`);
  if (policy.quorum === null) return HOLDS;
  const agreed = new Set(witnessed.map(({ witness }) => witness));
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => agreed.has(member)).length >= threshold) agreed.add(name);
  }
  return agreed.has(policy.quorum) ? HOLDS : fails(`the quorum ${policy.quorum} is not reached`);
}
