import type { EpochMs } from '#lib/kernel';
import { type Fact, type FactKind, FACT_KINDS, type FactsByKind, type Known } from './fact.js';

/** One version of a fact, as it was recorded. */
export interface FactVersion {
  readonly id: string;
  readonly at: EpochMs;
  readonly n: number;
  readonly by: string;
  readonly body: Fact;
  readonly version: number;
  readonly retracted: boolean;
  /** The end of the millisecond, so that it compares with an instant as PostgreSQL's microseconds do. */
  readonly recordedAt: EpochMs;
}

/** What is known of a brand, one version after the other. Lists are replaced and never changed: whoever has one keeps it. */
export class KnownFacts {
  /** Of the last version that was added. */
  n = 0;
  /** When the latest of those that count was recorded. */
  latestAt: EpochMs = -Infinity;
  facts: FactsByKind = factsByKind([]);
  private readonly versions = new Map<string, number>();
  /** Recorded after the instant that they were added for. */
  private waiting: readonly FactVersion[] = [];

  get size(): number {
    return this.versions.size;
  }

  /** @param read in any order; some may be here already */
  add(read: readonly FactVersion[], asOf: EpochMs): void {
    const newest = new Map<string, FactVersion>();
    const corrected = new Set<FactKind>();
    const waiting: FactVersion[] = [];
    for (const one of [...this.waiting, ...read]) {
      this.n = Math.max(this.n, one.n);
      if (one.recordedAt > asOf) {
        waiting.push(one);
        continue;
      }
      const key = `${one.body.kind} ${one.id}`;
      const known = this.versions.get(key);
      if (known !== undefined && one.version <= known) continue;
      if (known !== undefined) corrected.add(one.body.kind);
      this.versions.set(key, one.version);
      newest.set(key, one);
      this.latestAt = Math.max(this.latestAt, one.recordedAt);
    }
    this.waiting = waiting;
    const facts: Partial<Record<FactKind, readonly Known[]>> = { ...this.facts };
    for (const changed of FACT_KINDS) {
      const told = [...newest.values()].filter(({ body }) => body.kind === changed);
      if (told.length === 0) continue;
      const ids = new Set(told.map(({ id }) => id));
      const all = facts[changed] ?? [];
      const rest = corrected.has(changed) ? all.filter(({ id }) => !ids.has(id)) : all;
      facts[changed] = together(rest, inOrder(told.flatMap(known)));
    }
    this.facts = facts as FactsByKind;
  }
}

/** @param facts in any order, each once */
export function factsByKind(facts: readonly Known[]): FactsByKind {
  const of = <K extends FactKind>(kind: K): Known<Extract<Fact, { kind: K }>>[] =>
    inOrder(facts.filter((fact): fact is Known<Extract<Fact, { kind: K }>> => fact.kind === kind));
  return {
    ...{ account: of('account'), stage: of('stage'), opportunity: of('opportunity'), order: of('order') },
    ...{
      custom: of('custom'),
      asset: of('asset'),
      visit: of('visit'),
      cost: of('cost'),
      tariff: of('tariff'),
      target: of('target'),
    },
    ...{ exchange_rate: of('exchange_rate'), weight_set: of('weight_set'), sign_off: of('sign_off') },
  };
}

function known({ id, at, n, by, body, retracted }: FactVersion): Known[] {
  return retracted ? [] : [{ ...body, id, at, n, by }];
}

function inOrder<F extends Known>(facts: F[]): F[] {
  return facts.sort(byTime);
}

function byTime(a: Known, b: Known): number {
  return a.at - b.at || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** Two lists in order, as one. */
function together(many: readonly Known[], few: readonly Known[]): readonly Known[] {
  const all: Known[] = [];
  let from = 0;
  for (const one of few) {
    let [low, high] = [from, many.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = many[middle];
      if (other !== undefined && byTime(other, one) < 0) low = middle + 1;
      else high = middle;
    }
    for (; from < low; from++) all.push(many[from] ?? one);
    all.push(one);
  }
  for (; from < many.length; from++) {
    const one = many[from];
    if (one !== undefined) all.push(one);
  }
  return all;
}
