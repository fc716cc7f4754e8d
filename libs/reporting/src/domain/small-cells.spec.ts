import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { count, known, type Report, text } from './report.js';
import { fewAmong, withoutSmallCells } from './small-cells.js';
import { FEW } from './small-rows.js';

const COUNTS = { counts: ['in', 'out'], tells: { net: ['in', 'out'] } };
const reportOf = (rows: readonly (readonly [number, number])[]): Report => {
  const cells = (name: string, [a, b]: readonly [number, number]) => ({ cells: [known(name), known(a), known(b), known(a - b)] }); // prettier-ignore
  return {
    key: 'sample',
    period: { from: 0, to: 1, of: 'event' },
    zone: 'Etc/UTC',
    parameters: {},
    dataThrough: 1,
    ledgerPosition: 0,
    columns: [text('week'), count('in'), count('out'), count('net')],
    rows: rows.map((row, i) => cells(`week ${i}`, row)),
    total: cells('', [rows.reduce((sum, [a]) => sum + a, 0), rows.reduce((sum, [, b]) => sum + b, 0)]),
    notes: [],
  };
};
const shown = (rows: readonly (readonly [number, number])[]) => {
  const report = withoutSmallCells(reportOf(rows), COUNTS);
  return [...report.rows, ...(report.total === null ? [] : [report.total])].map(({ cells }) =>
    cells.slice(1).map((cell) => ('value' in cell ? Number(cell.value) : null)),
  );
};

describe('counts of few people', () => {
  it.each([
    ['stay when there are none', [[9, 0], [5, 7]], [[9, 0, 9], [5, 7, -2], [14, 7, 7]]],
    ['go, with the next smallest, so that their total does not tell them', [[9, 0], [3, 8], [20, 9]], [[null, 0, null], [null, 8, null], [20, 9, 11], [32, 17, 15]]],
    ['go by themselves when they are not few together', [[3, 6], [4, 6]], [[null, 6, null], [null, 6, null], [7, 12, -5]]],
    ['go with their total when that is all there is', [[3, 6], [0, 6]], [[null, 6, null], [0, 6, -6], [null, 12, null]]],
  ] as const)('%s', (_what, rows, wanted) => {
    expect(shown(rows)).toEqual(wanted);
  }); // prettier-ignore

  it('are, of several that add up, the few and whoever is needed beside them, in the order in which they stand', () => {
    const few = (sizes: Record<string, number>) => [...fewAmong(Object.entries(sizes))].sort();
    expect(few({ a: 9, b: 1, c: 0, d: 9, e: 20 })).toEqual(['a', 'b']);
    expect(few({ a: 2, b: 3, c: 5 })).toEqual(['a', 'b']);
    expect(few({ a: 5, b: 7 })).toEqual([]);
  });

  it('are never left over between what is told and its total', () => {
    const pair = fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 8 }), (rows) => {
        const table = shown(rows);
        const [told, total] = [table.slice(0, -1), table.at(-1) ?? []];
        for (const column of [0, 1]) {
          const cells = told.map((cells) => cells[column] ?? null);
          for (const cell of [...cells, total[column] ?? null]) expect(cell === null || cell === 0 || cell >= FEW).toBe(true); // prettier-ignore
          const all = total[column] ?? null;
          const rest = all === null ? FEW : all - cells.reduce<number>((sum, cell) => sum + (cell ?? 0), 0);
          expect(rest === 0 || rest >= FEW).toBe(true);
          // What is hidden is more than one, or its total is hidden too: a single one would be the difference.
          expect(cells.filter((cell) => cell === null).length === 1 && all !== null).toBe(false);
        }
        for (const [a, b, net] of table) expect((a === null || b === null) === (net === null)).toBe(true);
      }),
    );
  });
});
