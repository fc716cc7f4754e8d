import { describe, expect, it } from '@jest/globals';
import { PathTableBuilder } from '../path-table-builder.js';
import { seededDraw } from '../random.js';
import { componentsOf } from './components.js';
import { type StateGraph, stateGraph } from './state-graph.js';

/** Paths that go on from season to season, in each of which they go around its channels. */
function seasons(seed: number): StateGraph {
  const draw = seededDraw(seed);
  const builder = new PathTableBuilder();
  for (let i = 0; i < 120; i++) {
    let season = 0;
    const path = Array.from({ length: 2 + Math.floor(draw() * 8) }, () => {
      if (draw() < 0.5) season++;
      return `${season}-${Math.floor(draw() * 2)}`;
    });
    builder.add({ path, conversions: 1, nulls: 1 });
  }
  return stateGraph(builder.build(), 2);
}

function reachable({ size, starts, targets }: StateGraph): boolean[][] {
  return Array.from({ length: size }, (_, from) => {
    const found = Array.from({ length: size }, () => false);
    const waiting = [from];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop())
      for (const target of targets.subarray(starts[state], starts[state + 1]))
        if (found[target] === false) {
          found[target] = true;
          waiting.push(target);
        }
    return found;
  });
}

describe('parts of a chain', () => {
  it('hold what leads to each other, and come before what they lead to', () => {
    let [circles, alone] = [0, 0];
    for (let seed = 1; seed <= 5; seed++) {
      const graph = seasons(seed);
      const { states, starts } = componentsOf(graph);
      const reaches = reachable(graph);
      const partOf = new Map<number, number>();
      for (let part = 0; part + 1 < starts.length; part++) {
        const own = states.subarray(starts[part], starts[part + 1]);
        expect([...own]).toEqual([...own].toSorted((a, b) => a - b));
        for (const state of own) partOf.set(state, part);
        if (own.length > 1) circles++;
        else alone++;
      }
      expect(partOf.size).toBe(graph.size);
      const wrong = reaches.flatMap((row, from) =>
        row.flatMap((doesReach, to) => {
          const [a = NaN, b = NaN] = [partOf.get(from), partOf.get(to)];
          const isRight = from === to || (doesReach ? b > a || (a === b && reaches[to]?.[from] === true) : a !== b);
          return isRight ? [] : [[from, to]];
        }),
      );
      expect(wrong).toEqual([]);
    }
    expect(Math.min(circles, alone)).toBeGreaterThan(10);
  });
});
