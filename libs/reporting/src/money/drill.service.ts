import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type EntryId, type EpochMs } from '#lib/kernel';
import { Database, toIso, tzdb } from '#lib/platform';
import { factStore, keyOf } from '../facts/fact.store.js';
import { planForJoins } from '../plan-for-all.js';
import { type DealBehind, type DealFilter, dealsBehind } from './domain/deals-behind.js';
import { type MoneyAsked, MoneyService } from './money.service.js';
import { moneyStore } from './money.store.js';
import { type StreamedTouch, type TouchScope, touchStore } from './touch.store.js';

/** A fact or a touch, and the entry of the ledger that records it; null for facts of before there were any. */
export type WithEntry<T> = T & { readonly entry: EntryId | null };

export type AccountTouch = Omit<StreamedTouch, 'account'>;

interface Paged {
  readonly after: string | null;
  readonly limit: number;
}
interface Part<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** So the id of a touch begins that was a visit. */
const VISIT = 'visit ';

/** What is behind figures that are no credit of a model: deals, and everything that an account had to do with us. */
@Injectable()
export class DrillService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MoneyService) private readonly money: MoneyService,
  ) {}

  /** Deals with their entries, by when they were opened. */
  async deals(
    asked: MoneyAsked & { readonly currency: string },
    filter: DealFilter,
    page: Paged,
  ): Promise<Part<WithEntry<DealBehind>>> {
    const { brandId, from, to, zone, currency } = asked;
    const clock = tzdb.zone(zone);
    if (clock === null) throw new DomainError('invalid_zone', 'Name a zone of the IANA database, as Europe/Berlin.');
    return this.database.transaction(async (tx) => {
      const asOf = asked.asOf ?? (await moneyStore.now(tx));
      const books = await this.money.books(tx, brandId, asOf, clock, currency);
      const { items, next } = pageOf(dealsBehind(books, { from, to, asOf }, filter), page, ({ openedAt, id }) =>
        placeOf(openedAt, id),
      );
      const named = items.map(({ id }) => ({ kind: 'opportunity' as const, id }));
      const entries = await factStore.entriesOf(tx, brandId, asOf, named);
      return {
        items: items.map((deal) => ({ ...deal, entry: entries.get(keyOf('opportunity', deal.id)) ?? null })),
        next,
      };
    });
  }

  /** Every touch of an account in the period, oldest first. A message names its entries itself. */
  async accountTouches(
    asked: MoneyAsked,
    account: string,
    scope: Pick<TouchScope, 'by' | 'basis'>,
    page: Paged,
  ): Promise<Part<WithEntry<AccountTouch>>> {
    const { brandId, from, to } = asked;
    return this.database.transaction(async (tx) => {
      const asOf = asked.asOf ?? (await moneyStore.now(tx));
      await planForJoins(tx);
      await touchStore.open(tx, { brandId, asOf, ...scope }, [account]);
      const touches: AccountTouch[] = [];
      for (let read = await touchStore.next(tx); read.length > 0; read = await touchStore.next(tx))
        for (const { account: _a, ...touch } of read) if (touch.at >= from && touch.at < to) touches.push(touch);
      await touchStore.close(tx);
      const { items, next } = pageOf(touches, page, ({ at, id }) => placeOf(at, id));
      const visits = items.flatMap(({ id }) =>
        id.startsWith(VISIT) ? [{ kind: 'visit' as const, id: id.slice(VISIT.length) }] : [],
      );
      const entries = await factStore.entriesOf(tx, brandId, asOf, visits);
      return {
        items: items.map((touch) => ({
          ...touch,
          entry: entries.get(keyOf('visit', touch.id.slice(VISIT.length))) ?? null,
        })),
        next,
      };
    });
  }
}

function placeOf(at: EpochMs, id: string): string {
  return `${toIso(at)} ${id}`;
}

/** A part of a list in the order of places, behind the last place of the part before. */
function pageOf<T>(all: readonly T[], { after, limit }: Paged, place: (item: T) => string): Part<T> {
  const sorted = all
    .map((item) => ({ item, at: place(item) }))
    .filter(({ at }) => after === null || at > after)
    .sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  const shown = sorted.slice(0, limit);
  return { items: shown.map(({ item }) => item), next: sorted.length > limit ? (shown.at(-1)?.at ?? null) : null };
}
