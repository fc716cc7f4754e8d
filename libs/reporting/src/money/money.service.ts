import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Zone } from 'luxon';
import { type ConversionPath, type Model, MODELS, type Touches, weightSetProblems } from '#lib/attribution';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { Database, toIso, type Tx, tzdb } from '#lib/platform';
import { type Asked, pastNotes } from '../domain/asked.js';
import type { Days } from '../domain/days.js';
import type { ParameterValue, Report } from '../domain/report.js';
import type { FactKind } from '../facts/domain/fact.js';
import { factStore, keyOf } from '../facts/fact.store.js';
import { type Books, booksOf, type Conversion, type ConversionChoice, conversionsOf } from './domain/books.js';
import { costsOf } from './domain/costs.js';
import { type CreditedTouch, creditedTouches, Parts } from './domain/credited-touches.js';
import { type Credits, creditsOf } from './domain/credit.js';
import { type MoneyData, type MoneyFrame } from './domain/frame.js';
import { type GatherPeriod, PathGatherer, type Witness } from './domain/path-gatherer.js';
import type { ActivityRead } from '../activity/domain/activity.js';
import { readActivity } from '../activity/read-activity.js';
import { planForJoins } from '../plan-for-all.js';
import { PATH_STEP, type Segment, segmentOf } from './domain/revenue-reports.js';
import { moneyStore } from './money.store.js';
import { KeptTouchesService } from './kept.service.js';
import { keptTouches, touchesOfLog, type TouchSource } from './touch-source.js';
import { type Basis, type Dimension, touchStore } from './touch.store.js';

/** What conversions are credited by, and how touches become paths. */
export interface MoneyQuery extends ConversionChoice {
  readonly by: Dimension;
  readonly basis: Basis;
  readonly unit: 'account' | 'contact';
  readonly lookbackDays: number;
  readonly reset: boolean;
  /** Whether the same message to several people of an account within a day is one touch; left out: each is one. */
  readonly collapseSend?: boolean;
  readonly halfLifeDays: number;
  readonly currency: string;
  readonly model: Model;
  /** Id of a weight set that is shown beside the models. */
  readonly weights?: string | undefined;
  /** What of touches is read; left out: the paths that they make. */
  readonly reads?: TouchesRead;
  /** Of conversions of this segment alone. */
  readonly within?: TouchFilter['segment'];
  /** What beside touches of paths is read; left out: nothing. */
  readonly activity?: readonly ActivityRead[];
  /** Of exposures: to which campaign's variants. */
  readonly campaign?: string | undefined;
}

/**
 * Everybody's paths; what each account had to do with us; paths that led to a conversion, for reports in which no other
 * matters; who met which variant; or none. A report that reads less is made in less time, whatever all the others did.
 */
export type TouchesRead = 'all' | 'accounts' | 'converting' | 'exposures' | 'nothing';

export interface MoneyAsked extends Asked {
  readonly days: Days;
}

/** Which touches are behind a figure; what is null narrows nothing. */
export interface TouchFilter {
  /** Of this channel, campaign or topic. */
  readonly name: string | null;
  /** Of conversions of this segment. */
  readonly segment: { readonly by: Segment; readonly is: string } | null;
  /** Of this whole path. */
  readonly path: string | null;
}

/** Reports on money: facts and touches, as they were known at one instant, through pure models. */
@Injectable()
export class MoneyService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeptTouchesService) private readonly kept: KeptTouchesService,
  ) {}

  /**
   * The report that `make` makes of the data. One about now is made from what is kept of touches. One about a past instant is
   * made from all of them, and kept as it was first made: the same question gets it again, and its bytes depend on nothing
   * but what was recorded by then.
   * @param make pure
   */
  async report(
    key: string,
    asked: MoneyAsked,
    query: MoneyQuery,
    parameters: Readonly<Record<string, ParameterValue>>,
    make: (data: MoneyData) => Report,
  ): Promise<Report> {
    const { asOf } = asked;
    if (asOf === null)
      return this.kept.current(asked.brandId, async (tx, through) =>
        make(await this.data(tx, { asked, asOf: through, isKept: true }, query, parameters)),
      );
    return this.database.transaction(async (tx) => {
      const digest = digestOf(asked, parameters);
      const kept = await moneyStore.kept(tx, asked.brandId, key, digest);
      if (kept !== null) return kept;
      const report = make(await this.data(tx, { asked, asOf, isKept: false }, query, parameters));
      await moneyStore.keep(tx, asked.brandId, digest, asOf, report);
      return report;
    });
  }

  /** The touches behind a figure, in the order of conversions and of their paths. */
  async touches(
    asked: MoneyAsked,
    query: MoneyQuery,
    which: TouchFilter,
    { after, limit }: { readonly after: string | null; readonly limit: number },
  ): Promise<{ readonly items: readonly CreditedTouch[]; readonly next: string | null }> {
    let found: { readonly key: string; readonly touch: CreditedTouch }[] = [];
    const keep = (): void => {
      found = found.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).slice(0, limit + 1);
    };
    const parts = new Parts();
    const witness =
      (books: Books): Witness =>
      (path, log, ids) => {
        const value = parts.of(path);
        if (!isWanted(books, path, log, which)) return;
        for (const touch of creditedTouches(path, log, ids, value)) {
          const key = placeOf(touch);
          if ((which.name !== null && touch.name !== which.name) || (after !== null && key <= after)) continue;
          found.push({ key, touch });
        }
        if (found.length > 4 * limit + 1000) keep();
      };
    const shown = await this.database.transaction(async (tx) => {
      const asOf = asked.asOf ?? (await moneyStore.now(tx));
      const { frame } = await this.data(
        tx,
        { asked, asOf, isKept: false },
        { ...query, reads: 'converting' },
        {},
        witness,
      );
      keep();
      return withEntries(
        tx,
        asked.brandId,
        frame.asOf,
        found.slice(0, limit).map(({ touch }) => touch),
        FACTS_OF[query.of],
      );
    });
    return { items: shown, next: found.length > limit ? (found[limit - 1]?.key ?? null) : null };
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
      const books = await this.books(tx, brandId, asOf, zoneOf(zoneName), query.currency);
      const conversions = conversionsOf(books, query).map((one) => inUnit(books, one, query.unit));
      const gatherer = new PathGatherer(conversions, periods, { ...query, asOf });
      await touchesOfLog(tx, { brandId, asOf, ...query }).stream(gatherer, null);
      return gatherer.end().map((paths) => creditsOf(paths.table, paths.conversions, MODELS));
    });
  }

  /** Facts as they were known at an instant. */
  async books(tx: Tx, brandId: BrandId, asOf: EpochMs, zone: Zone, currency: string): Promise<Books> {
    const facts = await factStore.asOf(tx, brandId, asOf);
    const contacts = facts.flatMap((fact) =>
      'contactId' in fact && fact.contactId !== undefined ? [fact.contactId] : [],
    );
    const accounts = await touchStore.accountsOf(tx, brandId, asOf, [...new Set(contacts)]);
    return booksOf(facts, { currency, zone, asOf, accounts });
  }

  private async data(
    tx: Tx,
    { asked, asOf, isKept }: { readonly asked: MoneyAsked; readonly asOf: EpochMs; readonly isKept: boolean },
    query: MoneyQuery,
    parameters: MoneyFrame['parameters'],
    witness?: (books: Books) => Witness,
  ): Promise<MoneyData> {
    const { brandId, from, to, zone: zoneName, days } = asked;
    await planForJoins(tx);
    const position = await moneyStore.position(tx, asked.asOf);
    const zone = zoneOf(zoneName);
    const books = await this.books(tx, brandId, asOf, zone, query.currency);
    refuseUnsigned(books, query.weights);
    const { reads = 'all', campaign, unit } = query;
    const scope = { brandId, asOf, ...query };
    const source = isKept && query.collapseSend !== true ? await keptTouches(tx, scope) : touchesOfLog(tx, scope);
    // Where nothing has a tariff, nobody but the report on what is missing asks how much was sent.
    const isSentAsked = books.tariffs.length > 0 || reads === 'all' || reads === 'accounts';
    const sent = isSentAsked ? await source.sent({ from, to }, zone) : [];
    const conversions = conversionsOf(books, query).map((one) => inUnit(books, one, query.unit));
    const period = { from, to };
    const { within = null } = query;
    const only = within === null ? {} : { only: (one: Conversion) => segmentOf(books, one, within.by) === within.is };
    const gatherer = new PathGatherer(conversions, [period], { ...query, asOf, ...only }, witness?.(books));
    const { isWhole, otherAccounts } = await gather(source, gatherer, { books, conversions, period }, reads);
    const exposures =
      reads === 'exposures' ? await touchStore.exposures(tx, brandId, { asOf, from, to, unit, campaign }) : [];
    const activity = await readActivity(tx, { brandId, asOf, ...period }, query);
    const [gathered] = gatherer.end();
    if (gathered === undefined) throw new Error('there is one period');
    const touches = isWhole ? gathered.touches : await source.counts(period);
    const paths = { ...gathered, touches, otherAccounts };
    const frame = {
      from,
      to,
      days,
      zone: zoneName,
      asOf,
      ledgerPosition: position ?? 0,
      parameters,
      pastNotes: pastNotes(asked.asOf, position),
    };
    return { frame, books, sent, costs: costsOf(books, sent, days.from, days.to), paths, exposures, activity };
  }
}

interface Gathered {
  /** Whether what is gathered says how many touches there were. */
  readonly isWhole: boolean;
  /** Accounts of which nothing is known but that they had touches in the period. */
  readonly otherAccounts: number;
}

/** Has touches read as far as a report needs them. */
async function gather(
  source: TouchSource,
  gatherer: PathGatherer,
  about: { readonly books: Books; readonly conversions: readonly Conversion[]; readonly period: GatherPeriod },
  reads: TouchesRead,
): Promise<Gathered> {
  const { books, conversions, period } = about;
  const whole = { isWhole: true, otherAccounts: 0 };
  const part = { isWhole: false, otherAccounts: 0 };
  const accountsOf = (some: readonly Conversion[]): string[] =>
    [...new Set(some.map(({ account }) => account))].filter(Boolean);
  switch (reads) {
    case 'nothing':
    case 'exposures':
      return whole;
    case 'converting':
      await source.stream(gatherer, accountsOf(conversions.filter(({ at }) => at >= period.from && at < period.to)));
      return part;
    case 'accounts': {
      // Of accounts that nobody named, a report says no more than how many there are.
      const named = [...new Set([...books.accounts.keys(), ...accountsOf(conversions)])];
      const otherAccounts = await source.othersTouched(period, named);
      await source.stream(gatherer, otherAccounts === null ? null : named);
      return otherAccounts === null ? whole : { isWhole: false, otherAccounts };
    }
    case 'all': {
      if (!source.knowsEnds) {
        await source.stream(gatherer, null);
        return whole;
      }
      const accounts = accountsOf(conversions);
      await source.stream(gatherer, accounts);
      await source.addEnded(gatherer, [period], accounts);
      return part;
    }
  }
}

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

function isWanted(
  books: Books,
  { touches, conversion }: ConversionPath,
  log: Touches,
  { segment, path }: TouchFilter,
): boolean {
  if (conversion === null) return false;
  if (segment !== null && segmentOf(books, conversion as Conversion, segment.by) !== segment.is) return false;
  return path === null || Array.from(touches, (touch) => log.nameOf(touch)).join(PATH_STEP) === path;
}

/** Visits are facts, and so is what converted: each names its ledger entry. */
async function withEntries(
  tx: Tx,
  brandId: BrandId,
  asOf: EpochMs,
  touches: readonly CreditedTouch[],
  converted: FactKind,
): Promise<CreditedTouch[]> {
  const visitOf = ({ touch }: CreditedTouch): string | null =>
    touch.startsWith(VISIT) ? touch.slice(VISIT.length) : null;
  const named = touches.flatMap((touch) => {
    const visit = visitOf(touch);
    return [
      { kind: converted, id: touch.conversion },
      ...(visit === null ? [] : [{ kind: 'visit' as const, id: visit }]),
    ];
  });
  const entries = await factStore.entriesOf(tx, brandId, asOf, named);
  return touches.map((touch) => ({
    ...touch,
    entry: entries.get(keyOf('visit', visitOf(touch) ?? '')) ?? null,
    conversionEntry: entries.get(keyOf(converted, touch.conversion)) ?? null,
  }));
}

/** Of which kind the facts behind conversions are. */
const FACTS_OF: Readonly<Record<ConversionChoice['of'], FactKind>> = {
  ...{ won: 'opportunity', opportunity: 'opportunity', order: 'order', custom: 'custom', lead: 'stage' },
};
/** So the id of a touch begins that was a visit. */
const VISIT = 'visit ';

function placeOf({ convertedAt, conversion, contact, place, among, touch }: CreditedTouch): string {
  const last = among === 1 ? [] : [touch];
  return [toIso(convertedAt), conversion, contact, String(place).padStart(9, '0'), ...last].join(' ');
}

function digestOf({ from, to, zone, asOf }: MoneyAsked, parameters: object): Buffer {
  return createHash('sha256').update(JSON.stringify({ from, to, zone, asOf, parameters })).digest();
}
