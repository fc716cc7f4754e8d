import { type Check, fails, HOLDS } from '../malformed.js';
import { isObject, type RecordRole } from './bundle-record.js';
import type { BundleScope } from './manifest.js';
import { type ShownRecord, type SubjectLink, subjectOf } from './records-csv.js';

/** A record with the hash of its leaf. */
export interface LinkedRecord extends ShownRecord {
  readonly role: RecordRole;
  readonly hash: Buffer;
}

/** Whether all of a person's entries were asked for, so that each of them must be there. */
export function isWholeHistory({ subjects, campaign, from, to }: BundleScope): boolean {
  return subjects !== null && campaign === null && from === null && to === null;
}

/**
 * What a bundle says of whether something was left out of it; null for a whole history, of which `heads` tells. The log
 * names brands and times in clear and nothing else, so only whoever reads all of it can tell, and only of those.
 */
export function completeStep(scope: BundleScope): OpenStep | null {
  if (isWholeHistory(scope)) return null;
  const step = { step: 'complete', result: 'unchecked' } as const;
  if (scope.campaign !== null) {
    return { ...step, problem: 'the log does not say of which campaign an entry is: some could be left out' };
  }
  if (scope.subjects !== null) {
    return { ...step, problem: 'the person has entries before or after these: order all of their history' };
  }
  return { ...step, problem: 'whether one was left out shows beside a copy of the log alone', isMoot: true };
}

/** A step that only somebody else can take. */
export interface OpenStep {
  readonly step: 'complete';
  readonly result: 'unchecked';
  readonly problem: string;
  readonly isMoot?: true;
}

export interface ChainLink extends SubjectLink {
  readonly record: LinkedRecord;
}

/** The shown entries of each chain, in the order of the log. */
export function chainsOf(shown: readonly LinkedRecord[]): Map<string, ChainLink[]> {
  const chains = new Map<string, ChainLink[]>();
  for (const record of shown) {
    const link = subjectOf(record);
    if (link === null) continue;
    const chain = chains.get(link.id);
    if (chain === undefined) chains.set(link.id, [{ ...link, record }]);
    else chain.push({ ...link, record });
  }
  return chains;
}

/** A chain as far as it was looked at. */
interface SeenChain {
  last: { readonly n: number; readonly idx: number; readonly hash: string };
  /** Numbers that were not shown, and how many of them the chain itself says were destroyed. */
  missing: number;
  destroyed: number;
  firstGap: number;
  reachesExport: boolean;
}

/**
 * Numbers ascend with positions, and whatever follows an entry commits to it. In a whole history nothing is missing but
 * what the chain itself says was destroyed when its time was over, and it reaches up to the entry about this export.
 * Takes records in the order of the log and keeps of each chain where it has got to.
 */
export class ChainCheck {
  private readonly chains = new Map<string, SeenChain>();
  /** Chains of people who became others, as these say. */
  private readonly merged = new Map<string, number>();
  /** The first record that says that a person changed, and does not show how: it could say whom they took in. */
  private hidden: number | null = null;

  /** Answers of the first of these records that does not follow what was there before. */
  follow(records: readonly LinkedRecord[]): Check {
    for (const record of records) {
      const link = subjectOf(record);
      const check = link === null ? HOLDS : this.add(link, record);
      if (!check.holds) return check;
    }
    return HOLDS;
  }

  /** Once all records were followed: whether that is all there is of these chains. */
  whole({ subjects }: BundleScope): Check {
    if (this.hidden !== null)
      return fails(`record ${this.hidden} does not show what changed: it may have taken in a chain`);
    for (const [id, idx] of this.merged)
      if (subjects?.includes(id) !== true) return fails(`the chain that record ${idx} took in is missing`);
    for (const id of subjects ?? []) {
      const chain = this.chains.get(id);
      if (chain !== undefined && chain.missing > chain.destroyed)
        return fails(`number ${chain.firstGap} of a person’s entries is missing`);
      if (chain?.reachesExport !== true) return fails('it does not reach up to the entry that records this export');
    }
    return HOLDS;
  }

  private add({ id, n, prev }: SubjectLink, record: LinkedRecord): Check {
    const { idx } = record;
    const chain = this.chains.get(id);
    const last = chain?.last ?? null;
    if ((prev === null) !== (n === 1)) return fails(`record ${idx} does not say what it follows`);
    if (last !== null && n <= last.n) return fails(`record ${idx} is number ${n} after number ${last.n}`);
    if (last !== null && n === last.n + 1 && prev !== last.hash)
      return fails(`record ${idx} follows another entry than record ${last.idx}`);
    const seen = chain ?? { missing: 0, destroyed: 0, firstGap: 0, reachesExport: false };
    const expected = (last?.n ?? 0) + 1;
    const { t, basis, cnt } = record.entry.clear;
    const isDestruction = t === 'erasure.executed' && basis === 'retention_over' && typeof cnt === 'number';
    if (t === 'contact.changed' && !record.entry.disclosed.some(({ name }) => name === 'change')) this.hidden ??= idx;
    const taken = mergedChain(record);
    if (taken !== null) this.merged.set(taken, idx);
    this.chains.set(id, {
      last: { n, idx, hash: record.hash.toString('base64url') },
      missing: seen.missing + n - expected,
      destroyed: seen.destroyed + (isDestruction ? cnt : 0),
      firstGap: n > expected && seen.missing === 0 ? expected : seen.firstGap,
      reachesExport: seen.reachesExport || isThisExport(record),
    });
    return HOLDS;
  }
}

/** The chain of somebody who became this person, if the record says so. */
function mergedChain({ entry }: LinkedRecord): string | null {
  const change = entry.disclosed.find(({ name }) => name === 'change')?.value;
  const isMerge = entry.clear['t'] === 'contact.changed' && isObject(change) && 'merged' in change;
  return isMerge && typeof change['subject'] === 'string' ? change['subject'] : null;
}

/** All that is shown, at once. */
export function checkChains(shown: readonly LinkedRecord[], scope: BundleScope): Check {
  const chains = new ChainCheck();
  const followed = chains.follow(shown);
  return followed.holds && isWholeHistory(scope) ? chains.whole(scope) : followed;
}

/** Whether an entry records that an audit bundle was ordered. */
export function isThisExport({ entry }: LinkedRecord): boolean {
  const value = entry.disclosed.find(({ name }) => name === 'export')?.value;
  const isAudit = typeof value === 'object' && value !== null && !Array.isArray(value) && 'kind' in value;
  return entry.clear['t'] === 'export.created' && isAudit && value.kind === 'audit';
}
