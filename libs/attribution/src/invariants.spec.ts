import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { attribute, type Attribution, MODELS } from './attribute.js';
import { bootstrap } from './bootstrap.js';
import { largestRemainder } from './cents.js';
import { shapleyByPlace, shapleyByRate } from './models/shapley.js';
import { ChannelSets } from './models/channel-sets.js';
import { weightSetProblems } from './models/weight-set.js';
import { totalOf } from './path-table.js';
import type { PathRow } from './path-table-builder.js';
import { poisson, seededDraw } from './random.js';
import { anyRows, row, tableOf } from './testing/any-rows.js';

const often = { numRuns: runs(80) };
const bytesOf = (credits: Attribution): string =>
  JSON.stringify([...credits].map(([model, { conversions, value }]) => [model, [...conversions], [...value]]));
const sum = (parts: Iterable<number>): number => [...parts].reduce((whole, part) => whole + part, 0);

/** Any order of the rows. */
const shuffledRows = anyRows.chain((rows) =>
  fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
);

describe('every model', () => {
  it('gives away what there was, and keeps what nobody touched apart', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const table = tableOf(rows);
        const total = totalOf(table);
        expect(total.conversions).toBeCloseTo(sum(rows.map(({ conversions }) => conversions)), 9);
        const empty = rows.filter(({ path }) => path.length === 0);
        expect(table.unattributed.value).toBe(sum(empty.map(({ value = 0 }) => value)));
        expect(table.unattributed.nulls).toBe(sum(empty.map(({ nulls = 0 }) => nulls)));
        for (const [model, { conversions, value }] of attribute(table)) {
          expect([model, sum(conversions) + table.unattributed.conversions]).toEqual([
            model,
            expect.closeTo(total.conversions, 9),
          ]);
          expect([model, sum(value) + table.unattributed.value]).toEqual([model, expect.closeTo(total.value, 9)]);
          expect(Math.min(0, ...conversions, ...value)).toBe(0);
        }
      }),
      often,
    );
  });

  it('gives the same bytes for the same rows in any order', () => {
    fc.assert(
      fc.property(shuffledRows, ([rows, shuffled]) => {
        expect(bytesOf(attribute(tableOf(shuffled)))).toBe(bytesOf(attribute(tableOf(rows))));
        expect(tableOf(shuffled)).toEqual(tableOf(rows));
      }),
      often,
    );
  });

  it('does not look at names: renamed channels have the credits of the old ones', () => {
    const renamed = (name: string): string => (name === 'direct' ? name : `z${[...name].reverse().join('')}`);
    fc.assert(
      fc.property(anyRows, (rows) => {
        const table = tableOf(rows);
        const other = tableOf(rows.map((one) => ({ ...one, path: one.path.map(renamed) })));
        const before = attribute(table);
        for (const [model, { conversions }] of attribute(other))
          table.channels.forEach((channel, i) =>
            expect(conversions[other.channels.indexOf(renamed(channel))]).toBeCloseTo(
              before.get(model)?.conversions[i] ?? NaN,
              10,
            ),
          );
      }),
      often,
    );
  });

  it('takes two rows that say the same for one that says it twice', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const doubled = rows.map((one) => ({
          ...one,
          conversions: one.conversions * 2,
          value: (one.value ?? 0) * 2,
          nulls: (one.nulls ?? 0) * 2,
        }));
        expect(bytesOf(attribute(tableOf([...rows, ...rows])))).toBe(bytesOf(attribute(tableOf(doubled))));
      }),
      often,
    );
  });

  it('is changed by paths without a conversion only if it learns from them', () => {
    const learns = ['markov_1', 'markov_2', 'markov_3', 'shapley_rate'];
    const changedBy = (rows: readonly PathRow[], nulls: readonly PathRow[]): string[] => {
      const [table, larger] = [tableOf(rows), tableOf([...rows, ...nulls])];
      const after = attribute(larger);
      return [...attribute(table)].flatMap(([model, { conversions }]) => {
        const now = (channel: string) => after.get(model)?.conversions[larger.channels.indexOf(channel)] ?? NaN;
        const differs = (channel: string, i: number) => !(Math.abs(now(channel) - (conversions[i] ?? NaN)) <= 1e-9);
        return table.channels.some(differs) ? [model] : [];
      });
    };
    fc.assert(
      fc.property(anyRows, anyRows, (rows, more) => {
        const nulls = more.map(({ path, nulls: n = 0 }): PathRow => ({ path, conversions: 0, nulls: n + 1 }));
        expect(learns).toEqual(expect.arrayContaining(changedBy(rows, nulls)));
      }),
      often,
    );
    const paths = [row('X A B C D', 1), row('Y A B C E', 1), row('A', 1)];
    expect(changedBy(paths, [row('Y A B C D', 0, 0, 5), row('A', 0, 0, 3)]).sort()).toEqual(learns);
  });

  it.each(MODELS)('%s bears a table without rows, without conversions and without touches', (model) => {
    for (const rows of [[], [row('a b', 0, 0, 3)], [row('', 2, 5, 1)], [row('a b', 0)]]) {
      const credit = attribute(tableOf(rows), [model]).get(model);
      expect([...(credit?.conversions ?? [NaN]), ...(credit?.value ?? [NaN])].every((part) => part === 0)).toBe(true);
    }
  });
});

describe('shares by place', () => {
  it('add up to the Shapley value of the channel', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const table = tableOf(rows);
        const whole = attribute(table, ['shapley']).get('shapley')?.conversions;
        shapleyByPlace(table).forEach((places, i) => expect(sum(places)).toBeCloseTo(whole?.[i] ?? NaN, 10));
      }),
      often,
    );
    expect(shapleyByPlace(tableOf([row('a b a', 8)])).map((places) => [...places])).toEqual([
      [2, 0, 2],
      [0, 4, 0],
    ]);
  });

  it('of rates keep the raw ones, which may be negative', () => {
    const table = tableOf([row('a', 5), row('a b', 1, 0, 9)]);
    const { raw, conversions } = shapleyByRate(table, new ChannelSets(table));
    expect([...raw]).toEqual([expect.closeTo(10.5, 12), expect.closeTo(-4.5, 12)]);
    expect([...conversions]).toEqual([6, 0]);
  });
});

describe('whole cents', () => {
  it('add up to the amount, and each is nearer than one cent', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (amount, shares) => {
          const whole = sum(shares);
          fc.pre(whole > 1e-3);
          const parts = largestRemainder(amount, shares);
          expect(sum(parts)).toBe(amount);
          parts.forEach((part, i) => {
            expect(Number.isInteger(part)).toBe(true);
            expect(Math.abs(part - (amount * (shares[i] ?? 0)) / whole)).toBeLessThan(1.001);
            if (shares[i] === 0) expect(Math.abs(part)).toBe(0);
          });
        },
      ),
      often,
    );
  });

  it.each<[number, number[], number[]]>([
    [100, [1, 1, 1], [34, 33, 33]],
    [-100, [1, 1, 1], [-34, -33, -33]],
    [5, [0.2, 0, 0.8], [1, 0, 4]],
    [1, [0, 0, 3], [0, 0, 1]],
    [0, [0, 0], [0, 0]],
    [Number.MAX_SAFE_INTEGER, [1, 1], [4_503_599_627_370_496, 4_503_599_627_370_495]],
  ])('of %d by %j are %j', (amount, shares, parts) => expect(largestRemainder(amount, shares)).toEqual(parts));

  it('are refused where nothing can be divided', () => {
    expect(() => largestRemainder(1, [0, 0])).toThrow(RangeError);
    expect(() => largestRemainder(0.5, [1])).toThrow(RangeError);
    expect(() => largestRemainder(1, [-1, 2])).toThrow(RangeError);
  });
});

describe('draws', () => {
  it.each([0.3, 4, 9.99, 10, 40, 2_500])('of a mean of %d have that mean and that variance', (mean) => {
    const draw = seededDraw(7);
    const drawn = Array.from({ length: 40_000 }, () => poisson(mean, draw));
    const average = sum(drawn) / drawn.length;
    const variance = sum(drawn.map((n) => (n - average) ** 2)) / drawn.length;
    // Five standard errors.
    expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / drawn.length));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(5 * Math.sqrt(2 / drawn.length + 1 / (mean * drawn.length)));
  });

  it('give intervals that hold the credit, repeat with their seed, and narrow with more conversions', () => {
    const rows = (n: number): PathRow[] => [
      row('a b', 20 * n, 0, 50 * n),
      row('b', 30 * n, 0, 10 * n),
      row('c a', 5 * n, 0, 5 * n),
    ];
    const widthOf = (n: number): number => {
      const table = tableOf(rows(n));
      const { low, high } = bootstrap(table, 'markov_1', { seed: 3 });
      const credit = attribute(table, ['markov_1']).get('markov_1')?.conversions ?? new Float64Array();
      credit.forEach((part, i) => {
        expect(low[i]).toBeLessThan(part);
        expect(high[i]).toBeGreaterThan(part);
      });
      expect(bootstrap(table, 'markov_1', { seed: 3 })).toEqual({ low, high });
      expect(bootstrap(table, 'markov_1', { seed: 4 })).not.toEqual({ low, high });
      return ((high[1] ?? NaN) - (low[1] ?? NaN)) / n;
    };
    expect(widthOf(100)).toBeLessThan(widthOf(1) / 5);
    // A channel that is alone has all of every draw, however many conversions it holds.
    const { low, high } = bootstrap(tableOf([row('a', 40, 0, 7)]), 'linear', { seed: 1 });
    expect([...low, ...high]).toEqual([expect.closeTo(40, 9), expect.closeTo(40, 9)]);
  });

  it('let the conversions of an account come together or not at all, and none of them twice in the table', () => {
    const table = tableOf([row('a', 40), row('b', 40)]);
    // Forty accounts with one conversion each, and ten with four.
    const together = [
      ...Array.from({ length: 40 }, () => [{ path: 0, conversions: 1 }]),
      ...Array.from({ length: 10 }, () => Array.from({ length: 4 }, () => ({ path: 1, conversions: 1 }))),
    ];
    const widthOf = (more: object): number => {
      const { low, high } = bootstrap(table, 'linear', { seed: 5, draws: 4000, ...more });
      return (high[0] ?? NaN) - (low[0] ?? NaN);
    };
    // Of 80 A / (A + B), with variances of 40 and 160, or of 40 each: standard errors of 7.07 and 4.47.
    expect(Math.abs(widthOf({ together }) / (2 * 1.96 * 7.07) - 1)).toBeLessThan(0.05);
    expect(Math.abs(widthOf({}) / (2 * 1.96 * 4.47) - 1)).toBeLessThan(0.05);
  });

  it('draw again where nobody converted, so that of few conversions no end is an empty draw', () => {
    const { low, high } = bootstrap(tableOf([row('a b', 1)]), 'linear', { seed: 1 });
    expect([...low, ...high]).toEqual([0.5, 0.5, 0.5, 0.5].map((credit) => expect.closeTo(credit, 9)));
    const three = bootstrap(tableOf([row('a b', 3)]), 'markov_1', { seed: 1 });
    expect(Math.min(...three.low)).toBeGreaterThan(1);
    expect(() => bootstrap(tableOf([row('a', 0, 0, 7)]), 'linear', { seed: 1 })).not.toThrow();
  });
});

describe('a weight set', () => {
  const signed = [
    { role: 'marketing', name: 'Anna', at: 0 },
    { role: 'sales', name: 'Ben', at: 0 },
  ];
  const set = {
    name: 'agreed',
    version: 2,
    weights: new Map([
      ['letter', 1],
      ['page', 2.5],
    ]),
    otherwise: 0,
    signedOff: signed,
  };

  it('divides a path by what was agreed, and evenly where nothing was', () => {
    const table = tableOf([row('letter page', 1, 350_000), row('other other', 4)]);
    const credit = attribute(table, [], {}, [set]).get('agreed@2');
    expect(table.channels.map((channel, i) => [channel, credit?.value[i], credit?.conversions[i]])).toEqual([
      ['letter', expect.closeTo(100_000, 9), expect.closeTo(2 / 7, 12)],
      ['other', 0, 4],
      ['page', expect.closeTo(250_000, 9), expect.closeTo(5 / 7, 12)],
    ]);
  });

  it.each([
    [
      'one role',
      {
        signedOff: [
          { role: 'sales', name: 'Ben', at: 0 },
          { role: 'sales', name: 'Anna', at: 0 },
        ],
      },
      /different roles/,
    ],
    ['one person', { signedOff: signed.map((one) => ({ ...one, name: 'Ben' })) }, /different people/],
    [
      'one person written in two ways',
      { signedOff: signed.map((one, i) => ({ ...one, name: ['Ben', ' BEN'][i] ?? '' })) },
      /different people/,
    ],
    [
      'one role written in two ways',
      { signedOff: signed.map((one, i) => ({ ...one, role: ['sales', 'Sales '][i] ?? '' })) },
      /different roles/,
    ],
    ['a negative weight', { otherwise: -1 }, /otherwise/],
    ['no name', { name: ' ' }, /has a name/],
    ['half a version', { version: 1.5 }, /version/],
  ])('with %s does not count', (_name, change, problem) => {
    expect(weightSetProblems({ ...set, ...change }).join(' ')).toMatch(problem);
    expect(weightSetProblems(set)).toEqual([]);
  });
});
