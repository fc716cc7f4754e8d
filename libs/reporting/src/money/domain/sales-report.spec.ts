import { expect, it } from '@jest/globals';
import type { Report } from '../../domain/report.js';
import type { Known } from '../../facts/domain/fact.js';
import { moneyDataOf } from '../../testing/money-data.js';
import { dealsBehind } from './deals-behind.js';
import { funnelReport } from './funnel-report.js';
import { salesReport } from './kpis.js';

const at = (day: string): number => Date.parse(day);
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const known = { n: 1, by: 'spec' };

const totalOf = ({ columns, total }: Report, key: string) => total?.cells[columns.findIndex((one) => one.key === key)];

const quarters = [1, 4, 7, 10].flatMap((month): Known[] => {
  const from = `2026-${String(month).padStart(2, '0')}-01`;
  const to = new Date(Date.UTC(2026, month + 2, 0)).toISOString().slice(0, 10);
  return (['pipeline', 'won'] as const).map((measure) => ({
    ...{
      ...known,
      kind: 'target',
      id: `${measure} ${from}`,
      at: at(from),
      measure,
      from,
      to,
      value: eur(1000 * month),
    },
  }));
});
const open: Known = {
  ...{ ...known, kind: 'opportunity', id: 'o', at: at('2026-12-01'), status: 'open', accountId: 'a', roles: [] },
  value: eur(5000),
};
const won: Known = { ...open, id: 'w', status: 'won', closedAt: at('2026-12-20'), value: eur(2200) };

it('holds the pipeline against what was meant to be there on the last day, and what was won against all days', () => {
  const report = salesReport(moneyDataOf([...quarters, open, won]), {});
  expect(totalOf(report, 'pipeline_target')).toMatchObject({ value: 10_000 });
  expect(totalOf(report, 'pipeline_reached')).toMatchObject({ value: 0.5 });
  expect(totalOf(report, 'won_target')).toMatchObject({ value: 22_000 });
  expect(totalOf(report, 'won_reached')).toMatchObject({ value: 0.1 });
});

it.each([
  ['before anything was opened', '2026-11-30', 0, undefined],
  ['on the day on which both were opened', '2026-12-01', 7200, ['o', 'w']],
  ['on the day before one was won', '2026-12-19', 7200, ['o', 'w']],
  ['on the day on which it was won', '2026-12-20', 5000, ['o']],
  ['on a day that is not over', '2026-12-31', 5000, ['o']],
])('says of the pipeline what was open at the end of the period: %s', (_, to, value, ids = []) => {
  const period = moneyDataOf([...quarters, open, won, { ...open, id: 'later', at: at('2027-01-03') }], {
    ...{ from: '2026-01-01', to },
  });
  expect(totalOf(salesReport(period, {}), 'pipeline')).toMatchObject({ value });
  const { books, frame } = period;
  const behind = dealsBehind(books, frame, { about: 'open', region: null, account: null, segment: null });
  expect(behind.map(({ id }) => id)).toEqual(ids);
});

it('says why a rate of what happened in a period is above 100 %', () => {
  const { rows, notes } = funnelReport(moneyDataOf([won, { ...won, id: 'x', at: at('2025-12-01') }]), 'event', {});
  expect(rows.at(-1)?.cells[3]).toEqual({ value: 2 });
  expect(notes.map(({ key }) => key)).toContain('rates_of_events');
  expect(funnelReport(moneyDataOf([won]), 'event', {}).notes.map(({ key }) => key)).not.toContain('rates_of_events');
});
