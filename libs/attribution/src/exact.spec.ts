import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { attribute, type Model } from './attribute.js';
import { effectsByInverse, effectsBySweeps } from './models/removal-effects.js';
import { stateGraph } from './models/state-graph.js';
import type { PathRow } from './path-table-builder.js';
import { anyRows, tableOf } from './testing/any-rows.js';
import {
  type Exact,
  exactMarkov,
  exactShapley,
  exactShapleyRate,
  exactShares,
  SHARES,
} from './testing/exact-reference.js';

const REFERENCES: Readonly<Partial<Record<Model, (rows: readonly PathRow[]) => Exact>>> = {
  first_touch: (rows) => exactShares(rows, SHARES.first_touch),
  last_touch: (rows) => exactShares(rows, SHARES.last_touch),
  last_non_direct: (rows) => exactShares(rows, SHARES.last_non_direct),
  linear: (rows) => exactShares(rows, SHARES.linear),
  position_based: (rows) => exactShares(rows, SHARES.position_based),
  w_shaped: (rows) => exactShares(rows, SHARES.w_shaped),
  full_path: (rows) => exactShares(rows, SHARES.full_path),
  markov_1: (rows) => exactMarkov(rows, 1),
  markov_2: (rows) => exactMarkov(rows, 2),
  markov_3: (rows) => exactMarkov(rows, 3),
  shapley: exactShapley,
  shapley_rate: exactShapleyRate,
};

/** The largest difference of any channel, relative to amounts above 1. */
function distance(rows: readonly PathRow[], model: Model, reference: (rows: readonly PathRow[]) => Exact): number {
  const table = tableOf(rows);
  const credit = attribute(table, [model]).get(model);
  const exact = reference(rows);
  expect([...exact.keys()]).toEqual(table.channels);
  const differences = table.channels.flatMap((channel, i) => {
    const conversions = exact.get(channel)?.conversions.toNumber() ?? NaN;
    const value = exact.get(channel)?.value.toNumber() ?? NaN;
    return [
      Math.abs((credit?.conversions[i] ?? NaN) - conversions) / Math.max(1, conversions),
      Math.abs((credit?.value[i] ?? NaN) - value) / Math.max(1, value),
    ];
  });
  return Math.max(0, ...differences);
}

describe('a model', () => {
  it.each(Object.entries(REFERENCES))('%s is within 1e-12 of fractions that know no rounding', (name, reference) => {
    const model = name as Model;
    let credited = 0;
    fc.assert(
      fc.property(anyRows, (rows) => {
        if (rows.some(({ path, conversions }) => path.length > 1 && conversions > 0)) credited++;
        expect(distance(rows, model, reference)).toBeLessThan(1e-12);
      }),
      { numRuns: runs(60) },
    );
    expect(credited).toBeGreaterThan(runs(60) / 3);
  });

  it('shapley over coalitions is linear over the different channels of a path', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const byCoalitions = exactShapley(rows);
        const byPath = exactShares(rows, SHARES.shapley);
        for (const [channel, { conversions }] of byCoalitions)
          expect(conversions.minus(byPath.get(channel)?.conversions ?? conversions).isZero).toBe(true);
      }),
      { numRuns: runs(30) },
    );
  });

  it('time_decay halves per half-life, however old the whole path is', () => {
    const halfLives = [0.5, 7, 30];
    fc.assert(
      fc.property(anyRows, fc.constantFrom(...halfLives), (rows, halfLife) => {
        const credit = attribute(tableOf(rows, halfLife), ['time_decay']).get('time_decay');
        const expected = new Map<string, number>();
        for (const { path, ages = [], conversions } of rows) {
          const weights = ages.map((age) => 0.5 ** ((age - Math.min(...ages)) / halfLife));
          const whole = weights.reduce((sum, weight) => sum + weight, 0);
          path.forEach((channel, i) =>
            expected.set(channel, (expected.get(channel) ?? 0) + (conversions * (weights[i] ?? 0)) / whole),
          );
        }
        tableOf(rows).channels.forEach((channel, i) =>
          expect(credit?.conversions[i]).toBeCloseTo(expected.get(channel) ?? NaN, 11),
        );
      }),
      { numRuns: runs(60) },
    );
    const old = { path: ['a', 'b'], conversions: 1, ages: [40_007, 40_000] };
    expect(attribute(tableOf([old]), ['time_decay']).get('time_decay')?.conversions).toEqual(
      Float64Array.of(1 / 3, 2 / 3),
    );
  });

  it('markov says the same by one inverse and by sweeps', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const table = tableOf(rows);
        const graph = stateGraph(table, 1);
        const inverted = effectsByInverse(graph, table.channels.length);
        const swept = effectsBySweeps(graph, table.channels.length);
        expect(swept.chance).toBeCloseTo(inverted.chance, 13);
        inverted.onConversions.forEach((effect, i) => expect(swept.onConversions[i]).toBeCloseTo(effect, 13));
        inverted.onValue.forEach((effect, i) => expect(swept.onValue[i]).toBeCloseTo(effect, 13));
      }),
      { numRuns: runs(100) },
    );
  });

  it('markov settles where paths go in circles for long', () => {
    const circle = Array.from({ length: 4_000 }, (_, i) => ['a', 'b', 'c'][i % 3] ?? '');
    const rows = [
      { path: circle, conversions: 1, value: 10, nulls: 0 },
      { path: ['b', 'd'], conversions: 1, value: 3, nulls: 2 },
    ];
    for (const order of [1, 2, 3] as const)
      expect(distance(rows, `markov_${order}`, (given) => exactMarkov(given, order))).toBeLessThan(1e-10);
  });

  it.each([1_100, 20_000])('shapley_rate takes a path of %d different channels', (n) => {
    const names = Array.from({ length: n }, (_, i) => `c${String(i).padStart(5, '0')}`);
    const rows = [
      { path: [...names, ...names.toReversed()], conversions: 1, nulls: 1 },
      { path: ['c00000'], conversions: 1, nulls: 1 },
    ];
    const [first = 0, ...others] = attribute(tableOf(rows), ['shapley_rate']).get('shapley_rate')?.conversions ?? [];
    // All and the first alone convert half of the time, no others are seen: of 1, n-th by all and n-th by the first alone.
    expect(first).toBeCloseTo(1 + 2 / n, 12);
    for (const other of [others[0], others.at(-1)]) expect(other).toBeCloseTo(1 / n - 1 / n / (n - 1), 12);
  });

  it('shapley_rate takes paths of thirty channels', () => {
    const many = Array.from({ length: 30 }, (_, i) => `c${i}`);
    const rows: PathRow[] = [
      { path: many, conversions: 30, value: 90, nulls: 70 },
      { path: ['c3'], conversions: 1, nulls: 9 },
    ];
    const table = tableOf(rows);
    const credit = attribute(table, ['shapley_rate']).get('shapley_rate')?.conversions ?? new Float64Array();
    const of = (name: string): number => credit[table.channels.indexOf(name)] ?? NaN;
    // Of v(c3) = 0.1, each of c3's 2^29 coalitions below the whole loses; by the formula it is 0.1 more against 0.1/29 less each.
    const own = 0.3 / 30 + (0.1 * 1) / 30;
    const other = 0.3 / 30 - 0.1 / (30 * 29);
    expect(of('c3') - 1).toBeCloseTo((30 * own) / 0.3, 10);
    expect(of('c7')).toBeCloseTo((30 * other) / 0.3, 10);
  });
});
