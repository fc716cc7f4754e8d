import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Zone } from 'luxon';
import { CREDITS_NAMES, ExactSums, type Model, MODELS, weightSetProblems } from '#lib/attribution';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { Database, systemClock, toIso, type Tx, tzdb } from '#lib/platform';
import { type Asked, pastNotes } from '../domain/asked.js';
import type { ParameterValue, Report } from '../domain/report.js';
import type { FactsByKind } from '../facts/domain/fact.js';
import { factsByKind } from '../facts/domain/known-facts.js';
import { factStore } from '../facts/fact.store.js';
import { type Books, booksOf, type Conversion, conversionsOf } from './domain/books.js';
import { channelsByProvider, costsOf } from './domain/costs.js';
import { type CreditedTouch, creditedTouches, creditRounder, Parts, pathCredit } from './domain/credited-touches.js';
import { type Credits, creditsOf, fromMillionths, type Share, shareOf } from './domain/credit.js';
import { EngagementScores } from './domain/engagement-score.js';
import { listedExposures, NO_EXPOSURES } from './domain/exposures.js';
import { withHeldOut } from './domain/held-out.js';
import { heldOutStore } from './held-out.store.js';
import { type MoneyData, type MoneyFrame } from './domain/frame.js';
import { type GatherPeriod, PathGatherer, type Witness } from './domain/path-gatherer.js';
import { readActivity } from '../activity/read-activity.js';
import { activityBeside, keptExposures, keptFigures } from '../kept-activity/kept-figures.js';
import { planForJoins } from '../plan-for-all.js';
import { moneyStore } from './money.store.js';
import { KeptTouchesService } from './kept.service.js';
import type { MoneyAsked, MoneyQuery } from './money-query.js';
import { MoneyMemory, type Remembered } from './money-memory.js';
import { FACTS_OF } from './domain/sources-of.js';
import {
  isTouchWanted,
  ofSegment,
  placeOf,
  type TouchFilter,
  wantedPaths,
  isPathListed,
  weightsByPlace,
  withEntries,
} from './touch-filter.js';
import { warmQueries } from './warm-query.js';
import { gather } from './gathering.js';
import { byDay, keptTouches, type SourceScope, touchesOfLog, type TouchSource } from './touch-source.js';
import { type SentMessages, touchStore } from './touch.store.js';

/** Reports on money: facts and touches, as they were known at one instant, through pure models. */
@Injectable()
export class MoneyService {
  private readonly memory = new MoneyMemory();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeptTouchesService) private readonly kept: KeptTouchesService,
  ) {}

  /**
   * The report that `make` makes of the data. One about now is made from what is kept of touches. One about a past instant is
   * made from all of them, and kept as it was first made: the same question gets it again, and its bytes depend on nothing
   * but what was recorded by then.
   * @param make pure
   * @param isAnew whether one about the past is made once more, for whoever asks what its numbers are made of
   */
  async report(
    key: string,
    asked: MoneyAsked,
    query: MoneyQuery,
    parameters: Readonly<Record<string, ParameterValue>>,
    make: (data: MoneyData) => Report,
    isAnew = false,
  ): Promise<Report> {
    const { asOf } = asked;
    if (asOf === null) {
      // Whoever asks what figures are made of is told by all that there is.
      const { figures: _figures, ...whole } = query;
      const report = await this.current(asked, isAnew ? whole : query, parameters, make);
      await this.kept.noteAsked(asked.brandId);
      return report;
    }
    return this.database.transaction(async (tx) => {
      if (isAnew) return make(await this.data(tx, { asked, asOf, kept: null }, query, parameters));
      const digest = digestOf(asked, parameters);
      const kept = await moneyStore.kept(tx, asked.brandId, key, digest);
      if (kept !== null) return kept;
      const report = make(await this.data(tx, { asked, asOf, kept: null }, query, parameters));
      await moneyStore.keep(tx, asked.brandId, digest, asOf, report);
      return report;
    });
  }

  /** Reads ahead what reports are made of, for brands whose reports were asked for in the last days. */
  async warm(signal: AbortSignal): Promise<void> {
    const { asked, queries } = warmQueries(systemClock.now());
    for (const brandId of await this.kept.askedOfLate()) {
      if (signal.aborted) return;
      for (const query of queries) await this.current({ brandId, ...asked }, query, {}, () => ({}));
    }
  }

  /** What is made of the data of now. */
  private async current<T extends object>(
    asked: MoneyAsked,
    query: MoneyQuery,
    parameters: MoneyFrame['parameters'],
    make: (data: MoneyData) => T,
  ): Promise<T> {
    let rounds = 0;
    return this.kept.current(asked.brandId, async (tx, stand) => {
      // Others ask at the same time, or the database is of an earlier day than what is remembered.
      if (++rounds > MOST_ROUNDS) this.memory.forget(asked.brandId);
      await planForJoins(tx);
      const kept = await this.memory.at(tx, asked.brandId, stand);
      return kept === null ? null : make(await this.data(tx, { asked, asOf: stand.through, kept }, query, parameters));
    });
  }

  /** What a model, or the weight set of the query, gives each name, or where none is named all of them. */
  private async creditOf(asked: MoneyAsked, query: MoneyQuery, model: Model | null): Promise<ShareOf> {
    const reads = model !== null && CREDITS_NAMES.includes(model) ? ('all' as const) : ('converting' as const);
    const make = ({ paths: { table, conversions }, books }: MoneyData): ShareOf => {
      const set = books.weightSets.get(query.weights ?? '');
      const credits = creditsOf(table, conversions, model === null ? [] : [model], set === undefined ? [] : [set]);
      return (name) => shareOf(credits, model ?? `${set?.name}@${set?.version}`, name);
    };
    const { asOf } = asked;
    if (asOf === null) return this.current(asked, { ...query, reads }, {}, make);
    return this.database.transaction(async (tx) =>
      make(await this.data(tx, { asked, asOf, kept: null }, { ...query, reads }, {})),
    );
  }

  /**
   * The touches behind a figure, in the order of conversions and of their paths.
   * @param by what the model of the query, or its weight set, gives each; null: nothing is credited
   */
  async touches(
    asked: MoneyAsked,
    query: MoneyQuery,
    which: TouchFilter,
    { after, limit }: { readonly after: string | null; readonly limit: number },
    by: { readonly model: Model | null; readonly of: 'conversions' | 'value' } | null = null,
  ): Promise<TouchesBehind> {
    let found: { readonly key: string; readonly touch: CreditedTouch; readonly weight: number }[] = [];
    /** What all of the name are given, what those that are wanted are, and what those before this page are. */
    const weights = new ExactSums(3);
    const whole = by === null ? null : await this.creditOf(asked, query, by.model);
    const keep = (): void => {
      found = found.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).slice(0, limit + 1);
    };
    const parts = new Parts();
    const isCredited = (query.within ?? null) !== null;
    const places = weightsByPlace(which, isCredited);
    const witness = (books: Books): Witness => {
      const isWanted = wantedPaths(books, which, isCredited);
      return (path, log, ids) => {
        const value = parts.of(path);
        if (!isWanted(path)) return;
        const isListed = isPathListed(path, log, which);
        if (!isListed && by === null) return;
        const model = by === null ? null : (by.model ?? books.weightSets.get(query.weights ?? '') ?? null);
        const given =
          by === null || model === null
            ? null
            : pathCredit(path, log, { model, of: by.of, halfLifeDays: query.halfLifeDays });
        for (const touch of creditedTouches(path, log, ids, value)) {
          const weight = (given?.[touch.place - 1] ?? 0) / touch.among;
          if (which.name === null || touch.name === which.name) {
            weights.add(0, weight);
            places?.add(touch.name, touch.place, weight);
          }
          if (!isListed || !isTouchWanted(touch, which)) continue;
          const key = placeOf(touch);
          weights.add(1, weight);
          if (after === null || key > after) found.push({ key, touch, weight });
          else weights.add(2, weight);
        }
        if (found.length > 4 * limit + 1000) keep();
      };
    };
    const shown = await this.database.transaction(async (tx) => {
      const asOf = asked.asOf ?? (await moneyStore.now(tx));
      const { frame } = await this.data(
        tx,
        { asked, asOf, kept: null },
        { ...query, reads: 'converting' },
        {},
        witness,
      );
      keep();
      const page = found.slice(0, limit);
      const own = page.map(({ touch }) => touch);
      const items = await withEntries(tx, asked.brandId, frame.asOf, own, FACTS_OF[query.of]);
      return { items, weights: page.map(({ weight }) => weight) };
    });
    const next = found.length > limit ? (found[limit - 1]?.key ?? null) : null;
    if (by === null || whole === null) return { items: shown.items, next, credit: null };
    const allOf = (name: string | null): number => whole(name)[by.of];
    const all = allOf(which.name);
    const [named, wanted, before] = [weights.at(0), weights.at(1), weights.at(2)];
    const isByTouch = by.model === null || !CREDITS_NAMES.includes(by.model);
    const part = places === null ? Math.round((all * wanted) / named) : places.credit(allOf);
    const credit = isByTouch && named > 0 ? part : all;
    const rounded = creditRounder(credit, wanted, before);
    const told = (units: number): number => (by.of === 'value' ? units : fromMillionths(units));
    return {
      items: shown.items.map((touch, i) => ({
        ...touch,
        credit: isByTouch ? told(rounded(shown.weights[i] ?? 0)) : null,
      })),
      next,
      credit: told(credit),
    };
  }

  /**
   * What each name earned in each period, by every model; read in one pass.
   * @param periods none of them within another
   */
  async credits(
    { brandId, zone: zoneName, asOf }: Pick<Asked, 'brandId' | 'zone'> & { readonly asOf: EpochMs },
    periods: readonly GatherPeriod[],
    query: MoneyQuery,
  ): Promise<Credits[]> {
    return this.database.transaction(async (tx) => {
      await planForJoins(tx);
      const books = await this.books(tx, brandId, asOf, { zone: zoneOf(zoneName), currency: query.currency });
      const conversions = conversionsOf(books, query).map((one) => inUnit(books, one, query.unit));
      const gatherer = new PathGatherer(conversions, periods, { ...query, asOf, counts: false, nulls: true });
      await touchesOfLog(tx, { brandId, asOf, ...query }).stream(gatherer, null);
      return gatherer.end().map((paths) => creditsOf(paths.table, paths.conversions, MODELS));
    });
  }

  /**
   * Facts as they were known at an instant.
   * @param known all of them, where they are known already
   */
  async books(
    tx: Tx,
    brandId: BrandId,
    asOf: EpochMs,
    { zone, currency }: { readonly zone: Zone; readonly currency: string },
    known: FactsByKind | null = null,
  ): Promise<Books> {
    const facts = known ?? factsByKind(await factStore.asOf(tx, brandId, asOf));
    const contacts = this.memory.contactsOf(facts);
    const accounts =
      contacts.length === 0 ? new Map<string, string>() : await touchStore.accountsOf(tx, brandId, asOf, contacts);
    const key = `${brandId} ${currency} ${zone.name}`;
    const books = booksOf(facts, { currency, zone, asOf, accounts, before: this.memory.latestBooks(key) });
    if (known !== null) this.memory.keepBooks(key, books);
    return books;
  }

  private async data(
    tx: Tx,
    { asked, asOf, kept }: { readonly asked: MoneyAsked; readonly asOf: EpochMs; readonly kept: Remembered | null },
    query: MoneyQuery,
    parameters: MoneyFrame['parameters'],
    witness?: (books: Books) => Witness,
  ): Promise<MoneyData> {
    const { brandId, from, to, zone: zoneName, days } = asked;
    await planForJoins(tx);
    const position = await moneyStore.position(tx, asked.asOf);
    const zone = zoneOf(zoneName);
    const books = await this.books(tx, brandId, asOf, { zone, currency: query.currency }, kept?.facts);
    refuseUnsigned(books, query.weights);
    const { reads = 'all', campaign, unit } = query;
    const scope = { brandId, asOf, ...query };
    const source = await sourceOf(tx, scope, kept);
    // Where nothing has a tariff, nobody but the report on what is missing asks how much was sent.
    const isSentAsked = books.tariffs.length > 0 || reads === 'all' || reads === 'accounts';
    const sent = isSentAsked ? await this.sent(tx, source, books, { brandId, asOf, from, to, zone }) : [];
    const period = { from, to };
    const all = conversionsOf(books, query);
    // Where nobody asks how long sales take and of whom nothing came, those of other times say nothing.
    const some = reads === 'all' || query.reset ? all : all.filter(({ at }) => at >= from && at < to && at <= asOf);
    const conversions = some.map((one) => inUnit(books, one, query.unit));
    const { within = null } = query;
    const only = within === null ? {} : { only: ofSegment(books, within) };
    const counts = reads === 'accounts' || reads === 'contacts' || (reads === 'all' && !source.knowsEnds);
    const gatherer = new PathGatherer(
      conversions,
      [period],
      { ...query, asOf, counts, nulls: reads === 'all', paths: reads !== 'contacts', ...only },
      witness?.(books),
    );
    const { isWhole, otherAccounts } = await gather(source, gatherer, { books, conversions, period, asOf }, reads);
    const scores = query.score === undefined ? undefined : new EngagementScores(period, asOf, query.score);
    if (scores !== undefined) await source.scored([...books.accounts.keys()], [scores]);
    const figured = { brandId, asOf, ...period };
    const met = { ...figured, unit, campaign };
    const exposures =
      reads === 'exposures'
        ? withHeldOut(
            (kept === null ? null : await keptExposures(tx, books, met, kept.touches)) ??
              listedExposures(await touchStore.exposures(tx, brandId, met)),
            await heldOutStore.before(tx, brandId, met),
            period,
          )
        : NO_EXPOSURES;
    const done =
      kept === null || query.figures === undefined
        ? null
        : await keptFigures(tx, books, figured, query.figures, kept.touches);
    const activity =
      done === null || kept === null
        ? await readActivity(tx, figured, query, kept?.touches ?? null)
        : await activityBeside(tx, books, { ...figured, lookbackDays: query.lookbackDays }, done, kept.touches);
    const untracked = reads === 'accounts' ? await touchStore.untracked(tx, { brandId, asOf, ...period }) : [];
    const [gathered] = gatherer.end();
    if (gathered === undefined) throw new Error('there is one period');
    // Of what each account had to do with us nobody asks by what name.
    const touches = isWhole || reads === 'contacts' ? gathered.touches : await source.counts(period);
    const paths = { ...gathered, touches, otherAccounts };
    const frame = {
      from,
      to,
      days,
      zone: zoneName,
      asOf,
      ledgerPosition: position ?? 0,
      parameters,
      past: asked.asOf === null ? {} : { asOf: toIso(asked.asOf) },
      pastNotes: pastNotes(asked.asOf, position),
    };
    return {
      frame,
      books,
      sent,
      costs: costsOf(books, sent, days.from, days.to),
      paths,
      exposures,
      activity,
      done,
      untracked,
      ...(scores === undefined ? {} : { scores }),
    };
  }

  /** Of most channels it is kept how many messages left; where parts or providers are charged for, the log is asked. */
  private async sent(
    tx: Tx,
    source: TouchSource,
    books: Books,
    { brandId, asOf, from, to, zone }: { brandId: BrandId; asOf: EpochMs; from: EpochMs; to: EpochMs; zone: Zone },
  ): Promise<SentMessages[]> {
    const all = await source.sent({ from, to }, zone);
    const channels = channelsByProvider(books);
    if (!all.some(({ channel }) => channels.includes(channel))) return all;
    const charged = await touchStore.sentByProvider(tx, brandId, { asOf, from, to, zone: zone.name }, channels);
    return [...all.filter(({ channel }) => !channels.includes(channel)), ...charged].sort(byDay);
  }
}

/** Touches behind a figure. */
export interface TouchesBehind {
  readonly items: readonly CreditedTouch[];
  readonly next: string | null;
  /** What all of them, on every page, are credited together: whole minor units, or conversions; null without a model. */
  readonly credit: number | null;
}

type ShareOf = (name: string | null) => Share;

async function sourceOf(tx: Tx, scope: SourceScope, kept: Remembered | null): Promise<TouchSource> {
  return kept === null ? touchesOfLog(tx, scope) : keptTouches(tx, scope, kept.touches);
}

/** Snapshots that are taken before what is remembered is held to be wrong. */
const MOST_ROUNDS = 5;

/** @throws DomainError invalid_request for weights that are not there, or that too few have agreed to */
function refuseUnsigned({ weightSets }: Books, id: string | undefined): void {
  if (id === undefined) return;
  const set = weightSets.get(id);
  const problems = set === undefined ? ['There is no such weight set.'] : weightSetProblems(set);
  if (problems.length > 0) throw new DomainError('invalid_request', `weights: ${problems.join(' ')}`);
}

function zoneOf(name: string): Zone {
  const zone = tzdb.zone(name);
  if (zone === null) throw new DomainError('invalid_zone', 'Name a zone of the IANA database, as Europe/Berlin.');
  return zone;
}

/** By contact, a conversion of a known contact is found where that contact's touches are. */
function inUnit(books: Books, conversion: Conversion, unit: MoneyQuery['unit']): Conversion {
  if (unit === 'account' || conversion.contact === null) return conversion;
  return { ...conversion, account: books.accountOf({ contactId: conversion.contact }) };
}

/** Counts up when what is kept says something that it did not say before: what was kept until then is kept, and not shown. */
const KEPT_FORM = 4;

function digestOf({ from, to, zone, asOf }: MoneyAsked, parameters: object): Buffer {
  const asked = { form: KEPT_FORM, from, to, zone, asOf, parameters };
  return createHash('sha256').update(JSON.stringify(asked)).digest();
}
