import type { PathRow } from '../path-table-builder.js';
import { Rational } from './rational.js';

/**
 * The models once more, from their definitions, row by row, in fractions and without any of the shortcuts of the product:
 * coalitions are enumerated, and each channel is removed by making the chain again without it.
 */
export type Exact = ReadonlyMap<string, { readonly conversions: Rational; readonly value: Rational }>;

type Shares = (row: PathRow) => readonly Rational[];

const R = Rational;
const conversionsOf = (row: PathRow): Rational => R.exactly(row.conversions);
const valueOf = (row: PathRow): Rational => R.exactly(row.value ?? 0);
const nullsOf = (row: PathRow): Rational => R.exactly(row.nulls ?? 0);

export const SHARES = {
  first_touch: ({ path }) => path.map((_, i) => (i === 0 ? R.ONE : R.ZERO)),
  last_touch: ({ path }) => path.map((_, i) => (i === path.length - 1 ? R.ONE : R.ZERO)),
  last_non_direct: ({ path }) => {
    const named = path.flatMap((channel, i) => (channel === 'direct' ? [] : [i]));
    const chosen = named.length === 0 ? path.length - 1 : Math.max(...named);
    return path.map((_, i) => (i === chosen ? R.ONE : R.ZERO));
  },
  linear: ({ path }) => path.map(() => R.of(1, path.length)),
  position_based: ({ path }) => {
    const n = path.length;
    if (n === 1) return [R.ONE];
    if (n === 2) return [R.of(1, 2), R.of(1, 2)];
    return path.map((_, i) => (i === 0 || i === n - 1 ? R.of(2, 5) : R.of(1, 5 * (n - 2))));
  },
  w_shaped: (row) =>
    roles(row, R.of(3, 10), [0, row.milestones?.leadCreation ?? -1, row.milestones?.opportunityCreation ?? -1]),
  full_path: (row) =>
    roles(row, R.of(225, 1000), [
      0,
      row.milestones?.leadCreation ?? -1,
      row.milestones?.opportunityCreation ?? -1,
      row.milestones?.closedWon ?? -1,
    ]),
  shapley: ({ path }) => {
    const different = [...new Set(path)];
    return path.map((channel, i) => (path.indexOf(channel) === i ? R.of(1, different.length) : R.ZERO));
  },
} as const satisfies Readonly<Record<string, Shares>>;

function roles({ path }: PathRow, perRole: Rational, places: readonly number[]): readonly Rational[] {
  const present = places.filter((place) => place >= 0);
  const others = path.map((_, i) => i).filter((i) => !present.includes(i));
  const raw = path.map((_, i) =>
    others.includes(i) ? R.of(1, 10 * others.length) : R.sum(present.filter((place) => place === i).map(() => perRole)),
  );
  const whole = R.sum(raw);
  return raw.map((share) => share.over(whole));
}

export function exactShares(rows: readonly PathRow[], shares: Shares): Exact {
  return gathered(
    rows,
    rows.flatMap((row) =>
      shares(row).map((share, i) => ({
        channel: row.path[i] ?? '',
        conversions: share.times(conversionsOf(row)),
        value: share.times(valueOf(row)),
      })),
    ),
  );
}

/** Shapley values by the textbook: over all coalitions of all channels, worth what paths within them brought. */
export function exactShapley(rows: readonly PathRow[]): Exact {
  const channels = channelsOf(rows);
  const worth = (of: (row: PathRow) => Rational) => (coalition: readonly string[]) =>
    R.sum(rows.filter(({ path }) => path.length > 0 && path.every((one) => coalition.includes(one))).map(of));
  return gathered(
    rows,
    channels.map((channel) => ({
      channel,
      conversions: shapleyValue(channel, channels, worth(conversionsOf)),
      value: shapleyValue(channel, channels, worth(valueOf)),
    })),
  );
}

/** For each converting set its own game of rates, over all its subsets. */
export function exactShapleyRate(rows: readonly PathRow[]): Exact {
  const nameOf = (set: readonly string[]): string => JSON.stringify([...new Set(set)].sort());
  const rowsOf = (set: readonly string[]): PathRow[] =>
    rows.filter(({ path }) => path.length > 0 && nameOf(path) === nameOf(set));
  const rate = (set: readonly string[]): Rational => {
    const conversions = R.sum(rowsOf(set).map(conversionsOf));
    const all = conversions.plus(R.sum(rowsOf(set).map(nullsOf)));
    return set.length === 0 || all.isZero ? R.ZERO : conversions.over(all);
  };
  const names = new Set(rows.filter(({ path }) => path.length > 0).map(({ path }) => nameOf(path)));
  return gathered(
    rows,
    [...names].flatMap((name) => {
      const set = JSON.parse(name) as string[];
      const conversions = R.sum(rowsOf(set).map(conversionsOf));
      if (conversions.isZero) return [];
      const raw = set.map((channel) => shapleyValue(channel, set, rate).over(rate(set)));
      const kept = raw.map((share) => (share.isNegative ? R.ZERO : share));
      return set.map((channel, i) => {
        const share = (kept[i] ?? R.ZERO).over(R.sum(kept));
        const value = R.sum(rowsOf(set).map(valueOf));
        return { channel, conversions: share.times(conversions), value: share.times(value) };
      });
    }),
  );
}

function shapleyValue(
  player: string,
  players: readonly string[],
  worth: (coalition: readonly string[]) => Rational,
): Rational {
  const others = players.filter((one) => one !== player);
  const n = players.length;
  let value = R.ZERO;
  for (let mask = 0; mask < 2 ** others.length; mask++) {
    const coalition = others.filter((_, i) => ((mask >> i) & 1) === 1);
    const weight = R.of(factorial(coalition.length) * factorial(n - coalition.length - 1), factorial(n));
    value = value.plus(weight.times(worth([...coalition, player]).minus(worth(coalition))));
  }
  return value;
}

function factorial(n: number): bigint {
  return n < 2 ? 1n : BigInt(n) * factorial(n - 1);
}

/** A chain of order `k`, made from the definition; a channel is removed by sending every state that holds it to null. */
export function exactMarkov(rows: readonly PathRow[], k: number): Exact {
  const channels = channelsOf(rows);
  const whole = chainResult(rows, k, null);
  const effect = (channel: string, of: 'chance' | 'expected'): Rational =>
    whole[of].isZero ? R.ZERO : R.ONE.minus(chainResult(rows, k, channel)[of].over(whole[of]));
  const credit = (of: 'chance' | 'expected', amount: (row: PathRow) => Rational): readonly Rational[] => {
    const effects = channels.map((channel) => effect(channel, of));
    const sum = R.sum(effects);
    const brought = R.sum(rows.filter(({ path }) => path.length > 0).map(amount));
    return effects.map((one) => (sum.isZero ? R.ZERO : one.over(sum).times(brought)));
  };
  const conversions = credit('chance', conversionsOf);
  const value = credit('expected', valueOf);
  return gathered(
    rows,
    channels.map((channel, i) => ({
      channel,
      conversions: conversions[i] ?? R.ZERO,
      value: value[i] ?? R.ZERO,
    })),
  );
}

/** The windows of `k` channels that follow each other, runs of the same one once. */
function statesOf(path: readonly string[], k: number): readonly string[] {
  const windows =
    path.length < k ? [path] : Array.from({ length: path.length - k + 1 }, (_, i) => path.slice(i, i + k));
  const states = windows.map((window) => JSON.stringify(window));
  return states.filter((state, i) => i === 0 || state !== states[i - 1]);
}

function chainResult(
  rows: readonly PathRow[],
  k: number,
  removed: string | null,
): { readonly chance: Rational; readonly expected: Rational } {
  const START = 'start';
  const edges = new Map<string, Map<string, Rational>>();
  const converts = new Map<string, Rational>();
  const earns = new Map<string, Rational>();
  const leaves = new Map<string, Rational>();
  const add = (to: Map<string, Rational>, key: string, part: Rational): void =>
    void to.set(key, (to.get(key) ?? R.ZERO).plus(part));
  for (const row of rows) {
    const weight = conversionsOf(row).plus(nullsOf(row));
    if (weight.isZero || row.path.length === 0) continue;
    let from = START;
    for (const state of statesOf(row.path, k)) {
      const targets = edges.get(from) ?? new Map<string, Rational>();
      edges.set(from, targets);
      add(targets, state, weight);
      add(leaves, from, weight);
      from = state;
    }
    add(converts, from, conversionsOf(row));
    add(earns, from, valueOf(row));
    add(leaves, from, weight);
  }
  const states = [...leaves.keys()];
  const isGone = (state: string): boolean =>
    removed !== null && state !== START && (JSON.parse(state) as string[]).includes(removed);
  const solve = (first: ReadonlyMap<string, Rational>): Rational => {
    const matrix = states.map((state, i) => {
      const all = leaves.get(state) ?? R.ONE;
      const row = states.map((target, j) => {
        const chance = isGone(state) ? R.ZERO : (edges.get(state)?.get(target) ?? R.ZERO).over(all);
        return (i === j ? R.ONE : R.ZERO).minus(chance);
      });
      return [...row, isGone(state) ? R.ZERO : (first.get(state) ?? R.ZERO).over(all)];
    });
    return eliminated(matrix)[states.indexOf(START)] ?? R.ZERO;
  };
  return { chance: solve(converts), expected: solve(earns) };
}

/** Solves a system whose last column is the right side. */
function eliminated(matrix: Rational[][]): Rational[] {
  const n = matrix.length;
  for (let column = 0; column < n; column++) {
    const pivot = matrix.findIndex((row, i) => i >= column && !(row[column] ?? R.ZERO).isZero);
    const rowOf = (i: number): Rational[] => matrix[i] ?? [];
    [matrix[column], matrix[pivot]] = [rowOf(pivot), rowOf(column)];
    const by = rowOf(column)[column] ?? R.ONE;
    matrix[column] = rowOf(column).map((cell) => cell.over(by));
    for (let i = 0; i < n; i++) {
      const factor = rowOf(i)[column] ?? R.ZERO;
      if (i === column || factor.isZero) continue;
      matrix[i] = rowOf(i).map((cell, j) => cell.minus(factor.times(rowOf(column)[j] ?? R.ZERO)));
    }
  }
  return matrix.map((row) => row[n] ?? R.ZERO);
}

function channelsOf(rows: readonly PathRow[]): string[] {
  return [...new Set(rows.flatMap(({ path }) => path))].sort();
}

function gathered(
  rows: readonly PathRow[],
  parts: readonly { readonly channel: string; readonly conversions: Rational; readonly value: Rational }[],
): Exact {
  return new Map(
    channelsOf(rows).map((channel) => {
      const own = parts.filter((part) => part.channel === channel);
      return [
        channel,
        { conversions: R.sum(own.map((part) => part.conversions)), value: R.sum(own.map((part) => part.value)) },
      ];
    }),
  );
}
