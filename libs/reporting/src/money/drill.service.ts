import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type EntryId, type EpochMs } from '#lib/kernel';
import { Database, toIso, type Tx, tzdb } from '#lib/platform';
import { activityStore } from '../activity/activity.store.js';
import type { Engagement } from '../activity/domain/activity.js';
import { type EngagementFilter, engagementsBehind } from '../activity/domain/engagements-behind.js';
import { factStore, keyOf } from '../facts/fact.store.js';
import { planForJoins } from '../plan-for-all.js';
import { type DealBehind, type DealFilter, dealsBehind } from './domain/deals-behind.js';
import type { Books } from './domain/books.js';
import {
  type LeadBehind,
  type LeadFilter,
  leadsBehind,
  type OutcomeBehind,
  type OutcomeFilter,
  outcomesBehind,
} from './domain/facts-behind.js';
import { NO_NAME } from './domain/no-name.js';
import { type MoneyAsked, MoneyService } from './money.service.js';
import { moneyStore } from './money.store.js';
import { type StreamedTouch, type TouchScope, touchStore } from './touch.store.js';

/** A fact or a touch, and the entry of the ledger that records it; null for facts of before there were any. */
export type WithEntry<T> = T & { readonly entry: EntryId | null };

export type AccountTouch = Omit<StreamedTouch, 'account'>;

/** With the currency of amounts. */
export type AskedInMoney = MoneyAsked & { readonly currency: string };

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
  async deals(asked: AskedInMoney, filter: DealFilter, page: Paged): Promise<Part<WithEntry<DealBehind>>> {
    const { brandId, from, to } = asked;
    return this.withBooks(asked, async (tx, books, asOf) => {
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

  /** Leads with the entries of the facts by which they reached the stage. */
  async leads(asked: AskedInMoney, filter: LeadFilter, page: Paged): Promise<Part<WithEntry<LeadBehind>>> {
    const { brandId, from, to } = asked;
    return this.withBooks(asked, async (tx, books, asOf) => {
      const all = leadsBehind(books, { from, to, asOf }, filter);
      const { items, next } = pageOf(all, page, ({ first, lead }) => placeOf(first, lead));
      const entries = await factStore.entriesOf(
        tx,
        brandId,
        asOf,
        items.map(({ fact }) => fact),
      );
      return {
        items: items.map((lead) => ({ ...lead, entry: entries.get(keyOf(lead.fact.kind, lead.fact.id)) ?? null })),
        next,
      };
    });
  }

  /** What came of those who met a variant, with the entries of the facts. */
  async outcomes(asked: AskedInMoney, filter: OutcomeFilter, page: Paged): Promise<Part<WithEntry<OutcomeBehind>>> {
    const { brandId, from, to } = asked;
    const { unit, campaign } = filter;
    return this.withBooks(asked, async (tx, books, asOf) => {
      const among = { asOf, from, to, unit, campaign: campaign === NO_NAME ? undefined : campaign };
      const exposures = await touchStore.exposures(tx, brandId, among);
      const all = outcomesBehind(books, asOf, exposures, filter);
      const { items, next } = pageOf(all, page, ({ at, id, account }) => `${placeOf(at, id)} ${account}`);
      const kind = filter.what === 'lead' ? 'stage' : 'opportunity';
      const entries = await factStore.entriesOf(
        tx,
        brandId,
        asOf,
        items.map(({ id }) => ({ kind, id })),
      );
      return { items: items.map((one) => ({ ...one, entry: entries.get(keyOf(kind, one.id)) ?? null })), next };
    });
  }

  /** What people did, oldest first. A message names its entries itself. */
  async engagements(asked: MoneyAsked, filter: EngagementFilter, page: Paged): Promise<Part<WithEntry<Engagement>>> {
    const { brandId, from, to } = asked;
    return this.withBooks({ ...asked, currency: 'EUR' }, async (tx, books, asOf) => {
      const did = await activityStore.engagements(tx, { brandId, asOf, from, to });
      const all = engagementsBehind(books, did, filter);
      const { items, next } = pageOf(all, page, ({ at, id }) => placeOf(at, id));
      const named = items.flatMap((one) => factOf(one) ?? []);
      const entries = await factStore.entriesOf(tx, brandId, asOf, named);
      const entryOf = (one: Engagement): EntryId | null => {
        const fact = factOf(one);
        return fact === null ? null : (entries.get(keyOf(fact.kind, fact.id)) ?? null);
      };
      return { items: items.map((one) => ({ ...one, entry: entryOf(one) })), next };
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

  /** @throws DomainError invalid_zone */
  private async withBooks<T>(
    { brandId, zone, asOf, currency }: AskedInMoney,
    read: (tx: Tx, books: Books, asOf: EpochMs) => Promise<T>,
  ): Promise<T> {
    const clock = tzdb.zone(zone);
    if (clock === null) throw new DomainError('invalid_zone', 'Name a zone of the IANA database, as Europe/Berlin.');
    return this.database.transaction(async (tx) => {
      const then = asOf ?? (await moneyStore.now(tx));
      return read(tx, await this.money.books(tx, brandId, then, { zone: clock, currency }), then);
    });
  }
}

/** The fact that says what somebody did; null of a message, which names its entries itself. */
function factOf({ kind, id }: Engagement): { readonly kind: 'visit' | 'custom'; readonly id: string } | null {
  if (kind === 'click' || kind === 'reply') return null;
  return kind === 'visit' ? { kind, id: id.slice(VISIT.length) } : { kind: 'custom', id };
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
