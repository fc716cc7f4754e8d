import { type ChannelCredit, CreditSums } from '../channel-credit.js';
import type { PathTable } from '../path-table.js';

/** Who has agreed to a weight set. */
export interface SignOff {
  readonly role: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** By which key it came in, where that is known: one key signs once, whatever roles and names it says. */
  readonly key?: string;
}

/**
 * What marketing and sales agreed that a touch of each channel is worth beside the others of its path. A set has a name and
 * a version, never changes, and counts once two roles have signed it.
 */
export interface WeightSet {
  readonly name: string;
  readonly version: number;
  readonly weights: ReadonlyMap<string, number>;
  /** Of channels that are not named. */
  readonly otherwise: number;
  readonly signedOff: readonly SignOff[];
}

/** As names are compared: however they are written, "Anna" and " ANNA" are one. */
export function folded(name: string): string {
  return name.normalize('NFKC').trim().toUpperCase().toLowerCase();
}

/** Why a set does not count, each in a sentence; none when it does. */
export function weightSetProblems(set: WeightSet): readonly string[] {
  const problems: string[] = [];
  if (set.name.trim() === '') problems.push('A weight set has a name.');
  if (!Number.isSafeInteger(set.version) || set.version < 1) problems.push('A version is a whole number from 1.');
  for (const [channel, weight] of [...set.weights, ['otherwise', set.otherwise] as const])
    if (!(weight >= 0 && weight < Infinity))
      problems.push(`The weight of "${channel}" is not negative and not infinite.`);
  if (new Set(set.signedOff.map(({ role }) => folded(role))).size < 2)
    problems.push('Two different roles sign a weight set off before it counts.');
  if (new Set(set.signedOff.map(({ name }) => folded(name))).size < 2)
    problems.push('Two different people sign a weight set off before it counts.');
  if (problems.length === 0 && !set.signedOff.some((one) => set.signedOff.some((other) => areTwo(one, other))))
    problems.push('Two people in two roles sign a weight set off before it counts, each by a key of their own.');
  return problems;
}

function areTwo(one: SignOff, other: SignOff): boolean {
  const isAnother = (a: string, b: string): boolean => folded(a) !== folded(b);
  const hasOwnKey = one.key === undefined || other.key === undefined || one.key !== other.key;
  return isAnother(one.role, other.role) && isAnother(one.name, other.name) && hasOwnKey;
}

/** Each touch by the weight of its channel, scaled to 1 within the path; a path in which nothing weighs is divided evenly. */
export function byWeightSet(table: PathTable, set: WeightSet): ChannelCredit {
  const weights = table.channels.map((channel) => set.weights.get(channel) ?? set.otherwise);
  const sums = new CreditSums(table.channels.length);
  for (let path = 0; path < table.size; path++) {
    const start = table.starts[path] ?? 0;
    const end = table.starts[path + 1] ?? 0;
    let whole = 0;
    for (let touch = start; touch < end; touch++) whole += weights[table.steps[touch] ?? 0] ?? 0;
    for (let touch = start; touch < end; touch++) {
      const channel = table.steps[touch] ?? 0;
      const share = whole === 0 ? 1 / (end - start) : (weights[channel] ?? 0) / whole;
      sums.add(channel, share, table.conversions[path] ?? 0, table.value[path] ?? 0);
    }
  }
  return sums.rounded();
}
