import { type Check, fails, HOLDS, type Open } from '../malformed.js';
import type { DisclosedEntry } from '../verify-entry.js';
import { isObject } from './bundle-record.js';
import type { SubjectLink } from './records-csv.js';

/** An entry as its chain looks at it. */
export interface ChainEntry {
  readonly entry: DisclosedEntry;
  /** Its leaf hash. */
  readonly hash: Buffer;
  /** What it is called where something is wrong with it. */
  readonly name: string;
}

/** Entries that are gone because the person was erased: all before one that says so. */
export interface ErasedPart {
  readonly count: number;
  /** When it was recorded that they were. */
  readonly at: string;
}

/** What an entry says of evidence that was destroyed because its time was over. */
export interface Destroyed {
  readonly count: number;
  /** Numbers in the chain; null in entries of before December 2026, which do not tell and left nothing of it. */
  readonly numbers: readonly number[] | null;
}

/** Null for every entry that says nothing of the kind. */
export function destroyedBy({ clear, disclosed }: DisclosedEntry): Destroyed | null {
  const { t, basis, cnt } = clear;
  if (t !== 'erasure.executed' || basis !== 'retention_over' || typeof cnt !== 'number') return null;
  const request = disclosed.find(({ name }) => name === 'request')?.value;
  const told = isObject(request) ? request['destroyed'] : undefined;
  if (told === undefined) return { count: cnt, numbers: null };
  const numbers = Array.isArray(told) ? told.filter((one): one is number => typeof one === 'number') : [];
  return { count: cnt, numbers };
}

/** What is left of evidence whose time was over: whose it was, and which of their entries. Type and time are in clear. */
export function isBare({ clear, disclosed }: DisclosedEntry): boolean {
  const { t } = clear;
  return typeof t === 'string' && t.startsWith('consent.') && disclosed.length === 1 && disclosed[0]?.name === 'subj';
}

/** Whether an entry says that a whole person was erased; one that counts is about evidence whose time was over. */
export function isErasure({ clear }: DisclosedEntry): boolean {
  return clear['t'] === 'erasure.executed' && clear['cnt'] === undefined;
}

/**
 * Whether evidence that was recorded at one instant may not be destroyed at another yet: for a year it may not, whatever is
 * said of it. Both as ISO 8601 has them in entries.
 */
export function isKeptYet(recordedAt: string, at: string): boolean {
  const over = `${String(Number(recordedAt.slice(0, 4)) + 1)}${recordedAt.slice(4)}`;
  return over.replace('-02-29T', '-02-28T') > at;
}

interface Bare {
  readonly name: string;
  readonly at: string;
}

/**
 * One person's entries, in the order of the log. Numbers ascend, whatever follows an entry commits to it, and none is
 * missing but those before an erasure of the whole person, of which nothing is left. Evidence whose time was over leaves
 * its link behind: a later entry names it, and it was recorded a year before that at least.
 */
export class PersonChain {
  /** All before the first that is there, where that says so. */
  erased: ErasedPart | null = null;
  private end: { readonly n: number; readonly hash: string; readonly name: string } | null = null;
  private missing = 0;
  private firstGap = 0;
  /** Of evidence, by number, as long as no entry says that its time was over. */
  private readonly bare = new Map<number, Bare>();
  private readonly destroyed = new Set<number>();
  /** What was said to be destroyed and was not shown bare before. */
  private strange: { readonly n: number; readonly by: string } | null = null;
  /** How many were destroyed by entries that do not tell which; and the first that says that more were than are missing. */
  private untold = 0;
  private overdrawn: string | null = null;

  add({ n, prev }: SubjectLink, { entry, hash, name }: ChainEntry): Check {
    const { end } = this;
    if ((prev === null) !== (n === 1)) return fails(`${name} does not say what it follows`);
    if (end !== null && n <= end.n) return fails(`${name} is number ${n} after number ${end.n}`);
    if (end !== null && n === end.n + 1 && prev !== end.hash)
      return fails(`${name} follows another entry than ${end.name}`);
    const { clear } = entry;
    const at = typeof clear['at'] === 'string' ? clear['at'] : '';
    if (isErasure(entry)) {
      if (end !== null) return fails(`${name} says that all before it was erased, and ${end.name} is there`);
      this.erased = { count: n - 1, at };
    } else this.skip((end?.n ?? 0) + 1, n);
    if (isBare(entry)) this.bare.set(n, { name, at });
    this.end = { n, hash: hash.toString('base64url'), name };
    return this.settle(destroyedBy(entry), at, name);
  }

  /** Number and leaf hash (base64url) of the last that was added. */
  get last(): { readonly n: number; readonly hash: string } | null {
    return this.end;
  }

  /** Once all were added that there are: whether nothing is missing. Open where entries of before do not tell what went. */
  whole(): Check | Open {
    if (this.overdrawn !== null)
      return fails(`${this.overdrawn} says that more entries were destroyed than are missing up to it`);
    if (this.strange !== null)
      return fails(
        `${this.strange.by} says that number ${this.strange.n} was destroyed, and it is not what is left of it`,
      );
    if (this.missing > this.untold) return fails(`number ${this.firstGap} of a person’s entries is missing`);
    return this.untold === 0
      ? HOLDS
      : { open: `${this.untold} entries were destroyed, and the log does not tell which` };
  }

  /** The first that shows whose it is and nothing else, though no entry says that its time was over; null: none. */
  get unexplained(): string | null {
    for (const { name } of this.bare.values()) return name;
    return null;
  }

  private skip(expected: number, n: number): void {
    if (n > expected && this.missing === 0) this.firstGap = expected;
    this.missing += n - expected;
  }

  private settle(said: Destroyed | null, at: string, by: string): Check {
    if (said === null) return HOLDS;
    if (said.numbers === null) {
      this.untold += said.count;
      if (this.untold > this.missing) this.overdrawn ??= by;
      return HOLDS;
    }
    if (said.count !== said.numbers.length || said.count === 0)
      return fails(`${by} names ${said.numbers.length} entries that were destroyed, and counts ${said.count}`);
    for (const n of said.numbers) {
      const bare = this.bare.get(n);
      if (bare === undefined) this.strange ??= { n, by };
      else if (isKeptYet(bare.at, at))
        return fails(`${by} says that the time of ${bare.name} was over, which was recorded less than a year before`);
      if (this.destroyed.has(n)) return fails(`${by} says of number ${n} for a second time that it was destroyed`);
      this.bare.delete(n);
      this.destroyed.add(n);
    }
    return HOLDS;
  }
}
