import { MODELS } from '#lib/attribution';
import { tzdb } from '#lib/platform';
import {
  accountsReport,
  acquisitionReport,
  assetsReport,
  attributionReport,
  campaignsReport,
  funnelReport,
  instantsOf,
  journeysReport,
  modelsReport,
  type MoneyData,
  type MoneyQuery,
  pagesReport,
  pathsReport,
  POINTS,
  positionsReport,
  qualityReport,
  type Report,
  revenueReport,
  salesReport,
  segmentsReport,
  silenceReport,
  sourcesReport,
  variantsReport,
} from '#lib/reporting';

/** A report that is made of touches, and what of the query is its own. */
interface MeasuredReport extends Partial<MoneyQuery> {
  readonly report: string;
  readonly make: (data: MoneyData) => Report;
}

const SHAPE = { by: 'channel', show: 'value', models: MODELS, model: 'linear' } as const;
const SOURCES = { model: 'linear', lookbackDays: 90, links: { engagements: {}, touches: {} } } as const;

/** In the order in which they are made; the first is also the first of its process. */
export const MONEY_REPORTS: readonly MeasuredReport[] = [
  {
    report: 'attribution',
    reads: 'all',
    make: (data) => attributionReport(data, { ...SHAPE, weights: null, intervals: false, link: {} }),
  },
  {
    report: 'by content',
    ...{ by: 'content', reads: 'all' },
    make: (data) => attributionReport(data, { ...SHAPE, by: 'content', weights: null, intervals: false, link: {} }),
  },
  {
    report: 'by content, linear',
    ...{ by: 'content', reads: 'all' },
    make: (data) =>
      attributionReport(data, {
        ...{ ...SHAPE, by: 'content', models: ['linear'], weights: null, intervals: false, link: {} },
      }),
  },
  {
    report: 'by content, collapse',
    ...{ by: 'content', reads: 'all', collapseSend: true },
    make: (data) =>
      attributionReport(data, {
        ...{ ...SHAPE, by: 'content', models: ['linear'], weights: null, intervals: false, link: {} },
      }),
  },
  { report: 'models', reads: 'all', make: (data) => modelsReport(data, { ...SHAPE, link: {} }) },
  { report: 'positions', reads: 'converting', make: (data) => positionsReport(data, 'channel', {}) },
  {
    report: 'campaigns',
    by: 'campaign',
    reads: 'converting',
    make: (data) => campaignsReport(data, 'linear', {}),
  },
  { report: 'funnel', reads: 'nothing', make: (data) => funnelReport(data, 'event', {}) },
  { report: 'acquisition', reads: 'converting', make: (data) => acquisitionReport(data, {}) },
  { report: 'revenue', reads: 'converting', make: (data) => revenueReport(data, 'region', {}) },
  { report: 'paths', reads: 'converting', make: (data) => pathsReport(data, {}) },
  { report: 'sales', reads: 'nothing', make: (data) => salesReport(data, {}) },
  {
    report: 'accounts',
    ...{ reads: 'contacts', score: { points: POINTS, fadeDays: null } },
    make: (data) => accountsReport(data, { touches: {}, deals: {} }),
  },
  { report: 'quality', reads: 'accounts', make: qualityReport },
  {
    report: 'sources',
    ...{ reads: 'converting', activity: ['engagements'], figures: 'channels' },
    make: (data) => sourcesReport(data, SOURCES),
  },
  {
    report: 'segments',
    ...{ reads: 'converting', activity: ['contacts'] },
    make: (data) => segmentsReport(data, 'region', { deals: {}, touches: {} }),
  },
  {
    report: 'segments, collapse',
    ...{ reads: 'converting', activity: ['contacts'], collapseSend: true },
    make: (data) => segmentsReport(data, 'region', { deals: {}, touches: {} }),
  },
  ...(['won', 'click'] as const).map((goal): MeasuredReport => ({
    report: `journeys, ${goal}`,
    ...{ reads: 'nothing', activity: ['contacts'] },
    make: (data) => journeysReport(data, { goal, event: null, windowDays: 90 }),
  })),
  {
    report: 'pages',
    ...{ reads: 'nothing', activity: ['engagements'], figures: 'pages' },
    make: (data) => pagesReport(data, {}),
  },
  {
    report: 'assets',
    ...{ reads: 'nothing', activity: ['engagements'], figures: 'contents' },
    make: (data) => assetsReport(data, { by: 'sort', lookbackDays: 90, link: {} }),
  },
  {
    report: 'variants',
    reads: 'exposures',
    make: (data) => variantsReport(data, { windowDays: 45, unit: 'account', shares: new Map(), link: {} }),
  },
  {
    report: 'silence',
    ...{ reads: 'nothing', activity: ['presences'], figures: 'silences' },
    make: (data) => silenceReport(data, 90, (days) => inUtc(days)),
  },
];

function inUtc(days: { readonly from: string; readonly to: string }): { readonly from: number; readonly to: number } {
  const utc = tzdb.zone('Etc/UTC');
  const instants = utc === null ? null : instantsOf(days, utc);
  if (instants === null) throw new Error('the days of a report are in order');
  return instants;
}
