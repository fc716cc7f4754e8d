import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MODELS, TouchLog } from '#lib/attribution';
import { runs } from '../../../../../test/support/runs.js';
import { converterTo, quantile, shareOfDays } from './amounts.js';
import type { Conversion } from './books.js';
import { creditCell, creditsOf } from './credit.js';
import { type GatheredPaths, type GatherOptions, type GatherPeriod, PathGatherer } from './path-gatherer.js';

const DAY = 86_400_000;
const OPTIONS: GatherOptions = {
  ...{ lookbackDays: 40, unit: 'account', reset: false, counts: false, nulls: true, halfLifeDays: 7, asOf: 200 * DAY },
};
const PERIOD = { from: 20 * DAY, to: 150 * DAY };

const conversion = (id: string, account: string, day: number, value: number): Conversion => ({
  ...{
    id,
    account,
    kind: 'won',
    contact: null,
    at: day * DAY,
    ...{ missing: [], lead: null },
    amount: value,
    value,
    leadAt: null,
    opportunityAt: null,
  },
  ...{
    region: null,
    productLine: null,
    owner: null,
    campaign: null,
    persona: null,
    buyerRoles: null,
    abroad: new Map(),
  },
});

interface Touched {
  readonly account: string;
  readonly day: number;
  readonly name: string;
}

/** Touches in parts of whole accounts, in the order given. */
function gathered(
  touches: readonly Touched[],
  conversions: readonly Conversion[],
  accounts: readonly string[],
  parts: number,
  periods: readonly GatherPeriod[] = [PERIOD],
): GatheredPaths[] {
  const gatherer = new PathGatherer(conversions, periods, OPTIONS);
  for (let part = 0; part < parts; part++) {
    const log = new TouchLog();
    const ids: string[] = [];
    touches.forEach(({ account, day, name }, i) => {
      if (accounts.indexOf(account) % parts !== part) return;
      const id = `${account} ${day} ${name} ${i}`;
      log.add({ id, at: day * DAY, account, contact: account, name });
      ids.push(id);
    });
    gatherer.add(log, ids);
  }
  return gatherer.end();
}

const ACCOUNTS = ['a', 'b', 'c', 'd'];
const anyTouch = fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  day: fc.integer({ min: 0, max: 200 }),
  name: fc.constantFrom('x', 'y', 'z'),
});
const anyConversion = fc.tuple(
  fc.constantFrom(...ACCOUNTS, 'nobody'),
  fc.integer({ min: 0, max: 200 }),
  fc.nat(100_000),
);

describe('credits', () => {
  it('add up to the cent and the millionth by every model, in whatever parts and order touches come', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyTouch, { maxLength: 25, selector: (one) => JSON.stringify(one) }),
        fc.array(anyConversion, { maxLength: 6 }),
        (touches, won) => {
          const conversions = won.map(([account, day, value], i) => conversion(`c${i}`, account, day, value));
          const [whole] = gathered(touches, conversions, ACCOUNTS, 1) as [GatheredPaths];
          const credits = creditsOf(whole.table, whole.conversions, MODELS);
          const inPeriod = conversions.filter(({ at }) => at >= PERIOD.from && at < PERIOD.to);
          expect(credits.total).toEqual({
            conversions: inPeriod.length * 1_000_000,
            value: inPeriod.reduce((sum, { value }) => sum + value, 0),
            isUnpriced: false,
          });
          for (const shares of credits.byModel.values()) {
            const sum = (key: 'conversions' | 'value') =>
              shares.reduce((all, share) => all + share[key], credits.unattributed[key]);
            expect([sum('conversions'), sum('value')]).toEqual([credits.total.conversions, credits.total.value]);
          }
          const periods = [{ from: 0, to: PERIOD.from }, PERIOD, { from: PERIOD.to, to: 300 * DAY }];
          const [, parted] = gathered(touches, conversions.toReversed(), ACCOUNTS, 3, periods);
          if (parted === undefined) throw new Error('there is a period');
          expect(parted.conversions).toEqual(whole.conversions);
          expect([parted.nulls, parted.open]).toEqual([whole.nulls, whole.open]);
          const again = creditsOf(parted.table, parted.conversions, MODELS);
          expect(JSON.stringify([...again.byModel])).toBe(JSON.stringify([...credits.byModel]));
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('of a name are not known where no amount of its conversions is, and by no model 0', () => {
    const touches = [
      { account: 'a', day: 30, name: 'x' },
      { account: 'b', day: 30, name: 'y' },
      { account: 'b', day: 31, name: 'z' },
      { account: 'c', day: 31, name: 'z' },
    ];
    const unpriced = { amount: null, value: 0 };
    const conversions = [
      conversion('c1', 'a', 40, 500),
      { ...conversion('c2', 'b', 40, 0), ...unpriced },
      conversion('c3', 'c', 40, 70),
      { ...conversion('c4', 'nobody', 40, 0), ...unpriced },
    ];
    const [paths] = gathered(touches, conversions, ACCOUNTS, 1) as [GatheredPaths];
    const { names, byModel, unattributed, total } = creditsOf(paths.table, paths.conversions, MODELS);
    for (const [model, shares] of byModel)
      expect([model, names.filter((_, i) => shares[i]?.isUnpriced)]).toEqual([model, ['y']]);
    expect([unattributed.isUnpriced, total.isUnpriced]).toEqual([true, false]);
    expect(creditCell(unattributed, '/link')).toEqual({ notAvailable: 'no_exchange_rate' });
    expect(creditCell(total, '/link')).toEqual({ value: 570, link: '/link' });
  });
});

describe('amounts', () => {
  const rates = [
    { kind: 'exchange_rate', from: 'USD', to: 'EUR', day: '2026-01-01', rate: '0.9' },
    { kind: 'exchange_rate', from: 'USD', to: 'EUR', day: '2026-02-01', rate: '0.915' },
    { kind: 'exchange_rate', from: 'EUR', to: 'JPY', day: '2026-01-01', rate: '160' },
  ] as const;
  it.each([
    ['EUR', 1234, '2025-01-01', 1234],
    ['USD', 1000, '2025-12-31', null],
    ['USD', 1000, '2026-01-31', 900],
    ['USD', 1000, '2026-02-01', 915],
    ['USD', 1, '2026-02-01', 1],
    ['JPY', 16_000, '2026-01-01', 10_000],
    ['CHF', 1, '2026-01-01', null],
    ['CHF', 0, '2026-01-01', 0],
  ])('%s %d on %s are %s cents', (currency, amount, day, cents) => {
    expect(converterTo('EUR', rates)({ amount, currency }, day)).toBe(cents);
  });

  it('spread over days lose nothing between adjoining periods', () => {
    const cost = { from: '2026-01-30', to: '2026-02-02' };
    const parts = [
      shareOfDays(1001, cost, '2026-01-01', '2026-01-31'),
      shareOfDays(1001, cost, '2026-02-01', '2026-02-28'),
    ];
    expect(parts).toEqual([500, 501]);
    expect(shareOfDays(1001, cost, '2026-03-01', '2026-03-31')).toBe(0);
  });

  it('have a middle', () => {
    expect([quantile([], 0.5), quantile([3, 1], 0.5), quantile([5, 1, 2], 0.9)]).toEqual([null, 2, 4.4]);
  });
});
