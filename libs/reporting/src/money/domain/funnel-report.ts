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
import { LEAD_STAGES } from '../../facts/domain/fact.js';
import { mean, quantile } from './amounts.js';
import { type Books, type Conversion, conversionsOf } from './books.js';
import { DEALS_BEHIND, type MoneyData, moneyNotes, reportOf, type TouchLink } from './frame.js';
import { orNone } from './revenue-reports.js';

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
  const inFunnel = ({ lead }: { readonly lead?: string | undefined }): boolean =>
    lead !== undefined && isIn(leads.get(lead)?.first);
  const dealsOf = (kind: 'opportunity' | 'won'): Conversion[] =>
    conversionsOf(books, { of: kind, event: null }).filter((one) =>
      of === 'event' ? isIn(one.at) : one.at <= frame.asOf && inFunnel({ lead: one.lead ?? undefined }),
    );
  const deals = { opportunity: dealsOf('opportunity'), won: dealsOf('won') };
  const numbers = FUNNEL.map((name, stage) => {
    if (of === 'cohort') return reached.filter(({ times }) => times.findLastIndex((at) => at !== null) >= stage).length;
    return name === 'opportunity' || name === 'won'
      ? deals[name].length
      : reached.filter(({ times }) => isIn(times[stage])).length;
  });
  const dealsOfPeriod = (name: 'opportunity' | 'won'): string | undefined =>
    of === 'event' && deals[name].length > 0
      ? linkTo(DEALS_BEHIND, { ...link, about: name === 'won' ? 'won' : 'opened' })
      : undefined;
  const worth = (name: (typeof FUNNEL)[number]): ReportCell =>
    name !== 'opportunity' && name !== 'won'
      ? notAvailable('not_defined')
      : sumOfKnown(
          deals[name].map(({ amount }) => amount),
          dealsOfPeriod(name),
        );
  const rows = FUNNEL.map((name, stage): ReportRow => {
    const took = reached.flatMap(({ times }) => {
      const [from, to] = [stage === 0 ? null : (times[stage - 1] ?? null), times[stage] ?? null];
      return from === null || to === null || to < from || (of === 'event' && !isIn(to)) ? [] : [(to - from) / DAY];
    });
    const number = numbers[stage] ?? 0;
    return {
      cells: [
        known(name),
        known(number, name === 'opportunity' || name === 'won' ? dealsOfPeriod(name) : undefined),
        worth(name),
        stage === 0 ? notAvailable('not_defined') : ratio(number, numbers[stage - 1] ?? 0),
        ratio(number, numbers[0] ?? 0),
        stage === 0 ? notAvailable('not_defined') : orNone(quantile(took, 0.5)),
        stage === 0 ? notAvailable('not_defined') : orNone(mean(took)),
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

const FUNNEL = [...LEAD_STAGES, 'opportunity', 'won'] as const;

interface LeadTimes {
  first: number;
  /** When each stage of the funnel was first reached; null where nobody said. */
  readonly times: (number | null)[];
}

/** A deal of a lead takes it on; one without a lead began by itself and is in no funnel. */
function leadsOf(books: Books, asOf: EpochMs): Map<string, LeadTimes> {
  const leads = new Map<string, LeadTimes>();
  for (const { lead, stage, at } of books.stages) {
    const known = leads.get(lead) ?? { first: at, times: FUNNEL.map(() => null) };
    const place = FUNNEL.indexOf(stage);
    known.first = Math.min(known.first, at);
    known.times[place] = Math.min(known.times[place] ?? at, at);
    leads.set(lead, known);
  }
  for (const deal of books.opportunities) {
    const known = deal.lead === undefined ? undefined : leads.get(deal.lead);
    if (known === undefined) continue;
    const [opened, closed] = [FUNNEL.indexOf('opportunity'), FUNNEL.indexOf('won')];
    known.times[opened] = Math.min(known.times[opened] ?? deal.at, deal.at);
    if (deal.status === 'won' && deal.closedAt !== undefined && deal.closedAt <= asOf) {
      known.times[closed] = Math.min(known.times[closed] ?? deal.closedAt, deal.closedAt);
    }
  }
  return leads;
}
