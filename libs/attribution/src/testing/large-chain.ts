import type { PathRow } from '../path-table-builder.js';

/**
 * Markov credits of chains of hundreds of states, from the definition: each channel is removed and the chain is solved again.
 * Rows of its equations are whole numbers (how often a state was left, and for where), so what a solution still misses is
 * counted exactly, and taken off it until nothing is left of it that a double could tell. `error` bounds what is left.
 */
export function largeMarkov(
  rows: readonly PathRow[],
  k: number,
): { readonly states: number; readonly credits: ReadonlyMap<string, number>; readonly error: number } {
  const channels = [...new Set(rows.flatMap(({ path }) => path))].sort();
  const chain = chainOf(rows, k);
  const whole = solved(chain, null);
  const effects = channels.map((channel) => {
    const without = solved(chain, channel);
    return { channel, effect: 1 - without.chance / whole.chance, error: without.error };
  });
  const sum = effects.reduce((all, { effect }) => all + effect, 0);
  const converted = rows.reduce((all, { conversions }) => all + conversions, 0);
  return {
    states: chain.names.length,
    credits: new Map(effects.map(({ channel, effect }) => [channel, (effect / sum) * converted])),
    error: Math.max(whole.error, ...effects.map(({ error }) => error)),
  };
}

interface Chain {
  readonly names: readonly string[];
  /** How often a state was left in all, for which other, and for a conversion. */
  readonly left: readonly bigint[];
  readonly onto: readonly ReadonlyMap<number, bigint>[];
  readonly converted: readonly bigint[];
}

const START = 'start';

function chainOf(rows: readonly PathRow[], k: number): Chain {
  const names: string[] = [];
  const places = new Map<string, number>();
  const [left, converted]: [bigint[], bigint[]] = [[], []];
  const onto: Map<number, bigint>[] = [];
  const placeOf = (name: string): number => {
    const known = places.get(name);
    if (known !== undefined) return known;
    places.set(name, names.length);
    left.push(0n);
    converted.push(0n);
    onto.push(new Map());
    return names.push(name) - 1;
  };
  placeOf(START);
  for (const { path, conversions, nulls = 0 } of rows) {
    const weight = BigInt(conversions + nulls);
    let from = 0;
    let before = START;
    const many = Math.max(1, path.length - k + 1);
    for (let i = 0; i < many; i++) {
      const name = JSON.stringify(path.slice(i, i + k));
      if (name === before) continue;
      before = name;
      const to = placeOf(name);
      onto[from]?.set(to, (onto[from]?.get(to) ?? 0n) + weight);
      left[from] = (left[from] ?? 0n) + weight;
      from = to;
    }
    converted[from] = (converted[from] ?? 0n) + BigInt(conversions);
    left[from] = (left[from] ?? 0n) + weight;
  }
  return { names, left, onto, converted };
}

/** Parts of one in which solutions are counted: 2^-200. */
const BITS = 200;

/** The chance to convert from the start, without a channel, and how far from it the number may be. */
function solved(chain: Chain, removed: string | null): { readonly chance: number; readonly error: number } {
  const isGone = (name: string): boolean =>
    removed !== null && name !== START && (JSON.parse(name) as string[]).includes(removed);
  const kept = chain.names.flatMap((name, i) => (isGone(name) ? [] : [i]));
  const placeIn = new Map(kept.map((state, i) => [state, i]));
  const rows = kept.map((state): (readonly [number, bigint])[] =>
    [...(chain.onto[state] ?? [])].flatMap(([to, weight]) => {
      const at = placeIn.get(to);
      return at === undefined ? [] : [[at, weight] as const];
    }),
  );
  const left = kept.map((state) => chain.left[state] ?? 1n);
  const factors = factorised(rows, left);
  const missing = (x: readonly bigint[], right: readonly bigint[]): bigint[] =>
    rows.map((row, i) => {
      const own = (left[i] ?? 0n) * (x[i] ?? 0n);
      return (right[i] ?? 0n) - row.reduce((sum, [to, weight]) => sum - weight * (x[to] ?? 0n), own);
    });
  const right = kept.map((state) => (chain.converted[state] ?? 0n) << BigInt(BITS));
  let x = kept.map(() => 0n);
  for (let round = 0; round < 12; round++) {
    const parts = missing(x, right).map((one, i) => Number(one) / 2 ** BITS / Number(left[i] ?? 1n));
    const step = factors.solve(parts);
    x = x.map((one, i) => one + fixed(step[i] ?? 0));
  }
  // No entry of the inverse of I - Q is negative, and its rows add up to how many states are seen until the end.
  const longest = Math.max(...factors.solve(kept.map(() => 1)));
  const rest = Math.max(
    ...missing(x, right).map((one, i) => Math.abs(Number(one)) / 2 ** BITS / Number(left[i] ?? 1n)),
  );
  const at = placeIn.get(0) ?? 0;
  return { chance: Number(x[at] ?? 0n) / 2 ** BITS, error: 2 * longest * rest };
}

/** A double in parts of 2^-BITS, whole. */
function fixed(value: number): bigint {
  if (value === 0) return 0n;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const shift = BITS + exponent - 52;
  const mantissa = BigInt(Math.round(value * 2 ** (52 - exponent)));
  return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
}

/** I - Q in doubles, by elimination; right to a few places, which is all that each round needs. */
function factorised(
  rows: readonly (readonly (readonly [number, bigint])[])[],
  left: readonly bigint[],
): { solve(right: readonly number[]): number[] } {
  const n = rows.length;
  const matrix = rows.map((row, i) => {
    const dense = new Float64Array(n);
    dense[i] = 1;
    for (const [to, weight] of row) dense[to] = (dense[to] ?? 0) - Number(weight) / Number(left[i] ?? 1n);
    return dense;
  });
  for (let pivot = 0; pivot < n; pivot++)
    for (let i = pivot + 1; i < n; i++) {
      const [by, row] = [matrix[pivot], matrix[i]];
      if (by === undefined || row === undefined) continue;
      const factor = (row[pivot] ?? 0) / (by[pivot] ?? 1);
      row[pivot] = factor;
      if (factor === 0) continue;
      for (let j = pivot + 1; j < n; j++) row[j] = (row[j] ?? 0) - factor * (by[j] ?? 0);
    }
  return {
    solve(right) {
      const x = [...right];
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) x[i] = (x[i] ?? 0) - (matrix[i]?.[j] ?? 0) * (x[j] ?? 0);
      for (let i = n - 1; i >= 0; i--) {
        for (let j = i + 1; j < n; j++) x[i] = (x[i] ?? 0) - (matrix[i]?.[j] ?? 0) * (x[j] ?? 0);
        x[i] = (x[i] ?? 0) / (matrix[i]?.[i] ?? 1);
      }
      return x;
    },
  };
}
