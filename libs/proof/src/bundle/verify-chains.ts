import type { JsonValue } from '../canonical-json.js';
import { type Check, fails, HOLDS, type Open } from '../malformed.js';
import type { DisclosedEntry } from '../verify-entry.js';
import { isObject, type RecordRole } from './bundle-record.js';
import type { BundleScope } from './manifest.js';
import { type ErasedPart, isBare, isErasure, PersonChain } from './person-chain.js';
import { type ShownRecord, type SubjectLink, subjectOf } from './records-csv.js';

/** A record with the hash of its leaf. */
export interface LinkedRecord extends ShownRecord {
  readonly role: RecordRole;
  readonly hash: Buffer;
}

/** Whether all of a person's entries were asked for, so that each of them must be there. */
export function isWholeHistory({
  subjects,
  campaign,
  from,
  to,
}: Readonly<Record<'subjects' | 'campaign' | 'from' | 'to', unknown>>): boolean {
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

/**
 * Each chain is what `PersonChain` says of it and about one contact, and a whole history reaches from the entry by which
 * the person became known, or by which they were erased, up to the entry about this export.
 * Takes records in the order of the log and keeps of each chain where it has got to.
 */
export class ChainCheck {
  private readonly chains = new Map<string, PersonChain>();
  private readonly reachesExport = new Set<string>();
  /** Of each chain the first record, and whether a history can begin with it. */
  private readonly first = new Map<string, { readonly idx: number; readonly begins: boolean }>();
  /** Of each chain the contact that it is about, and by which record. */
  private readonly contacts = new Map<string, { readonly id: string; readonly idx: number }>();
  /** Chains with which others became one person, as these say. */
  private readonly merged = new Map<string, number>();
  /** Of each chain those that became one person with it, whichever of both says so. */
  private readonly ties = new Map<string, Set<string>>();
  /** Chains that say that they became somebody else, and not whose: so did older versions. */
  private readonly gone = new Map<string, number>();
  /** The first record that does not show what its type always has. */
  private partial: { readonly idx: number; readonly name: string } | null = null;
  /** The first record that says that a person changed, and does not show how: it could say whom they took in. */
  private hidden: number | null = null;

  /** What is gone because the person was erased, of each chain of which something is. */
  get erased(): ErasedPart[] {
    return [...this.chains.values()].flatMap(({ erased }) => (erased === null || erased.count === 0 ? [] : [erased]));
  }

  /** Answers of the first of these records that does not follow what was there before. */
  follow(records: readonly LinkedRecord[]): Check {
    for (const record of records) {
      const link = subjectOf(record);
      const check = link === null ? HOLDS : this.add(link, record);
      if (!check.holds) return check;
    }
    return HOLDS;
  }

  /** Once all records were followed: whether that is all there is of these chains, and of whoever is one person with them. */
  whole({ subjects }: BundleScope): Check | Open {
    if (this.hidden !== null)
      return fails(`record ${this.hidden} does not show what changed: it may have taken in a chain`);
    for (const [id, idx] of this.merged)
      if (subjects?.includes(id) !== true)
        return fails(`the chain that record ${idx} names is missing: it became one person with this one`);
    let open: Open | null = null;
    for (const id of subjects ?? []) {
      const chain = this.chains.get(id);
      const whole = chain?.whole() ?? HOLDS;
      if ('open' in whole) open ??= whole;
      else if (!whole.holds) return whole;
      const first = this.first.get(id);
      if (first?.begins === false)
        return fails(
          `record ${first.idx} is the first of a person, and says neither that they became known nor that they were erased`,
        );
      if (!this.reachesExport.has(id)) return fails('it does not reach up to the entry that records this export');
      const bare = chain?.unexplained ?? null;
      if (bare !== null) open ??= { open: `${bare} shows nothing, and no entry says that its time was over` };
    }
    const apart = this.apart(subjects ?? []);
    if (apart !== null && !('open' in apart)) return apart;
    open ??= apart;
    if (open !== null) return open;
    if (this.partial !== null)
      return {
        open: `record ${this.partial.idx} does not show its ${this.partial.name}, which every one of its type has`,
      };
    for (const [id, idx] of this.gone)
      if (!this.merged.has(id))
        return { open: `record ${idx} says that the person became another: order their history` };
    return HOLDS;
  }

  /** Nobody is one person with another because a bundle calls them so; null: entries tie each chain to all others. */
  private apart(subjects: readonly string[]): Check | Open | null {
    const tied = new Set(subjects.slice(0, 1));
    for (const id of tied) for (const other of this.ties.get(id) ?? []) tied.add(other);
    const stray = subjects.find((id) => !tied.has(id));
    // Where one became another, and its entry does not say whom, that is told below.
    const isNamed = [...this.gone.keys()].every((id) => this.merged.has(id));
    if (stray === undefined || !isNamed) return null;
    const what = `record ${this.first.get(stray)?.idx} begins a chain of which no entry says that it is the same person’s`;
    const isErased = subjects.some((id) => (this.chains.get(id)?.erased ?? null) !== null);
    return isErased ? { open: `${what}: that may have been erased` } : fails(what);
  }

  private tie(one: string, other: string): void {
    this.ties.set(one, (this.ties.get(one) ?? new Set()).add(other));
    this.ties.set(other, (this.ties.get(other) ?? new Set()).add(one));
  }

  private add(link: SubjectLink, { idx, entry, hash }: LinkedRecord): Check {
    const chain = this.chains.get(link.id) ?? new PersonChain();
    this.chains.set(link.id, chain);
    if (!this.first.has(link.id)) this.first.set(link.id, { idx, begins: isErasure(entry) || isCreation(entry) });
    const other = this.otherContact(link.id, { idx, entry });
    if (other !== null) return fails(other);
    const { t } = entry.clear;
    if (t === 'contact.changed' && !entry.disclosed.some(({ name }) => name === 'change')) this.hidden ??= idx;
    const name = keptBack(entry);
    if (name !== null) this.partial ??= { idx, name };
    const merge = mergedWith(t, entry.disclosed.find(({ name: of }) => of === 'change')?.value);
    if (merge !== null && merge.chain !== null) {
      this.merged.set(merge.chain, idx);
      this.tie(link.id, merge.chain);
    } else if (merge !== null) this.gone.set(link.id, idx);
    if (isThisExport({ entry })) this.reachesExport.add(link.id);
    return chain.add(link, { entry, hash, name: `record ${idx}` });
  }

  /** What is wrong where a record is about another contact than one before it of the same chain; null: nothing. */
  private otherContact(chain: string, { idx, entry }: Pick<LinkedRecord, 'idx' | 'entry'>): string | null {
    const contact = entry.disclosed.find(({ name }) => name === 'contact')?.value;
    const id = isObject(contact) ? contact['id'] : undefined;
    if (typeof id !== 'string') return null;
    const before = this.contacts.get(chain);
    if (before === undefined) this.contacts.set(chain, { id, idx });
    if (before === undefined || before.id === id) return null;
    return `record ${idx} is about another contact than record ${before.idx}, and of the same chain`;
  }
}

/** Whether an entry says that somebody became known: a person's history begins with it. */
function isCreation({ clear, disclosed }: DisclosedEntry): boolean {
  const change = disclosed.find(({ name }) => name === 'change')?.value;
  return clear['t'] === 'contact.changed' && isObject(change) && change['created'] === true;
}

/** What entries of a person's chain always have, where they disclose anything any more. */
const ALWAYS: readonly (readonly [type: RegExp, names: readonly string[]])[] = [
  [/^consent\./, ['contact', 'topic', 'event', 'wording', 'evidence', 'actor']],
  [/^contact(?:_point)?\.changed$/, ['contact', 'change', 'actor']],
  [/^suppression\./, ['contact', 'event']],
  [/^erasure\.(?:requested|refused)$/, ['contact', 'request', 'actor']],
  [/^erasure\.withdrawn$/, ['contact', 'actor']],
  [/^link\.issued$/, ['contact', 'link', 'actor']],
  [/^send\.accepted$/, ['message', 'contact', 'campaign', 'topic', 'checks']],
  [/^send\.handover_started$/, ['message', 'checks', 'handover']],
  [/^send\.(?:ended|stale_outcome)$/, ['message', 'handover']],
  [/^send\.cancelled$/, ['message', 'actor']],
  [/^send\./, ['message']],
  [/^touch\./, ['message', 'event', 'actor']],
  [/^export\./, ['export', 'actor']],
];

/** The first of these that an entry does not show; null when it shows them all, or is what is left of evidence. */
function keptBack(entry: DisclosedEntry): string | null {
  if (isBare(entry)) return null;
  const { t } = entry.clear;
  const [, names = []] = ALWAYS.find(([type]) => typeof t === 'string' && type.test(t)) ?? [];
  const shown = new Set(entry.disclosed.map(({ name }) => name));
  const name = names.find((one) => !shown.has(one)) ?? null;
  // A provider reports of its own accord; every other suppression is somebody's.
  const isStated = typeof t === 'string' && t.startsWith('suppression.') && entry.clear['via'] !== 'provider';
  return name ?? (isStated && !shown.has('actor') ? 'actor' : null);
}

/**
 * What an entry says of becoming one person with another: the chain of that one, null where it does not name it. Null
 * where it says nothing of the kind.
 */
export function mergedWith(
  type: JsonValue | undefined,
  change: JsonValue | undefined,
): { readonly chain: string | null } | null {
  if (type !== 'contact.changed' || !isObject(change)) return null;
  if (!('merged' in change) && !('mergedInto' in change)) return null;
  return { chain: typeof change['subject'] === 'string' ? change['subject'] : null };
}

/** All that is shown, at once; and what is gone of a whole history. */
export function checkChains(
  shown: readonly LinkedRecord[],
  scope: BundleScope,
): { readonly check: Check | Open; readonly erased: readonly ErasedPart[] } {
  const chains = new ChainCheck();
  const followed = chains.follow(shown);
  if (!isWholeHistory(scope)) return { check: followed, erased: [] };
  return { check: followed.holds ? chains.whole(scope) : followed, erased: chains.erased };
}

/** Whether an entry records that an audit bundle was ordered. */
export function isThisExport({ entry }: Pick<LinkedRecord, 'entry'>): boolean {
  const value = entry.disclosed.find(({ name }) => name === 'export')?.value;
  const isAudit = typeof value === 'object' && value !== null && !Array.isArray(value) && 'kind' in value;
  return entry.clear['t'] === 'export.created' && isAudit && value.kind === 'audit';
}
