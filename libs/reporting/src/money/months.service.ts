import { Inject, Injectable } from '@nestjs/common';
import type { Zone } from 'luxon';
import type { Model } from '#lib/attribution';
import type { BrandId, EpochMs } from '#lib/kernel';
import { Database, type Tx } from '#lib/platform';
import { planForJoins } from '../plan-for-all.js';
import { type AccountFigures, accountFigures } from './domain/account-figures.js';
import { type Books, type Conversion, conversionsOf } from './domain/books.js';
import { creditsOf } from './domain/credit.js';
import type { CreditedMonth, SharedTouch } from './domain/credited-month.js';
import { creditedTouches, pathCredit } from './domain/credited-touches.js';
import { EngagementScores, type ScoreRule } from './domain/engagement-score.js';
import { type GatherPeriod, PathGatherer, type Witness } from './domain/path-gatherer.js';
import type { MoneyQuery } from './money-query.js';
import { accountsOf } from './gathering.js';
import { MoneyService } from './money.service.js';
import { placeOf } from './touch-filter.js';
import { touchesOfLog } from './touch-source.js';

/** Whose, as it was known when. */
export interface MonthsAsked {
  readonly brandId: BrandId;
  readonly zone: Zone;
  readonly asOf: EpochMs;
}

/** What reports say of each of several months, read in one pass. By account, each touch by itself. */
@Injectable()
export class MonthsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MoneyService) private readonly money: MoneyService,
  ) {}

  /** What accounts that somebody named had to do with us. @param months none of them within another */
  accounts(
    asked: MonthsAsked,
    months: readonly GatherPeriod[],
    query: MoneyQuery,
    score: ScoreRule,
  ): Promise<{ readonly books: Books; readonly months: readonly (readonly AccountFigures[])[] }> {
    const { brandId, asOf } = asked;
    return this.read(asked, query, async (tx, books, conversions) => {
      const named = [...books.accounts.keys()];
      const gatherer = new PathGatherer(conversions, months, { ...query, asOf, counts: true, nulls: false });
      const scores = months.map((month) => new EngagementScores(month, asOf, score));
      const source = touchesOfLog(tx, { brandId, asOf, ...query });
      await source.stream(gatherer, named);
      await source.scored(named, scores);
      const figures = gatherer.end().map((paths, i) => {
        const { to = 0 } = months[i] ?? {};
        return accountFigures(books, paths, { to, asOf }, scores[i]).accounts;
      });
      return { books, months: figures };
    });
  }

  /**
   * What each touch that led to a conversion was given.
   * @param models those that credit touches
   * @param most touches: null where there are more
   */
  credits(
    asked: MonthsAsked,
    months: readonly GatherPeriod[],
    query: MoneyQuery,
    models: readonly Model[],
    most: number,
  ): Promise<CreditedMonth[] | null> {
    const { brandId, asOf } = asked;
    return this.read(asked, query, async (tx, _books, conversions) => {
      const found = months.map((): Found[] => []);
      let touches = 0;
      const witness: Witness = (path, log, ids) => {
        const month = months.findIndex(({ from, to }) => {
          const at = path.conversion?.at ?? Infinity;
          return at >= from && at < to;
        });
        touches += path.touches.length;
        if (touches > most || path.conversion === null) return;
        const given = models.map((model) => {
          const { halfLifeDays } = query;
          return [model, pathCredit(path, log, { model, of: 'conversions', halfLifeDays })] as const;
        });
        const { amount } = path.conversion as Conversion;
        for (const touch of creditedTouches(path, log, ids, amount)) {
          const shares = new Map(given.map(([model, credit]) => [model, credit?.[touch.place - 1] ?? 0]));
          found[month]?.push({ key: placeOf(touch), touch, shares, value: path.value });
        }
      };
      const gatherer = new PathGatherer(conversions, months, { ...query, asOf, counts: false, nulls: false }, witness);
      const reported = conversions.filter(
        ({ at }) => at <= asOf && months.some(({ from, to }) => at >= from && at < to),
      );
      await touchesOfLog(tx, { brandId, asOf, ...query }).stream(gatherer, accountsOf(reported));
      const gathered = gatherer.end();
      if (touches > most) return null;
      return gathered.map(({ table, conversions: all }, i) => ({
        credits: creditsOf(table, all, models),
        touches: (found[i] ?? []).sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))),
        unattributed: all.filter((one) => one.touches === 0).map(({ conversion }) => conversion),
      }));
    });
  }

  private read<T>(
    { brandId, asOf, zone }: MonthsAsked,
    query: MoneyQuery,
    make: (tx: Tx, books: Books, conversions: readonly Conversion[]) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async (tx) => {
      await planForJoins(tx);
      const books = await this.money.books(tx, brandId, asOf, { zone, currency: query.currency });
      return make(tx, books, conversionsOf(books, query));
    });
  }
}

type Found = SharedTouch & { readonly key: string };
