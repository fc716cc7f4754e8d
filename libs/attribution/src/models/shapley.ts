import { type ChannelCredit, CreditSums } from '../channel-credit.js';
import { ExactSums } from '../exact-sums.js';
import type { PathTable } from '../path-table.js';
import type { ChannelSets } from './channel-sets.js';

/**
 * Shapley values where a set of channels is worth the conversions of all paths within it. The dividend of a set is what
 * paths of exactly that set brought, so its channels share it evenly: linear over the different channels of a path.
 */
export function shapley(table: PathTable, sets: ChannelSets): ChannelCredit {
  const sums = new CreditSums(table.channels.length);
  for (let set = 0; set < sets.size; set++) {
    const members = sets.membersOf(set);
    for (const channel of members)
      sums.add(channel, 1 / members.length, sets.conversions[set] ?? 0, sets.value[set] ?? 0);
  }
  return sums.rounded();
}

/** The same, with the share of a channel in a path divided evenly over its places there: by channel, by place from 0. */
export function shapleyByPlace(table: PathTable): readonly Float64Array[] {
  let longest = 0;
  for (let path = 0; path < table.size; path++)
    longest = Math.max(longest, (table.starts[path + 1] ?? 0) - (table.starts[path] ?? 0));
  const sums = table.channels.map(() => new ExactSums(longest));
  for (let path = 0; path < table.size; path++) {
    const steps = table.steps.subarray(table.starts[path], table.starts[path + 1]);
    const times = new Map<number, number>();
    for (const channel of steps) times.set(channel, (times.get(channel) ?? 0) + 1);
    steps.forEach((channel, place) => {
      const share = (table.conversions[path] ?? 0) / times.size / (times.get(channel) ?? 1);
      sums[channel]?.add(place, share);
    });
  }
  return sums.map((sum) => sum.rounded());
}

/** What `shapleyByRate` gives, and its shares before the negative ones were cut. */
export interface RateCredit extends ChannelCredit {
  /** Conversions by shares that may be negative; they add up to the same. */
  readonly raw: Float64Array;
}

/**
 * Shapley values where a set is worth its rate: conversions of paths with exactly these channels, divided by conversions and
 * nulls of those paths; 0 when nobody had them. Each converting set N is a game of its own. With n = |N|, the definition
 * over all subsets comes, sorted by the subsets, to
 *   φ_j = Σ over S with j of v(S) / (n C(n-1, |S|-1))  -  Σ over S without j of v(S) / (n C(n-1, |S|)),
 * so only sets that were seen to convert take part, and no number of channels is too large. Negative shares are cut to 0 and
 * the others scaled to 1 again.
 */
export function shapleyByRate(table: PathTable, sets: ChannelSets): RateCredit {
  const credit = new CreditSums(table.channels.length);
  const raw = new ExactSums(table.channels.length);
  const rates = sets.conversions.map((conversions, set) =>
    conversions === 0 ? 0 : conversions / (conversions + (sets.nulls[set] ?? 0)),
  );
  for (let set = 0; set < sets.size; set++) {
    const conversions = sets.conversions[set] ?? 0;
    if (conversions === 0) continue;
    const members = sets.membersOf(set);
    const shares = sharesOf(members, sets, rates, rates[set] ?? 0);
    let kept = 0;
    for (const share of shares) kept += Math.max(0, share);
    members.forEach((channel, i) => {
      raw.add(channel, (shares[i] ?? 0) * conversions);
      credit.add(channel, Math.max(0, shares[i] ?? 0) / kept, conversions, sets.value[set] ?? 0);
    });
  }
  return { ...credit.rounded(), raw: raw.rounded() };
}

/** φ_j / v(N) of each member, in order. */
function sharesOf(members: Uint32Array, sets: ChannelSets, rates: Float64Array, whole: number): Float64Array {
  const n = members.length;
  if (n === 1) return Float64Array.of(1);
  const placeOf = new Map(Array.from(members, (channel, i) => [channel, i] as const));
  const perSize = weightsOf(n);
  const sums = new ExactSums(n + 1);
  sets.forEachPart(members, (part) => {
    const rate = rates[part] ?? 0;
    if (rate === 0) return;
    const inside = sets.membersOf(part);
    const withMember = rate * (perSize[inside.length - 1] ?? 0);
    const without = inside.length === n ? 0 : rate * (perSize[inside.length] ?? 0);
    // Taken from everybody, and given back to those inside.
    sums.add(n, without);
    for (const channel of inside) {
      const place = placeOf.get(channel) ?? 0;
      sums.add(place, withMember);
      sums.add(place, without);
    }
  });
  return Float64Array.from(members, (_, i) => difference(sums, i, n) / whole);
}

function difference(sums: ExactSums, i: number, everybody: number): number {
  const sum = new ExactSums(1);
  sum.addSum(0, sums, i);
  sum.add(0, -sums.at(everybody));
  return sum.at(0);
}

/** 1 / (n C(n-1, s)) for each s below n. */
function weightsOf(n: number): Float64Array {
  const weights = new Float64Array(n);
  let choices = 1;
  for (let s = 0; s < n; s++) {
    weights[s] = 1 / (n * choices);
    choices = (choices * (n - 1 - s)) / (s + 1);
  }
  return weights;
}
