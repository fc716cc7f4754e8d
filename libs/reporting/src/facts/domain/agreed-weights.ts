import { folded } from '#lib/attribution';
import type { WeightSetFact } from './fact.js';

/** Which weights each name and version stands for. Whoever signed a set signed these, so they never become others. */
export class AgreedWeights {
  private readonly sets = new Map<string, WeightSetFact>();

  /** @param sets in the order in which they were recorded; the last one of a name and version is the one that counts */
  constructor(sets: readonly WeightSetFact[]) {
    for (const set of sets) this.sets.set(keyOf(set), set);
  }

  /** Takes a set in, unless its name and version stand for other weights. @returns why not, in a sentence; or null */
  add(set: WeightSetFact): string | null {
    const known = this.sets.get(keyOf(set));
    if (known !== undefined && weightsOf(known) !== weightsOf(set))
      return 'This name and version stand for other weights; give these the next version.';
    this.sets.set(keyOf(set), set);
    return null;
  }
}

function keyOf({ name, version }: WeightSetFact): string {
  return `${folded(name)}@${version}`;
}

function weightsOf({ weights, otherwise }: WeightSetFact): string {
  const pairs = Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([pairs, otherwise]);
}
