import type { BrandId, SubjectId } from '#lib/kernel';
import type { LockedSubject } from './append.store.js';
import type { ChainLink } from './domain/encode-entry.js';
import type { NewEntry } from './domain/entry-types.js';

/** A locked chain, as it grows within one append. */
export class LockedChain {
  n: number;
  /** base64url of the leaf hash of entry n; null before the first. */
  head: string | null;
  /** Slots are ordered by brand, so a chain that spans two brands could be taken out of order. */
  brandId: BrandId | undefined;

  constructor(
    readonly subjectId: SubjectId,
    locked: LockedSubject,
    readonly key: Buffer,
  ) {
    this.n = locked.chainN;
    this.head = locked.chainHead;
  }

  next(): ChainLink {
    return { id: this.subjectId, n: this.n + 1, prev: this.head };
  }

  extend(leafHash: string): void {
    this.n += 1;
    this.head = leafHash;
  }
}

/** The chain that an entry continues. @throws Error, RangeError where it cannot */
export function chainOf(chains: ReadonlyMap<SubjectId, LockedChain>, entry: NewEntry): LockedChain {
  const chain = entry.subjectId == null ? undefined : chains.get(entry.subjectId);
  if (chain === undefined) throw new Error('a subject was not locked');
  if (entry.brandId == null) throw new RangeError(`${entry.type} of a subject needs a brand`);
  chain.brandId ??= entry.brandId;
  if (chain.brandId !== entry.brandId) throw new RangeError('a subject belongs to one brand');
  return chain;
}
