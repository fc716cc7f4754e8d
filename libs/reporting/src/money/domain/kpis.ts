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
import { type Conversion, conversionsOf, qualifiedLeads, regionOf } from './books.js';
import { costsOf, marketingCost, wholeCost } from './costs.js';
import { ATTRIBUTION_TOUCHES, DEALS_BEHIND, type MoneyData, moneyNotes, reportOf, type TouchLink } from './frame.js';

/** Counts and sums of one stretch of time, from which its figures follow. */
interface Stretch {
  readonly leads: number;
  readonly opportunities: number;
  readonly won: number;
  readonly newCustomers: number;
  readonly marketing: number;
  readonly whole: number;
  /** Amounts that at least one touch led to; null without a rate. */
  readonly earned: readonly (number | null)[];
}

const NOTHING: Stretch = {
  leads: 0,
  opportunities: 0,
  won: 0,
  newCustomers: 0,
  marketing: 0,
  whole: 0,
  earned: [],
};

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
  const customers = inMonth([...firstWonOf(won).values()], (at) => at);
  const wonIn = inMonth(won, happened);
  const earnedIn = inMonth(
    data.paths.conversions.filter(({ touches }) => touches > 0),
    ({ conversion }) => conversion.at,
  );
  const rows = months.map((month, i): readonly [string, Stretch, string] => {
    const costs = costsOf(books, sent, month.from, month.to);
    const spent = { marketing: marketingCost(costs), whole: wholeCost(costs) };
    return [
      month.from.slice(0, 7),
      {
        leads: leads[i]?.length ?? 0,
        opportunities: opportunities[i]?.length ?? 0,
        won: wonIn[i]?.length ?? 0,
        newCustomers: customers[i]?.length ?? 0,
        ...spent,
        earned: (earnedIn[i] ?? []).map(({ conversion }) => conversion.amount),
      },
      linkTo(ATTRIBUTION_TOUCHES, { ...link, from: month.from, to: month.to }),
    ];
  });
  const total = rows.map(([, stretch]) => stretch).reduce(together, NOTHING);
  const { currency } = books;
  return reportOf('acquisition', data, {
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
    rows: rows.map(([month, stretch, touches]) => stretchRow(month, stretch, touches)),
    total: stretchRow('', total, linkTo(ATTRIBUTION_TOUCHES, link)),
    notes: [{ key: 'acquisition', values: {} }, ...moneyNotes(data)],
  });
}

function stretchRow(name: string, stretch: Stretch, touches: string): ReportRow {
  const { marketing, whole, leads, opportunities, won, newCustomers, earned } = stretch;
  const attributed = sumOf(earned.map((amount) => amount ?? 0));
  const isUnpriced = 'notAvailable' in sumOfKnown(earned);
  // Where nobody reported a cost there is none to divide, and nothing is known to have come for free.
  const ofCost = (cost: number, cell: ReportCell): ReportCell => (cost === 0 ? notAvailable('no_cost') : cell);
  const each = (number: number): ReportCell => ofCost(marketing, per(marketing, number));
  return {
    cells: [
      known(name),
      ofCost(marketing, known(marketing)),
      known(leads),
      each(leads),
      known(opportunities),
      each(opportunities),
      known(won),
      each(won),
      known(newCustomers),
      ofCost(whole, per(whole, newCustomers)),
      sumOfKnown(earned, earned.length === 0 ? undefined : touches),
      ofCost(marketing, isUnpriced ? notAvailable('no_exchange_rate') : known(attributed - marketing)),
      isUnpriced ? notAvailable('no_exchange_rate') : ratio(attributed - marketing, marketing, 'no_cost'),
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
    .filter(({ status }) => status === 'open')
    .map((deal) => {
      const day = books.dayOf(deal.at);
      const value = books.convert(deal.value, day);
      return { region: regionOf(books, deal), value, missing: missingRate(deal.value, day, value) };
    });
  const targets = books.targets
    .filter((one) => one.from <= days.to && one.to >= days.from)
    .map((one) => ({ ...one, region: one.region ?? '', amount: books.convert(one.value, one.from) }));
  const target = (measure: 'pipeline' | 'won', region: string | null): ReportCell => {
    const set = targets.filter((one) => one.measure === measure && (region === null || one.region === region));
    if (set.length === 0) return notAvailable('no_target');
    if (set.some(({ amount }) => amount === null)) return notAvailable('no_exchange_rate');
    return known(sumOf(set.map((one) => shareOfDays(one.amount ?? 0, one, days.from, days.to))));
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
      { key: 'pipeline_now', values: {} },
      ...withoutRate(open.map(({ value }) => value)),
      ...moneyNotes(
        data,
        won,
        open.flatMap(({ missing }) => missing),
      ),
    ],
  });
}

function together(a: Stretch, b: Stretch): Stretch {
  return {
    leads: a.leads + b.leads,
    opportunities: a.opportunities + b.opportunities,
    won: a.won + b.won,
    newCustomers: a.newCustomers + b.newCustomers,
    marketing: a.marketing + b.marketing,
    whole: a.whole + b.whole,
    earned: [...a.earned, ...b.earned],
  };
}

/** An amount for each, to the nearest minor unit; none where there are none. */
function per(amount: number, number: number): ReportCell {
  return number === 0 ? notAvailable('no_denominator') : known(Math.round(amount / number));
}

function against(value: ReportCell, target: ReportCell): ReportCell[] {
  if ('notAvailable' in target) return [target, target];
  return [target, 'notAvailable' in value ? value : ratio(Number(value.value), Number(target.value), 'no_target')];
}

function withoutRate(amounts: readonly (number | null)[]): ReportNote[] {
  const deals = amounts.filter((amount) => amount === null).length;
  return deals === 0 ? [] : [{ key: 'pipeline_without_rate', values: { deals } }];
}

/** When each account first won us as a supplier. */
function firstWonOf(won: readonly Conversion[]): ReadonlyMap<string, EpochMs> {
  const first = new Map<string, EpochMs>();
  for (const { account, at } of won) {
    first.set(account, Math.min(first.get(account) ?? at, at));
  }
  return first;
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
