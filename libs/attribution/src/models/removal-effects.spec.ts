import { describe, expect, it } from '@jest/globals';
import { markov } from './markov.js';
import { ModelProblem } from './model-problem.js';
import { PathTableBuilder } from '../path-table-builder.js';
import { effectsByInverse, effectsBySweeps } from './removal-effects.js';
import { stateGraph } from './state-graph.js';

/** A path that goes around three channels so often, and two that do not. */
function circling(touches: number) {
  const builder = new PathTableBuilder();
  const names = ['a', 'b', 'c'];
  builder.add({ path: Array.from({ length: touches }, (_, i) => names[i % 3] ?? ''), conversions: 1, value: 1 });
  builder.add({ path: ['d', 'a', 'c'], conversions: 1, value: 7, nulls: 1 });
  builder.add({ path: ['b', 'd'], conversions: 0, nulls: 1 });
  return builder.build();
}

describe('removal effects', () => {
  it.each([1, 2, 3] as const)('are the same by one inverse as by sweeps, of order %d', (order) => {
    const table = circling(40);
    const graph = stateGraph(table, order);
    const [one, other] = [effectsByInverse(graph, 4), effectsBySweeps(graph, 4)];
    for (const key of ['onConversions', 'onValue'] as const)
      one[key].forEach((effect, channel) => expect(effect).toBeCloseTo(other[key][channel] ?? NaN, 12));
    expect(one.chance).toBeCloseTo(other.chance, 12);
  });

  it('are swept where an inverse takes more steps than whoever asks has, and given up where sweeps do', () => {
    const builder = new PathTableBuilder();
    for (let length = 1; length <= 15; length++)
      builder.add({ path: Array.from({ length }, (_, i) => `c${i}`), conversions: 1, nulls: length });
    const table = builder.build();
    const states = stateGraph(table, 1).size;
    expect(states ** 3).toBeGreaterThan(1_000);
    const [all, some] = [markov(table, 1), markov(table, 1, 1_000)];
    some.conversions.forEach((one, channel) => expect(one).toBeCloseTo(all.conversions[channel] ?? NaN, 12));
    expect(() => markov(table, 1, 100)).toThrow(ModelProblem);
    expect(() => markov(circling(120_000), 3, 200)).toThrow(ModelProblem);
  });

  it.each([1, 2, 3] as const)('are found of a path of 120,000 touches in a circle, of order %d', (order) => {
    const { conversions, value } = markov(circling(120_000), order);
    for (const [credit, whole] of [
      [conversions, 2],
      [value, 8],
    ] as const) {
      expect(credit.every((one) => one >= 0 && Number.isFinite(one))).toBe(true);
      expect(credit.reduce((sum, one) => sum + one, 0)).toBeCloseTo(whole, 9);
    }
    // Whoever is in the circle comes through each of its channels, all but surely.
    expect(conversions[0]).toBeCloseTo(conversions[2] ?? NaN, 3);
  });
});
