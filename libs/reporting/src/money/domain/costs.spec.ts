import { expect, it } from '@jest/globals';
import { FixedOffsetZone } from 'luxon';
import { factsByKind } from '../../facts/domain/known-facts.js';
import { booksOf } from './books.js';
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
  expect(alone.reduce((sum, one) => sum + marketingCost(one), 0)).toBe(marketingCost(year));
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
