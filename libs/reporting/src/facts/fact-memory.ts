import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { FactsByKind } from './domain/fact.js';
import { KnownFacts } from './domain/known-facts.js';
import { factStore } from './fact.store.js';

/** Facts of all brands together that one process remembers: some 250 MB of long ones. */
const MOST_FACTS = 250_000;

/**
 * Facts of brands as they are known now, in the memory of the process: who asks again reads no more than was recorded since.
 * The brands that were asked for last are remembered.
 */
export class FactMemory {
  private readonly brands = new Map<BrandId, KnownFacts>();

  /**
   * @param tx a snapshot
   * @param asOf the instant of the snapshot or a little before
   * @returns null where a later snapshot was asked for already: take a new one
   */
  async facts(tx: Tx, brandId: BrandId, asOf: EpochMs): Promise<FactsByKind | null> {
    const known = this.brands.get(brandId) ?? new KnownFacts();
    // The last one that is remembered is read once more: it is not in a snapshot of before it.
    const read = await factStore.since(tx, brandId, known.n, asOf);
    const last = read.reduce((n, one) => Math.max(n, one.n), 0);
    if (known.n > last || known.latestAt > asOf) return null;
    known.add(read, asOf);
    this.brands.delete(brandId);
    this.brands.set(brandId, known);
    this.forgetOldest();
    return known.facts;
  }

  forget(brandId: BrandId): void {
    this.brands.delete(brandId);
  }

  private forgetOldest(): void {
    let all = 0;
    for (const { size } of this.brands.values()) all += size;
    for (const [brandId, { size }] of this.brands) {
      if (all <= MOST_FACTS) return;
      this.brands.delete(brandId);
      all -= size;
    }
  }
}
