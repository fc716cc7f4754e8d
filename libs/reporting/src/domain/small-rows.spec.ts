import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { count, known, rate, type Report, text } from './report.js';
import { FEW, withoutSmallRows } from './small-rows.js';

const reportOf = (sizes: readonly number[]): Report => ({
  key: 'sample',
  period: { from: 0, to: 1, of: 'event' },
  zone: 'Etc/UTC',
  parameters: {},
  dataThrough: 1,
  ledgerPosition: 0,
  columns: [text('step'), count('inflow'), rate('share')],
  rows: sizes.map((size, i) => ({ cells: [known(`step ${i}`), known(size), known(0.5)] })),
  total: { cells: [known(''), known(sizes.reduce((sum, size) => sum + size, 0)), known(0.5)] },
  notes: [],
});
const figures = ({ rows }: Report) => rows.map(({ cells }) => cells[1]);

describe('rows with few people behind them', () => {
  it.each([
    ['stay when there are none', [5, 9], [{ value: 5 }, { value: 9 }]],
    ['are told together', [2, 9, 4], [{ value: 9 }, { value: 6 }]],
    ['take another with them when they are few together', [2, 9, 7, 20], [{ value: 9 }, { value: 20 }, { value: 9 }]],
    ['are not told when all are few', [2, 1], [{ notAvailable: 'too_few' }]],
  ])('%s', (_what, sizes, wanted) => {
    expect(figures(withoutSmallRows(reportOf(sizes), 'inflow'))).toEqual(wanted);
  });

  it('stay where nobody stands behind them, in reports in which that is of money or deals alone', () => {
    const shown = (nobodyStays: boolean) =>
      figures(withoutSmallRows(reportOf([0, 2, 9, 4]), 'inflow', { nobodyStays }));
    expect(shown(false)).toEqual([{ value: 9 }, { value: 6 }]);
    expect(shown(true)).toEqual([{ value: 0 }, { value: 9 }, { value: 6 }]);
  });

  it('take another with them when they may be the same few', () => {
    const shown = (isOverlapping: boolean) =>
      figures(withoutSmallRows(reportOf([4, 3, 9, 20]), 'inflow', { isOverlapping, means: ['inflow'] })).length;
    expect([shown(false), shown(true)]).toEqual([3, 2]);
    expect(figures(withoutSmallRows(reportOf([4, 3]), 'inflow', { isOverlapping: true }))).toEqual([
      { notAvailable: 'too_few' },
    ]);
  });

  it('take along notes that say how many stand behind one row', () => {
    const notes = [
      { key: 'hotspot', values: {} },
      { key: 'exits_add_up', values: {} },
    ];
    const of = (sizes: number[]) =>
      withoutSmallRows({ ...reportOf(sizes), notes }, 'inflow').notes.map(({ key }) => key);
    expect([of([9, 4, 2]), of([9])]).toEqual([
      ['exits_add_up', 'small_rows'],
      ['hotspot', 'exits_add_up'],
    ]);
  });

  it('have no sum of what is a mean', () => {
    const together = (means: readonly string[]) =>
      figures(withoutSmallRows(reportOf([3, 4, 9]), 'inflow', { means })).at(-1);
    expect([together([]), together(['inflow'])]).toEqual([{ value: 7 }, { notAvailable: 'too_few' }]);
  });

  it('never leave a number from which few can be told, by itself or beside the total', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sizes) => {
        const report = reportOf(sizes);
        const shown = withoutSmallRows(report, 'inflow');
        const values = shown.rows.flatMap(({ cells }) =>
          cells[1] !== undefined && 'value' in cells[1] ? [Number(cells[1].value)] : [],
        );
        for (const value of values) expect(value).toBeGreaterThanOrEqual(FEW);
        const total = shown.total?.cells[1];
        if (total !== undefined && 'value' in total)
          expect(values.reduce((sum, value) => sum + value, 0)).toBe(total.value);
      }),
    );
  });
});
