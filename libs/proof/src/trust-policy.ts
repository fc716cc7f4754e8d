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
  /** Quorums of before, each for checkpoints of so many entries at most; left out: there was none other. */
  readonly formerQuorums?: readonly FormerQuorum[];
}

/** Who had to have cosigned a checkpoint before others joined or took their place. */
export interface FormerQuorum {
  readonly until: number;
  readonly quorum: string;
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

/** When as many witnesses as a policy asks for had seen a checkpoint, in milliseconds since 1970. */
export interface SeenTimes {
  /** By then: of those who say this or earlier there are enough. */
  readonly first: number;
  /** And still then: of those who say this or later there are enough. */
  readonly last: number;
}

/** Numbers of entries: more than `above`, and `until` at most. */
export interface SizeRange {
  readonly above: number;
  readonly until: number;
}

export interface Judgement {
  /** Whether a log of the policy signed the checkpoint, under the name that is its origin. */
  readonly log: Check;
  /** Whether the cosignatures make up the quorum, and none of a known witness is wrong. */
  readonly quorum: Check;
  /**
   * Where a key of the log has signed it that the policy trusts for fewer entries: for how many. It may have been true
   * when it was signed, of a log that was lost in part since; or somebody got hold of the key.
   */
  readonly trustedUntil: number | null;
  /** Whether a cosignature of a known witness is wrong, which is more than one that is missing. */
  readonly isForged: boolean;
  /** The cosignatures that are right, whether or not there are enough. */
  readonly witnessed: readonly Witnessed[];
  /**
   * When it was seen, as far as the policy trusts: whoever is not needed for the quorum says nothing, and one of several
   * who are needed neither. Null where the quorum is not reached, or nobody has cosigned.
   */
  readonly seen: SeenTimes | null;
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
  const quorum = quorumCheck(policy, checkpoint.size, cosigned.wrong, witnessed);
  return {
    log: logCheck(checkpoint, logs.length, signed),
    trustedUntil: logs.length > 0 ? null : trustedUntil(policy, { checkpoint, note }),
    quorum,
    isForged: cosigned.wrong.length > 0,
    witnessed,
    seen: quorum.holds ? seenTimes(policy, checkpoint.size, witnessed) : null,
  };
}

/**
 * Between which instants a checkpoint of that many entries was seen. Whoever asks for several witnesses trusts that one of
 * any so many is honest, and knows not which. With the quorum `none` each of them is believed.
 */
function seenTimes(policy: TrustPolicy, size: number, witnessed: readonly Witnessed[]): SeenTimes | null {
  const byTime = [...witnessed].sort((a, b) => a.time - b.time);
  /** The first of these with which, and with all before it, there are enough. */
  const enough = (ordered: readonly Witnessed[]): Witnessed | undefined =>
    ordered.find((_, i) => isQuorum(policy, size, ordered.slice(0, i + 1)));
  const [first, last] = [enough(byTime), enough(byTime.toReversed())];
  return first === undefined || last === undefined ? null : { first: first.time * 1_000, last: last.time * 1_000 };
}

/** The keys by which a log may have signed a checkpoint of that many entries. */
export function logKeysFor(policy: TrustPolicy, { origin, size }: Pick<Checkpoint, 'origin' | 'size'>): VerifierKey[] {
  const may = policy.logs.filter(({ key, until = Infinity }) => key.name === origin && size <= until);
  return may.map(({ key }) => key);
}

function trustedUntil({ logs }: TrustPolicy, { checkpoint, note }: SignedCheckpoint): number | null {
  const former = logs.filter(({ key }) => key.name === checkpoint.origin);
  const { verified } = checkSignatures(
    note,
    former.map(({ key }) => key),
  );
  const untils = former.flatMap(({ key, until }) => (verified.some((one) => one.key === key) ? (until ?? []) : []));
  return untils.length === 0 ? null : Math.max(...untils);
}

function logCheck({ origin, size }: Checkpoint, known: number, signed: ReturnType<typeof checkSignatures>): Check {
  if (known === 0) return fails(`the policy knows no log ${origin} that signs ${size} entries`);
  if (signed.wrong.length > 0) return fails(`the signature of ${signed.wrong.join(', ')} is wrong`);
  return signed.verified.length > 0 ? HOLDS : fails(`${origin} has not signed`);
}

/** Name of whoever must have cosigned a checkpoint of that many entries; null for `none`. */
export function quorumFor({ quorum, formerQuorums = [] }: TrustPolicy, size: number): string | null {
  const former = formerQuorums.filter(({ until }) => size <= until);
  if (former.length === 0) return quorum;
  return former.reduce((first, one) => (one.until < first.until ? one : first)).quorum;
}

function quorumCheck(
  policy: TrustPolicy,
  size: number,
  wrong: readonly string[],
  witnessed: readonly Witnessed[],
): Check {
  if (wrong.length > 0) return fails(`the cosignature of ${wrong.join(', ')} is wrong`);
  if (isQuorum(policy, size, witnessed)) return HOLDS;
  return fails(`the quorum ${quorumFor(policy, size)} is not reached`);
}

/**
 * Whether a checkpoint of that many entries could be signed and witnessed as a policy asks, cosigned by keys of these
 * names: unless it could, nothing that its lines say makes it so.
 */
export function couldCount(
  policy: TrustPolicy,
  checkpoint: Pick<Checkpoint, 'origin' | 'size'>,
  cosigners: readonly string[],
): boolean {
  const witnesses = policy.witnesses.filter(({ key }) => cosigners.includes(key.name));
  const agreed = witnesses.map(({ name: witness }) => ({ witness }));
  return logKeysFor(policy, checkpoint).length > 0 && isQuorum(policy, checkpoint.size, agreed);
}

/** Around a number of entries, the numbers for which a policy asks for the same logs and the same witnesses. */
export function sizesAskedAlike({ logs, formerQuorums = [] }: TrustPolicy, size: number): SizeRange {
  const ends = [...logs, ...formerQuorums].flatMap(({ until }) => until ?? []);
  return {
    above: Math.max(-1, ...ends.filter((end) => end < size)),
    until: Math.min(Number.MAX_SAFE_INTEGER, ...ends.filter((end) => end >= size)),
  };
}

/** Whether these make up the quorum for a checkpoint of that many entries. */
function isQuorum(policy: TrustPolicy, size: number, witnessed: readonly Pick<Witnessed, 'witness'>[]): boolean {
  const quorum = quorumFor(policy, size);
  if (quorum === null) return true;
  const agreed = new Set(witnessed.map(({ witness }) => witness));
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => agreed.has(member)).length >= threshold) agreed.add(name);
  }
  return agreed.has(quorum);
}
