import { parseSignedCheckpoint, type SignedCheckpoint } from '../checkpoint.js';
import { verifyConsistency } from '../consistency.js';
import { verifyInclusion } from '../inclusion.js';
import { type Check, fails, HOLDS, Malformed, type Open } from '../malformed.js';
import { leafHash } from '../merkle.js';
import { parseHashLines, parseTlogProof } from '../tlog-proof.js';
import { judgeCheckpoint, type Judgement, type SeenTimes, type TrustPolicy, type Witnessed } from '../trust-policy.js';
import { parseTrustPolicy } from '../trust-policy-text.js';
import { verifyEntry } from '../verify-entry.js';
import { type BundleRecord, readRecords, type RecordRole } from './bundle-record.js';
import { boundsOf, checkTime, readTimes, type SeenSize, type TimeTolerance, TOLERANCE } from './bundle-times.js';
import { type BundleScope, type Manifest, MANIFEST, parseManifest, type Volume } from './manifest.js';
import { destroyedBy, type ErasedPart, isBare } from './person-chain.js';
import { linkCheck, recordsCsvs, type ShownRecord } from './records-csv.js';
import { filesInReport, type OwnPrograms, programsStep } from './report-files.js';
import { checkDecisions } from './verify-decisions.js';
import { ChainCheck, checkChains, completeStep, isWholeHistory, type LinkedRecord } from './verify-chains.js';
import { documentsCheck, listedCheck, proofsCheck } from './verify-files.js';
import { checkHeads } from './verify-heads.js';
import { scopeCheck } from './verify-scope.js';
import type { Files } from './zip.js';

/** In this order. Those of a bundle that has no such part are missing. */
const STEPS = [
  ...(['files', 'policy', 'checkpoint', 'log', 'witnesses', 'records', 'scope', 'chain', 'heads', 'times'] as const),
  ...(['documents', 'decisions', 'csv', 'report', 'programs', 'consistency', 'volumes'] as const),
];
export type BundleStep = (typeof STEPS)[number];

export interface BundleCheck {
  /** `complete` holds, or does not, for whoever has the whole log at hand. */
  readonly step: BundleStep | 'complete';
  readonly result: 'holds' | 'fails' | 'unchecked';
  /** Why it does not hold, or was not checked; empty when it holds. */
  readonly problem: string;
  /** Without it the bundle may hold all the same: there is nothing that it could be compared with. */
  readonly isMoot?: true;
}

/** What was found about one record. */
export interface RecordVerdict {
  readonly idx: number;
  readonly role: RecordRole;
  /** Empty when the entry cannot be read. */
  readonly type: string;
  readonly at: string;
  readonly holds: boolean;
  readonly problem: string;
  /** `erased`: what it disclosed is gone. */
  readonly content: 'shown' | 'erased' | 'none';
  /** How many of the digests that it commits to are shown; the others are decoys, or kept back. */
  readonly disclosed: number;
  readonly digests: number;
  /** How many entries of the person before it are gone because their time was over, by what it says. */
  readonly destroyed: number;
  /** Between which instants witnesses bracket it, in milliseconds since 1970. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
}

export interface BundleVerdict {
  /** `unchecked`: nothing is wrong, and something that ought to be known is not. */
  readonly verdict: 'holds' | 'fails' | 'unchecked';
  readonly origin: string | null;
  readonly size: number | null;
  readonly scope: BundleScope | null;
  readonly steps: readonly BundleCheck[];
  readonly records: readonly RecordVerdict[];
  /** What stands in the records that can be read; true only as far as their verdicts say. */
  readonly shown: readonly LinkedRecord[];
  /** What is gone of a whole history because the person was erased. */
  readonly erased: readonly ErasedPart[];
  readonly witnessed: readonly Witnessed[];
  /** As `checkHeads` has it. */
  readonly seenAt: number | null | undefined;
}

/** What somebody has who wants to know whether a bundle is true. */
export interface BundleEvidence {
  readonly files: Files;
  /** A tlog-policy file, from somewhere else than the bundle. */
  readonly policy: Uint8Array | string;
  /** A checkpoint from an earlier audit, for whose size the bundle was asked. */
  readonly older?: Uint8Array | string;
  /** A report that looks at the files inside itself: there is no table of contents, and no other copy to compare. */
  readonly embedded?: boolean;
  /** What the verifier itself puts into bundles, when it knows. */
  readonly own?: OwnPrograms;
  /** How long an entry may have waited for its place, and how far clocks may differ. */
  readonly lateMs?: number;
  readonly skewMs?: number;
}

const orderOf = ({ step }: BundleCheck): number => (step === 'complete' ? STEPS.length : STEPS.indexOf(step));

/** Checks everything that a bundle says, part by part and record by record. Reads nothing but what it is given. */
export function verifyBundle(evidence: BundleEvidence): BundleVerdict {
  return new Verification(evidence).run();
}

/** What a key has signed that the policy trusts for fewer entries shows nothing, and need not be wrong. */
function logStep({ log, trustedUntil }: Judgement): Check | Open {
  if (trustedUntil === null) return log;
  return {
    open: `it is signed by a key that the policy trusts for ${trustedUntil} entries: the log may have been lost behind them`,
  };
}

class Verification {
  private readonly steps: BundleCheck[] = [];
  private readonly files: Files;

  constructor(private readonly evidence: BundleEvidence) {
    this.files = evidence.files;
  }

  run(): BundleVerdict {
    const manifest = this.read('files', MANIFEST, parseManifest);
    if (manifest !== null && this.evidence.embedded !== true) this.tell('files', listedCheck(manifest, this.files));
    const policy = attempt(() => parseTrustPolicy(this.evidence.policy));
    this.tell('policy', policy.check);
    const signed = this.read('checkpoint', 'checkpoint', parseSignedCheckpoint);
    if (signed !== null) this.tell('checkpoint', manifest === null ? null : sameTree(manifest, signed));
    const judged = signed !== null && policy.value !== null ? judgeCheckpoint(policy.value, signed) : null;
    this.tell('log', judged === null ? null : logStep(judged));
    this.tell('witnesses', judged?.quorum ?? null);

    const times =
      signed !== null && policy.value !== null ? this.times(policy.value, signed, judged?.seen ?? null) : [];
    const read =
      this.read('records', 'entries.ndjson', (bytes) =>
        Array.from(readRecords(bytes), (record) => this.record(record, signed, times)),
      ) ?? [];
    const records = read.map(({ verdict }) => verdict);
    const shown = read.flatMap(({ record }) => record ?? []);
    if (this.resultOf('records') === null)
      this.tell('records', signed === null ? null : recordsCheck(records, manifest, this.files));
    this.tell('scope', manifest === null ? null : scopeCheck(manifest, shown));
    if (manifest?.volume != null) this.volume(manifest.volume, shown);
    const chains = manifest === null ? null : checkChains(shown, manifest.scope);
    this.tell('chain', chains?.check ?? null);
    const seenAt = policy.value?.witnesses.length === 0 ? undefined : (judged?.seen?.first ?? null);
    if (manifest?.volume === null && isWholeHistory(manifest.scope)) this.heads(shown, manifest.scope, seenAt);
    this.timesStep(records, times, policy.value);
    this.tell('documents', documentsCheck(this.files, shown, shown.length === records.length));
    this.tell('decisions', checkDecisions(shown, this.files));
    const tables = recordsCsvs(shown.filter(({ role }) => role === 'record'));
    this.tell('csv', sameText('report.csv', this.files.get('report.csv'), tables));
    if (this.evidence.embedded !== true) this.tell('report', filesInReport(this.files));
    if (this.evidence.own !== undefined) this.steps.push(programsStep(this.files, this.evidence.own));
    if (this.evidence.older !== undefined) this.consistency(this.evidence.older, policy.value, signed, manifest);
    const complete = manifest === null || manifest.volume !== null ? null : completeStep(manifest.scope);
    if (complete !== null) this.steps.push(complete);
    this.steps.sort((a, b) => orderOf(a) - orderOf(b));
    return {
      verdict: verdictOf(this.steps),
      origin: signed?.checkpoint.origin ?? null,
      size: signed?.checkpoint.size ?? null,
      scope: manifest?.scope ?? null,
      steps: this.steps,
      records,
      shown,
      erased: chains?.erased ?? [],
      witnessed: judged?.witnessed ?? [],
      seenAt,
    };
  }

  private record(given: BundleRecord, signed: SignedCheckpoint | null, times: readonly SeenSize[]) {
    const leaf = Buffer.from(given.leaf);
    const entry = attempt(() => verifyEntry(leaf, given.disclosures));
    const included = attempt(() => this.inclusion(given.idx, leaf, signed));
    const clear = entry.value?.clear ?? {};
    const at = typeof clear['at'] === 'string' ? clear['at'] : '';
    const bounds = boundsOf(given.idx, times);
    const link = entry.value === null ? HOLDS : linkCheck({ entry: entry.value });
    const problem = [entry.check, link, included.value ?? included.check, this.timeCheck(at, bounds)].find(
      ({ holds }) => !holds,
    );
    const record =
      entry.value === null ? null : { idx: given.idx, role: given.role, entry: entry.value, hash: leafHash(leaf) };
    const verdict: RecordVerdict = {
      ...{ idx: given.idx, role: given.role, type: typeof clear['t'] === 'string' ? clear['t'] : '', at },
      holds: problem === undefined,
      problem: problem === undefined || problem.holds ? '' : problem.problem,
      content: record === null ? 'none' : contentOf(record),
      disclosed: record?.entry.disclosed.length ?? 0,
      digests: record?.entry.digests.length ?? 0,
      destroyed: record === null ? 0 : (destroyedBy(record.entry)?.count ?? 0),
      ...bounds,
    };
    return { verdict, record };
  }

  private inclusion(idx: number, leaf: Buffer, signed: SignedCheckpoint | null): Check {
    const name = `proofs/${idx}.tlog-proof`;
    const bytes = this.files.get(name);
    if (bytes === undefined) return fails(`${name} is missing`);
    const proof = parseTlogProof(bytes);
    if (signed === null) return fails('there is no checkpoint to compare it with');
    if (proof.index !== idx) return fails(`${name} is about another position`);
    const { size, root } = signed.checkpoint;
    const same = proof.checkpoint.size === size && proof.checkpoint.root.equals(root);
    if (!same || proof.note.text !== signed.note.text) return fails(`${name} is about another checkpoint`);
    return verifyInclusion({ index: idx, size, root, leafHash: leafHash(leaf) }, proof.hashes);
  }

  private timeCheck(at: string, bounds: ReturnType<typeof boundsOf>): Check {
    return checkTime(at, bounds, this.tolerance());
  }

  private tolerance(): TimeTolerance {
    const { lateMs = TOLERANCE.lateMs, skewMs = TOLERANCE.skewMs } = this.evidence;
    return { lateMs, skewMs };
  }

  private times(policy: TrustPolicy, signed: SignedCheckpoint, own: SeenTimes | null): readonly SeenSize[] {
    const bytes = this.files.get('times.ndjson');
    const read = attempt(() => readTimes(bytes ?? Buffer.alloc(0), policy, signed.checkpoint));
    const check = read.value?.check ?? read.check;
    if (!check.holds) this.steps.push(stepOf('times', check));
    const before = read.value?.seen ?? [];
    return own === null ? before : [...before, { size: signed.checkpoint.size, ...own }];
  }

  private timesStep(records: readonly RecordVerdict[], times: readonly SeenSize[], policy: TrustPolicy | null): void {
    if (this.resultOf('times') !== null) return;
    if (policy === null) return this.tell('times', null);
    // Only where nobody could have cosigned: of witnesses that the policy names, what they said may have been taken out.
    if (policy.witnesses.length === 0) {
      this.steps.push({
        step: 'times',
        result: 'unchecked',
        problem: 'the policy names no witness that could have cosigned',
        isMoot: true,
      });
      return;
    }
    const wrong = records.find(({ at, notBefore, notAfter }) => !this.timeCheck(at, { notBefore, notAfter }).holds);
    const loose = records.filter((record) => this.isLoose(record));
    if (wrong !== undefined) this.tell('times', fails(`the time of record ${wrong.idx} contradicts the witnesses`));
    else if (loose.length === 0) this.tell('times', HOLDS);
    else {
      const problem = `no witness saw ${loose.length} records soon after the time they say, such as ${loose[0]?.idx}`;
      this.steps.push({ step: 'times', result: 'unchecked', problem });
    }
  }

  /** Not seen by a witness soon after the time it says, so it could be back-dated, whatever was seen without it before. */
  private isLoose({ role, at, notAfter }: RecordVerdict): boolean {
    const { lateMs, skewMs } = this.tolerance();
    return role === 'record' && !(notAfter !== null && notAfter - Date.parse(at) <= lateMs + skewMs);
  }

  private heads(shown: readonly LinkedRecord[], scope: BundleScope, seenAt: number | null | undefined): void {
    const bytes = this.files.get('subject.json');
    if (bytes === undefined) return this.tell('heads', fails('subject.json is missing'));
    const checked = attempt(() => checkHeads(bytes, shown, scope, seenAt));
    this.tell('heads', checked.value ?? checked.check);
  }

  /** One of several: what it shows of a chain hangs together, and whether that is all of it only all of them can tell. */
  private volume({ number }: Volume, shown: readonly LinkedRecord[]): void {
    this.tell('chain', new ChainCheck().follow(shown));
    const problem = `it is volume ${number} of a bundle: check all of them together`;
    this.steps.push({ step: 'volumes', result: 'unchecked', problem });
  }

  private consistency(
    older: Uint8Array | string,
    policy: TrustPolicy | null,
    signed: SignedCheckpoint | null,
    manifest: Manifest | null,
  ): void {
    if (policy === null || signed === null || manifest === null) return this.tell('consistency', null);
    const checked = attempt((): Check => {
      const before = parseSignedCheckpoint(older);
      const { checkpoint: from } = before;
      if (from.origin !== signed.checkpoint.origin) return fails(`the older checkpoint is of ${from.origin}`);
      const { log } = judgeCheckpoint(policy, before);
      if (!log.holds) return fails(`in the older checkpoint ${log.problem}`);
      const proof = this.files.get('consistency.txt');
      if (proof === undefined || manifest.since !== from.size) {
        return fails(`the bundle was not asked for with "since": ${from.size}`);
      }
      return verifyConsistency({ from, to: signed.checkpoint }, parseHashLines(proof));
    });
    this.tell('consistency', checked.value ?? checked.check);
  }

  /** A file that must be there and of its form; tells of the step when it is not. */
  private read<T>(step: BundleStep, name: string, parse: (bytes: Buffer) => T): T | null {
    const bytes = this.files.get(name);
    const read = attempt(() => {
      if (bytes === undefined) throw new Malformed(name, 'is missing');
      return parse(bytes);
    });
    if (!read.check.holds) this.tell(step, read.check);
    return read.value;
  }

  private tell(step: BundleStep, check: Check | Open | null): void {
    if (this.resultOf(step) === null) this.steps.push(stepOf(step, check));
  }

  private resultOf(step: BundleStep): BundleCheck['result'] | null {
    return this.steps.find((one) => one.step === step)?.result ?? null;
  }
}

function sameTree({ origin, size }: Manifest, { checkpoint }: SignedCheckpoint): Check {
  if (checkpoint.origin === origin && checkpoint.size === size) return HOLDS;
  return fails(`it is of ${checkpoint.size} entries of ${checkpoint.origin}, and ${MANIFEST} says otherwise`);
}

function recordsCheck(records: readonly RecordVerdict[], manifest: Manifest | null, files: Files): Check {
  const wrong = records.filter(({ holds }) => !holds);
  const [first] = wrong;
  if (first !== undefined) return fails(`${wrong.length} do not hold; record ${first.idx}: ${first.problem}`);
  const count = records.filter(({ role }) => role === 'record').length;
  if (manifest !== null && manifest.records !== count) return fails(`there are ${count}, not ${manifest.records}`);
  return proofsCheck(files, new Set(records.map(({ idx }) => idx)));
}

function sameText(name: string, bytes: Buffer | undefined, expected: Iterable<string>): Check {
  if (bytes === undefined) return fails(`${name} is missing`);
  for (const text of expected) if (bytes.equals(Buffer.from(text))) return HOLDS;
  return fails(`${name} says something else than the records`);
}

function contentOf(record: ShownRecord): RecordVerdict['content'] {
  if (isBare(record.entry)) return 'erased';
  if (record.entry.disclosed.length > 0) return 'shown';
  const { t } = record.entry.clear;
  return typeof t === 'string' && NEVER_DISCLOSE.has(t) ? 'none' : 'erased';
}

/** Types that have nothing to disclose; every other says at least whose chain it is in, or who did it. */
const NEVER_DISCLOSE = new Set(['log.started', 'subject.heads', 'integrity.alert']);

/** The sum of these steps. */
export function verdictOf(steps: readonly BundleCheck[]): BundleVerdict['verdict'] {
  if (steps.some(({ result }) => result === 'fails')) return 'fails';
  const open = steps.some(({ result, isMoot }) => result === 'unchecked' && isMoot !== true);
  return open ? 'unchecked' : 'holds';
}

/** What a check says of a step; null: it could not be made. */
export function stepOf(step: BundleStep, check: Check | Open | null): BundleCheck {
  if (check === null) return { step, result: 'unchecked', problem: 'what it needs does not hold' };
  if ('open' in check) return { step, result: 'unchecked', problem: check.open };
  return check.holds ? { step, result: 'holds', problem: '' } : { step, result: 'fails', problem: check.problem };
}

function attempt<T>(parse: () => T): { readonly value: T | null; readonly check: Check } {
  try {
    return { value: parse(), check: HOLDS };
  } catch (error) {
    if (error instanceof Malformed) return { value: null, check: fails(error.message) };
    throw error;
  }
}
