import type { EpochMs } from '#lib/kernel';
import type { Activity } from '../../activity/domain/activity.js';
import type { ActivityFigures } from '../../activity/domain/activity-figures.js';
import { linkTo } from '../../domain/asked.js';
import type { Source } from '../../domain/behind.js';
import type { ParameterValue, Report, ReportNote } from '../../domain/report.js';
import type { Books, Conversion } from './books.js';
import type { EngagementScores } from './engagement-score.js';
import type { Exposures } from './exposures.js';
import type { SentMessages, UntrackedClick } from '../touch.store.js';
import { compare, type MissingRate } from './amounts.js';
import type { Costs, Spent } from './costs.js';
import { NO_NAME } from './no-name.js';
import { ofCosts } from './sources-of.js';
import type { GatheredPaths } from './path-gatherer.js';

/** What a report on money is about, written out, and where its data end. */
export interface MoneyFrame {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** The days of the period, both included. */
  readonly days: { readonly from: string; readonly to: string };
  readonly zone: string;
  readonly asOf: EpochMs;
  readonly ledgerPosition: number;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** What links add, where the report is about the past. */
  readonly past: { readonly asOf?: string };
  /** What the position is, where the report is about the past. */
  readonly pastNotes: readonly ReportNote[];
}

/** All that such a report is made from. */
export interface MoneyData {
  readonly frame: MoneyFrame;
  readonly books: Books;
  readonly costs: Costs;
  /** Messages that left in the period. */
  readonly sent: readonly SentMessages[];
  readonly paths: GatheredPaths;
  /** Who first met which variant, where the report asks for that. */
  readonly exposures: Exposures;
  /** What people did and were sent, as far as the report asks for it. */
  readonly activity: Activity;
  /** Figures of it that are kept; left out, or null, where the report makes them of the activity. */
  readonly done?: ActivityFigures | null;
  /** Points of accounts, where the report asks for them. */
  readonly scores?: EngagementScores;
  /** Clicks of people who do not let themselves be counted, where the report asks for them. */
  readonly untracked: readonly UntrackedClick[];
}

/** Path of the touches behind a figure. */
export const ATTRIBUTION_TOUCHES = '/v1/reports/attribution/touches';
/** Path of the deals behind a figure, and of everything that an account had to do with us. */
export const DEALS_BEHIND = '/v1/reports/sales/deals';
export const ACCOUNT_TOUCHES = '/v1/reports/accounts/touches';
/** ... of leads behind a stage, of what people did, and of what came of those who met a variant. */
export const LEADS_BEHIND = '/v1/reports/funnel/leads';
export const ENGAGEMENTS = '/v1/reports/pages/engagements';
export const OUTCOMES = '/v1/reports/variants/outcomes';
/** Query of the touches behind a report; a figure adds which of them. */
export type TouchLink = Readonly<Record<string, string | null | undefined>>;

/** Where touches of a period are listed: those in it, of these days. */
export function touchesBehind({ frame }: Pick<MoneyData, 'frame'>, which: TouchLink, days = frame.days): string {
  return linkTo(ACCOUNT_TOUCHES, { ...frame.past, from: days.from, to: days.to, zone: frame.zone, ...which });
}

/** What was spent, each with the facts that say so; messages with the list of them. */
export function costsBehind(data: Pick<MoneyData, 'frame'>, spent: readonly Spent[], days = data.frame.days): Source[] {
  return ofCosts(spent, ({ channel, campaign }) =>
    touchesBehind(data, { by: 'campaign', name: campaign ?? NO_NAME, channel, returned: 'true' }, days),
  );
}

/** Rates of what happened in a period, in which what is counted above may have come before. */
const OF_EVENTS: ReadonlySet<string> = new Set([
  ...['lead_rate', 'opportunity_rate', 'won_rate', 'from_before', 'from_first'],
]);

/** Says why a rate is above 100 %, where one is. */
function aboveWhole(columns: Report['columns'], rows: Report['rows']): ReportNote[] {
  const isAbove = rows.some(({ cells }) =>
    cells.some((cell, i) => OF_EVENTS.has(columns[i]?.key ?? '') && 'value' in cell && Number(cell.value) > 1),
  );
  return isAbove ? [{ key: 'rates_of_events', values: {} }] : [];
}

export function reportOf(
  key: string,
  { frame }: Pick<MoneyData, 'frame'>,
  table: Pick<Report, 'columns' | 'rows' | 'total'> & {
    readonly notes?: readonly ReportNote[];
    readonly of?: 'event' | 'cohort';
  },
): Report {
  const { columns, rows, total, notes = [], of = 'event' } = table;
  return {
    key,
    period: { from: frame.from, to: frame.to, of },
    zone: frame.zone,
    parameters: frame.parameters,
    dataThrough: frame.asOf,
    ledgerPosition: frame.ledgerPosition,
    columns,
    rows,
    total,
    notes: [...notes, ...aboveWhole(columns, total === null ? rows : [...rows, total]), ...frame.pastNotes],
  };
}

/**
 * What is not in the money, and why; nothing where all is.
 * @param others rates that other amounts of the report want
 */
export function moneyNotes(
  { books, costs, paths }: Pick<MoneyData, 'books' | 'costs' | 'paths'>,
  conversions: readonly Conversion[] = paths.conversions.map(({ conversion }) => conversion),
  others: readonly MissingRate[] = [],
): ReportNote[] {
  let lost = 0;
  const missing: MissingRate[] = [];
  for (const one of conversions) {
    if (one.amount === null) lost += 1;
    for (const rate of one.missing) missing.push(rate);
  }
  return [
    ...(lost === 0 ? [] : [{ key: 'conversions_without_rate', values: { conversions: lost } }]),
    ...(costs.missing.length === 0 ? [] : [{ key: 'costs_without_rate', values: { costs: costs.missing.length } }]),
    ...missingRates(books.currency, [...missing, ...costs.missing, ...others]),
  ];
}

/** One note for each currency: how many amounts want a rate, and of which days. */
function missingRates(to: string, missing: readonly MissingRate[]): ReportNote[] {
  return [...new Set(missing.map(({ currency }) => currency))].sort(compare).map((currency) => {
    const days = missing.flatMap((one) => (one.currency === currency ? [one.day] : [])).sort(compare);
    const [first = '', last = ''] = [days[0], days.at(-1)];
    return { key: 'missing_rate', values: { currency, to, amounts: days.length, first, last } };
  });
}
