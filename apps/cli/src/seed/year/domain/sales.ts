import type { EpochMs } from '#lib/kernel';
import type { Fact, ReportedFact } from '#lib/reporting';
import { type Calendar, YEAR } from './calendar.js';
import { type Company, FOUND_BY_SALES, type Member } from './company.js';
import { Draw } from './draw.js';
import { type Campaign, PRODUCTS } from './mailings.js';

/** A deal that was won: what reports must add up to. */
export interface WonDeal {
  readonly id: string;
  readonly closedAt: EpochMs;
  readonly amount: number;
  readonly currency: string;
}

export interface Sales {
  readonly facts: readonly ReportedFact[];
  readonly won: readonly WonDeal[];
}

const OWNERS = ['Berger', 'Okafor', 'Lindqvist', 'Sommer'] as const;
/** The first deal is closed so late that its lead began in the year. */
const FIRST_CLOSING = 236;
const CLOSED = 27;
const CLOSING_EVERY = 9;
const STILL_OPEN = 7;
const IDLE_LEADS = 62;
/** Days from the first invitation to a fair to the fair. */
const FAIR_AFTER = 9;
const STAGES = ['contact', 'mql', 'sal', 'sql'] as const;

/** Leads that come to something and leads that do not, deals, orders, and what people did besides reading mails. */
export function salesOf(
  seed: number,
  calendar: Calendar,
  companies: readonly Company[],
  campaigns: readonly Campaign[],
): Sales {
  const year = new SalesYear(new Draw(seed, 'sales'), calendar, companies, campaigns);
  const facts = [...year.deals(), ...year.dealsOfSales(), ...year.idleLeads(), ...year.encounters()];
  return { facts, won: year.won };
}

/** When a deal began as a lead, was opened and was closed, in days before the end. */
interface Course {
  readonly begins: number;
  readonly opens: number;
  readonly closes: number;
  readonly status: 'open' | 'won' | 'lost';
  /** No campaign began it. */
  readonly isOfSales: boolean;
}

class SalesYear {
  readonly won: WonDeal[] = [];
  /** Those with the most to spend first. */
  private readonly likely: readonly Company[];

  constructor(
    private readonly draw: Draw,
    private readonly calendar: Calendar,
    private readonly companies: readonly Company[],
    private readonly campaigns: readonly Campaign[],
  ) {
    this.likely = companies
      .filter(({ quietSince }) => quietSince === null)
      .sort((a, b) => (a.tier < b.tier ? -1 : Number(a.tier > b.tier)));
  }

  deals(): ReportedFact[] {
    const { draw } = this;
    const abroad = this.likely.filter(({ currency }) => currency !== 'EUR');
    return Array.from({ length: CLOSED + STILL_OPEN }, (_, i) => {
      const isOpen = i >= CLOSED;
      const closes = isOpen ? 0 : FIRST_CLOSING - i * CLOSING_EVERY;
      const opens = isOpen ? draw.whole(3, 45) : closes + draw.whole(30, 70);
      const begins = Math.min(YEAR, opens + draw.whole(28, 58));
      const status = isOpen ? 'open' : i % 3 === 1 ? 'lost' : 'won';
      // Now and then somebody buys in another currency.
      const company = i % 6 === 2 && abroad.length > 0 ? draw.one(abroad) : this.buyer();
      return this.deal(`seed-deal-${i + 1}`, company, { begins, opens, closes, status, isOfSales: i % 5 === 3 });
    }).flat();
  }

  /** Deals to which no touch led. */
  dealsOfSales(): ReportedFact[] {
    return FOUND_BY_SALES.flatMap((company, i) => {
      const closes = 40 + 55 * i;
      const course = { begins: closes + 80, opens: closes + 45, closes, status: 'won' as const, isOfSales: true };
      return this.deal(`seed-deal-of-sales-${i + 1}`, company, course);
    });
  }

  /** Leads that come to nothing, at least not yet. */
  idleLeads(): ReportedFact[] {
    const { draw } = this;
    return Array.from({ length: IDLE_LEADS }, (_, i) => {
      const before = 2 + Math.floor(((i + draw.share()) * (YEAR - 4)) / IDLE_LEADS);
      const reached = draw.one([0, 0, 1, 1, 1, 2, 2, 3]);
      const member = draw.one(this.buyer().people);
      return this.stages(`seed-lead-${i + 1}`, member, before, Math.max(1, before - 30), reached);
    }).flat();
  }

  /** Visits of everybody, and who was met at a fair. */
  encounters(): ReportedFact[] {
    const { draw } = this;
    const fairs = this.campaigns.filter(({ key, begins }) => key.startsWith('FAIR') && begins > FAIR_AFTER);
    return this.companies.flatMap(({ people, quietSince }) =>
      people.flatMap((member) => {
        const own = Array.from({ length: draw.whole(0, 5) }, (_, i) =>
          this.visit(member, draw.whole(quietSince ?? 1, YEAR), `${member.externalId}-${i}`),
        );
        const fair = draw.chance(0.2) && fairs.length > 0 ? draw.one(fairs) : null;
        if (fair === null) return own;
        const before = fair.begins - FAIR_AFTER;
        if (before < (quietSince ?? 0)) return own;
        const source = { medium: 'fair', campaign: fair.key };
        const met = this.custom(`seed-fair-${member.externalId}`, 'Messekontakt', member, before);
        return [...own, met, this.visit(member, before, `fair-${member.externalId}`, source)];
      }),
    );
  }

  private deal(id: string, company: Company, { begins, opens, closes, status, isOfSales }: Course): ReportedFact[] {
    const { draw, calendar } = this;
    const committee = draw.some(company.people, draw.whole(2, 4));
    const [champion] = committee;
    // Some deals come out of the blue: nobody knows of a lead or of who took part.
    const isKnown = !draw.chance(0.1) && champion !== undefined;
    const lead = isKnown ? `${id}-lead` : undefined;
    const { name, region, currency, tier } = company;
    const value = { amount: draw.whole(400_000, { A: 9_500_000, B: 4_800_000, C: 1_900_000 }[tier]), currency };
    const closedAt = status === 'open' ? undefined : calendar.at(closes, draw.whole(9, 15));
    const sold = {
      region,
      productLine: draw.one(PRODUCTS),
      campaign: isKnown && !isOfSales ? this.running(begins) : undefined,
    };
    const owner = draw.one(OWNERS);
    const roles = isKnown ? committee.map(({ externalId, role }) => ({ externalId, role })) : [];
    const opportunity: ReportedFact = {
      id,
      at: calendar.at(opens, 10),
      kind: 'opportunity',
      accounts: [name],
      contacts: roles.map(({ externalId }) => externalId),
      toFact: (ids) => ({
        kind: 'opportunity',
        ...{ status, closedAt, value, owner, lead, ...sold },
        accountId: ids.account(name),
        roles: roles.map(({ externalId, role }) => ({ contactId: ids.contact(externalId), role })),
      }),
    };
    const before = [
      ...(lead === undefined || champion === undefined ? [] : this.stages(lead, champion, begins, opens + 1, 3)),
      ...committee.slice(0, 3).map((member, n) => this.visit(member, begins + draw.whole(0, 6), `${id}-${n}`)),
      ...(committee.length === 0
        ? []
        : [this.custom(`${id}-demo`, 'Demo gebucht', draw.one(committee), opens + draw.whole(1, 9))]),
    ];
    if (closedAt === undefined) return [...before, opportunity];
    const asked = { amount: Math.round(value.amount * 0.9), currency };
    const request =
      champion === undefined
        ? []
        : [this.custom(`${id}-request`, 'Vertragsanfrage', champion, closes + draw.whole(2, 12), asked)];
    if (status === 'lost') return [...before, opportunity, ...request];
    this.won.push({ id, closedAt, ...value });
    return [...before, opportunity, ...request, ...this.orders(id, name, closes, value, sold)];
  }

  /** What was bought, at once or in two parts. */
  private orders(
    deal: string,
    account: string,
    closes: number,
    { amount, currency }: { readonly amount: number; readonly currency: string },
    sold: Pick<Extract<Fact, { kind: 'order' }>, 'region' | 'productLine' | 'campaign'>,
  ): ReportedFact[] {
    const first = this.draw.chance(0.4) ? Math.round(amount * 0.7) : amount;
    return [first, amount - first]
      .filter((part) => part > 0)
      .map((part, n) => ({
        id: `${deal}-order-${n + 1}`,
        at: this.calendar.at(Math.max(1, closes - n * 20), 17),
        kind: 'order',
        accounts: [account],
        contacts: [],
        toFact: (ids) => ({
          kind: 'order',
          ...{ value: { amount: part, currency }, ...sold },
          accountId: ids.account(account),
        }),
      }));
  }

  /** A lead reaches one stage after the other, evenly from one day to another. */
  private stages(lead: string, member: Member, from: number, to: number, last: number): ReportedFact[] {
    const campaign = this.running(from);
    return STAGES.slice(0, last + 1).map((stage, i) => {
      const at = this.calendar.at(from - ((from - to) * i) / STAGES.length, 9 + i);
      return ofContact(`${lead}-${stage}`, at, member, { kind: 'stage', lead, stage, campaign, persona: member.role });
    });
  }

  private custom(
    id: string,
    name: string,
    member: Member,
    before: number,
    value?: { readonly amount: number; readonly currency: string },
  ): ReportedFact {
    const at = this.calendar.at(Math.min(before, YEAR), 13);
    return ofContact(id, at, member, { kind: 'custom', name, value, campaign: this.running(before) });
  }

  private visit(member: Member, before: number, id: string, given?: Readonly<Record<string, string>>): ReportedFact {
    const utm = given ?? this.sourceAt(before);
    const { medium: channel = 'direct', campaign } = utm;
    const at = this.calendar.at(Math.min(before, YEAR), this.draw.whole(6, 18));
    return ofContact(`seed-visit-${id}`, at, member, { kind: 'visit', channel, campaign, utm });
  }

  private sourceAt(before: number): Readonly<Record<string, string>> {
    const campaign = this.running(before);
    const named: Record<string, string> = campaign === undefined ? {} : { campaign };
    return this.draw.one<Record<string, string>>([
      { source: 'google', medium: 'cpc', ...named },
      { source: 'google', medium: 'organic' },
      { source: 'linkedin', medium: 'linkedin', ...named },
      { source: 'fachmagazin', medium: 'referral' },
      {},
    ]);
  }

  /** The campaign that began last, where it is not older than two months. */
  private running(before: number): string | undefined {
    return this.campaigns.findLast(
      ({ begins, key }) => begins >= before && begins < before + 60 && !key.startsWith('NEWS'),
    )?.key;
  }

  private buyer(): Company {
    return this.likely[Math.floor(this.draw.share() ** 1.6 * this.likely.length)] ?? this.draw.one(this.companies);
  }
}

type OfContact = Extract<Fact, { kind: 'stage' | 'custom' | 'visit' }>;
type WithoutContact<T> = T extends unknown ? Omit<T, 'contactId'> : never;

/** A fact of one contact. */
export function ofContact(
  id: string,
  at: EpochMs,
  { externalId }: Member,
  fact: WithoutContact<OfContact>,
): ReportedFact {
  return {
    id,
    at,
    kind: fact.kind,
    accounts: [],
    contacts: [externalId],
    toFact: (ids) => ({ ...fact, contactId: ids.contact(externalId) }),
  };
}
