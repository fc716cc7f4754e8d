import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { linkTo } from '../../domain/asked.js';
import {
  count,
  days,
  known,
  money,
  notAvailable,
  ratio,
  type Report,
  type ReportCell,
  type ReportRow,
  sumOfKnown,
  text,
} from '../../domain/report.js';
import { madeOf } from '../../domain/behind.js';
import { FEW } from '../../domain/small-rows.js';
import { LEAD_STAGES } from '../../facts/domain/fact.js';
import { compare, mean, quantile } from './amounts.js';
import { type Books, type Conversion, conversionsOf } from './books.js';
import {
  DEALS_BEHIND,
  LEADS_BEHIND,
  type MoneyData,
  type MoneyFrame,
  moneyNotes,
  reportOf,
  type TouchLink,
} from './frame.js';
import { orNone } from './revenue-reports.js';
import { ofConversions, ofFact, worth as amountOf } from './sources-of.js';

/** Of what a funnel is: of leads that came in the period, or of whatever reached a stage in it. */
export const FUNNELS = ['cohort', 'event'] as const;

/**
 * Leads that came in the period, how far they have come, how many go on from stage to stage, and how long that takes. Or what
 * reached each stage in the period, deals without a lead too: what is won then is what other reports say was won.
 */
export function funnelReport(data: MoneyData, of: (typeof FUNNELS)[number], link: TouchLink): Report {
  const { books, frame } = data;
  const isIn = (at: EpochMs | null | undefined): boolean =>
    at !== null && at !== undefined && at >= frame.from && at < frame.to && at <= frame.asOf;
  const leads = leadsOf(books, frame.asOf);
  const reached = [...leads.values()].filter((lead) => of === 'event' || isIn(lead.first));
  const behindStage = (stage: string, number: number): string | undefined =>
    number === 0 ? undefined : linkTo(LEADS_BEHIND, { ...link, of, stage });
  const inFunnel = ({ lead }: { readonly lead?: string | undefined }): boolean =>
    lead !== undefined && isIn(leads.get(lead)?.first);
  const dealsOf = (kind: 'opportunity' | 'won'): Conversion[] =>
    conversionsOf(books, { of: kind, event: null }).filter((one) =>
      of === 'event' ? isIn(one.at) : one.at <= frame.asOf && inFunnel({ lead: one.lead ?? undefined }),
    );
  const deals = { opportunity: dealsOf('opportunity'), won: dealsOf('won') };
  const numbers = FUNNEL.map((name) => {
    if (of === 'event' && (name === 'opportunity' || name === 'won')) return deals[name].length;
    return leadsThatReached(books, frame, of, name).length;
  });
  const dealsOfPeriod = (name: 'opportunity' | 'won'): string | undefined =>
    of === 'event' && deals[name].length > 0
      ? linkTo(DEALS_BEHIND, { ...link, about: name === 'won' ? 'won' : 'opened' })
      : undefined;
  const worth = (name: (typeof FUNNEL)[number]): ReportCell =>
    name !== 'opportunity' && name !== 'won'
      ? notAvailable('not_defined')
      : madeOf(
          sumOfKnown(
            deals[name].map(({ amount }) => amount),
            dealsOfPeriod(name),
          ),
          ofConversions(books, deals[name], amountOf),
        );
  const rows = FUNNEL.map((name, stage): ReportRow => {
    const took = reached.flatMap(({ lead, times, facts }) => {
      const [from, to] = [stage === 0 ? null : (times[stage - 1] ?? null), times[stage] ?? null];
      if (from === null || to === null || to < from || (of === 'event' && !isIn(to))) return [];
      return [{ lead, to, fact: facts[stage] ?? null, took: (to - from) / DAY }];
    });
    const lasted = (figure: (values: readonly number[]) => number | null): ReportCell =>
      madeOf(orNone(figure(took.map((one) => one.took))), () =>
        took.flatMap(({ lead, to, fact, took: adds }) => (fact === null ? [] : [ofFact(fact, to, adds, lead)])),
      );
    const number = numbers[stage] ?? 0;
    return {
      cells: [
        known(name),
        known(
          number,
          (name === 'opportunity' || name === 'won' ? dealsOfPeriod(name) : undefined) ?? behindStage(name, number),
        ),
        worth(name),
        stage === 0 ? notAvailable('not_defined') : ratio(number, numbers[stage - 1] ?? 0),
        ratio(number, numbers[0] ?? 0),
        stage === 0 ? notAvailable('not_defined') : lasted((values) => quantile(values, 0.5)),
        stage === 0 ? notAvailable('not_defined') : lasted(mean),
      ],
    };
  });
  const [contacts = 0, won = 0] = [numbers[0], numbers.at(-1)];
  const needed =
    won === 0 || of === 'event'
      ? []
      : [{ key: 'contacts_per_sale', values: { contacts: Math.round((contacts / won) * 10) / 10 } }];
  return reportOf('funnel', data, {
    columns: [
      text('stage'),
      count('reached'),
      money('value', books.currency),
      { key: 'from_before', kind: 'rate', unit: null },
      { key: 'from_first', kind: 'rate', unit: null },
      days('days_median'),
      days('days_mean'),
    ],
    rows,
    total: null,
    notes: [
      { key: of === 'cohort' ? 'funnel' : 'funnel_of_events', values: {} },
      ...needed,
      ...moneyNotes(data, [...deals.opportunity, ...deals.won]),
    ],
    of,
  });
}

/**
 * The funnel for somebody who may not see single people: where fewer than `FEW` leads reached a stage, neither how many nor
 * how long they took, what their deals are worth, nor a rate by which they could be told. Deals of the period, which are of
 * companies, stay as in every report on sales, but for the days that few took.
 */
export function withoutFewLeads(report: Report): Report {
  const { columns, rows } = report;
  const at = (key: string): number => columns.findIndex((column) => column.key === key);
  const reached = rows.map(({ cells }) => {
    const cell = cells[at('reached')];
    return cell !== undefined && 'value' in cell ? Number(cell.value) : 0;
  });
  const isFew = (i: number): boolean => (reached[i] ?? 0) > 0 && (reached[i] ?? 0) < FEW;
  // Deals of a cohort say of its leads when they came.
  const isLead = (i: number): boolean => report.period.of === 'cohort' || i < LEAD_STAGES.length;
  const isUntold = (i: number): boolean => isLead(i) && isFew(i);
  if (!rows.some((_row, i) => isFew(i))) return report;
  const hides = (i: number): string[] => [
    ...(isUntold(i) ? ['reached', 'value', 'from_before', 'from_first'] : []),
    ...(isUntold(i - 1) ? ['from_before'] : []),
    ...(isUntold(0) ? ['from_first'] : []),
    ...(isFew(i) ? ['days_median', 'days_mean'] : []),
  ];
  return {
    ...report,
    rows: rows.map(({ cells }, i) => {
      const hidden = new Set(hides(i).map(at));
      return { cells: cells.map((cell, column) => (hidden.has(column) ? notAvailable('too_few') : cell)) };
    }),
    notes: [
      ...report.notes.filter(({ key }) => key !== 'contacts_per_sale' || !(isUntold(0) || isUntold(rows.length - 1))),
      { key: 'small_cells', values: { few: FEW } },
    ],
  };
}

/**
 * Leads behind a stage of the funnel: those that came in the period and went as far, or those that reached it in the period.
 * In order of when they came and of their ids.
 */
export function leadsThatReached(
  books: Books,
  { from, to, asOf }: Pick<MoneyFrame, 'from' | 'to' | 'asOf'>,
  of: (typeof FUNNELS)[number],
  stage: FunnelStage,
): LeadTimes[] {
  const isIn = (at: EpochMs | null | undefined): boolean =>
    at !== null && at !== undefined && at >= from && at < to && at <= asOf;
  const place = FUNNEL.indexOf(stage);
  return [...leadsOf(books, asOf).values()]
    .filter((lead) => (of === 'event' ? isIn(lead.times[place]) : isIn(lead.first) && furthest(lead) >= place))
    .sort((a, b) => a.first - b.first || compare(a.lead, b.lead));
}

/** Where in the funnel a lead has come. */
export function furthest({ times }: Pick<LeadTimes, 'times'>): number {
  return times.findLastIndex((at) => at !== null);
}

export const FUNNEL = [...LEAD_STAGES, 'opportunity', 'won'] as const;
export type FunnelStage = (typeof FUNNEL)[number];

export interface LeadTimes {
  readonly lead: string;
  first: number;
  /** When each stage of the funnel was first reached; null where nobody said. */
  readonly times: (number | null)[];
  /** Which fact said so, by its kind and id. */
  readonly facts: (FactName | null)[];
}

interface FactName {
  readonly kind: 'stage' | 'opportunity';
  readonly id: string;
}

/** A deal of a lead takes it on; one without a lead began by itself and is in no funnel. */
export function leadsOf(books: Books, asOf: EpochMs): Map<string, LeadTimes> {
  const leads = new Map<string, LeadTimes>();
  const reach = (known: LeadTimes, stage: FunnelStage, at: EpochMs, fact: FactName): void => {
    const place = FUNNEL.indexOf(stage);
    const before = known.times[place] ?? null;
    if (before !== null && before <= at) return;
    known.times[place] = at;
    known.facts[place] = fact;
  };
  for (const { id, lead, stage, at } of books.stages) {
    const known = leads.get(lead) ?? { lead, first: at, times: FUNNEL.map(() => null), facts: FUNNEL.map(() => null) };
    known.first = Math.min(known.first, at);
    reach(known, stage, at, { kind: 'stage', id });
    leads.set(lead, known);
  }
  for (const { id, lead, at, status, closedAt } of books.opportunities) {
    const known = lead === undefined ? undefined : leads.get(lead);
    if (known === undefined) continue;
    reach(known, 'opportunity', at, { kind: 'opportunity', id });
    if (status === 'won' && closedAt !== undefined && closedAt <= asOf)
      reach(known, 'won', closedAt, { kind: 'opportunity', id });
  }
  return leads;
}
