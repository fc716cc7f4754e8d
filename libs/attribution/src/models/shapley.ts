import { type ChannelCredit, CreditSums } from '../channel-credit.js';
import { ExactSums } from '../exact-sums.js';
import type { PathTable } from '../path-table.js';
import type { ChannelSets } from './channel-sets.js';
import { SetTree } from './set-tree.js';

/**
 * Shapley values where a set of channels is worth the conversions of all paths within it. The dividend of a set is what
 * paths of exactly that set brought, so its channels share it evenly: linear over the different channels of a path.
 */
export function shapley(table: PathTable, sets: ChannelSets): ChannelCredit {
  const sums = new CreditSums(table.channels.length);
  for (let set = 0; set < sets.size; set++) {
    const conversions = sets.conversions[set] ?? 0;
    const value = sets.value[set] ?? 0;
    if (conversions === 0 && value === 0) continue;
    const members = sets.membersOf(set);
    for (const channel of members) sums.add(channel, 1 / members.length, conversions, value);
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
  const channels = table.channels.length;
  const credit = new CreditSums(channels);
  const raw = new ExactSums(channels);
  const converting: number[] = [];
  sets.conversions.forEach((conversions, set) => {
    if (conversions !== 0) converting.push(set);
  });
  const games = new Games(sets, new SetTree(sets, converting, channels), channels);
  for (const set of converting) {
    const conversions = sets.conversions[set] ?? 0;
    const members = sets.membersOf(set);
    const shares = games.sharesOf(set);
    let kept = 0;
    for (const share of shares) kept += Math.max(0, share);
    members.forEach((channel, i) => {
      raw.add(channel, (shares[i] ?? 0) * conversions);
      credit.add(channel, Math.max(0, shares[i] ?? 0) / kept, conversions, sets.value[set] ?? 0);
    });
  }
  return { ...credit.rounded(), raw: raw.rounded() };
}

/** The games of sets that converted, one after the other in the same room. */
class Games {
  /** By channel; after all of them what is taken from everybody, and the difference that is being made. */
  private readonly sums: ExactSums;
  private readonly weights: Float64Array[] = [];

  constructor(
    private readonly sets: ChannelSets,
    private readonly converting: SetTree,
    private readonly channels: number,
  ) {
    this.sums = new ExactSums(channels + 2);
  }

  /** φ_j / v(N) of each member of a set, in order. */
  sharesOf(set: number): Float64Array {
    const { sets, sums, channels: everybody } = this;
    const members = sets.membersOf(set);
    const n = members.length;
    if (n === 1) return Float64Array.of(1);
    const perSize = (this.weights[n] ??= weightsOf(n));
    for (const channel of members) sums.clear(channel);
    sums.clear(everybody);
    const { members: all } = sets;
    this.converting.forEachPart(members, (part) => {
      const rate = this.rateOf(part);
      const [start, end] = [sets.startOf(part), sets.startOf(part + 1)];
      const size = end - start;
      const withMember = rate * (perSize[size - 1] ?? 0);
      const without = size === n ? 0 : rate * (perSize[size] ?? 0);
      // Taken from everybody, and given back to those inside.
      sums.add(everybody, without);
      for (let i = start; i < end; i++) {
        const channel = all[i] ?? 0;
        sums.add(channel, withMember);
        sums.add(channel, without);
      }
    });
    const taken = sums.at(everybody);
    const whole = this.rateOf(set);
    const shares = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const difference = everybody + 1;
      sums.clear(difference);
      sums.addSum(difference, sums, members[i] ?? 0);
      sums.add(difference, -taken);
      shares[i] = sums.at(difference) / whole;
    }
    return shares;
  }

  private rateOf(set: number): number {
    const conversions = this.sets.conversions[set] ?? 0;
    return conversions / (conversions + (this.sets.nulls[set] ?? 0));
  }
}

/** 1 / (n C(n-1, s)) for each s below n: as for n-1-s, so that of many only what is in the middle is too small for a number. */
function weightsOf(n: number): Float64Array {
  const weights = new Float64Array(n);
  let choices = 1;
  for (let s = 0; 2 * s < n; s++) {
    weights[s] = weights[n - 1 - s] = 1 / (n * choices);
    choices = (choices * (n - 1 - s)) / (s + 1);
  }
  return weights;
}
