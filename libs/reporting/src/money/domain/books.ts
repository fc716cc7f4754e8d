import type { Zone } from 'luxon';
import type { ConversionFact, WeightSet } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { dayNamer } from '../../domain/days.js';
import type {
  AccountFact,
  AssetFact,
  CostFact,
  CustomFact,
  ExchangeRateFact,
  FactsByKind,
  Known,
  Money,
  OpportunityFact,
  OrderFact,
  SignOffFact,
  StageFact,
  TargetFact,
  TariffFact,
  WeightSetFact,
} from '../../facts/domain/fact.js';
import { compare, type Convert, converterTo, type MissingRate, missingRate } from './amounts.js';
import { Followed } from './followed.js';

/** Everything that CRM and finance said, as it was known at one instant. */
export interface Books {
  readonly accounts: ReadonlyMap<string, Known<AccountFact>>;
  readonly stages: readonly Known<StageFact>[];
  readonly opportunities: readonly Known<OpportunityFact>[];
  readonly orders: readonly Known<OrderFact>[];
  readonly customs: readonly Known<CustomFact>[];
  readonly assets: readonly Known<AssetFact>[];
  readonly costs: readonly Known<CostFact>[];
  readonly tariffs: readonly Known<TariffFact>[];
  readonly targets: readonly Known<TargetFact>[];
  /** As they were agreed to; one without enough signatures counts for nothing yet. */
  readonly weightSets: ReadonlyMap<string, WeightSet>;
  readonly convert: Convert;
  readonly currency: string;
  /** The day of an instant, where days of the report begin. */
  readonly dayOf: (at: EpochMs) => string;
  /** Which account a fact is about; a contact without one is an account of its own. */
  readonly accountOf: (fact: {
    readonly accountId?: string | undefined;
    readonly contactId?: string | undefined;
  }) => string;
  /** What conversions depend on beyond their own facts, and what is known of them. */
  readonly from: Sources;
  readonly derived: Derived;
}

interface Sources {
  readonly stages: readonly Known<StageFact>[];
  readonly rates: readonly Known<ExchangeRateFact>[];
  readonly accounts: ReadonlyMap<string, string>;
  readonly currency: string;
  readonly zone: Zone;
}

/**
 * What follows from facts, deal by deal. Books with the same stages, rates, accounts, currency and zone share it, so that of a
 * new deal no other is looked at anew.
 */
class Derived {
  beginnings: Beginnings | undefined;
  qualified: readonly Known<StageFact>[] | undefined;
  readonly won = new Followed<Known<OpportunityFact>, Conversion | null>();
  readonly opportunities = new Followed<Known<OpportunityFact>, Conversion>();
  readonly orders = new Followed<Known<OrderFact>, Conversion>();
  readonly customs = new Followed<Known<CustomFact>, Conversion>();
  readonly leads = new Followed<Known<StageFact>, Conversion>();
}

export interface BooksOptions {
  readonly currency: string;
  readonly zone: Zone;
  readonly asOf: EpochMs;
  /** Accounts of contacts. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Of the same brand, a moment ago. */
  readonly before?: Books | undefined;
}

export function booksOf(facts: FactsByKind, { currency, zone, asOf, accounts, before }: BooksOptions): Books {
  // Lists are by time, and hardly ever has one a future.
  const past = <F extends { readonly at: EpochMs }>(list: readonly F[]): readonly F[] =>
    (list.at(-1)?.at ?? -Infinity) <= asOf ? list : list.filter(({ at }) => at <= asOf);
  const from = { stages: past(facts.stage), rates: facts.exchange_rate, accounts, currency, zone };
  const derived = before !== undefined && isAlike(before.from, from) ? before.derived : new Derived();
  return {
    accounts: accountsById(facts.account),
    stages: from.stages,
    opportunities: past(facts.opportunity),
    orders: past(facts.order),
    customs: past(facts.custom),
    assets: facts.asset,
    costs: facts.cost,
    tariffs: facts.tariff,
    targets: facts.target,
    weightSets: new Map(facts.weight_set.map((set) => [set.id, signedOff(set, facts.sign_off)])),
    convert: converterTo(currency, facts.exchange_rate),
    currency,
    dayOf: dayNamer(zone),
    from,
    derived,
    accountOf: ({ accountId, contactId }) =>
      accountId ?? (contactId === undefined ? '' : (accounts.get(contactId) ?? contactId)),
  };
}

const accountsOfLists = new WeakMap<FactsByKind['account'], Books['accounts']>();

/** Of a list that does not change. */
function accountsById(list: FactsByKind['account']): Books['accounts'] {
  let accounts = accountsOfLists.get(list);
  if (accounts === undefined)
    accountsOfLists.set(list, (accounts = new Map(list.map((account) => [account.accountId, account]))));
  return accounts;
}

function isAlike(a: Sources, b: Sources): boolean {
  if (a.stages !== b.stages || a.rates !== b.rates || a.currency !== b.currency || !a.zone.equals(b.zone)) return false;
  if (a.accounts.size !== b.accounts.size) return false;
  for (const [contact, account] of a.accounts) if (b.accounts.get(contact) !== account) return false;
  return true;
}

function signedOff(set: Known<WeightSetFact>, signOffs: readonly Known<SignOffFact>[]): WeightSet {
  const { name, version, weights, otherwise } = set;
  return {
    ...{ name, version, otherwise, weights: new Map(Object.entries(weights)) },
    signedOff: signOffs
      .filter((one) => one.set === set.id && one.n > set.n)
      .map(({ by, ...one }) => ({ ...one, key: by })),
  };
}

/** Which facts a report counts as conversions. */
export interface ConversionChoice {
  readonly of: 'won' | 'order' | 'custom' | 'opportunity' | 'lead';
  /** Of events of one's own: which; null for all. */
  readonly event: string | null;
}

/** A lead is a person, and a person orders or does something of your own; opportunities and won deals are of companies. */
const OF_PEOPLE: ReadonlySet<ConversionChoice['of']> = new Set(['lead', 'order', 'custom']);

export function isOfPeople(of: ConversionChoice['of']): boolean {
  return OF_PEOPLE.has(of);
}

/** A conversion with what reports tell it apart by. Its value is in the currency of the report, 0 where none is known. */
export interface Conversion extends ConversionFact {
  readonly kind: ConversionChoice['of'];
  /** Null: there is a value, and no rate to exchange it by. */
  readonly amount: number | null;
  /** That rate, where there is none. */
  readonly missing: readonly MissingRate[];
  readonly region: string | null;
  readonly productLine: string | null;
  readonly owner: string | null;
  /** Originating campaign. */
  readonly campaign: string | null;
  readonly lead: string | null;
  /** Of the lead. */
  readonly persona: string | null;
  /** Roles in the buying committee, each once. */
  readonly buyerRoles: string | null;
  /** People of the committee who belong to another account, and to which. */
  readonly abroad: ReadonlyMap<string, string>;
}

/** Conversions of one sort, oldest first. A lead counts when it first becomes an MQL or more. */
export function conversionsOf(books: Books, { of, event }: ConversionChoice): Conversion[] {
  const { derived } = books;
  switch (of) {
    case 'won': {
      const won: Conversion[] = [];
      for (const one of derived.won.of(books.opportunities, (deal) => whenWon(books, deal)))
        if (one !== null) won.push(one);
      return won;
    }
    case 'opportunity':
      return [...derived.opportunities.of(books.opportunities, (deal) => ofDeal(books, deal, deal.at, 'opportunity'))];
    case 'order':
      return [
        ...derived.orders.of(books.orders, (one) =>
          conversion(books, one, { kind: 'order', at: one.at, value: one.value }),
        ),
      ];
    case 'custom': {
      const all = derived.customs.of(books.customs, (one) =>
        conversion(books, one, { kind: 'custom', at: one.at, value: one.value ?? null }),
      );
      return all.filter((_, i) => event === null || books.customs[i]?.name === event);
    }
    case 'lead':
      return [
        ...derived.leads.of(qualifiedLeads(books), (one) =>
          conversion(books, one, { kind: 'lead', at: one.at, value: null }),
        ),
      ];
  }
}

function whenWon(books: Books, deal: Known<OpportunityFact>): Conversion | null {
  const { status, closedAt } = deal;
  return status === 'won' && closedAt !== undefined ? ofDeal(books, deal, closedAt, 'won') : null;
}

/** Whether a deal was open when a period ended, or is where it has not ended yet: by its own dates, whatever it is today. */
export function wasOpenAtEnd(
  { at, closedAt = Infinity }: Pick<Known<OpportunityFact>, 'at' | 'closedAt'>,
  { to, asOf }: { readonly to: EpochMs; readonly asOf: EpochMs },
): boolean {
  return at < to && at <= asOf && (closedAt >= to || closedAt > asOf);
}

/** Where a deal was made, or else where its account is; empty where nobody said. Every report means this by region. */
export function regionOf(
  books: Books,
  fact: { readonly region?: string | null | undefined; readonly account: string } | Known<OpportunityFact>,
): string {
  const account = 'account' in fact ? fact.account : books.accountOf(fact);
  return fact.region ?? books.accounts.get(account)?.region ?? '';
}

/** The stage by which each lead first became one that marketing answers for. */
export function qualifiedLeads(books: Books): readonly Known<StageFact>[] {
  return (books.derived.qualified ??= qualifiedAmong(books.stages));
}

function qualifiedAmong(stages: readonly Known<StageFact>[]): Known<StageFact>[] {
  const first = new Map<string, Known<StageFact>>();
  for (const stage of stages) if (stage.stage !== 'contact' && !first.has(stage.lead)) first.set(stage.lead, stage);
  return [...first.values()];
}

/** The first stage of each lead and of each account, and the persona that each lead is known by. */
interface Beginnings {
  readonly ofLead: ReadonlyMap<string, EpochMs>;
  readonly ofAccount: ReadonlyMap<string, EpochMs>;
  readonly personas: ReadonlyMap<string, string>;
}

function beginningsIn(books: Books): Beginnings {
  return (books.derived.beginnings ??= beginningsOf(books));
}

function beginningsOf(books: Books): Beginnings {
  const [ofLead, ofAccount] = [new Map<string, EpochMs>(), new Map<string, EpochMs>()];
  const personas = new Map<string, string>();
  for (const stage of books.stages) {
    const { lead, at, persona } = stage;
    const account = books.accountOf(stage);
    if (!ofLead.has(lead)) ofLead.set(lead, at);
    if (!ofAccount.has(account)) ofAccount.set(account, at);
    if (persona !== undefined && !personas.has(lead)) personas.set(lead, persona);
  }
  return { ofLead, ofAccount, personas };
}

function ofDeal(books: Books, deal: Known<OpportunityFact>, at: EpochMs, kind: 'won' | 'opportunity'): Conversion {
  const { ofLead, ofAccount, personas } = beginningsIn(books);
  const began = deal.lead === undefined ? ofAccount.get(books.accountOf(deal)) : ofLead.get(deal.lead);
  const { roles } = deal;
  const one = conversion(books, deal, { kind, at, value: deal.value });
  one.leadAt = began === undefined || began > at ? null : began;
  one.opportunityAt = deal.at;
  one.owner = deal.owner ?? null;
  one.persona = (deal.lead === undefined ? undefined : personas.get(deal.lead)) ?? null;
  if (roles.length === 0) return one;
  one.committee = new Set(roles.map(({ contactId }) => contactId));
  const accounts = roles.map(({ contactId }) => [contactId, books.accountOf({ contactId })] as const);
  if (accounts.some(([, account]) => account !== one.account))
    one.abroad = new Map(accounts.filter(([, account]) => account !== one.account));
  one.buyerRoles = [...new Set(roles.map(({ role }) => role))].sort(compare).join(' + ') || null;
  return one;
}

/** While it is made: of tens of thousands each copy would count. */
type Draft = { -readonly [K in keyof Conversion]: Conversion[K] };

const NOBODY: ReadonlySet<string> = new Set();
const NOBODY_ABROAD: ReadonlyMap<string, string> = new Map();
const NOTHING_MISSING: readonly MissingRate[] = [];

type Convertible = Known<OpportunityFact> | Known<OrderFact> | Known<CustomFact> | Known<StageFact>;

function conversion(
  books: Books,
  fact: Convertible,
  { kind, at, value }: { readonly kind: ConversionChoice['of']; readonly at: EpochMs; readonly value: Money | null },
): Draft {
  const day = books.dayOf(at);
  const amount = value === null ? 0 : books.convert(value, day);
  return {
    id: fact.id,
    kind,
    at,
    account: books.accountOf(fact),
    contact: fact.contactId ?? null,
    amount,
    missing: value === null || amount !== null ? NOTHING_MISSING : missingRate(value, day, amount),
    value: amount ?? 0,
    leadAt: null,
    opportunityAt: null,
    committee: NOBODY,
    region: ('region' in fact ? fact.region : undefined) ?? null,
    productLine: ('productLine' in fact ? fact.productLine : undefined) ?? null,
    owner: null,
    campaign: fact.campaign ?? null,
    lead: ('lead' in fact ? fact.lead : undefined) ?? null,
    persona: ('persona' in fact ? fact.persona : undefined) ?? null,
    buyerRoles: null,
    abroad: NOBODY_ABROAD,
  };
}
