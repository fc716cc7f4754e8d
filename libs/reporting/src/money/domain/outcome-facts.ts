import type { EpochMs } from '#lib/kernel';
import type { Known, OpportunityFact } from '../../facts/domain/fact.js';
import { type Books, qualifiedLeads } from './books.js';
import { Followed } from './followed.js';

/** A lead, an opportunity or a won deal of somebody who met a variant. */
export interface OutcomeFact {
  readonly kind: 'lead' | 'opportunity' | 'won';
  /** Of the fact: a stage of the lead, or the opportunity. */
  readonly id: string;
  readonly at: EpochMs;
  readonly account: string;
  /** Null: of a lead, and where no rate is known. */
  readonly value: number | null;
}

export type OutcomeUnit = 'account' | 'contact';

/** All of it, by accounts or contacts. */
export interface FactsByUnit {
  /** Those of whom there is any, each once. */
  readonly units: readonly string[];
  /** Leads first, then deals by their time; of a deal the opportunity, and then that it was won. */
  of(unit: string): readonly OutcomeFact[];
}

/** Whose a deal is and what it is, as far as it has come. */
interface DealFacts {
  readonly whose: string | undefined;
  readonly facts: readonly OutcomeFact[];
}

/** What stays the same while deals come. */
interface Outcomes {
  readonly leads: ReadonlyMap<string, readonly OutcomeFact[]>;
  readonly deals: Followed<Known<OpportunityFact>, DealFacts>;
}

const outcomesOfBooks = new WeakMap<Books['derived'], Partial<Record<OutcomeUnit, Outcomes>>>();

interface Asked {
  readonly unit: OutcomeUnit;
  readonly asOf: EpochMs;
  readonly facts: FactsByUnit;
}

/** Of books that do not change: a report asks twice. */
const askedOfBooks = new WeakMap<Books, Asked>();

export function factsByUnit(books: Books, unit: OutcomeUnit, asOf: EpochMs): FactsByUnit {
  const known = askedOfBooks.get(books);
  if (known?.unit === unit && known.asOf === asOf) return known.facts;
  const facts = madeByUnit(books, unit, asOf);
  askedOfBooks.set(books, { unit, asOf, facts });
  return facts;
}

function madeByUnit(books: Books, unit: OutcomeUnit, asOf: EpochMs): FactsByUnit {
  const { leads, deals } = outcomesOf(books, unit);
  const isPast = ({ at }: OutcomeFact): boolean => at <= asOf;
  const ofDeals = new Map<string, readonly OutcomeFact[]>();
  for (const { whose, facts } of deals.of(books.opportunities, (deal) => dealFacts(books, unit, deal))) {
    if (whose === undefined) continue;
    const past = facts.every(isPast) ? facts : facts.filter(isPast);
    const others = ofDeals.get(whose);
    if (past.length > 0) ofDeals.set(whose, others === undefined ? past : [...others, ...past]);
  }
  const units = [...leads.keys()];
  for (const whose of ofDeals.keys()) if (!leads.has(whose)) units.push(whose);
  return {
    units,
    of(whose) {
      const [some, more] = [leads.get(whose) ?? [], ofDeals.get(whose) ?? []];
      if (some.length === 0) return more;
      return more.length === 0 ? some : [...some, ...more];
    },
  };
}

function outcomesOf(books: Books, unit: OutcomeUnit): Outcomes {
  const { derived } = books;
  let known = outcomesOfBooks.get(derived);
  if (known === undefined) outcomesOfBooks.set(derived, (known = {}));
  return (known[unit] ??= { leads: leadFacts(books, unit), deals: new Followed() });
}

/** What books know of leads is past already. */
function leadFacts(books: Books, unit: OutcomeUnit): Outcomes['leads'] {
  const byUnit = new Map<string, OutcomeFact[]>();
  for (const lead of qualifiedLeads(books)) {
    const account = books.accountOf(lead);
    const whose = unit === 'account' ? account : lead.contactId;
    if (whose === undefined) continue;
    const fact: OutcomeFact = { kind: 'lead', id: lead.id, at: lead.at, account, value: null };
    const known = byUnit.get(whose);
    if (known === undefined) byUnit.set(whose, [fact]);
    else known.push(fact);
  }
  return byUnit;
}

function dealFacts(books: Books, unit: OutcomeUnit, deal: Known<OpportunityFact>): DealFacts {
  const { id, at, closedAt, status, value } = deal;
  const account = books.accountOf(deal);
  const whose = unit === 'account' ? account : (deal.contactId ?? deal.roles[0]?.contactId);
  const opened: OutcomeFact = { kind: 'opportunity', id, at, account, value: books.convert(value, books.dayOf(at)) };
  if (status !== 'won' || closedAt === undefined) return { whose, facts: [opened] };
  const amount = books.convert(value, books.dayOf(closedAt));
  return { whose, facts: [opened, { kind: 'won', id, at: closedAt, account, value: amount }] };
}
