import type { EpochMs } from '#lib/kernel';

/** An amount in whole minor units of a currency (ISO 4217). */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export const LEAD_STAGES = ['contact', 'mql', 'sal', 'sql'] as const;
/** How far a lead has come. Opportunity and won deal follow, and are facts of their own. */
export type LeadStage = (typeof LEAD_STAGES)[number];

export const COST_CATEGORIES = ['campaign', 'ad_spend', 'salaries', 'software', 'other', 'sales'] as const;
/** What money was spent on. `sales` is no cost of marketing and counts for what a customer costs alone. */
export type CostCategory = (typeof COST_CATEGORIES)[number];

/** Of whom a fact is: an account, or a contact, whose account then counts. Ids, never names. */
interface OfSomebody {
  readonly accountId?: string | undefined;
  readonly contactId?: string | undefined;
}

/** A company. */
export interface AccountFact {
  readonly kind: 'account';
  readonly accountId: string;
  readonly name: string;
  readonly industry?: string | undefined;
  readonly revenueClass?: string | undefined;
  readonly tier?: string | undefined;
  readonly region?: string | undefined;
}

/** A lead reached a stage. One fact for each stage, so the history of a lead is all of them. */
export interface StageFact extends OfSomebody {
  readonly kind: 'stage';
  readonly lead: string;
  readonly stage: LeadStage;
  readonly campaign?: string | undefined;
  readonly persona?: string | undefined;
}

/** A deal in the making, won or lost; `at` is when it was opened. */
export interface OpportunityFact extends OfSomebody {
  readonly kind: 'opportunity';
  readonly status: 'open' | 'won' | 'lost';
  readonly closedAt?: EpochMs | undefined;
  readonly value: Money;
  readonly owner?: string | undefined;
  readonly region?: string | undefined;
  readonly productLine?: string | undefined;
  /** Originating campaign. */
  readonly campaign?: string | undefined;
  readonly lead?: string | undefined;
  readonly roles: readonly { readonly contactId: string; readonly role: string }[];
}

export interface OrderFact extends OfSomebody {
  readonly kind: 'order';
  readonly value: Money;
  readonly region?: string | undefined;
  readonly productLine?: string | undefined;
  readonly campaign?: string | undefined;
}

/** Whatever else matters: "Demo gebucht", "Messekontakt", offline too. */
export interface CustomFact extends OfSomebody {
  readonly kind: 'custom';
  readonly name: string;
  readonly value?: Money | undefined;
  readonly campaign?: string | undefined;
  /** What somebody did by it, where it is one of what reports on pages and contents count. */
  readonly action?: Action | undefined;
  /** Which page, event or content it is about. */
  readonly about?: string | undefined;
}

export const ACTIONS = ['submit', 'registration', 'attendance', 'download'] as const;
/** A form that was sent, a place at an event, having been there, a file that was taken along. */
export type Action = (typeof ACTIONS)[number];

/** Something to read, see or hear, and where it is. */
export interface AssetFact {
  readonly kind: 'asset';
  readonly name: string;
  /** whitepaper, blog, video, or whatever else the brand tells apart. */
  readonly sort: string;
  /** Addresses of its pages and files, as visits, events and links of mails name them. */
  readonly pages: readonly string[];
}

/** A contact came by itself: a visit, an advertisement, a trade fair. A touch like any other. */
export interface VisitFact {
  readonly kind: 'visit';
  readonly contactId: string;
  readonly channel: string;
  readonly campaign?: string | undefined;
  /** As the address of the page had them. */
  readonly utm?: Readonly<Record<string, string>> | undefined;
  /** Address of the page that was seen, without what follows a question mark. */
  readonly page?: string | undefined;
}

/** Money spent over days, the last of them included; divided evenly over them. */
export interface CostFact {
  readonly kind: 'cost';
  readonly category: CostCategory;
  readonly from: string;
  readonly to: string;
  readonly value: Money;
  readonly campaign?: string | undefined;
  readonly channel?: string | undefined;
  /** Of which segment alone it is, by what tells segments apart: `{ region: 'North' }`. */
  readonly of?: Readonly<Partial<Record<CostSegment, string>>> | undefined;
}

export const COST_SEGMENTS = [
  'region',
  'productLine',
  'owner',
  'industry',
  'revenueClass',
  'tier',
  'persona',
  'buyerRole',
] as const;
/** By what customers are told apart. */
export type CostSegment = (typeof COST_SEGMENTS)[number];

/** What a thousand messages of a channel, of an SMS a thousand of its parts, cost from a day on. */
export interface TariffFact {
  readonly kind: 'tariff';
  readonly channel: string;
  /** Key of the provider whose price it is; it goes before one for the whole channel. */
  readonly provider?: string | undefined;
  readonly from: string;
  readonly perThousand: Money;
}

/** What sales means to reach. */
export interface TargetFact {
  readonly kind: 'target';
  readonly measure: 'pipeline' | 'won';
  readonly from: string;
  readonly to: string;
  readonly region?: string | undefined;
  readonly value: Money;
}

/** One unit of `from` is `rate` units of `to` from a day on, until another rate follows. A decimal, not a double. */
export interface ExchangeRateFact {
  readonly kind: 'exchange_rate';
  readonly from: string;
  readonly to: string;
  readonly day: string;
  readonly rate: string;
}

/** What marketing and sales agreed that touches of each channel are worth beside each other. Its id is its name and version. */
export interface WeightSetFact {
  readonly kind: 'weight_set';
  readonly name: string;
  readonly version: number;
  readonly weights: Readonly<Record<string, number>>;
  /** Of channels that are not named. */
  readonly otherwise: number;
}

/** That somebody agreed to a weight set as it is then; whatever is changed in it later wants to be agreed to anew. */
export interface SignOffFact {
  readonly kind: 'sign_off';
  /** Id of the weight set. */
  readonly set: string;
  readonly role: string;
  readonly name: string;
}

export type Fact =
  | AccountFact
  | StageFact
  | OpportunityFact
  | OrderFact
  | CustomFact
  | VisitFact
  | AssetFact
  | CostFact
  | TariffFact
  | TargetFact
  | ExchangeRateFact
  | WeightSetFact
  | SignOffFact;
export type FactKind = Fact['kind'];
export const FACT_KINDS: readonly FactKind[] = [
  ...(['account', 'stage', 'opportunity', 'order', 'custom', 'asset', 'visit'] as const),
  ...(['cost', 'tariff', 'target', 'exchange_rate', 'weight_set', 'sign_off'] as const),
];

/** A fact as it is known: under which id, and when it happened. */
export type Known<F extends Fact = Fact> = F & {
  readonly id: string;
  readonly at: EpochMs;
  /** In the order in which versions were recorded. */
  readonly n: number;
  /** Id of the key by which it came in. */
  readonly by: string;
};

/** Facts by when they happened, and then by id. */
export type FactsByKind = { readonly [K in FactKind]: readonly Known<Extract<Fact, { kind: K }>>[] };

/** What is wrong with a fact beyond its shape, in a sentence; null for nothing. */
export function factProblem(fact: Fact, at: EpochMs): string | null {
  switch (fact.kind) {
    case 'opportunity':
      if ((fact.status === 'open') === (fact.closedAt !== undefined))
        return 'An opportunity has closedAt when it is won or lost, and only then.';
      if (fact.closedAt !== undefined && fact.closedAt < at)
        return 'An opportunity is not closed before it was opened.';
      return ofNobody(fact);
    case 'stage':
    case 'order':
    case 'custom':
      return ofNobody(fact);
    case 'cost':
    case 'target':
      return fact.from > fact.to ? 'The first day is not after the last.' : null;
    case 'exchange_rate':
      return fact.from === fact.to ? 'A rate is between two currencies.' : null;
    case 'account':
    case 'visit':
    case 'asset':
    case 'tariff':
    case 'weight_set':
    case 'sign_off':
      return null;
  }
}

function ofNobody({ accountId, contactId }: OfSomebody): string | null {
  return accountId === undefined && contactId === undefined ? 'Say whose it is: account, contact, or both.' : null;
}

/** Where a visit came from, by what its address said (UTM); what was said outright goes first. */
export function sourceOf(
  utm: Readonly<Record<string, string>>,
  given: { readonly channel?: string | undefined; readonly campaign?: string | undefined },
): { readonly channel: string; readonly campaign?: string } {
  const campaign = given.campaign ?? utm['campaign'];
  const channel = given.channel ?? utm['medium'] ?? (utm['source'] === undefined ? 'direct' : 'referral');
  return { channel: channel.toLowerCase(), ...(campaign === undefined ? {} : { campaign }) };
}

/**
 * Where something is, in one form: without scheme, and without query and fragment, which may say who came. Hosts are the same
 * in capitals, paths are not. SQL says the same of links of mails (`exitStore.messages`).
 */
export function addressOf(text: string): string {
  const [bare = ''] = text.trim().split(/[?#]/);
  const at = bare.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^www\./i, '');
  const host = /^[^/\s]+\.[^/\s]+(?=\/|$)/.exec(at)?.[0] ?? '';
  const whole = host.toLowerCase() + at.slice(host.length);
  return whole.length > 1 ? whole.replace(/\/+$/, '') : whole;
}
