import { describe, expect, it } from '@jest/globals';
import { FixedOffsetZone } from 'luxon';
import { PathTableBuilder, seededDraw } from '#lib/attribution';
import { NO_ACTIVITY } from '../../activity/domain/activity.js';
import type { OpportunityFact } from '../../facts/domain/fact.js';
import { type Exposure, listedExposures, ripeBefore } from './exposures.js';
import { factsByKind } from '../../facts/domain/known-facts.js';
import { booksOf } from './books.js';
import { outcomesBehind } from './facts-behind.js';
import { isUneven, newcombe, wilson } from './proportions.js';
import { drawn, variantsReport } from './variants-report.js';

const DAY = 86_400_000;
const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

describe('ranges of shares', () => {
  it('are those of the paper (Newcombe 1998, table II, method 10)', () => {
    const { low, high } = newcombe({ part: 56, whole: 70 }, { part: 48, whole: 80 });
    expect([low, high].map(rounded)).toEqual([0.0524, 0.3339]);
    const one = newcombe({ part: 9, whole: 10 }, { part: 3, whole: 10 });
    expect([one.low, one.high].map(rounded)).toEqual([0.1705, 0.809]);
    const none = newcombe({ part: 0, whole: 10 }, { part: 0, whole: 20 });
    expect([none.low, none.high].map(rounded)).toEqual([-0.1611, 0.2775]);
  });

  it('hold a share, also where nobody or everybody did it', () => {
    expect(
      [wilson({ part: 0, whole: 10 }), wilson({ part: 10, whole: 10 })].map(({ low, high }) =>
        [low, high].map(rounded),
      ),
    ).toEqual([
      [0, 0.2775],
      [0.7225, 1],
    ]);
  });

  it.each([
    [[500, 500], false],
    [[500, 560], false],
    [[500, 610], true],
    [[100, 100, 100, 101], false],
    [[100, 100, 100, 200], true],
    [[7], false],
    [[0, 0], false],
  ])('say of sizes %j whether chance gives them: %j', (sizes, uneven) => {
    expect(isUneven(sizes)).toBe(uneven);
  });

  it.each([
    [[300, 610], [1, 2], false],
    [[300, 610], [1, 1], true],
    [[500, 500], [1, 2], true],
  ])('say of sizes %j meant to be %j whether chance gives them: %j', (sizes, shares, uneven) => {
    expect(isUneven(sizes, shares)).toBe(uneven);
  });

  it('of revenue are those of samples in which every zero is drawn by itself', () => {
    const some = [400, 90, 90, 2500, 10, 700];
    const values = [...some, ...Array.from({ length: 194 }, () => 0)];
    const draw = seededDraw(7);
    const means = Array.from({ length: 4000 }, () => {
      let sum = 0;
      for (let i = 0; i < values.length; i++) sum += values[Math.floor(draw() * values.length)] ?? 0;
      return sum / values.length;
    }).sort((a, b) => a - b);
    const ranges = Array.from({ length: 20 }, (_, seed) => drawn(some, values.length, seededDraw(seed)));
    const mean = (of: 'low' | 'high'): number => ranges.reduce((sum, one) => sum + one[of], 0) / ranges.length;
    expect(Math.abs(mean('low') - (means[100] ?? NaN))).toBeLessThan(1);
    expect(Math.abs(mean('high') - (means[3900] ?? NaN))).toBeLessThan(2);
  });

  it('of revenue are the middle of samples drawn anew, the same for the same', () => {
    const values = Array.from({ length: 100 }, () => 1000);
    const { low, high } = drawn(values, 400);
    // A mean of 250 with a standard error of 21.7.
    expect([Math.abs(low - (250 - 1.96 * 21.7)) < 8, Math.abs(high - (250 + 1.96 * 21.7)) < 8]).toEqual([true, true]);
    expect(drawn(values, 400)).toEqual({ low, high });
    expect(drawn([9, 1, 400, 7], 50)).toEqual(drawn([400, 7, 9, 1], 50));
    expect(drawn([5, 5, 5], 3)).toEqual({ low: 5, high: 5 });
    expect(drawn([], 3)).toEqual({ low: 0, high: 0 });
  });
});

describe('variants', () => {
  const asOf = 100 * DAY;
  const met = (unit: string, variant: string, day: number): Exposure => ({
    campaign: 'spring',
    variant,
    unit,
    at: day * DAY,
  });
  const deal = (
    id: string,
    contactId: string,
    day: number,
    closed: number | null,
    amount: number,
    currency = 'EUR',
  ) => ({
    ...({ kind: 'opportunity', contactId, roles: [], value: { amount, currency } } as const),
    ...(closed === null ? { status: 'open' as const } : { status: 'won' as const, closedAt: closed * DAY }),
    ...{ id, at: day * DAY, n: 0, by: 'crm' },
  });
  const table = (
    exposures: readonly Exposure[],
    deals: readonly (OpportunityFact & { id: string; at: number; n: number; by: string })[],
    windowDays = 30,
    shares = new Map<string, number>(),
  ) => {
    const zone = FixedOffsetZone.utcInstance;
    const books = booksOf(factsByKind(deals), { currency: 'EUR', zone, asOf, accounts: new Map() });
    const frame = {
      from: 0,
      to: asOf,
      days: { from: '', to: '' },
      zone: 'Etc/UTC',
      asOf,
      ledgerPosition: 0,
      parameters: {},
      past: {},
      pastNotes: [],
    };
    const paths = {
      ...{
        table: new PathTableBuilder({ halfLifeDays: 7 }).build(),
        conversions: [],
        touches: new Map<string, number>(),
      },
      ...{ accounts: new Map<string, never>(), otherAccounts: 0, nulls: 0, open: 0 },
    };
    const costs = { spent: [], missing: [], counted: [] };
    const report = variantsReport(
      {
        books,
        frame,
        exposures: listedExposures(exposures),
        costs,
        paths,
        untracked: [],
        sent: [],
        activity: NO_ACTIVITY,
      },
      {
        windowDays,
        unit: 'account',
        shares,
        link: {},
      },
    );
    const rows = report.rows.map(({ cells }) =>
      Object.fromEntries(
        report.columns.map(({ key }, i) => [key, cells[i] !== undefined && 'value' in cells[i] ? cells[i].value : '–']),
      ),
    );
    return { rows, notes: report.notes.map(({ key }) => key) };
  };

  it('look at whoever met one before the quarter of an hour at which the window was over', () => {
    const ripe = (at: number): unknown => table([{ ...met('a1', 'a', 0), at }], []).rows[0]?.['ripe'];
    expect([70 * DAY - 1, 70 * DAY].map(ripe)).toEqual([1, 0]);
    expect([ripeBefore(30, asOf - 1), ripeBefore(30, asOf + 899_999)]).toEqual([70 * DAY - 900_000, 70 * DAY]);
  });

  it('count what those did within the window, of whom the window is over', () => {
    const exposures = [
      met('a1', 'a', 10),
      met('a2', 'a', 60),
      met('a3', 'a', 90),
      met('b1', 'b', 10),
      met('b2', 'b', 70 - 1 / DAY),
    ];
    const deals = [
      deal('1', 'a1', 12, 40, 500),
      deal('2', 'a1', 12, 41, 300),
      deal('3', 'a1', 9, 20, 50),
      deal('4', 'a3', 91, 92, 900),
      deal('5', 'b1', 40, null, 70),
      deal('6', 'nobody', 12, 13, 4000),
    ];
    expect(table(exposures, deals).rows).toMatchObject([
      // Deal 3 began before; it was won within. Deal 2 was won a day too late. a3 met it ten days ago.
      {
        variant: 'a',
        exposed: 3,
        ripe: 2,
        waiting: 1,
        opportunities: 2,
        pipeline: 800,
        won: 2,
        revenue: 550,
        win_rate: 0.5,
        revenue_per_unit: 275,
        difference: '–',
      },
      {
        variant: 'b',
        exposed: 2,
        ripe: 2,
        waiting: 0,
        opportunities: 1,
        pipeline: 70,
        won: 0,
        revenue: 0,
        win_rate: 0,
        difference: -0.5,
      },
    ]);
    expect(table(exposures, deals, 45).rows).toMatchObject([
      { ripe: 1, waiting: 2, revenue: 850, win_rate: 1 },
      { ripe: 1, waiting: 1, difference: -1 },
    ]);
    expect(table([met('a3', 'a', 90)], deals).rows).toMatchObject([
      { ripe: 0, win_rate: '–', revenue_per_unit: '–', revenue_low: '–' },
    ]);
  });

  it('lead to the deals that they count, of those alone for whom the window is over', () => {
    const exposures = [met('a1', 'a', 10), met('a3', 'a', 90), met('b1', 'b', 10)];
    const deals = [
      deal('1', 'a1', 12, 40, 500),
      deal('2', 'a1', 12, 41, 300),
      deal('3', 'a3', 91, 92, 900),
      deal('4', 'b1', 12, 13, 70),
    ];
    const books = booksOf(factsByKind(deals), {
      currency: 'EUR',
      zone: FixedOffsetZone.utcInstance,
      asOf,
      accounts: new Map(),
    });
    const [row] = table(exposures, deals).rows;
    const of = (what: 'opportunity' | 'won') =>
      outcomesBehind(books, asOf, exposures, {
        ...{ campaign: 'spring', variant: 'a', unit: 'account', windowDays: 30, what },
      });
    expect([of('opportunity').length, of('won').length]).toEqual([row?.['opportunities'], row?.['won']]);
    expect(of('won')).toMatchObject([{ id: '1', value: row?.['revenue'], metAt: 10 * DAY, at: 40 * DAY }]);
    expect(of('opportunity').reduce((sum, { value }) => sum + (value ?? 0), 0)).toBe(row?.['pipeline']);
  });

  it('are called into question where they are far from even', () => {
    const many = (variant: string, size: number) =>
      Array.from({ length: size }, (_, i) => met(`${variant}${i}`, variant, 1));
    expect(table([...many('a', 50), ...many('b', 150)], []).notes).toContain('uneven_variants');
    expect(table([...many('a', 95), ...many('b', 105)], []).notes).not.toContain('uneven_variants');
    // Who was left alone is a share that nobody calls uneven unless it was meant to be another.
    const beside = [...many('holdout', 20), ...many('a', 95), ...many('b', 105)];
    expect(table(beside, []).notes).not.toContain('uneven_variants');
    const meant = new Map([...['holdout', 'a', 'b'].map((name): [string, number] => [name, 1])]);
    expect(table(beside, [], 30, meant).notes).toContain('uneven_variants');
    // Of one and three, and not of one and one.
    const [thirds, others] = [
      new Map([
        ['a', 1],
        ['b', 3],
      ]),
      new Map([['other', 1]]),
    ];
    expect(table([...many('a', 50), ...many('b', 150)], [], 30, thirds).notes).not.toContain('uneven_variants');
    expect(table([...many('a', 95), ...many('b', 105)], [], 30, thirds).notes).toContain('uneven_variants');
    expect(table([...many('a', 50), ...many('b', 150)], [], 30, others).notes).not.toContain('uneven_variants');
  });

  it('show no sum where no amount has a rate, and say which rate is wanted', () => {
    const exposures = [met('a1', 'a', 10), met('b1', 'b', 10)];
    const deals = [
      deal('1', 'a1', 12, 20, 500, 'CHF'),
      deal('2', 'b1', 12, 20, 500, 'CHF'),
      deal('3', 'b1', 12, 20, 7),
    ];
    const { rows, notes } = table(exposures, deals);
    expect(rows).toMatchObject([
      { won: 1, pipeline: '–', revenue: '–' },
      { won: 2, pipeline: 7, revenue: 7 },
    ]);
    expect(notes).toContain('missing_rate');
  });
});
