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
import { compare, sumOf } from '../../money/domain/amounts.js';
import { type Books, type Conversion, conversionsOf } from '../../money/domain/books.js';
import { madeOf, type Source } from '../../domain/behind.js';
import { isMarketing, marketingCost } from '../../money/domain/costs.js';
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
import type { Entry } from './activity.js';
import { isIn } from './influenced.js';
import { ofConversions, worth } from '../../money/domain/sources-of.js';
import { journeysOf, ofEntry, peopleSent } from './people-behind.js';

/** What of a segment cannot be told of people: what is sold, and who sells it. */
const OF_DEALS_ALONE: ReadonlySet<Segment> = new Set(['productLine', 'owner']);

/**
 * Segments: which journeys reached them, what became of them, what that cost and what came back. A cost that was said to be
 * for a segment is its own; every other one is divided by the messages that people of each segment were sent.
 */
export function segmentsReport(
  data: MoneyData,
  segment: Segment,
  links: { readonly deals: TouchLink; readonly touches: TouchLink },
): Report {
  const { books, frame, activity, paths } = data;
  const ofConversion = segmentsOfConversions(books, segment);
  const ofContact = segmentsOfContacts(books, segment);
  const inPeriod = (of: 'lead' | 'opportunity' | 'won'): Conversion[] =>
    conversionsOf(books, { of, event: null }).filter(({ at }) => isIn(at, frame));
  const entries = OF_DEALS_ALONE.has(segment) ? null : activity.entries;
  const found = {
    entries: (entries ?? []).map((entry) => ({ entry, of: ofContact(entry) })),
    leads: inPeriod('lead').map((one) => ({ one, of: ofConversion(one) })),
    opportunities: inPeriod('opportunity').map((one) => ({ one, of: ofConversion(one) })),
    won: inPeriod('won').map((one) => ({ one, of: ofConversion(one) })),
    attributed: paths.conversions
      .filter(({ touches }) => touches > 0)
      .map(({ conversion }) => ({ one: conversion, of: ofConversion(conversion) })),
  };
  const costs = costsBySegment(data, segment, found.entries);
  const names = [
    ...new Set([...Object.values(found).flatMap((all) => all.flatMap(({ of }) => of)), ...costs.keys()]),
  ].sort(compare);
  const row = (name: string | null): ReportRow => {
    const here = <T extends { readonly of: readonly string[] }>(all: readonly T[]): T[] =>
      name === null ? [...all] : all.filter(({ of }) => of.includes(name));
    const sent = here(found.entries).map(({ entry }) => entry);
    const [leads, deals, won, attributed] = [
      here(found.leads),
      here(found.opportunities),
      here(found.won),
      here(found.attributed),
    ];
    const narrowed = name === null ? {} : { segment, value: name };
    const dealsBehind = (about: string, some: readonly unknown[]): string | undefined =>
      some.length === 0 ? undefined : linkTo(DEALS_BEHIND, { ...links.deals, about, ...narrowed });
    const cost = name === null ? (costs.size === 0 ? null : marketingCost(data.costs)) : (costs.get(name) ?? null);
    const earned = madeOf(
      sumOfKnown(
        attributed.map(({ one }) => one.amount),
        // Touches are found by the joined roles of a deal, and a row of one role has those of several.
        attributed.length === 0 || (segment === 'buyerRole' && name !== null)
          ? undefined
          : linkTo(ATTRIBUTION_TOUCHES, { ...links.touches, ...narrowed }),
      ),
      ofConversions(
        books,
        attributed.map(({ one }) => one),
        worth,
      ),
    );
    const people = new Set(sent.map(({ contact }) => contact)).size;
    const ofPeople = (cell: ReportCell): ReportCell => (entries === null ? notAvailable('not_defined') : cell);
    return {
      cells: [
        known(name ?? ''),
        ofPeople(
          madeOf(known(new Set(sent.flatMap(({ campaign }) => campaign ?? [])).size), () => journeysOf(data, sent)),
        ),
        ofPeople(madeOf(known(people), () => peopleSent(data, sent))),
        ofPeople(
          madeOf(known(sumOf(sent.map(({ messages }) => messages))), () =>
            sent.map((entry) => ofEntry(data, entry, entry.messages)),
          ),
        ),
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
          won.map(({ one }) => one.amount),
          dealsBehind('won', won),
        ),
        earned,
        ...returns(earned, cost, () => costsOfSegment(data, segment, name, cost ?? 0)),
      ],
    };
  };
  const { currency } = books;
  return reportOf('segments', data, {
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
      ...moneyNotes(
        data,
        found.won.map(({ one }) => one),
      ),
    ],
  });
}

function returns(earned: ReportCell, cost: number | null, costs: () => Source[]): ReportCell[] {
  if (cost === null) return ['no_cost', 'no_cost', 'no_cost'].map(() => notAvailable('no_cost'));
  const spent = madeOf(known(cost), costs);
  if ('notAvailable' in earned) return [spent, earned, earned];
  const value = Number(earned.value) - cost;
  return [spent, known(value), ratio(value, cost, 'no_cost')];
}

/** What a segment cost: its own costs, and of all others the part that its messages bear. */
function costsOfSegment(data: MoneyData, segment: Segment, name: string | null, cost: number): Source[] {
  const marketing = data.costs.spent.filter(isMarketing);
  if (name === null) return costsBehind(data, marketing);
  const own = marketing.filter(({ of }) => of?.[segment] === name);
  const rest = marketing.filter(({ of }) => of?.[segment] === undefined);
  const part = cost - sumOf(own.map(({ amount }) => amount));
  const parts =
    part === 0
      ? []
      : largestRemainder(
          part,
          rest.map(({ amount }) => amount),
        );
  return costsBehind(data, [...own, ...rest.map((one, i) => ({ ...one, amount: parts[i] ?? 0 }))]);
}

/** Whole minor units; all together what marketing cost. */
function costsBySegment(
  { costs }: MoneyData,
  segment: Segment,
  entries: readonly { readonly entry: Entry; readonly of: readonly string[] }[],
): Map<string, number> {
  const sums = new Map<string, number>();
  const put = (name: string, amount: number): unknown => sums.set(name, (sums.get(name) ?? 0) + amount);
  let rest = 0;
  for (const { category, amount, of } of costs.spent) {
    if (category === 'sales') continue;
    const name = of?.[segment];
    if (name === undefined) rest += amount;
    else put(name, amount);
  }
  if (rest === 0) return sums;
  const messages = new Map<string, number>();
  for (const { entry, of } of entries)
    for (const name of of) messages.set(name, (messages.get(name) ?? 0) + entry.messages);
  if (messages.size === 0) put('', rest);
  else {
    const names = [...messages.keys()].sort(compare);
    largestRemainder(
      rest,
      names.map((name) => messages.get(name) ?? 0),
    ).forEach((amount, i) => put(names[i] ?? '', amount));
  }
  return sums;
}

/** Of which segments a contact is; of several where they had several roles, of the nameless one where nobody said. */
export function segmentsOfContacts(
  books: Books,
  segment: Segment,
): (whose: Pick<Entry, 'contact' | 'account'>) => readonly string[] {
  const ofContact = new Map<string, Set<string>>();
  const put = (contact: string | undefined, name: string | undefined): void => {
    if (contact === undefined || name === undefined) return;
    ofContact.set(contact, (ofContact.get(contact) ?? new Set()).add(name));
  };
  if (segment === 'persona') for (const { contactId, persona } of books.stages) put(contactId, persona);
  if (segment === 'buyerRole')
    for (const { roles } of books.opportunities) for (const { contactId, role } of roles) put(contactId, role);
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
