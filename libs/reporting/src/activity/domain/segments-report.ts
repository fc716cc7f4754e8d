import { largestRemainder } from '#lib/attribution';
import { linkTo } from '../../domain/asked.js';
import {
  count,
  known,
  money,
  notAvailable,
  rate,
  ratio,
  type Report,
  type ReportCell,
  type ReportRow,
  sumOfKnown,
  text,
} from '../../domain/report.js';
import { smallRows } from '../../domain/small-rows.js';
import { compare, sumOf } from '../../money/domain/amounts.js';
import { type Books, type Conversion, conversionsOf } from '../../money/domain/books.js';
import { madeOf, type Source } from '../../domain/behind.js';
import { costCell, type CostSum, isMarketing, marketingCost, sumOfCosts } from '../../money/domain/costs.js';
import {
  ATTRIBUTION_TOUCHES,
  costsBehind,
  DEALS_BEHIND,
  LEADS_BEHIND,
  type MoneyData,
  moneyNotes,
  reportOf,
  type TouchLink,
} from '../../money/domain/frame.js';
import { type Segment, segmentOf } from '../../money/domain/revenue-reports.js';
import { campaignIn } from './contact-block.js';
import type { ContactAt, Entry } from './contact-touches.js';
import { isIn } from './influenced.js';
import { bothSides, isPriced, withFewAmountsMarked } from '../../money/domain/few-amounts.js';
import { ofConversions, worth } from '../../money/domain/sources-of.js';
import { journeysOf, ofEntry, peopleSent } from './people-behind.js';

/** What of a segment cannot be told of people: what is sold, and who sells it. */
const OF_DEALS_ALONE: ReadonlySet<Segment> = new Set(['productLine', 'owner']);

/** What is said of the account of a contact. */
const OF_ACCOUNTS: ReadonlySet<Segment> = new Set(['region', 'industry', 'revenueClass', 'tier']);

/**
 * Segments: which journeys reached them, what became of them, what that cost and what came back. A cost that was said to be
 * for a segment is its own; every other one is divided by the messages that people of each segment were sent.
 */
export function segmentsReport(
  data: MoneyData,
  segment: Segment,
  links: { readonly deals: TouchLink; readonly touches: TouchLink },
): Report {
  const { books, frame, paths } = data;
  const ofConversion = segmentsOfConversions(books, segment);
  const inPeriod = (of: 'lead' | 'opportunity' | 'won'): Conversion[] =>
    conversionsOf(books, { of, event: null }).filter(({ at }) => isIn(at, frame));
  const isOfPeople = !OF_DEALS_ALONE.has(segment);
  const sent = sentBySegment(data, isOfPeople ? segment : null);
  const found = {
    leads: bySegment(inPeriod('lead'), ofConversion),
    opportunities: bySegment(inPeriod('opportunity'), ofConversion),
    won: bySegment(inPeriod('won'), ofConversion),
    attributed: bySegment(
      paths.conversions.filter(({ touches }) => touches > 0).map(({ conversion }) => conversion),
      ofConversion,
    ),
  };
  const costs = costsBySegment(data, segment, sent);
  const names = [
    ...new Set([...Object.values(found).flatMap(({ of }) => [...of.keys()]), ...sent.of.keys(), ...costs.keys()]),
  ].sort(compare);
  const row = (name: string | null): ReportRow => {
    const here = ({ all, of }: BySegment): readonly Conversion[] => (name === null ? all : (of.get(name) ?? []));
    const { people, messages, campaigns } = name === null ? sent.all : (sent.of.get(name) ?? new Sent(0));
    const entries = (): Entry[] => entriesOf(data, segment, name);
    const [leads, deals, won, attributed] = [
      here(found.leads),
      here(found.opportunities),
      here(found.won),
      here(found.attributed),
    ];
    const narrowed = name === null ? {} : { segment, value: name };
    const dealsBehind = (about: string, some: readonly unknown[]): string | undefined =>
      some.length === 0 ? undefined : linkTo(DEALS_BEHIND, { ...links.deals, about, ...narrowed });
    const cost = name === null ? marketingCost(data.costs) : (costs.get(name) ?? 'no_cost');
    const earned = madeOf(
      sumOfKnown(
        attributed.map(({ amount }) => amount),
        // Touches are found by the joined roles of a deal, and a row of one role has those of several.
        attributed.length === 0 || (segment === 'buyerRole' && name !== null)
          ? undefined
          : linkTo(ATTRIBUTION_TOUCHES, { ...links.touches, ...narrowed }),
      ),
      ofConversions(books, attributed, worth),
    );
    const ofPeople = (cell: ReportCell): ReportCell => (isOfPeople ? cell : notAvailable('not_defined'));
    return {
      cells: [
        known(name ?? ''),
        ofPeople(madeOf(known(campaigns), () => journeysOf(data, entries()))),
        ofPeople(madeOf(known(people), () => peopleSent(data, entries()))),
        ofPeople(madeOf(known(messages), () => entries().map((entry) => ofEntry(data, entry, entry.messages)))),
        known(
          leads.length,
          leads.length === 0
            ? undefined
            : linkTo(LEADS_BEHIND, { ...links.deals, of: 'event', stage: 'qualified', ...narrowed }),
        ),
        ofPeople(ratio(leads.length, people)),
        known(deals.length, dealsBehind('opened', deals)),
        ratio(deals.length, leads.length),
        known(won.length, dealsBehind('won', won)),
        ratio(won.length, deals.length),
        sumOfKnown(
          won.map(({ amount }) => amount),
          dealsBehind('won', won),
        ),
        earned,
        ...returns(earned, cost, () => costsOfSegment(data, segment, name, cost)),
      ],
    };
  };
  const { currency } = books;
  const report = reportOf('segments', data, {
    columns: [
      ...[text(segment), count('journeys'), count('people'), count('messages'), count('leads'), rate('lead_rate')],
      ...[count('opportunities'), rate('opportunity_rate'), count('won'), rate('won_rate')],
      ...[money('revenue', currency), money('attributed', currency), money('cost', currency)],
      ...[money('return', currency), rate('roi')],
    ],
    rows: names.map(row),
    total: row(null),
    notes: [
      { key: 'segments', values: {} },
      ...(segment === 'buyerRole' ? [{ key: 'roles_overlap', values: {} }] : []),
      ...moneyNotes(data, found.won.all),
    ],
  });
  const earned = new Set(found.attributed.all.map(({ id }) => id));
  const { rows: together } = smallRows(report, 'people', { nobodyStays: true, isOverlapping: true });
  const rows = names.map((name) => found.won.of.get(name) ?? []);
  return withFewAmountsMarked(report, { rows, all: found.won.all, together, isTotalTold: true }, [
    { keys: ['revenue'], sizes: (some) => [some.filter(isPriced).length] },
    {
      keys: ['attributed', 'return', 'roi'],
      sizes: bothSides(
        (one) => one,
        ({ id }) => earned.has(id),
      ),
    },
  ]);
}

function returns(earned: ReportCell, cost: CostSum, costs: () => Source[]): ReportCell[] {
  if (typeof cost !== 'number') return [0, 1, 2].map(() => notAvailable(cost));
  const spent = madeOf(costCell(cost), costs);
  if ('notAvailable' in earned) return [spent, earned, earned];
  const value = Number(earned.value) - cost;
  return [spent, known(value), ratio(value, cost, 'no_cost')];
}

/** What a segment cost: its own costs, and of all others the part that its messages bear. */
function costsOfSegment(data: MoneyData, segment: Segment, name: string | null, cost: CostSum): Source[] {
  const marketing = data.costs.spent.filter(isMarketing);
  if (name === null) return costsBehind(data, marketing);
  const own = marketing.filter(({ of }) => of?.[segment] === name);
  const rest = marketing.filter(({ of }) => of?.[segment] === undefined);
  const part = typeof cost === 'number' ? cost - sumOf(own.map(({ amount }) => amount ?? 0)) : 0;
  const parts =
    part === 0
      ? []
      : largestRemainder(
          part,
          rest.map(({ amount }) => amount ?? 0),
        );
  return costsBehind(data, [...own, ...rest.map((one, i) => ({ ...one, amount: parts[i] ?? 0 }))]);
}

/** Conversions, all of them and those of each segment. */
interface BySegment {
  readonly all: readonly Conversion[];
  readonly of: ReadonlyMap<string, readonly Conversion[]>;
}

function bySegment(all: readonly Conversion[], segmentsOf: (one: Conversion) => readonly string[]): BySegment {
  const of = new Map<string, Conversion[]>();
  for (const one of all)
    for (const name of segmentsOf(one)) {
      const there = of.get(name);
      if (there === undefined) of.set(name, [one]);
      else there.push(one);
    }
  return { all, of };
}

/** What was sent to the people of a segment, or to all. */
class Sent {
  people = 0;
  messages = 0;
  /** By their numbers: 1 for those of which something was sent. */
  readonly flags: Uint8Array;

  constructor(campaigns: number) {
    this.flags = new Uint8Array(campaigns);
  }

  add({ block, first, end }: ContactAt): void {
    this.people++;
    this.messages += end - first;
    for (let i = first; i < end; i++) this.flags[campaignIn(block.whats[i] ?? 0)] = 1;
  }

  /** Without what is of no campaign. */
  get campaigns(): number {
    return sumOf(this.flags.subarray(1));
  }
}

interface SentTo {
  readonly all: Sent;
  readonly of: ReadonlyMap<string, Sent>;
}

/** @param segment null: that of nobody */
function sentBySegment(data: MoneyData, segment: Segment | null): SentTo {
  const { contacts } = data.activity;
  const newSent = (): Sent => new Sent(contacts.numbers.campaigns.size);
  const of = new Map<string, Sent>();
  const all = newSent();
  if (segment === null) return { all, of };
  const segmentsOf = segmentsOfPeople(data, segment, (name) => {
    let sent = of.get(name);
    if (sent === undefined) of.set(name, (sent = newSent()));
    return sent;
  });
  contacts.eachContact(data.frame, (whose) => {
    all.add(whose);
    for (const sent of segmentsOf(whose)) sent.add(whose);
  });
  for (const [name, { people }] of of) if (people === 0) of.delete(name);
  return { all, of };
}

/** What was sent to the people of a segment, by campaign and contact; null: to all. */
function entriesOf(data: MoneyData, segment: Segment, name: string | null): Entry[] {
  const segmentsOf = segmentsOfPeople(data, segment, (one) => one);
  return data.activity.contacts
    .entries(data.frame, ({ whose }) => (name === null || segmentsOf(whose).includes(name) ? 1 : null))
    .map(({ entry }) => entry);
}

/** Of which segments a contact is. @param of makes of the name of a segment what is told */
function segmentsOfPeople<T>(
  { books, activity }: MoneyData,
  segment: Segment,
  of: (name: string) => T,
): (whose: ContactAt) => readonly T[] {
  const { accounts, contacts } = activity.contacts.numbers;
  const segmentsOf = segmentsOfContacts(books, segment);
  const isOfAccount = OF_ACCOUNTS.has(segment);
  const ids = isOfAccount ? accounts : contacts;
  const known: (readonly T[])[] = [];
  /** By the number of whom it is said: the place in the list before, and 1 more. */
  const places = new Uint32Array(ids.size);
  for (const id of isOfAccount ? books.accounts.keys() : peopleInSegments(books, segment).keys()) {
    const number = ids.numberOf(id);
    if (number >= 0) places[number] = known.push(segmentsOf({ contact: id, account: id }).map(of));
  }
  // Of everybody else nobody said anything.
  const nobody = segmentsOf({ contact: '', account: '' }).map(of);
  return ({ account, contact }) => known[(places[isOfAccount ? account : contact] ?? 0) - 1] ?? nobody;
}

/** Whole minor units; all together what marketing cost. Without a rate for what is divided, nobody's part is known. */
function costsBySegment({ costs }: MoneyData, segment: Segment, sent: SentTo): Map<string, CostSum> {
  const groups = new Map<string, { readonly amount: number | null }[]>();
  const put = (name: string, amount: number | null): void => {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [{ amount }]);
    else group.push({ amount });
  };
  const marketing = costs.spent.filter(isMarketing);
  for (const { amount, of } of marketing) {
    const name = of?.[segment];
    if (name !== undefined) put(name, amount);
  }
  const rest = sumOfCosts(marketing.filter(({ of }) => of?.[segment] === undefined));
  const names = sent.of.size === 0 ? [''] : [...sent.of.keys()].sort(compare);
  if (rest === 'no_exchange_rate') for (const name of names) put(name, null);
  else if (rest !== 'no_cost' && rest !== 0)
    largestRemainder(
      rest,
      names.map((name) => sent.of.get(name)?.messages ?? 1),
    ).forEach((amount, i) => put(names[i] ?? '', amount));
  return new Map([...groups].map(([name, group]) => [name, sumOfCosts(group)]));
}

/** What is said of contacts themselves: the personas of their leads, or their roles in deals. */
function peopleInSegments(books: Books, segment: Segment): Map<string, Set<string>> {
  const ofContact = new Map<string, Set<string>>();
  const put = (contact: string | undefined, name: string | undefined): void => {
    if (contact === undefined || name === undefined) return;
    ofContact.set(contact, (ofContact.get(contact) ?? new Set()).add(name));
  };
  if (segment === 'persona') for (const { contactId, persona } of books.stages) put(contactId, persona);
  if (segment === 'buyerRole')
    for (const { roles } of books.opportunities) for (const { contactId, role } of roles) put(contactId, role);
  return ofContact;
}

/** Of which segments a contact is; of several where they had several roles, of the nameless one where nobody said. */
export function segmentsOfContacts(
  books: Books,
  segment: Segment,
): (whose: Pick<Entry, 'contact' | 'account'>) => readonly string[] {
  const ofContact = peopleInSegments(books, segment);
  return ({ contact, account }) => {
    switch (segment) {
      case 'region':
      case 'industry':
      case 'revenueClass':
      case 'tier':
        return [books.accounts.get(account)?.[segment] ?? ''];
      case 'persona':
        // As of a lead: the first that was said.
        return [...(ofContact.get(contact) ?? [''])].slice(0, 1);
      case 'buyerRole':
        return [...(ofContact.get(contact) ?? [''])].sort(compare);
      case 'productLine':
      case 'owner':
        return [''];
    }
  };
}

/** As in the report on revenue; of roles each by itself, and of a lead those of its contact. */
export function segmentsOfConversions(books: Books, segment: Segment): (one: Conversion) => readonly string[] {
  if (segment !== 'buyerRole') return (one) => [segmentOf(books, one, segment)];
  const ofContact = segmentsOfContacts(books, segment);
  const roles = new Map(books.opportunities.map((deal) => [deal.id, deal.roles.map(({ role }) => role)]));
  return ({ kind, id, contact, account }) => {
    if (kind !== 'won' && kind !== 'opportunity') return ofContact({ contact: contact ?? '', account });
    const own = [...new Set(roles.get(id))].sort(compare);
    return own.length === 0 ? [''] : own;
  };
}
