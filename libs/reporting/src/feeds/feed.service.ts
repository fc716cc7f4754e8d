import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError } from '#lib/kernel';
import { Database, type SqlPart, type Tx, tzdb } from '#lib/platform';
import type { Dimension } from '../money/touch.store.js';
import type { MoneyQuery } from '../money/money-query.js';
import { MoneyService } from '../money/money.service.js';
import { monthBounds } from './domain/bounds.js';
import { type FeedOptions, type FeedQuery, parseQuery, writeToken } from './domain/feed-query.js';
import { type FeedProperty, feedSet, type FeedSetName } from './domain/feed-set.js';
import { FilterProblem } from './domain/filter.js';
import { MOST_MONTHS, monthsWithin } from './domain/months.js';
import { resultsOf } from './domain/results.js';
import { settledUntil } from '../settled.js';
import { type FeedRow, feedStore, sourceOfFeed, sourceOfResults } from './feed.store.js';

/** Whose rows, and in whose zone months begin. */
export interface FeedOwner {
  readonly brandId: BrandId;
  readonly zone: string;
}

export interface FeedPage {
  readonly properties: readonly FeedProperty[];
  /** Values as text, in the order of the properties. */
  readonly rows: readonly FeedRow[];
  /** Of all rows that fulfil the condition, where that was asked for. */
  readonly count: number | null;
  /** Nothing recorded later is on any page, and everything recorded by then is; in microseconds. */
  readonly asOf: string;
  /** For the next page; null on the last one. */
  readonly next: { readonly skipToken: string; readonly top: number | null } | null;
}

const RESULT_DIMENSIONS: readonly Dimension[] = ['channel', 'campaign'];
/** As the attribution report has them when nothing is said. */
const RESULT_QUERY: MoneyQuery = {
  ...{ by: 'channel', of: 'won', event: null, basis: 'delivered', unit: 'account', lookbackDays: 90, reset: false },
  ...{ halfLifeDays: 7, currency: 'EUR', model: 'linear' },
};

/** Flat tables for other programs, page by page. Every page of one answer is of the same instant. */
@Injectable()
export class FeedService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MoneyService) private readonly money: MoneyService,
  ) {}

  /** @throws DomainError invalid_request, not_implemented */
  async page(owner: FeedOwner, name: FeedSetName, options: FeedOptions, pageSize: number): Promise<FeedPage> {
    const set = feedSet(name);
    const query = asRequested(() => parseQuery(set, options));
    const asOf = query.token?.asOf ?? (await settledUntil(this.database.tx));
    const source = await this.source(owner, name, query, asOf);
    const limit = Math.min(pageSize, query.top ?? pageSize);
    const ordered = query.order.map(({ property }) => property);
    const read = [...query.select, ...ordered.filter((property) => !query.select.includes(property))];
    return this.database.transaction(async (tx) => {
      const rows = await feedStore.page(tx, source, query, read, limit + 1);
      const shown = rows.slice(0, limit);
      const left = query.top === null ? null : query.top - limit;
      const last = shown.at(-1);
      const isMore = rows.length > limit && last !== undefined && left !== 0;
      const after = ordered.map((property) => last?.[read.indexOf(property)] ?? null);
      return {
        asOf,
        properties: query.select,
        rows: shown.map((row) => row.slice(0, query.select.length)),
        count: query.count ? await feedStore.count(tx, source, query) : null,
        next: isMore ? { skipToken: writeToken({ asOf, after }, set, options), top: left } : null,
      };
    });
  }

  /** How many rows fulfil a condition. @throws DomainError invalid_request, not_implemented */
  async count(
    owner: FeedOwner,
    name: FeedSetName,
    options: Pick<FeedOptions, 'filter'>,
  ): Promise<{ readonly rows: number; readonly asOf: string }> {
    const query = asRequested(() => parseQuery(feedSet(name), options));
    const asOf = await settledUntil(this.database.tx);
    const source = await this.source(owner, name, query, asOf);
    const rows = await this.database.transaction((tx: Tx) => feedStore.count(tx, source, query));
    return { rows, asOf };
  }

  /** Every row as it was known at an instant, in the caller's transaction. @throws DomainError as `page` does */
  async *rows(
    tx: Tx,
    owner: FeedOwner,
    name: FeedSetName,
    options: Pick<FeedOptions, 'filter'>,
    asOf: string,
  ): AsyncGenerator<readonly FeedRow[]> {
    const set = feedSet(name);
    const query = asRequested(() => parseQuery(set, options));
    await feedStore.open(tx, await this.source(owner, name, query, asOf), query, set.properties);
    for (;;) {
      const rows = await feedStore.next(tx);
      if (rows.length === 0) return;
      yield rows;
    }
  }

  /** @throws DomainError invalid_request, not_implemented for what cannot be asked */
  check(name: FeedSetName, options: FeedOptions): void {
    const { filter } = asRequested(() => parseQuery(feedSet(name), options));
    if (name === 'AttributionResults') asRequested(() => monthBounds(filter));
  }

  private async source(
    { brandId, zone }: FeedOwner,
    name: FeedSetName,
    { filter }: FeedQuery,
    asOf: string,
  ): Promise<SqlPart> {
    if (name !== 'AttributionResults') return sourceOfFeed(name, { brandId, asOf });
    const clock = tzdb.zone(zone);
    if (clock === null) throw new DomainError('invalid_zone', 'Name a zone of the IANA database, as Europe/Berlin.');
    const now = Date.parse(asOf);
    const months = monthsWithin(
      asRequested(() => monthBounds(filter)),
      clock,
      now,
    );
    if (months === null)
      throw new DomainError('invalid_request', `Ask for ${MOST_MONTHS} months at most, by conditions on From.`);
    const rows: object[] = [];
    for (const by of months.length === 0 ? [] : RESULT_DIMENSIONS) {
      const credits = await this.money.credits({ brandId, zone, asOf: now }, months, { ...RESULT_QUERY, by });
      months.forEach((month, i) => {
        const earned = credits[i];
        if (earned !== undefined) rows.push(...resultsOf(month, by, earned, RESULT_QUERY.currency));
      });
    }
    return sourceOfResults(rows);
  }
}

function asRequested<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    throw new DomainError(error.isNotOffered ? 'not_implemented' : 'invalid_request', `${error.message}.`);
  }
}
