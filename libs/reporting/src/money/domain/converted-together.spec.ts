import { expect, it } from '@jest/globals';
import { PathTableBuilder } from '#lib/attribution';
import { conversionsOf } from './books.js';
import { convertedTogether } from './converted-together.js';
import { moneyDataOf } from '../../testing/money-data.js';

it('puts the conversions of each account together, also those that are divided among its contacts', () => {
  const deal = (id: string, accountId: string) => ({
    ...({ kind: 'opportunity', status: 'won', roles: [], n: 1, by: 'spec' } as const),
    ...{ id, accountId, at: 0, closedAt: Number(id), value: { amount: 100, currency: 'EUR' } },
  });
  const { books } = moneyDataOf([deal('1', 'a'), deal('2', 'b'), deal('3', 'a'), deal('4', 'c')]);
  const ways: readonly (readonly (readonly string[])[])[] = [
    [['cpc', 'email']],
    [['cpc'], ['email'], ['cpc']],
    [['email']],
    [[]],
  ];
  const builder = new PathTableBuilder();
  for (const paths of ways) for (const path of paths) builder.add({ path, conversions: 1 / paths.length });
  const conversions = conversionsOf(books, { of: 'won', event: null }).map((conversion, i) => {
    const [path = [], ...others] = ways[i] ?? [];
    return { conversion, touches: path.length, firstAt: 0, path, ...(others.length === 0 ? {} : { others }) };
  });
  const table = builder.build();
  const together = convertedTogether(table, conversions);
  // Paths of the table are by their names: cpc, cpc > email, email. Nobody can say by what the last deal came.
  expect(together).toEqual([
    [
      { path: 1, conversions: 1 },
      { path: 2, conversions: 1 },
    ],
    [
      { path: 0, conversions: 1 / 3 },
      { path: 2, conversions: 1 / 3 },
      { path: 0, conversions: 1 / 3 },
    ],
  ]);
  const sums = new Float64Array(table.size);
  for (const { path, conversions: part } of together.flat()) sums[path] = (sums[path] ?? 0) + part;
  sums.forEach((sum, path) => expect(sum).toBeCloseTo(table.conversions[path] ?? NaN, 9));
});
