import { DateTime, type Zone } from 'luxon';
import type { ConversionFact, WeightSet } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import type {
  AccountFact,
  AssetFact,
  CostFact,
  CustomFact,
  ExchangeRateFact,
  Fact,
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
}

export interface BooksOptions {
  readonly currency: string;
  readonly zone: Zone;
  readonly asOf: EpochMs;
  /** Accounts of contacts. */
  readonly accounts: ReadonlyMap<string, string>;
}

/** @param facts in any order */
export function booksOf(facts: readonly Known[], { currency, zone, asOf, accounts }: BooksOptions): Books {
  const of = <K extends Fact['kind']>(kind: K): Known<Extract<Fact, { kind: K }>>[] =>
    facts
      .filter((fact): fact is Known<Extract<Fact, { kind: K }>> => fact.kind === kind)
      .sort((a, b) => a.at - b.at || compare(a.id, b.id));
  const past = <F extends { readonly at: EpochMs }>(list: readonly F[]): F[] => list.filter(({ at }) => at <= asOf);
  const rates: Known<ExchangeRateFact>[] = of('exchange_rate');
  return {
    accounts: new Map(of('account').map((account) => [account.accountId, account])),
    stages: past(of('stage')),
    opportunities: past(of('opportunity')),
    orders: past(of('order')),
    customs: past(of('custom')),
    assets: of('asset'),
    costs: of('cost'),
    tariffs: of('tariff'),
    targets: of('target'),
    weightSets: new Map(of('weight_set').map((set) => [set.id, signedOff(set, of('sign_off'))])),
    convert: converterTo(currency, rates),
    currency,
    dayOf: (at) => DateTime.fromMillis(at, { zone }).toISODate() ?? '',
    accountOf: ({ accountId, contactId }) =>
      accountId ?? (contactId === undefined ? '' : (accounts.get(contactId) ?? contactId)),
  };
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
}

/** Conversions of one sort, oldest first. A lead counts when it first becomes an MQL or more. */
export function conversionsOf(books: Books, { of, event }: ConversionChoice): Conversion[] {
  const beginnings = beginningsIn(books);
  switch (of) {
    case 'won':
      return books.opportunities.flatMap((deal) =>
        deal.status === 'won' && deal.closedAt !== undefined
          ? [ofDeal(books, beginnings, deal, deal.closedAt, 'won')]
          : [],
      );
    case 'opportunity':
      return books.opportunities.map((deal) => ofDeal(books, beginnings, deal, deal.at, 'opportunity'));
    case 'order':
      return books.orders.map((order) => conversion(books, order, { kind: 'order', at: order.at, value: order.value }));
    case 'custom':
      return books.customs
        .filter(({ name }) => event === null || name === event)
        .map((custom) => conversion(books, custom, { kind: 'custom', at: custom.at, value: custom.value ?? null }));
    case 'lead':
      return qualifiedLeads(books).map((stage) =>
        conversion(books, stage, { kind: 'lead', at: stage.at, value: null }),
      );
  }
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
export function qualifiedLeads(books: Books): Known<StageFact>[] {
  const first = new Map<string, Known<StageFact>>();
  for (const stage of books.stages)
    if (stage.stage !== 'contact' && !first.has(stage.lead)) first.set(stage.lead, stage);
  return [...first.values()];
}

/** The first stage of each lead and of each account, and the persona that each lead is known by. */
interface Beginnings {
  readonly ofLead: ReadonlyMap<string, EpochMs>;
  readonly ofAccount: ReadonlyMap<string, EpochMs>;
  readonly personas: ReadonlyMap<string, string>;
}

function beginningsIn(books: Books): Beginnings {
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

function ofDeal(
  books: Books,
  { ofLead, ofAccount, personas }: Beginnings,
  deal: Known<OpportunityFact>,
  at: EpochMs,
  kind: 'won' | 'opportunity',
): Conversion {
  const began = deal.lead === undefined ? ofAccount.get(books.accountOf(deal)) : ofLead.get(deal.lead);
  return {
    ...conversion(books, deal, { kind, at, value: deal.value }),
    leadAt: began === undefined || began > at ? null : began,
    opportunityAt: deal.at,
    committee: new Set(deal.roles.map(({ contactId }) => contactId)),
    owner: deal.owner ?? null,
    persona: (deal.lead === undefined ? undefined : personas.get(deal.lead)) ?? null,
    buyerRoles: [...new Set(deal.roles.map(({ role }) => role))].sort(compare).join(' + ') || null,
  };
}

type Convertible = Known<OpportunityFact> | Known<OrderFact> | Known<CustomFact> | Known<StageFact>;

function conversion(
  books: Books,
  fact: Convertible,
  { kind, at, value }: { readonly kind: ConversionChoice['of']; readonly at: EpochMs; readonly value: Money | null },
): Conversion {
  const day = books.dayOf(at);
  const amount = value === null ? 0 : books.convert(value, day);
  return {
    id: fact.id,
    kind,
    at,
    account: books.accountOf(fact),
    contact: fact.contactId ?? null,
    amount,
    missing: value === null ? [] : missingRate(value, day, amount),
    value: amount ?? 0,
    leadAt: null,
    opportunityAt: null,
    region: ('region' in fact ? fact.region : undefined) ?? null,
    productLine: ('productLine' in fact ? fact.productLine : undefined) ?? null,
    owner: null,
    campaign: fact.campaign ?? null,
    lead: ('lead' in fact ? fact.lead : undefined) ?? null,
    persona: ('persona' in fact ? fact.persona : undefined) ?? null,
    buyerRoles: null,
  };
}
