import { parseSignedCheckpoint, type SignedCheckpoint } from '../checkpoint.js';
import { verifyConsistency } from '../consistency.js';
import { verifyInclusion } from '../inclusion.js';
import { type Check, fails, HOLDS, Malformed } from '../malformed.js';
import { leafHash } from '../merkle.js';
import { parseHashLines, parseTlogProof } from '../tlog-proof.js';
import { judgeCheckpoint, type TrustPolicy, type Witnessed } from '../trust-policy.js';
import { parseTrustPolicy } from '../trust-policy-text.js';
import { verifyEntry } from '../verify-entry.js';
import { type BundleRecord, readRecords, type RecordRole } from './bundle-record.js';
import { boundsOf, readTimes, type SeenSize } from './bundle-times.js';
import { type BundleScope, type Manifest, MANIFEST, parseManifest, sha256, type Volume } from './manifest.js';
import { recordsCsvs, type ShownRecord, subjectOf } from './records-csv.js';
import { filesInReport, type OwnPrograms, programsStep } from './report-files.js';
import { checkDecisions } from './verify-decisions.js';
import { ChainCheck, checkChains, completeStep, isWholeHistory, type LinkedRecord } from './verify-chains.js';
import { checkHeads } from './verify-heads.js';
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
  readonly witnessed: readonly Witnessed[];
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

const LATE_MS = 3_600_000;
const SKEW_MS = 5_000;

/** Checks everything that a bundle says, part by part and record by record. Reads nothing but what it is given. */
export function verifyBundle(evidence: BundleEvidence): BundleVerdict {
  return new Verification(evidence).run();
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
    this.tell('log', judged?.log ?? null);
    this.tell('witnesses', judged?.quorum ?? null);

    const times =
      signed !== null && policy.value !== null ? this.times(policy.value, signed, judged?.witnessed ?? []) : [];
    const read =
      this.read('records', 'entries.ndjson', (bytes) =>
        Array.from(readRecords(bytes), (record) => this.record(record, signed, times)),
      ) ?? [];
    const records = read.map(({ verdict }) => verdict);
    const shown = read.flatMap(({ record }) => record ?? []);
    if (this.resultOf('records') === null)
      this.tell('records', signed === null ? null : recordsCheck(records, manifest));
    this.tell('scope', manifest === null ? null : scopeCheck(manifest, shown));
    if (manifest?.volume != null) this.volume(manifest.volume, shown);
    this.tell('chain', manifest === null ? null : checkChains(shown, manifest.scope));
    const seenAt = firstSeen(judged?.witnessed ?? []);
    if (manifest?.volume === null && isWholeHistory(manifest.scope)) this.heads(shown, manifest.scope, seenAt);
    this.timesStep(records, times);
    this.tell('documents', documentsCheck(this.files, shown));
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
      witnessed: judged?.witnessed ?? [],
    };
  }

  private record(given: BundleRecord, signed: SignedCheckpoint | null, times: readonly SeenSize[]) {
    const leaf = Buffer.from(given.leaf);
    const entry = attempt(() => verifyEntry(leaf, given.disclosures));
    const included = attempt(() => this.inclusion(given.idx, leaf, signed));
    const clear = entry.value?.clear ?? {};
    const at = typeof clear['at'] === 'string' ? clear['at'] : '';
    const bounds = boundsOf(given.idx, times);
    const problem = [entry.check, included.value ?? included.check, this.timeCheck(at, bounds)].find(
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

  private timeCheck(at: string, { notBefore, notAfter }: ReturnType<typeof boundsOf>): Check {
    const said = Date.parse(at);
    const { lateMs = LATE_MS, skewMs = SKEW_MS } = this.evidence;
    if (notAfter !== null && said > notAfter + skewMs)
      return fails('it says a time at which witnesses had seen it already');
    if (notBefore !== null && said < notBefore - lateMs - skewMs) {
      return fails('it is back-dated: witnesses had seen the log without it long after the time it says');
    }
    return HOLDS;
  }

  private times(policy: TrustPolicy, signed: SignedCheckpoint, witnessed: readonly Witnessed[]): readonly SeenSize[] {
    const bytes = this.files.get('times.ndjson');
    const read = attempt(() => readTimes(bytes ?? Buffer.alloc(0), policy, signed.checkpoint));
    const check = read.value?.check ?? read.check;
    if (!check.holds) this.steps.push(stepOf('times', check));
    const own = witnessed.map(({ time }) => ({
      size: signed.checkpoint.size,
      first: time * 1_000,
      last: time * 1_000,
    }));
    return [...(read.value?.seen ?? []), ...own];
  }

  private timesStep(records: readonly RecordVerdict[], times: readonly SeenSize[]): void {
    if (this.resultOf('times') !== null) return;
    if (times.length === 0) {
      this.steps.push({
        step: 'times',
        result: 'unchecked',
        problem: 'no witness that the policy trusts has cosigned',
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
    const { lateMs = LATE_MS, skewMs = SKEW_MS } = this.evidence;
    return role === 'record' && !(Number(notAfter) - Date.parse(at) <= lateMs + skewMs);
  }

  private heads(shown: readonly LinkedRecord[], scope: BundleScope, seenAt: number | null): void {
    const bytes = this.files.get('subject.json');
    if (bytes === undefined) return this.tell('heads', fails('subject.json is missing'));
    const checked = attempt(() => checkHeads(bytes, shown, scope, seenAt));
    const { value } = checked;
    if (value !== null && 'open' in value) this.steps.push({ step: 'heads', result: 'unchecked', problem: value.open });
    else this.tell('heads', value ?? checked.check);
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

  private tell(step: BundleStep, check: Check | null): void {
    if (this.resultOf(step) === null) this.steps.push(stepOf(step, check));
  }

  private resultOf(step: BundleStep): BundleCheck['result'] | null {
    return this.steps.find((one) => one.step === step)?.result ?? null;
  }
}

/** Every file stands in the table of contents as it is, and none is missing. */
function listedCheck({ files: listed }: Manifest, files: Files): Check {
  for (const [name, hash] of Object.entries(listed)) {
    const bytes = files.get(name);
    if (bytes === undefined) return fails(`${name} is missing`);
    if (sha256(bytes) !== hash) return fails(`${name} is not what ${MANIFEST} lists`);
  }
  const extra = [...files.keys()].find((name) => name !== MANIFEST && !Object.hasOwn(listed, name));
  return extra === undefined ? HOLDS : fails(`${extra} is not listed`);
}

function sameTree({ origin, size }: Manifest, { checkpoint }: SignedCheckpoint): Check {
  if (checkpoint.origin === origin && checkpoint.size === size) return HOLDS;
  return fails(`it is of ${checkpoint.size} entries of ${checkpoint.origin}, and ${MANIFEST} says otherwise`);
}

function recordsCheck(records: readonly RecordVerdict[], manifest: Manifest | null): Check {
  const wrong = records.filter(({ holds }) => !holds);
  const [first] = wrong;
  if (first !== undefined) return fails(`${wrong.length} do not hold; record ${first.idx}: ${first.problem}`);
  const count = records.filter(({ role }) => role === 'record').length;
  return manifest === null || manifest.records === count ? HOLDS : fails(`there are ${count}, not ${manifest.records}`);
}

/** What may stand in a bundle beside what was asked for: whoever could call anything so could take it out of the table. */
const ASIDE = {
  document: ['notice.published', 'policy.published', 'template.published'],
  heads: ['subject.heads'],
} as const satisfies Record<Exclude<RecordRole, 'record'>, readonly string[]>;

function scopeCheck({ scope, volume }: Manifest, shown: readonly LinkedRecord[]): Check {
  for (const record of shown) {
    const { br, at, t } = record.entry.clear;
    if (record.role !== 'record') {
      const types: readonly string[] = ASIDE[record.role];
      if (typeof t === 'string' && types.includes(t)) continue;
      return fails(`record ${record.idx} is passed off as no record`);
    }
    const when = typeof at === 'string' ? at : '';
    const isWithin = (scope.from === null || when >= scope.from) && (scope.to === null || when < scope.to);
    const isTheirs = scope.subjects === null || scope.subjects.includes(subjectOf(record)?.id ?? '');
    const isHere = volume === null || (record.idx >= volume.start && record.idx < volume.end);
    if (!isHere) return fails(`record ${record.idx} is of another volume`);
    if (br !== scope.brand || !isWithin || !isTheirs) return fails(`record ${record.idx} is not of what was asked for`);
  }
  return HOLDS;
}

/** Each document has the hash that is its name, and every notice that a record names is there. */
function documentsCheck(files: Files, shown: readonly LinkedRecord[]): Check {
  for (const [name, bytes] of files) {
    if (name.startsWith('documents/') && name !== `documents/${sha256(bytes)}.json`)
      return fails(`${name} was changed`);
  }
  const missing = shown.find(({ role, entry: { clear } }) => {
    return role === 'record' && typeof clear['doc'] === 'string' && !files.has(`documents/${clear['doc']}.json`);
  });
  return missing === undefined ? HOLDS : fails(`the notice that record ${missing.idx} names is missing`);
}

function sameText(name: string, bytes: Buffer | undefined, expected: Iterable<string>): Check {
  if (bytes === undefined) return fails(`${name} is missing`);
  for (const text of expected) if (bytes.equals(Buffer.from(text))) return HOLDS;
  return fails(`${name} says something else than the records`);
}

function contentOf(record: ShownRecord): RecordVerdict['content'] {
  if (record.entry.disclosed.length > 0) return 'shown';
  const { t } = record.entry.clear;
  return typeof t === 'string' && NEVER_DISCLOSE.has(t) ? 'none' : 'erased';
}

/** Types that have nothing to disclose; every other says at least whose chain it is in, or who did it. */
const NEVER_DISCLOSE = new Set(['log.started', 'subject.heads', 'integrity.alert']);

/** When the first of the witnesses that are trusted saw a checkpoint, in milliseconds since 1970; null when none did. */
export function firstSeen(witnessed: readonly Witnessed[]): number | null {
  return witnessed.length === 0 ? null : Math.min(...witnessed.map(({ time }) => time * 1_000));
}

/** The sum of these steps. */
export function verdictOf(steps: readonly BundleCheck[]): BundleVerdict['verdict'] {
  if (steps.some(({ result }) => result === 'fails')) return 'fails';
  const open = steps.some(({ result, isMoot }) => result === 'unchecked' && isMoot !== true);
  return open ? 'unchecked' : 'holds';
}

/** What a check says of a step; null: it could not be made. */
export function stepOf(step: BundleStep, check: Check | null): BundleCheck {
  if (check === null) return { step, result: 'unchecked', problem: 'what it needs does not hold' };
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
