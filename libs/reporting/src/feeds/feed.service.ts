import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError } from '#lib/kernel';
import { Database, type SqlPart, type Tx } from '#lib/platform';
import { isByMonth, isWorkedOut } from './domain/feed-shape.js';
import { dayBounds, monthBounds } from './domain/bounds.js';
import { type FeedOptions, type FeedQuery, parseQuery, writeToken } from './domain/feed-query.js';
import { type FeedProperty, feedSet, type FeedSetName } from './domain/feed-set.js';
import { FilterProblem } from './domain/filter.js';
import { settledUntil } from '../settled.js';
import { type FeedRow, feedStore, sourceOfFeed, sourceOfRows } from './feed.store.js';
import { WorkedOutFeeds } from './worked-out.service.js';

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

/** Flat tables for other programs, page by page. Every page of one answer is of the same instant. */
@Injectable()
export class FeedService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WorkedOutFeeds) private readonly workedOut: WorkedOutFeeds,
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
    if (isByMonth(name)) asRequested(() => monthBounds(filter));
  }

  private async source(
    { brandId, zone }: FeedOwner,
    name: FeedSetName,
    { filter }: FeedQuery,
    asOf: string,
  ): Promise<SqlPart> {
    if (!isWorkedOut(name)) return sourceOfFeed(name, { brandId, asOf, when: dayBounds(filter) });
    const scope = { brandId, zone, asOf: Date.parse(asOf) };
    const rows = await this.workedOut.rows(name, scope, filter).catch(asProblem);
    return sourceOfRows(feedSet(name), rows);
  }
}

function asRequested<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return asProblem(error);
  }
}

function asProblem(error: unknown): never {
  if (!(error instanceof FilterProblem)) throw error;
  throw new DomainError(error.isNotOffered ? 'not_implemented' : 'invalid_request', `${error.message}.`);
}
