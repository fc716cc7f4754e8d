import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { count, known, money, type Report, text } from '../../domain/report.js';
import { FEW, smallRows, withoutSmallRows } from '../../domain/small-rows.js';
import { bothSides, isPriced, withFewAmountsMarked } from './few-amounts.js';
import { withoutFewConversions } from './few-conversions.js';

/** A conversion: whose amount is known, which a touch led to, and which began with us. */
interface One {
  readonly amount: number | null;
  readonly isLed: boolean;
  readonly isBegun: boolean;
}

const KEYS = ['revenue', 'influenced', 'sourced'] as const;
const sumIn = (some: readonly One[]): number => some.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
const isMeant: Record<(typeof KEYS)[number], (one: One) => boolean> = {
  revenue: () => true,
  influenced: ({ isLed }) => isLed,
  sourced: ({ isBegun }) => isBegun,
};

function reportOf(rows: readonly (readonly One[])[], isTotalTold: boolean): Report {
  const cells = (name: string, some: readonly One[]) => [
    known(name),
    known(some.length),
    ...KEYS.map((key) => known(sumIn(some.filter(isMeant[key])))),
  ];
  const report: Report = {
    ...{ key: 'sample', period: { from: 0, to: 1, of: 'event' }, zone: 'Etc/UTC', parameters: {} },
    ...{ dataThrough: 1, ledgerPosition: 0, notes: [] },
    columns: [text('row'), count('conversions'), ...KEYS.map((key) => money(key, 'EUR'))],
    rows: rows.map((some, i) => ({ cells: cells(`row ${i}`, some) })),
    total: { cells: cells('', rows.flat()) },
  };
  const conversion = (one: One) => ({ ...one, kind: 'order' }) as never;
  const priced = (some: readonly One[]) => some.filter((one) => isPriced(conversion(one))).length;
  const { rows: together } = smallRows(report, 'conversions');
  return withFewAmountsMarked(report, { rows, all: rows.flat(), together, isTotalTold }, [
    { keys: ['revenue'], sizes: (some) => [priced(some)] },
    { keys: ['influenced'], sizes: bothSides<One>(conversion, ({ isLed }) => isLed) },
    {
      keys: ['sourced'],
      sizes: bothSides<One>(conversion, ({ isBegun }) => isBegun),
      besides: (some) => [priced(some.filter(({ isLed, isBegun }) => isLed !== isBegun))],
    },
  ]);
}

const seen = (report: Report): Report => withoutFewConversions(withoutSmallRows(report, 'conversions'), []);
const told = ({ rows, total }: Report) =>
  [...rows, ...(total === null ? [] : [total])].map(({ cells }) =>
    cells.slice(2).map((cell) => ('value' in cell ? cell.value : null)),
  );

const some = (n: number, more: Partial<One> = {}): One[] =>
  Array.from({ length: n }, () => ({ amount: 1, isLed: true, isBegun: true, ...more }));

describe('amounts of few among many', () => {
  it.each([
    ['stay where all are many', [some(6), some(7)], [[6, 6, 6], [7, 7, 7], [13, 13, 13]]],
    ['are not told, nor what they follow from', [[...some(5, { amount: null }), ...some(2)], some(7), some(9)],
      [[null, null, null], [null, null, null], [9, 9, 9], [18, 18, 18]]],
    ['are not told where the total is of few', [[...some(5, { amount: null }), ...some(2)]], [[null, null, null], [null, null, null]]],
    ['are not told of those that no touch led to', [[...some(6), ...some(1, { isLed: false, isBegun: false })]],
      [[7, null, null], [7, null, null]]],
    ['hide no others, from which they do not follow', [[...some(10), ...some(5, { isBegun: false }), ...some(1, { isLed: false })]],
      [[16, null, 11], [16, null, 11]]],
    ['are hidden by rows that make them many', [[...some(6), ...some(1, { isLed: false })], [...some(8), ...some(6, { isLed: false })], some(20)],
      [[7, null, null], [14, null, null], [20, 20, 20], [41, 34, 41]]],
    ['are not told by two columns of many', [[...some(10), ...some(5, { isLed: false, isBegun: false }), ...some(1, { isLed: true, isBegun: false })]],
      [[16, 11, null], [16, 11, null]]],
  ] as const)('%s', (_what, rows, wanted) => {
    expect(told(seen(reportOf(rows, false)))).toEqual(wanted);
  }); // prettier-ignore

  it('are told of all where all are of companies', () => {
    const rows = [[...some(6), ...some(1, { isLed: false, isBegun: false })], some(2)];
    expect(told(seen(reportOf(rows, true)))).toEqual([[9, null, null], [9, 8, 8]]); // prettier-ignore
  });

  it('say nothing to whoever may see single people but that somebody else is not told them', () => {
    const rows = [[...some(5, { amount: null }), ...some(2)], some(7)];
    const report = reportOf(rows, false);
    expect(told(report)).toEqual([[2, 2, 2], [7, 7, 7], [9, 9, 9]]); // prettier-ignore
    expect(report.notes.map(({ key }) => key)).toEqual(['rows_of_few']);
    expect(seen(report).notes.map(({ key }) => key)).toEqual(['small_cells']);
  });

  it('follow from no sum and no difference of what is told, nor from what is left of a total', () => {
    const one = fc.record({ amount: fc.constantFrom(1, 1, 1, null), isLed: fc.boolean(), isBegun: fc.boolean() });
    const row = fc.array(one, { minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
        const { lines, isTold, isTotalTold } = linesOf(seen(reportOf(rows, false)), rows);
        for (const [a, b] of PAIRS) {
          const isKnown = (line: number): boolean => isTold(a, line) && (b === null || isTold(b, line));
          const behind = (of: readonly One[]): number =>
            of.filter((each) => each.amount !== null && isMeant[a](each) !== (b !== null && isMeant[b](each))).length;
          const known = lines.filter((_, line) => isKnown(line));
          const rest = lines.filter((_, line) => !isKnown(line));
          const isRestKnown = isTotalTold(a) && (b === null || isTotalTold(b));
          const sizes = [...known.map(behind), ...(isRestKnown ? [behind(rest.flat())] : [])];
          expect(sizes.filter((size) => size > 0 && size < FEW)).toEqual([]);
        }
      }),
      { numRuns: runs(1000) },
    );
  });
});

const PAIRS = [
  ['revenue', null],
  ['influenced', null],
  ['sourced', null],
  ['revenue', 'influenced'],
  ['revenue', 'sourced'],
  ['influenced', 'sourced'],
] as const;

/** What is behind each line that is shown, and which of its amounts are told. */
function linesOf(report: Report, rows: readonly (readonly One[])[]) {
  const named = report.rows.map(({ cells: [name] }) => (name !== undefined && 'value' in name ? name.value : ''));
  const places = named.map((name) => (name === '…' ? null : Number(String(name).split(' ')[1])));
  const lines = places.map((place) => (place === null ? rows.filter((_, i) => !places.includes(i)).flat() : (rows[place] ?? []))); // prettier-ignore
  const isIn = (key: (typeof KEYS)[number], row: Report['total'] | undefined): boolean =>
    'value' in (row?.cells[KEYS.indexOf(key) + 2] ?? {});
  return {
    lines,
    isTold: (key: (typeof KEYS)[number], line: number): boolean => isIn(key, report.rows[line]),
    isTotalTold: (key: (typeof KEYS)[number]): boolean => isIn(key, report.total),
  };
}
