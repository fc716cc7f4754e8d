import { tzdb } from '#lib/platform';
import {
  assetsReport,
  instantsOf,
  journeysReport,
  pagesReport,
  segmentsReport,
  silenceReport,
  type Report,
  sourcesReport,
  withoutSmallCells,
} from '#lib/reporting';
import { AssetsQuery, JourneysQuery, MoneyReportQuery, RevenueQuery, SilenceQuery } from './money-query.js';
import { dealsLinked, linked, ofPeriod } from './money-links.js';
import { BY_NULLS, type MoneyReport, OF_TOUCHES } from './money-reports.js';

/** Which segment a lead or a deal is of is told of no few, as in the report on revenue. */
const withoutFewOfSegments = (report: Report): Report =>
  withoutSmallCells(report, {
    counts: ['leads', 'opportunities', 'won'],
    tells: {
      lead_rate: ['leads'],
      opportunity_rate: ['leads', 'opportunities'],
      won_rate: ['opportunities', 'won'],
      ...Object.fromEntries(['revenue', 'attributed', 'return', 'roi'].map((key) => [key, ['won']])),
    },
  });

/** What somebody read is told of no few, be it that deals came of it. */
const withoutFewOfAssets = (report: Report): Report =>
  withoutSmallCells(report, { counts: ['leads', 'won'], tells: { revenue: ['won'] } });

/** Reports of what people did and were sent, and what came of it; in the order in which they are offered. */
export const ACTIVITY_REPORTS: readonly MoneyReport[] = [
  {
    key: 'sources',
    roles: ['operations', 'cmo', 'finance'],
    query: MoneyReportQuery,
    by: 'channel',
    people: 'visitors',
    nobodyStays: true,
    isOverlapping: true,
    means: ['visitors'],
    drawn: 'traffic',
    figures: ['traffic', 'cost_per_click', 'leads', 'revenue', 'roi'],
    reads: ({ model }) => (BY_NULLS.has(model) ? 'all' : 'converting'),
    activity: ['engagements'],
    kept: 'channels',
    ofFew: ['channel', 'traffic', 'visitors', 'cost', 'cost_per_click', 'leads', 'lead_rate'],
    hides: (report) => withoutSmallCells(report, { counts: ['leads'], tells: { lead_rate: ['leads'] } }),
    make: (data, { model, lookback, ...asked }) =>
      sourcesReport(data, {
        ...{ model, lookbackDays: lookback },
        links: {
          engagements: { ...ofPeriod(asked), report: 'sources' },
          touches: linked({ ...asked, lookback, by: 'channel' }),
        },
      }),
  },
  {
    key: 'segments',
    roles: ['cmo', 'sales', 'finance'],
    query: RevenueQuery,
    people: 'people',
    nobodyStays: true,
    isOverlapping: true,
    means: ['journeys', 'people'],
    conversion: 'won',
    idle: ['model', 'halfLife', 'conversion', 'event'],
    drawn: 'revenue',
    figures: ['leads', 'won', 'revenue', 'attributed', 'roi'],
    reads: () => 'converting',
    activity: ['contacts'],
    hides: withoutFewOfSegments,
    make: (data, { segment, ...asked }) =>
      segmentsReport(data, segment, { deals: dealsLinked(asked), touches: linked(asked) }),
  },
  {
    key: 'journeys',
    people: 'entrants',
    isOverlapping: true,
    means: ['entrants', 'goal_reached'],
    roles: ['operations', 'cmo'],
    query: JourneysQuery,
    idle: ['conversion', 'model', 'basis', 'unit', 'reset', 'collapse', 'halfLife', 'currency'],
    drawn: 'goal_reached',
    reads: () => 'nothing',
    activity: ['contacts'],
    make: (data, { goal, event = null, lookback }) => journeysReport(data, { goal, event, windowDays: lookback }),
  },
  {
    key: 'pages',
    people: 'people',
    isOverlapping: true,
    means: ['people', 'visitors', 'repeat_visitors'],
    roles: ['operations', 'cmo'],
    query: MoneyReportQuery,
    idle: [...OF_TOUCHES, 'conversion', 'event', 'model', 'halfLife', 'currency'],
    drawn: 'people',
    reads: () => 'nothing',
    activity: ['engagements'],
    kept: 'pages',
    make: (data, asked) => pagesReport(data, { ...ofPeriod(asked), report: 'pages' }),
  },
  {
    key: 'assets',
    people: 'people',
    nobodyStays: true,
    isOverlapping: true,
    means: ['people', 'leads', 'won', 'revenue'],
    roles: ['cmo', 'sales'],
    query: AssetsQuery,
    idle: ['conversion', 'event', 'model', 'basis', 'unit', 'reset', 'collapse', 'halfLife'],
    drawn: 'people',
    figures: ['people', 'downloads', 'leads', 'won', 'revenue'],
    reads: () => 'nothing',
    activity: ['engagements'],
    kept: 'contents',
    hides: withoutFewOfAssets,
    make: (data, { per, lookback, ...asked }) =>
      assetsReport(data, { by: per, lookbackDays: lookback, link: { ...ofPeriod(asked), report: 'assets' } }),
  },
  {
    key: 'silence',
    people: 'silent',
    nobodyStays: true,
    roles: ['operations', 'cmo'],
    query: SilenceQuery,
    drawn: 'win_back_rate',
    isInOrder: true,
    figures: ['silent', 'came_back', 'win_back_rate'],
    reads: () => 'nothing',
    activity: ['presences'],
    kept: 'silences',
    make: (data, { silent, zone }) =>
      silenceReport(data, silent, (days) => {
        const clock = tzdb.zone(zone ?? '');
        const instants = clock === null ? null : instantsOf(days, clock);
        if (instants === null) throw new Error('the days of a report were read before');
        return instants;
      }),
  },
];
