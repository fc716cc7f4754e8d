import { type Check, fails, HOLDS } from '../malformed.js';
import type { RecordRole } from './bundle-record.js';
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

/**
 * Numbers ascend with positions, and whatever follows an entry commits to it. In a whole history nothing is missing but
 * what the chain itself says was destroyed when its time was over, and it reaches up to the entry about this export.
 */
export function checkChains(shown: readonly LinkedRecord[], scope: BundleScope): Check {
  const chains = chainsOf(shown);
  for (const chain of chains.values()) {
    const check = checkLinks(chain);
    if (!check.holds) return check;
  }
  if (!isWholeHistory(scope)) return HOLDS;
  for (const id of scope.subjects ?? []) {
    const check = checkWhole(chains.get(id) ?? []);
    if (!check.holds) return check;
  }
  return HOLDS;
}

function checkLinks(chain: readonly ChainLink[]): Check {
  for (const [i, link] of chain.entries()) {
    const before = chain[i - 1];
    if ((link.prev === null) !== (link.n === 1)) return fails(`record ${link.record.idx} does not say what it follows`);
    if (before === undefined) continue;
    if (link.n <= before.n) return fails(`record ${link.record.idx} is number ${link.n} after number ${before.n}`);
    if (link.n === before.n + 1 && link.prev !== before.record.hash.toString('base64url')) {
      return fails(`record ${link.record.idx} follows another entry than record ${before.record.idx}`);
    }
  }
  return HOLDS;
}

function checkWhole(chain: readonly ChainLink[]): Check {
  let [missing, destroyed, firstGap] = [0, 0, 0];
  for (const [i, { n, record }] of chain.entries()) {
    const expected = (chain[i - 1]?.n ?? 0) + 1;
    if (n > expected && missing === 0) firstGap = expected;
    missing += n - expected;
    const { t, basis, cnt } = record.entry.clear;
    if (t === 'erasure.executed' && basis === 'retention_over' && typeof cnt === 'number') destroyed += cnt;
  }
  if (missing > destroyed) return fails(`number ${firstGap} of a person’s entries is missing`);
  return chain.some(isThisExport) ? HOLDS : fails('it does not reach up to the entry that records this export');
}

function isThisExport({ record: { entry } }: ChainLink): boolean {
  const value = entry.disclosed.find(({ name }) => name === 'export')?.value;
  const isAudit = typeof value === 'object' && value !== null && !Array.isArray(value) && 'kind' in value;
  return entry.clear['t'] === 'export.created' && isAudit && value.kind === 'audit';
}
