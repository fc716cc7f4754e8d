import { Inject, Injectable } from '@nestjs/common';
import type { Zone } from 'luxon';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { Database, tzdb } from '#lib/platform';
import { CREDITS_NAMES, type Model, MODELS } from '#lib/attribution';
import { POINTS } from '../money/domain/engagement-score.js';
import { funnelDays } from '../money/domain/funnel-days.js';
import type { MoneyQuery } from '../money/money-query.js';
import { MoneyService } from '../money/money.service.js';
import { type MonthsAsked, MonthsService } from '../money/months.service.js';
import type { Dimension } from '../money/touch.store.js';
import { accountRow } from './domain/account-rows.js';
import { monthBounds } from './domain/bounds.js';
import { creditRows } from './domain/credit-rows.js';
import type { WorkedOutName } from './domain/feed-shape.js';
import type { Condition } from './domain/filter.js';
import { funnelRow } from './domain/funnel-rows.js';
import { type Month, MOST_MONTHS, monthsWithin } from './domain/months.js';
import { textsOf } from './domain/narrowed.js';
import { resultsOf } from './domain/results.js';

/** Whose rows, as they were known when, and in whose zone days and months begin. */
export interface WorkedOutScope {
  readonly brandId: BrandId;
  readonly zone: string;
  readonly asOf: EpochMs;
}

const DIMENSIONS: readonly Dimension[] = ['channel', 'campaign'];
/** As reports have them when nothing is said. */
const QUERY: MoneyQuery = {
  ...{ by: 'channel', of: 'won', event: null, basis: 'delivered', unit: 'account', lookbackDays: 90, reset: false },
  ...{ halfLifeDays: 7, currency: 'EUR', model: 'linear' },
};

const CREDIT_TOUCHES: readonly Model[] = MODELS.filter((model) => !CREDITS_NAMES.includes(model));
/** Rows that are worked out at once. */
const MOST_CREDITS = 100_000;
const TOO_MANY_CREDITS = `These are more than ${MOST_CREDITS} credits. Ask for fewer months, for one Model or one Dimension, by conditions.`;

/** Rows of feeds that are no rows of tables: worked out by what reports do, so that they say the same. */
@Injectable()
export class WorkedOutFeeds {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MoneyService) private readonly money: MoneyService,
    @Inject(MonthsService) private readonly months: MonthsService,
  ) {}

  /** @param filter says of which months, where a set is by month; rows may still not fulfil it. @throws DomainError, FilterProblem */
  async rows(name: WorkedOutName, scope: WorkedOutScope, filter: Condition | null): Promise<object[]> {
    const zone = tzdb.zone(scope.zone);
    if (zone === null) throw new DomainError('invalid_zone', 'Name a zone of the IANA database, as Europe/Berlin.');
    switch (name) {
      case 'FunnelDaily':
        return this.funnel(scope, zone);
      case 'AttributionResults':
        return this.results(scope, monthsOf(filter, zone, scope.asOf));
      case 'AccountEngagement':
        return this.accounts({ ...scope, zone }, monthsOf(filter, zone, scope.asOf));
      case 'Credits':
        return this.credits({ ...scope, zone }, monthsOf(filter, zone, scope.asOf), filter);
    }
  }

  private async funnel({ brandId, asOf }: WorkedOutScope, zone: Zone): Promise<object[]> {
    const { currency } = QUERY;
    const books = await this.database.transaction((tx) => this.money.books(tx, brandId, asOf, { zone, currency }));
    return funnelDays(books, asOf).map((day) => funnelRow(day, zone, currency));
  }

  private async results(scope: WorkedOutScope, months: readonly Month[]): Promise<object[]> {
    const rows: object[] = [];
    for (const by of months.length === 0 ? [] : DIMENSIONS) {
      const credits = await this.money.credits(scope, months, { ...QUERY, by });
      months.forEach((month, i) => {
        const earned = credits[i];
        if (earned !== undefined) rows.push(...resultsOf(month, by, earned, QUERY.currency));
      });
    }
    return rows;
  }

  private async accounts(asked: MonthsAsked, months: readonly Month[]): Promise<object[]> {
    if (months.length === 0) return [];
    const score = { points: POINTS, fadeDays: null };
    const { books, months: figures } = await this.months.accounts(asked, months, QUERY, score);
    return months.flatMap((month, i) => (figures[i] ?? []).map((one) => accountRow(month, one, books)));
  }

  /** @throws DomainError invalid_request for more than are worked out at once */
  private async credits(asked: MonthsAsked, months: readonly Month[], filter: Condition | null): Promise<object[]> {
    const [named, of] = [textsOf(filter, 'Model'), textsOf(filter, 'Dimension')];
    const models = CREDIT_TOUCHES.filter((model) => named?.has(model) ?? true);
    const dimensions = DIMENSIONS.filter((by) => of?.has(by) ?? true);
    if (months.length === 0 || models.length === 0) return [];
    const most = Math.floor(MOST_CREDITS / models.length / dimensions.length);
    const rows: object[] = [];
    for (const by of dimensions) {
      const credited = await this.months.credits(asked, months, { ...QUERY, by }, models, most);
      if (credited === null) throw new DomainError('invalid_request', TOO_MANY_CREDITS);
      for (const [i, one] of credited.entries()) {
        const month = months[i];
        if (month === undefined) continue;
        for (const row of creditRows(month, by, one, QUERY.currency)) rows.push(row);
      }
    }
    return rows;
  }
}

/** @throws DomainError invalid_request for too many; FilterProblem */
function monthsOf(filter: Condition | null, zone: Zone, now: EpochMs): readonly Month[] {
  const months = monthsWithin(monthBounds(filter), zone, now);
  if (months === null)
    throw new DomainError('invalid_request', `Ask for ${MOST_MONTHS} months at most, by conditions on From.`);
  return months;
}
