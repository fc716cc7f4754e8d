import { describe, expect, it } from '@jest/globals';
import { attribute, type Model, type ModelOptions } from './attribute.js';
import { largestRemainder } from './cents.js';
import { markov } from './models/markov.js';
import type { PathRow } from './path-table-builder.js';
import { row, tableOf } from './testing/any-rows.js';

/** Value or conversions by channel. */
function creditOf(rows: readonly PathRow[], model: Model, key: 'conversions' | 'value', options: ModelOptions = {}) {
  const table = tableOf(rows);
  const credit = attribute(table, [model], options).get(model)?.[key];
  return Object.fromEntries(table.channels.map((channel, i) => [channel, credit?.[i] ?? NaN]));
}

/** Five touches on days 0, 5, 12, 30 and 38, worth 12,000 (coreyhaines31/marketingskills, attribution-models.md). */
const FIVE: PathRow = {
  path: ['t1', 't2', 't3', 't4', 'Direct'],
  conversions: 1,
  value: 12_000,
  ages: [38, 33, 26, 8, 0],
};

describe('published examples', () => {
  it('of the removal effect (serhiipuzyrov.com): 0.75 and 0.5, so 2.4 and 1.6 conversions', () => {
    const rows = [row('g', 2), row('m', 1), row('g m', 1), row('g', 0, 0, 1)];
    const { chance, onConversions, conversions } = markov(tableOf(rows), 1);
    expect(chance).toBeCloseTo(0.8, 14);
    expect([...onConversions]).toEqual([expect.closeTo(0.75, 14), expect.closeTo(0.5, 14)]);
    expect([...conversions]).toEqual([expect.closeTo(2.4, 13), expect.closeTo(1.6, 13)]);
  });

  it.each<[Model, number[]]>([
    ['linear', [2_400, 2_400, 2_400, 2_400, 2_400]],
    ['position_based', [4_800, 800, 800, 800, 4_800]],
    ['last_non_direct', [0, 0, 0, 12_000, 0]],
  ])('of five touches worth 12,000 by %s', (model, expected) => {
    const credit = creditOf([FIVE], model, 'value');
    expect(FIVE.path.map((channel) => credit[channel])).toEqual(expected.map((amount) => expect.closeTo(amount, 9)));
  });

  it('of five touches worth 12,000 by time decay of 7 days', () => {
    const credit = creditOf([FIVE], 'time_decay', 'value');
    // Printed rounded to 5.
    const printed = [175, 290, 575, 3_415, 7_545];
    FIVE.path.forEach((channel, i) =>
      expect(Math.abs((credit[channel] ?? NaN) - (printed[i] ?? NaN))).toBeLessThan(2.7),
    );
    const part = (age: number): number => 0.5 ** (age / 7);
    expect(credit['t4']).toBeCloseTo((12_000 * part(8)) / (part(38) + part(33) + part(26) + part(8) + part(0)), 9);
  });

  it('of ages 0, 7, 14 and 28: 55.17, 27.59, 13.79 and 3.45 %', () => {
    const credit = creditOf(
      [{ path: ['d', 'c', 'b', 'a'], conversions: 100, ages: [28, 14, 7, 0] }],
      'time_decay',
      'conversions',
    );
    expect(['a', 'b', 'c', 'd'].map((channel) => Number(credit[channel]?.toFixed(2)))).toEqual([
      55.17, 27.59, 13.79, 3.45,
    ]);
  });

  it('of the U shape (help.salesforce.com): 40, 10, 10, 40', () => {
    const credit = creditOf([row('Email Meta LinkedIn Google', 100)], 'position_based', 'conversions');
    expect(credit).toEqual({ Email: 40, Google: 40, LinkedIn: expect.closeTo(10, 12), Meta: expect.closeTo(10, 12) });
  });

  it('of Shapley values (tomgorb/misc): 45.5, 20.5 and 34', () => {
    const rows = [
      row('F', 20),
      row('O', 10),
      row('L', 17),
      row('F O', 17),
      row('F L', 30),
      row('L O', 0),
      row('F O L', 6),
    ];
    const credit = creditOf(rows, 'shapley', 'conversions');
    expect(credit).toEqual({ F: expect.closeTo(45.5, 12), L: expect.closeTo(34, 12), O: expect.closeTo(20.5, 12) });
  });

  it('of one, two and four touches by position (Snowplow)', () => {
    expect(creditOf([row('a', 1, 90)], 'position_based', 'value')).toEqual({ a: 90 });
    expect(creditOf([row('a b', 1, 90)], 'position_based', 'value')).toEqual({ a: 45, b: 45 });
    const four = creditOf([row('a b c d', 1, 90)], 'position_based', 'value');
    expect(four).toEqual({ a: 36, b: expect.closeTo(9, 12), c: expect.closeTo(9, 12), d: 36 });
  });
});

describe('the edges of the rules', () => {
  it.each<[string, PathRow, Model, Record<string, number>, ModelOptions]>([
    ['a single touch has everything', row('a', 3), 'w_shaped', { a: 3 }, {}],
    [
      'two touches by J: 20 to 60',
      row('a b', 8),
      'position_based',
      { a: 2, b: 6 },
      { position: { first: 0.2, middle: 0.2, last: 0.6 } },
    ],
    ['a channel that is there twice has two shares', row('a b a', 3), 'linear', { a: 2, b: 1 }, {}],
    [
      'only direct: the last one',
      row('Direct none', 2),
      'last_non_direct',
      { Direct: 0, none: 2 },
      { direct: ['direct', 'NONE'] },
    ],
    ['other names may be direct', row('a none', 1), 'last_non_direct', { a: 1, none: 0 }, { direct: ['None'] }],
    [
      'roles of one touch add up, and others share 10 %',
      {
        path: ['a', 'b', 'c'],
        conversions: 100,
        milestones: { leadCreation: 0, opportunityCreation: 2, closedWon: 2 },
      },
      'w_shaped',
      { a: 60, b: 10, c: 30 },
      {},
    ],
    [
      'without others the roles are scaled to the whole',
      { path: ['a', 'b'], conversions: 90, milestones: { leadCreation: 0, opportunityCreation: 1, closedWon: 1 } },
      'w_shaped',
      { a: 60, b: 30 },
      {},
    ],
    [
      'a role that is missing leaves its part to the others',
      {
        path: ['a', 'b', 'c'],
        conversions: 40,
        milestones: { leadCreation: -1, opportunityCreation: -1, closedWon: -1 },
      },
      'w_shaped',
      { a: 30, b: 5, c: 5 },
      {},
    ],
    [
      'four roles, and what is between',
      {
        path: ['a', 'b', 'c', 'd', 'e'],
        conversions: 1000,
        milestones: { leadCreation: 1, opportunityCreation: 3, closedWon: 4 },
      },
      'full_path',
      { a: 225, b: 225, c: 100, d: 225, e: 225 },
      {},
    ],
  ])('%s', (_name, given, model, expected, options) => {
    const credit = creditOf([given], model, 'conversions', options);
    expect(credit).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, n]) => [name, expect.closeTo(n, 11)])),
    );
  });

  it('a negative share of a set is cut, and the rest scaled to the whole', () => {
    // Alone, a converts always; with b, one in ten. So b is worth less than nothing there.
    const rows = [row('a', 5), row('a b', 1, 40, 9)];
    expect(creditOf(rows, 'shapley_rate', 'conversions')).toEqual({ a: 6, b: 0 });
    expect(creditOf(rows, 'shapley_rate', 'value')).toEqual({ a: 40, b: 0 });
  });

  it('without nulls every path converts, and the effect is how many come by', () => {
    const { chance, onConversions } = markov(tableOf([row('a b', 3), row('b', 1)]), 1);
    expect(chance).toBe(1);
    expect([...onConversions]).toEqual([0.75, 1]);
  });

  it('euros lead to cents that add up', () => {
    const { a, b, c } = creditOf([row('a b c', 1, 100)], 'linear', 'value');
    expect(largestRemainder(10_000, [a ?? 0, b ?? 0, c ?? 0])).toEqual([3_334, 3_333, 3_333]);
  });
});
