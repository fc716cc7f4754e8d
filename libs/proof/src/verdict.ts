import { parseSignedCheckpoint } from './checkpoint.js';
import { verifyConsistency } from './consistency.js';
import { verifyInclusion } from './inclusion.js';
import { type Check, fails, HOLDS, Malformed } from './malformed.js';
import { leafHash } from './merkle.js';
import { parseHashLines, parseTlogProof } from './tlog-proof.js';
import { judgeCheckpoint, type Witnessed } from './trust-policy.js';
import { parseTrustPolicy } from './trust-policy-text.js';
import { type DisclosedEntry, readEntry, verifyEntry } from './verify-entry.js';

/** All that somebody has who wants to know whether an entry is in the log. */
export interface Evidence {
  /** The entry's bytes. */
  readonly entry: Uint8Array;
  /** In their wire form; any number of them. */
  readonly disclosures: readonly string[];
  /** A `.tlog-proof` file. */
  readonly proof: Uint8Array | string;
  /** A tlog-policy file, from somewhere else than the rest. */
  readonly policy: Uint8Array | string;
  /** A checkpoint from before, if one was kept, and the proof that the log has only grown since: hashes, one to a line. */
  readonly older?: { readonly checkpoint: Uint8Array | string; readonly consistency: Uint8Array | string };
}

/** In this order, and `consistency` only when there is an older checkpoint. */
export type StepName = 'entry' | 'disclosures' | 'policy' | 'proof' | 'log' | 'witnesses' | 'inclusion' | 'consistency';

/** `unchecked`: what it needs has failed before. */
export interface Step {
  readonly step: StepName;
  readonly result: 'holds' | 'fails' | 'unchecked';
  /** Why it does not hold; empty when it does. */
  readonly problem: string;
}

export interface Verdict {
  /** Whether every step holds. */
  readonly holds: boolean;
  readonly steps: readonly Step[];
  /** Of what, if it can be read. Nothing in here is shown to be true but by `holds`. */
  readonly entry: DisclosedEntry | null;
  readonly place: { readonly origin: string; readonly size: number; readonly index: number } | null;
  /** When known witnesses had seen the checkpoint. The entry is no younger. */
  readonly witnessed: readonly Witnessed[];
}

/** Checks the evidence step by step (C2SP tlog-proof, "Verifying a tlog proof"), and says of each what it found. */
export function verdictOn(evidence: Evidence): Verdict {
  const alone = attempt(() => readEntry(evidence.entry));
  const entry = attempt(() => verifyEntry(evidence.entry, evidence.disclosures));
  const policy = attempt(() => parseTrustPolicy(evidence.policy));
  const proof = attempt(() => parseTlogProof(evidence.proof));
  const judgement = policy.value && proof.value ? judgeCheckpoint(policy.value, proof.value) : null;

  const steps = [
    stepOf('entry', alone.check),
    stepOf('disclosures', alone.value && entry.check),
    stepOf('policy', policy.check),
    stepOf('proof', proof.check),
    stepOf('log', judgement?.log ?? null),
    stepOf('witnesses', judgement?.quorum ?? null),
    stepOf('inclusion', proof.value && inclusionOf(evidence.entry, proof.value)),
  ];
  if (evidence.older !== undefined) {
    const { older } = evidence;
    const checked = attempt(() => policy.value && proof.value && growthSince(older, policy.value, proof.value));
    steps.push(stepOf('consistency', checked.value ?? (policy.value && proof.value && checked.check)));
  }
  return {
    holds: steps.every(({ result }) => result === 'holds'),
    steps,
    entry: entry.value,
    place: proof.value && {
      origin: proof.value.checkpoint.origin,
      size: proof.value.checkpoint.size,
      index: proof.value.index,
    },
    witnessed: judgement?.witnessed ?? [],
  };
}

type Proof = ReturnType<typeof parseTlogProof>;

function inclusionOf(entry: Uint8Array, { index, hashes, checkpoint: { size, root } }: Proof): Check {
  return verifyInclusion({ index, size, root, leafHash: leafHash(entry) }, hashes);
}

/** The older checkpoint must be of the same log and signed by it: or else it shows nothing against anybody. */
function growthSince(
  older: NonNullable<Evidence['older']>,
  policy: ReturnType<typeof parseTrustPolicy>,
  { checkpoint: to }: Proof,
): Check {
  const signed = parseSignedCheckpoint(older.checkpoint);
  const { checkpoint: from } = signed;
  if (from.origin !== to.origin) return fails(`the older checkpoint is of ${from.origin}`);
  const { log } = judgeCheckpoint(policy, signed);
  if (!log.holds) return fails(`in the older checkpoint ${log.problem}`);
  return verifyConsistency({ from, to }, parseHashLines(older.consistency));
}

/** What a parser gives, or its answer as something that does not hold. */
function attempt<T>(parse: () => T): { readonly value: T | null; readonly check: Check } {
  try {
    return { value: parse(), check: HOLDS };
  } catch (error) {
    if (error instanceof Malformed) return { value: null, check: fails(error.message) };
    throw error;
  }
}

function stepOf(step: StepName, check: Check | null): Step {
  if (check === null) return { step, result: 'unchecked', problem: 'what it needs does not hold' };
  return check.holds ? { step, result: 'holds', problem: '' } : { step, result: 'fails', problem: check.problem };
}
