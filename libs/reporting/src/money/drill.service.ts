import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type EntryId, type EpochMs } from '#lib/kernel';
import { Database, toIso, type Tx, tzdb } from '#lib/platform';
import { activityStore } from '../activity/activity.store.js';
import type { Engagement } from '../activity/domain/activity.js';
import { type EngagementFilter, engagementsBehind } from '../activity/domain/engagements-behind.js';
import { factStore, keyOf } from '../facts/fact.store.js';
import type { Source, SourceWithEntry } from '../domain/behind.js';
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
import { listedExposures } from './domain/exposures.js';
import { withHeldOut } from './domain/held-out.js';
import { NO_NAME } from './domain/no-name.js';
import { heldOutStore } from './held-out.store.js';
import type { MoneyAsked } from './money-query.js';
import { MoneyService } from './money.service.js';
import { moneyStore } from './money.store.js';
import { type ListedTouches, type StreamedTouch, type TouchScope, touchStore } from './touch.store.js';

/** A fact or a touch, and the entry of the ledger that records it; null for facts of before there were any. */
export type WithEntry<T> = T & { readonly entry: EntryId | null };

export type AccountTouch = StreamedTouch;

/** Which touches are listed; what is null narrows nothing. */
export interface TouchListFilter extends Pick<ListedTouches, 'account' | 'contact' | 'name' | 'channel'> {
  /** Of accounts alone of which nobody said anything. */
  readonly isUnnamed: boolean;
}

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
      const met = listedExposures(await touchStore.exposures(tx, brandId, among));
      const { some } = withHeldOut(met, await heldOutStore.before(tx, brandId, among), { from, to });
      const all = outcomesBehind(books, asOf, some, filter);
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

  /** Touches of the period, oldest first. A message names its entries itself. */
  async touches(
    asked: AskedInMoney,
    { isUnnamed, ...which }: TouchListFilter,
    scope: Pick<TouchScope, 'by' | 'basis' | 'returned'>,
    { after, limit }: Paged,
  ): Promise<Part<WithEntry<AccountTouch>>> {
    const { brandId, from, to } = asked;
    return this.withBooks(asked, async (tx, books, asOf) => {
      await planForJoins(tx);
      const notOf = isUnnamed ? [...books.accounts.keys()] : null;
      const place = after === null ? null : placeIn(after);
      const wanted = { ...which, from, to, notOf };
      const touches = await touchStore.list(tx, { brandId, asOf, ...scope }, wanted, place, limit + 1);
      const items = touches.slice(0, limit);
      const last = items.at(-1);
      const next = touches.length > limit && last !== undefined ? placeOf(last.at, last.id) : null;
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

  /** Up to when data are whole now, and how many entries the ledger has; for the past, of its last checkpoint by then. */
  async stand(asOf: EpochMs | null): Promise<{ readonly asOf: EpochMs; readonly position: number | null }> {
    return this.database.transaction(async (tx) => ({
      position: await moneyStore.position(tx, asOf),
      asOf: asOf ?? (await moneyStore.now(tx)),
    }));
  }

  /** Some of the things that a number is made of, in the order in which they are told, each with its ledger entry. */
  async sources(
    { brandId, asOf }: Pick<MoneyAsked, 'brandId'> & { readonly asOf: EpochMs },
    all: readonly Source[],
    { after, limit }: Paged,
  ): Promise<Part<SourceWithEntry>> {
    const first = after === null ? 0 : Number(after);
    const shown = all.slice(first, first + limit);
    const facts = shown.flatMap(({ fact }) => fact ?? []);
    const entries = await this.database.transaction((tx) => factStore.entriesOf(tx, brandId, asOf, facts));
    return {
      items: shown.map((one) => ({
        ...one,
        entry: one.fact === null ? null : (entries.get(keyOf(one.fact.kind, one.fact.id)) ?? null),
      })),
      next: first + limit < all.length ? String(first + limit) : null,
    };
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

/** @throws DomainError invalid_request for a place that is none */
function placeIn(after: string): { readonly at: EpochMs; readonly id: string } {
  const [instant = '', ...rest] = after.split(' ');
  const at = Date.parse(instant);
  if (!Number.isFinite(at))
    throw new DomainError('invalid_request', 'Use the `nextCursor` of the page before, unchanged.');
  return { at, id: rest.join(' ') };
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
