import { describe, expect, it } from '@jest/globals';
import { toDecimal } from './domain/currency.js';
import {
  count,
  days,
  known,
  money,
  notAvailable,
  rate,
  ratio,
  type Report,
  reportProblems,
  text,
} from './domain/report.js';
import { reportCsv } from './report-csv.js';

const REPORT: Report = {
  key: 'sample',
  period: { from: 0, to: 86_400_000, of: 'event' },
  zone: 'Europe/Berlin',
  parameters: {},
  dataThrough: 0,
  ledgerPosition: 0,
  columns: [text('channel'), count('conversions'), money('revenue', 'EUR'), rate('roi'), days('cycle')],
  rows: [
    { cells: [known('=1+1; "Käse"'), known(2.5), known(-123_405), ratio(1, 4), known(12.5)] },
    { cells: [known('sms'), known(0), known(5), ratio(1, 0), notAvailable('not_ripe')] },
  ],
  total: { cells: [known(''), known(2.5), known(-123_400), notAvailable('no_cost'), known(12.5)] },
  notes: [],
};

describe('a report as CSV', () => {
  it('has money as decimals, nothing where nothing is known, and no formula', () => {
    expect(reportCsv(REPORT).split('\r\n')).toEqual([
      'channel,conversions,revenue (EUR),roi,cycle (days)',
      `"'=1+1; ""Käse""",2.5,-1234.05,0.25,12.5`,
      'sms,0,0.05,,',
      ',2.5,-1234.00,,12.5',
      '',
    ]);
  });

  it('opens in a German Excel', () => {
    const [header, first] = reportCsv(REPORT, 'excel-de', ({ key }) => key.toUpperCase()).split('\r\n');
    expect(header).toBe('\ufeffCHANNEL;CONVERSIONS;REVENUE;ROI;CYCLE');
    expect(first).toBe(`"'=1+1; ""Käse""";2,5;-1234,05;0,25;12,5`);
  });

  it.each([
    [0, 'EUR', '0.00'],
    [-5, 'EUR', '-0.05'],
    [123, 'JPY', '123'],
    [1_234, 'KWD', '1.234'],
  ])('writes %d minor units of %s as %s', (minor, currency, written) => {
    expect(toDecimal(minor, currency)).toBe(written);
  });

  it('knows when a table is not sound', () => {
    expect(reportProblems(REPORT)).toEqual([]);
    const rows = [
      { cells: [known(1), known('1'), known(0.5), known(NaN)] },
      { cells: REPORT.rows[0]?.cells.with(2, known(0.5)) ?? [] },
    ];
    expect(reportProblems({ ...REPORT, rows })).toEqual([
      'Row 0 has 4 cells in 5 columns.',
      'Row 1: "revenue" is whole minor units.',
    ]);
  });
});
