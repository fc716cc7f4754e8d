import { expect, it } from '@jest/globals';
import { FixedOffsetZone } from 'luxon';
import { PathTableBuilder } from '#lib/attribution';
import { NO_ACTIVITY } from '../../activity/domain/activity.js';
import type { Report } from '../../domain/report.js';
import type { Known } from '../../facts/domain/fact.js';
import { factsByKind } from '../../facts/domain/known-facts.js';
import { booksOf } from './books.js';
import type { MoneyData } from './frame.js';
import { funnelReport } from './funnel-report.js';
import { salesReport } from './kpis.js';

const at = (day: string): number => Date.parse(day);
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const known = { n: 1, by: 'spec' };
const asOf = at('2026-12-31');

function data(facts: readonly Known[]): MoneyData {
  const days = { from: '2026-01-01', to: '2026-12-31' };
  return {
    books: booksOf(factsByKind(facts), {
      ...{ currency: 'EUR', zone: FixedOffsetZone.utcInstance, asOf, accounts: new Map() },
    }),
    frame: {
      ...{ from: at(days.from), to: at('2027-01-01'), days, zone: 'Etc/UTC', asOf, ledgerPosition: 0 },
      ...{ parameters: {}, past: {}, pastNotes: [] },
    },
    costs: { spent: [], missing: [], counted: [] },
    ...{ sent: [], exposures: [], untracked: [], activity: NO_ACTIVITY },
    paths: {
      ...{ table: new PathTableBuilder().build(), conversions: [], touches: new Map(), nulls: 0 },
      ...{ accounts: new Map(), otherAccounts: 0, open: 0 },
    },
  };
}

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
  const report = salesReport(data([...quarters, open, won]), {});
  expect(totalOf(report, 'pipeline_target')).toMatchObject({ value: 10_000 });
  expect(totalOf(report, 'pipeline_reached')).toMatchObject({ value: 0.5 });
  expect(totalOf(report, 'won_target')).toMatchObject({ value: 22_000 });
  expect(totalOf(report, 'won_reached')).toMatchObject({ value: 0.1 });
});

it('says why a rate of what happened in a period is above 100 %', () => {
  const { rows, notes } = funnelReport(data([won, { ...won, id: 'x', at: at('2025-12-01') }]), 'event', {});
  expect(rows.at(-1)?.cells[3]).toEqual({ value: 2 });
  expect(notes.map(({ key }) => key)).toContain('rates_of_events');
  expect(funnelReport(data([won]), 'event', {}).notes.map(({ key }) => key)).not.toContain('rates_of_events');
});
