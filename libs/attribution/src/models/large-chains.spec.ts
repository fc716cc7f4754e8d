import { describe, expect, it } from '@jest/globals';
import { LONG } from '../../../../test/support/form.js';
import { PathTableBuilder, type PathRow } from '../path-table-builder.js';
import { seededDraw } from '../random.js';
import { largeMarkov } from '../testing/large-chain.js';
import { markov } from './markov.js';
import { effectsBySweeps } from './removal-effects.js';
import { stateGraph } from './state-graph.js';

/** Paths along which windows of all channels occur, and one that goes around three of them for long. */
function rowsOf(seed: number, channels: number, around: number): PathRow[] {
  const draw = seededDraw(seed);
  const below = (n: number): number => Math.floor(draw() * n);
  const rows: PathRow[] = Array.from({ length: 400 }, () => ({
    path: Array.from({ length: 2 + below(18) }, () => `c${below(channels)}`),
    conversions: below(3),
    nulls: 1 + below(4),
  }));
  if (around > 0) rows.push({ path: Array.from({ length: around }, (_, i) => `c${i % 3}`), conversions: 40, nulls: 3 });
  return rows;
}

const CHAINS = [
  ['of order 3 and 8 channels, by sweeps', 3, 8, 0, true],
  ['of order 2 and 22 channels, by sweeps', 2, 22, 0, true],
  ['of order 3, around three of 7 channels 1,000 times, by sweeps', 3, 7, 3_000, true],
  ['of order 3, around three of 7 channels 20,000 times, where sweeps may find no end', 3, 7, 60_000, false],
] as const;

describe('chains of more states than are inverted at once', () => {
  it.each(LONG ? CHAINS : CHAINS.slice(0, 1))(
    'are solved to the last places: %s',
    (_what, order, channels, around, settles) => {
      for (let seed = 1; seed <= (LONG ? 5 : 1); seed++) {
        const rows = rowsOf(seed, channels, around);
        const builder = new PathTableBuilder();
        for (const row of rows) builder.add(row);
        const table = builder.build();
        const graph = stateGraph(table, order);
        expect(graph.size).toBeGreaterThan(300);
        if (settles) expect(effectsBySweeps(graph, table.channels.length).chance).toBeGreaterThan(0);
        const exact = largeMarkov(rows, order);
        // What the reference itself may be off by, which it counts.
        expect(exact.error).toBeLessThan(1e-30);
        const { conversions } = markov(table, order);
        const off = table.channels.map((channel, i) => Math.abs((conversions[i] ?? NaN) / (exact.credits.get(channel) ?? NaN) - 1)); // prettier-ignore
        expect(Math.max(...off)).toBeLessThan(1e-11);
      }
    },
    60_000,
  );
});
