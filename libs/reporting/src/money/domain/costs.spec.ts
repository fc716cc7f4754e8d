import { expect, it } from '@jest/globals';
import { FixedOffsetZone } from 'luxon';
import type { Report } from '../../domain/report.js';
import type { Known } from '../../facts/domain/fact.js';
import { moneyDataOf } from '../../testing/money-data.js';
import { factsByKind } from '../../facts/domain/known-facts.js';
import { booksOf } from './books.js';
import { acquisitionReport } from './kpis.js';
import { campaignsReport } from './campaigns-report.js';
import { attributionReport } from './attribution-report.js';
import { costByName, costsOf, marketingCost } from './costs.js';

const of = { at: 0, n: 1, by: 'k' };
const books = booksOf(
  factsByKind([
    {
      ...{ ...of, id: 't', kind: 'tariff', channel: 'email', from: '2026-01-01' },
      perThousand: { amount: 1500, currency: 'EUR' },
    },
    {
      ...{ ...of, id: 'c', kind: 'cost', category: 'salaries', from: '2026-01-01', to: '2026-12-31' },
      value: { amount: 100_000, currency: 'EUR' },
    },
  ]),
  { currency: 'EUR', zone: FixedOffsetZone.utcInstance, asOf: Date.parse('2026-12-31'), accounts: new Map() },
);
const months = Array.from({ length: 12 }, (_, i) => `2026-${String(i + 1).padStart(2, '0')}`);
const lastOf = (month: string): string =>
  new Date(Date.UTC(2026, Number(month.slice(5)), 0)).toISOString().slice(0, 10);
/** Each month three messages, which cost 4.5 cents. */
const sent = months.flatMap((month) =>
  ['a', 'b', null].map((campaign) => ({
    ...{ day: `${month}-15`, channel: 'email', campaign, provider: null, messages: 1, units: 1 },
  })),
);

it('a month costs the same by itself and within a year, and months add up to the year', () => {
  const year = costsOf(books, sent, '2026-01-01', '2026-12-31');
  const alone = months.map((month) => costsOf(books, sent, `${month}-01`, lastOf(month)));
  expect(alone.map((one) => one.spent.filter(({ category }) => category === 'messages').length)).toEqual(
    months.map(() => 3),
  );
  expect(alone.reduce((sum, one) => sum + Number(marketingCost(one)), 0)).toBe(marketingCost(year));
  // 12 times 4.5 cents, each month rounded down.
  expect(costByName(year, 'channel').get('email')).toBe(48);
  expect([...costByName(year, 'campaign')]).toEqual([
    [null, 100_024],
    ['a', 12],
    ['b', 12],
  ]);
});

it('says by which facts', () => {
  const { spent } = costsOf(books, sent, '2026-03-01', '2026-03-31');
  expect(spent.map(({ category, campaign, facts }) => [category, campaign, facts])).toEqual([
    ['salaries', null, [{ kind: 'cost', id: 'c' }]],
    ['messages', null, [{ kind: 'tariff', id: 't' }]],
    ['messages', 'a', [{ kind: 'tariff', id: 't' }]],
    ['messages', 'b', [{ kind: 'tariff', id: 't' }]],
  ]);
});

it('a part of the cost is no cost to divide: one without a rate leaves its rows and the total without a figure', () => {
  const cost = (id: string, month: string, currency: string, category: 'ad_spend' | 'sales', name: string): Known => ({
    ...{ ...of, id, kind: 'cost', category, from: `${month}-01`, to: lastOf(month) },
    ...{ value: { amount: 9000, currency }, channel: name, campaign: name },
  });
  const lead = (id: string, month: string): Known => ({
    ...{ ...of, id, kind: 'stage', stage: 'mql', lead: id, contactId: id, at: Date.parse(`${month}-05`) },
  });
  const facts = [
    ...[cost('c1', '2026-01', 'EUR', 'ad_spend', 'cpc'), cost('c2', '2026-02', 'EUR', 'ad_spend', 'cpc')],
    ...[cost('c3', '2026-02', 'GBP', 'ad_spend', 'fair'), cost('c4', '2026-03', 'GBP', 'sales', 'fair')],
    ...[cost('c5', '2026-03', 'EUR', 'ad_spend', 'cpc')],
    ...['2026-01', '2026-02', '2026-03'].map((month) => lead(`l${month}`, month)),
  ];
  const unpriced = moneyDataOf(facts, { from: '2026-01-01', to: '2026-03-31' });
  const table = ({ columns, rows, total }: Report, keys: readonly string[]) =>
    [...rows, ...(total === null ? [] : [total])].map(({ cells }) => [
      cells[0] !== undefined && 'value' in cells[0] ? cells[0].value : null,
      ...keys.map((key) => {
        const cell = cells[columns.findIndex((column) => column.key === key)];
        return cell === undefined ? undefined : 'value' in cell ? cell.value : cell.notAvailable;
      }),
    ]);
  const none = 'no_exchange_rate';
  const keys = ['cost', 'cost_per_lead', 'acquisition_cost', 'return', 'roi'];
  expect(table(acquisitionReport(unpriced, {}), keys)).toEqual([
    ['2026-01', 9000, 9000, 'no_denominator', -9000, -1],
    ['2026-02', none, none, none, none, none],
    // What sales cost is in the cost of a customer alone.
    ['2026-03', 9000, 9000, none, -9000, -1],
    ['', none, none, none, none, none],
  ]);
  expect(table(campaignsReport(unpriced, 'linear', {}), ['cost', 'cost_per_lead', 'roi'])).toEqual([
    ['cpc', 27_000, 'no_denominator', -1],
    ['fair', none, none, none],
    ['unattributed', 'no_cost', 'no_cost', 'no_cost'],
    ['', none, none, none],
  ]);
  const shape = { by: 'channel', show: 'value', models: ['linear'], model: 'linear', weights: null } as const;
  expect(table(attributionReport(unpriced, { ...shape, intervals: false, link: {} }), ['cost', 'roi'])).toEqual([
    ['cpc', 27_000, -1],
    ['fair', none, none],
    ['unattributed', 'no_cost', 'no_cost'],
    ['', none, none],
  ]);
});

it('messages of a campaign cost nobody knows what where the tariff of a day has no rate', () => {
  const { spent, missing } = costsOf(
    moneyDataOf(
      [
        {
          ...{ ...of, id: 't', kind: 'tariff', channel: 'email', from: '2026-01-01' },
          perThousand: { amount: 150_000, currency: 'EUR' },
        },
        {
          ...{ ...of, id: 'u', kind: 'tariff', channel: 'email', from: '2026-01-10', provider: 'other' },
          perThousand: { amount: 150_000, currency: 'GBP' },
        },
      ],
      { from: '2026-01-01', to: '2026-01-31' },
    ).books,
    [
      ...[
        { campaign: 'a', provider: null },
        { campaign: 'b', provider: null },
        { campaign: 'b', provider: 'other' },
      ].map((one) => ({ ...one, day: '2026-01-15', channel: 'email', messages: 1, units: 1 })),
    ],
    '2026-01-01',
    '2026-01-31',
  );
  expect(spent.map(({ campaign, amount }) => [campaign, amount])).toEqual([
    ['a', 150],
    ['b', null],
  ]);
  expect(missing.map(({ currency, fact }) => [currency, fact.id])).toEqual([['GBP', 'u']]);
});
