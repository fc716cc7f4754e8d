import { DateTime } from 'luxon';
import type { EpochMs } from '#lib/kernel';
import { linkTo } from '../../domain/asked.js';
import {
  count,
  known,
  money,
  notAvailable,
  ratio,
  type Report,
  type ReportCell,
  type ReportNote,
  type ReportRow,
  sumOfKnown,
  text,
} from '../../domain/report.js';
import { compare, missingRate, shareOfDays, sumOf } from './amounts.js';
import { madeOf, type Source } from '../../domain/behind.js';
import type { Known, OpportunityFact, StageFact } from '../../facts/domain/fact.js';
import { type Conversion, conversionsOf, qualifiedLeads, regionOf, wasOpenAtEnd } from './books.js';
import { costCell, costEach, costsOf, isMarketing, type Spent, sumOfCosts } from './costs.js';
import {
  ATTRIBUTION_TOUCHES,
  costsBehind,
  DEALS_BEHIND,
  type MoneyData,
  moneyNotes,
  reportOf,
  type TouchLink,
} from './frame.js';
import { areOfCompanies, bothSides, withFewAmountsMarked } from './few-amounts.js';
import type { ConversionTouches } from './path-gatherer.js';
import { ofConversions, ofFact } from './sources-of.js';

/** What one stretch of time had, from which its figures follow. */
interface Stretch {
  readonly leads: readonly Known<StageFact>[];
  readonly opportunities: readonly Known<OpportunityFact>[];
  readonly won: readonly Conversion[];
  /** The first deal that each new customer gave us. */
  readonly customers: readonly Conversion[];
  readonly spent: readonly (Spent & { readonly days: MoneyData['frame']['days'] })[];
  /** What at least one touch led to. */
  readonly earned: readonly Conversion[];
}

/** What leads, opportunities, orders and customers cost, and what came back, month by month; months add up to the total. */
export function acquisitionReport(data: MoneyData, link: TouchLink): Report {
  const { books, frame, sent } = data;
  const months = monthsOf(frame.days);
  const inMonth = <T>(all: readonly T[], atOf: (one: T) => EpochMs): readonly (readonly T[])[] => {
    const found = months.map((): T[] => []);
    for (const one of all) {
      const day = books.dayOf(atOf(one));
      if (day >= frame.days.from && atOf(one) <= frame.asOf) found[monthAt(months, day)]?.push(one);
    }
    return found;
  };
  const happened = ({ at }: { readonly at: EpochMs }): EpochMs => at;
  const won = conversionsOf(books, { of: 'won', event: null });
  const leads = inMonth(qualifiedLeads(books), happened);
  const opportunities = inMonth(books.opportunities, happened);
  const customers = inMonth(firstWonOf(won), happened);
  const wonIn = inMonth(won, happened);
  const { conversions } = data.paths;
  const convertedIn = inMonth(conversions, ({ conversion }) => conversion.at);
  const rows = months.map((month, i): readonly [string, Stretch, string] => [
    month.from.slice(0, 7),
    {
      leads: leads[i] ?? [],
      opportunities: opportunities[i] ?? [],
      won: wonIn[i] ?? [],
      customers: customers[i] ?? [],
      spent: costsOf(books, sent, month.from, month.to).spent.map((one) => ({ ...one, days: month })),
      earned: (convertedIn[i] ?? []).filter(isEarned).map(({ conversion }) => conversion),
    },
    linkTo(ATTRIBUTION_TOUCHES, { ...link, from: month.from, to: month.to }),
  ]);
  const all = rows.map(([, stretch]) => stretch);
  const total: Stretch = {
    leads: all.flatMap((one) => one.leads),
    opportunities: all.flatMap((one) => one.opportunities),
    won: all.flatMap((one) => one.won),
    customers: all.flatMap((one) => one.customers),
    spent: all.flatMap((one) => one.spent),
    earned: all.flatMap((one) => one.earned),
  };
  const { currency } = books;
  const report = reportOf('acquisition', data, {
    columns: [
      text('month'),
      money('cost', currency),
      count('leads'),
      money('cost_per_lead', currency),
      count('opportunities'),
      money('cost_per_opportunity', currency),
      count('won'),
      money('cost_per_order', currency),
      count('new_customers'),
      money('acquisition_cost', currency),
      money('attributed', currency),
      money('return', currency),
      { key: 'roi', kind: 'rate', unit: null },
    ],
    rows: rows.map(([month, stretch, touches]) => stretchRow(data, month, stretch, touches)),
    total: stretchRow(data, '', total, linkTo(ATTRIBUTION_TOUCHES, link)),
    notes: [{ key: 'acquisition', values: {} }, ...moneyNotes(data)],
  });
  // What companies gave is told by day.
  if (areOfCompanies(conversions.map(({ conversion }) => conversion))) return report;
  return withFewAmountsMarked(report, { rows: convertedIn, all: conversions, isTotalTold: false }, [
    { keys: ['attributed', 'return', 'roi'], sizes: bothSides(({ conversion }) => conversion, isEarned) },
  ]);
}

/** Whether at least one touch led to it. */
function isEarned({ touches }: ConversionTouches): boolean {
  return touches > 0;
}

function stretchRow(data: MoneyData, name: string, stretch: Stretch, touches: string): ReportRow {
  const { books } = data;
  const { leads, opportunities, won, customers, spent, earned } = stretch;
  const [marketing, whole] = [sumOfCosts(spent.filter(isMarketing)), sumOfCosts(spent)];
  const amounts = earned.map(({ amount }) => amount);
  const attributed = sumOf(amounts.map((amount) => amount ?? 0));
  const isUnpriced = 'notAvailable' in sumOfKnown(amounts);
  const costs = (some: Stretch['spent']) => (): Source[] =>
    some.flatMap(({ days, ...one }) => costsBehind(data, [one], days));
  const facts = (kind: 'stage' | 'opportunity', some: readonly { readonly id: string; readonly at: EpochMs }[]) =>
    madeOf(known(some.length), () => some.map(({ id, at }) => ofFact({ kind, id }, at)));
  const deals = (some: readonly Conversion[]): ReportCell => madeOf(known(some.length), ofConversions(books, some));
  // Where nobody reported a cost there is none to divide, and nothing is known to have come for free.
  const each = (number: number): ReportCell => costEach(marketing, number);
  const returned = (of: (cost: number) => ReportCell): ReportCell => {
    if (typeof marketing !== 'number') return notAvailable(marketing);
    return isUnpriced ? notAvailable('no_exchange_rate') : of(marketing);
  };
  return {
    cells: [
      known(name),
      madeOf(costCell(marketing), costs(spent.filter(isMarketing))),
      facts('stage', leads),
      each(leads.length),
      facts('opportunity', opportunities),
      each(opportunities.length),
      deals(won),
      each(won.length),
      deals(customers),
      madeOf(costEach(whole, customers.length), costs(spent)),
      sumOfKnown(amounts, earned.length === 0 ? undefined : touches),
      returned((cost) => known(attributed - cost)),
      returned((cost) => ratio(attributed - cost, cost, 'no_cost')),
    ],
  };
}

/** Pipeline and won deals of each region against what was meant to be reached. */
export function salesReport(data: MoneyData, link: TouchLink): Report {
  const { books, frame } = data;
  const { days } = frame;
  const won = conversionsOf(books, { of: 'won', event: null }).filter(
    ({ at }) => at >= frame.from && at < frame.to && at <= frame.asOf,
  );
  const lost = books.opportunities.filter(
    ({ status, closedAt = Infinity }) =>
      status === 'lost' && closedAt >= frame.from && closedAt < frame.to && closedAt <= frame.asOf,
  );
  const open = books.opportunities
    .filter((deal) => wasOpenAtEnd(deal, frame))
    .map((deal) => {
      const day = books.dayOf(deal.at);
      const value = books.convert(deal.value, day);
      return { region: regionOf(books, deal), value, missing: missingRate(deal.value, day, value) };
    });
  const targets = books.targets
    .filter((one) => one.from <= days.to && one.to >= days.from)
    .map((one) => ({ ...one, region: one.region ?? '', amount: books.convert(one.value, one.from) }));
  // The pipeline is a stock, and is held against what was meant to be there on the last day; what is won adds up over days.
  const isOf = (measure: 'pipeline' | 'won', { from, to }: { readonly from: string; readonly to: string }): boolean =>
    measure === 'won' || (from <= days.to && to >= days.to);
  const target = (measure: 'pipeline' | 'won', region: string | null): ReportCell => {
    const set = targets.filter(
      (one) => one.measure === measure && isOf(measure, one) && (region === null || one.region === region),
    );
    if (set.length === 0) return notAvailable('no_target');
    if (set.some(({ amount }) => amount === null)) return notAvailable('no_exchange_rate');
    const shares = set.map((one) => ({
      ...one,
      share: measure === 'pipeline' ? (one.amount ?? 0) : shareOfDays(one.amount ?? 0, one, days.from, days.to),
    }));
    return madeOf(known(sumOf(shares.map(({ share }) => share))), () =>
      shares.map(({ id, at, share, region: name }) => ofFact({ kind: 'target', id }, at, share, name)),
    );
  };
  const wonIn = won.map((one) => ({ value: one.amount, region: regionOf(books, one) }));
  const lostIn = lost.map((deal) => ({ region: regionOf(books, deal) }));
  const regions = [...wonIn, ...open, ...lostIn, ...targets].map(({ region }) => region);
  const row = (region: string | null): ReportRow => {
    const here = (one: { readonly region: string }): boolean => region === null || one.region === region;
    const wonHere = wonIn.filter(here);
    const lostHere = lostIn.filter(here);
    const openHere = open.filter(here);
    const deals = (about: string, some: readonly unknown[]): string | undefined =>
      some.length === 0 ? undefined : linkTo(DEALS_BEHIND, { ...link, about, ...(region === null ? {} : { region }) });
    const value = sumOfKnown(
      wonHere.map((one) => one.value),
      deals('won', wonHere),
    );
    const pipeline = sumOfKnown(
      openHere.map((one) => one.value),
      deals('open', openHere),
    );
    return {
      cells: [
        known(region ?? ''),
        pipeline,
        ...against(pipeline, target('pipeline', region)),
        known(wonHere.length, deals('won', wonHere)),
        value,
        ...against(value, target('won', region)),
        known(lostHere.length, deals('lost', lostHere)),
        ratio(wonHere.length, wonHere.length + lostHere.length),
      ],
    };
  };
  const { currency } = books;
  return reportOf('sales', data, {
    columns: [
      text('region'),
      money('pipeline', currency),
      money('pipeline_target', currency),
      { key: 'pipeline_reached', kind: 'rate', unit: null },
      count('won'),
      money('revenue', currency),
      money('won_target', currency),
      { key: 'won_reached', kind: 'rate', unit: null },
      count('lost'),
      { key: 'close_rate', kind: 'rate', unit: null },
    ],
    rows: [...new Set(regions)].sort(compare).map(row),
    total: row(null),
    notes: [
      { key: 'pipeline_at_end', values: {} },
      ...withoutRate(open.map(({ value }) => value)),
      ...moneyNotes(
        data,
        won,
        open.flatMap(({ missing }) => missing),
      ),
    ],
  });
}

function against(value: ReportCell, target: ReportCell): ReportCell[] {
  if ('notAvailable' in target) return [target, target];
  return [target, 'notAvailable' in value ? value : ratio(Number(value.value), Number(target.value), 'no_target')];
}

function withoutRate(amounts: readonly (number | null)[]): ReportNote[] {
  const deals = amounts.filter((amount) => amount === null).length;
  return deals === 0 ? [] : [{ key: 'pipeline_without_rate', values: { deals } }];
}

/** The deal with which each account first won us as a supplier. */
function firstWonOf(won: readonly Conversion[]): Conversion[] {
  const first = new Map<string, Conversion>();
  for (const one of won) {
    const known = first.get(one.account);
    if (known === undefined || one.at < known.at) first.set(one.account, one);
  }
  return [...first.values()];
}

/** Calendar months, cut to the period. */
export function monthsOf(days: {
  readonly from: string;
  readonly to: string;
}): { readonly from: string; readonly to: string }[] {
  const months: { from: string; to: string }[] = [];
  for (let from = days.from; from <= days.to;) {
    const end = DateTime.fromISO(from, { zone: 'utc' }).endOf('month').toISODate() ?? days.to;
    months.push({ from, to: end < days.to ? end : days.to });
    from = DateTime.fromISO(end, { zone: 'utc' }).plus({ days: 1 }).toISODate() ?? '~';
  }
  return months;
}

/** Which of these months a day is in that is not before them; -1 after them. */
function monthAt(months: readonly { readonly to: string }[], day: string): number {
  return months.findIndex(({ to }) => day <= to);
}
