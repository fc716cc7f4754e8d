/**
 * What follows from each fact of a list. A list that is asked for later has most of the same facts in the same order, so they
 * are gone through side by side, and only what is new is looked up.
 */
export class Followed<Fact extends object, Found> {
  private facts: readonly Fact[] = [];
  private found: readonly Found[] = [];
  private readonly known = new WeakMap<Fact, { readonly found: Found }>();

  /** @param derive pure, and the same every time */
  of(facts: readonly Fact[], derive: (fact: Fact) => Found): readonly Found[] {
    const before = this.facts;
    if (facts === before) return this.found;
    const found: Found[] = [];
    let place = 0;
    for (const fact of facts) {
      // One that was there is not any more, as where it was corrected.
      if (before[place] !== fact && before[place + 1] === fact) place += 1;
      if (before[place] === fact) found.push(this.found[place++] as Found);
      else found.push(this.lookedUp(fact, derive));
    }
    this.facts = facts;
    this.found = found;
    return found;
  }

  private lookedUp(fact: Fact, derive: (fact: Fact) => Found): Found {
    let one = this.known.get(fact);
    if (one === undefined) this.known.set(fact, (one = { found: derive(fact) }));
    return one.found;
  }
}
