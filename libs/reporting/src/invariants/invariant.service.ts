import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, EpochMs } from '#lib/kernel';
import { Database } from '#lib/platform';
import { sumOf } from '../money/domain/amounts.js';
import type { Credits, Share } from '../money/domain/credit.js';
import { type MoneyQuery, MoneyService } from '../money/money.service.js';
import { moneyStore } from '../money/money.store.js';
import { DIMENSIONS } from '../money/touch.store.js';
import { invariantStore } from './invariant.store.js';

/** Two ways to one figure that do not meet. */
export interface Difference {
  readonly brandId: BrandId;
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

const EVERYTHING: Omit<MoneyQuery, 'by'> = {
  ...{ of: 'won', event: null, basis: 'delivered', unit: 'account', lookbackDays: 90, reset: false },
  ...{ halfLifeDays: 7, currency: 'EUR', model: 'linear' },
};

/** Whether what reports say adds up, here and now: of all brands and of all time. */
@Injectable()
export class InvariantService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MoneyService) private readonly money: MoneyService,
  ) {}

  /** Every figure that is not what it must be; none when all is well. */
  async check(): Promise<Difference[]> {
    const { now } = await moneyStore.watermark(this.database.tx, null);
    const brands = await invariantStore.brands(this.database.tx);
    const found: Difference[] = [];
    for (const { id, zone } of brands) {
      found.push(...(await this.messages(id, now)));
      found.push(...(await this.revenue(id, zone, now)));
    }
    return found;
  }

  private async messages(brandId: BrandId, now: EpochMs): Promise<Difference[]> {
    const sums = await this.database.transaction((tx) => invariantStore.messages(tx, brandId, now));
    const { accepted, processing, sent, dropped, failed, unknown } = sums;
    const unlike = await invariantStore.factsUnlikeLog(this.database.tx, brandId);
    return differing(brandId, [
      ['facts that are not as the log says', 0, unlike],
      [
        'accepted = processing + sent + dropped + failed + unknown',
        accepted,
        processing + sent + dropped + failed + unknown,
      ],
      ['messages dropped or failed without a reason', 0, sums.endedWithoutReason],
      ['messages whose first or last entry the log does not have', 0, sums.withoutEntry],
      ['messages sent without exactly one touch', 0, sums.withoutTouch],
    ]);
  }

  private async revenue(brandId: BrandId, zone: string, now: EpochMs): Promise<Difference[]> {
    const { deals, amount, otherCurrencies } = await invariantStore.won(this.database.tx, brandId, now);
    const differences: Difference[] = [];
    for (const by of DIMENSIONS) {
      const period = { from: 0, to: now + 1 };
      const [credits] = await this.money.credits({ brandId, zone, asOf: now }, [period], { ...EVERYTHING, by });
      if (credits === undefined) continue;
      differences.push(
        ...differing(brandId, [
          [`won deals by ${by}`, deals * 1_000_000, credits.total.conversions],
          ...(otherCurrencies === 0 ? [[`revenue by ${by}`, amount, credits.total.value] as const] : []),
          ...addingUp(credits, by),
        ]),
      );
    }
    return differences;
  }
}

type Pair = readonly [what: string, expected: number, found: number];

/** Credits of each model and what is unattributed are the total. */
function addingUp({ byModel, unattributed, total }: Credits, by: string): Pair[] {
  return [...byModel].flatMap(([model, shares]): Pair[] => {
    const sum = (part: keyof Share): number => sumOf(shares.map((share) => share[part])) + unattributed[part];
    return [
      [`conversions by ${by} and ${model}`, total.conversions, sum('conversions')],
      [`revenue by ${by} and ${model}`, total.value, sum('value')],
    ];
  });
}

function differing(brandId: BrandId, pairs: readonly Pair[]): Difference[] {
  return pairs
    .filter(([, expected, found]) => expected !== found)
    .map(([what, expected, found]) => ({ brandId, what, expected, found }));
}
