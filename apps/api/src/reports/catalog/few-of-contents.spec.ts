import { describe, expect, it } from '@jest/globals';
import { type Report } from '#lib/reporting';
import { ACTIVITY_REPORTS } from './activity-reports.js';
import { seenByAnybody } from './offered-report.js';

const KEYS = ['people', 'leads', 'won', 'revenue'] as const;
const reportOf = (rows: readonly (readonly number[])[]): Report => ({
  ...{ key: 'assets', period: { from: 0, to: 1, of: 'event' }, zone: 'Etc/UTC', parameters: {} },
  ...{ dataThrough: 1, ledgerPosition: 0, notes: [] },
  columns: [
    { key: 'asset', kind: 'text', unit: null },
    ...KEYS.map((key) => (key === 'revenue' ? ({ key, kind: 'money', unit: 'EUR' } as const) : ({ key, kind: 'count', unit: null } as const))), // prettier-ignore
  ],
  rows: rows.map((row, i) => ({ cells: [`content ${i}`, ...row].map((value) => ({ value })) })),
  total: null,
});

describe('what came of those who read a content', () => {
  it('is told where it is many, and not how many leads and deals where those are few', () => {
    const assets = ACTIVITY_REPORTS.find(({ key }) => key === 'assets');
    if (assets === undefined) throw new Error('there is a report on contents');
    const shown = seenByAnybody(assets, reportOf([[9, 1, 1, 77_713], [20, 6, 7, 700], [30, 8, 9, 900]])); // prettier-ignore
    const cells = shown.rows.map(({ cells: [_name, ...own] }) => own.map((cell) => ('value' in cell ? cell.value : null))); // prettier-ignore
    // The next smallest goes with it, so that it is not what is left of all.
    expect(cells).toEqual([[9, null, null, null], [20, null, null, null], [30, 8, 9, 900]]); // prettier-ignore
  });
});
