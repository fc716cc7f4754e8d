import { z } from 'zod';
import { MODELS_VERSION } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { toIso } from '#lib/platform';
import {
  accountsReport,
  acquisitionReport,
  type ActivityRead,
  attributionReport,
  campaignsReport,
  figuresLinked,
  funnelReport,
  type MoneyData,
  type MoneyQuery,
  type TouchesRead,
  type MoneyService,
  modelsReport,
  pathsReport,
  positionsReport,
  qualityReport,
  type Report,
  revenueReport,
  salesReport,
  variantsReport,
  withoutFewLeads,
} from '#lib/reporting';
import type { ReportPeriods } from '../report-period.js';
import {
  AssetsQuery,
  AttributionQuery,
  FunnelQuery,
  JourneysQuery,
  modelsIn,
  MoneyReportQuery,
  PositionsQuery,
  RevenueQuery,
  sharesIn,
  SilenceQuery,
  toMoneyQuery,
  VariantsQuery,
} from './money-query.js';
import { type OfferedReport, queryText } from './offered-report.js';

/** Everything that any of these reports is asked by; each takes what its own query has. */
const AnyQuery = z.strictObject({
  ...AttributionQuery.shape,
  // It was read by the query of the report.
  asOf: z.number().optional(),
  segment: RevenueQuery.shape.segment,
  window: VariantsQuery.shape.window,
  campaign: VariantsQuery.shape.campaign,
  shares: VariantsQuery.shape.shares,
  of: FunnelQuery.shape.of,
  per: AssetsQuery.shape.per,
  goal: JourneysQuery.shape.goal,
  silent: SilenceQuery.shape.silent,
});
type Asked = z.infer<typeof AnyQuery>;

export interface MoneyReport extends Omit<OfferedReport, 'make' | 'needsAllRoles'> {
  /** Where it is no matter of choice, by what touches are named. */
  readonly by?: 'campaign' | 'channel';
  /** Where it is no matter of choice, what counts as a conversion. */
  readonly conversion?: 'won';
  /** Key of the figure that bars show. */
  readonly drawn: string;
  readonly isInOrder?: boolean;
  readonly figures?: readonly string[];
  /** What of touches it is made from; left out: the paths that they make. */
  readonly reads?: (asked: Asked) => TouchesRead;
  /** What beside paths it is made from. */
  readonly activity?: readonly ActivityRead[];
  readonly make: (data: MoneyData, asked: Asked) => Report;
}

/** Filters that say which touches lead to a conversion. */
export const OF_TOUCHES = ['lookback', 'basis', 'unit', 'reset', 'collapse'];

/** Models in which paths that led to nothing count. */
export const BY_NULLS: ReadonlySet<string> = new Set(['markov_1', 'markov_2', 'markov_3', 'shapley_rate']);

/** In the order in which they are offered. */
export const MONEY_REPORTS: readonly MoneyReport[] = [
  {
    key: 'attribution',
    roles: ['operations', 'cmo', 'sales', 'finance'],
    query: AttributionQuery,
    drawn: 'linear',
    figures: ['linear', 'touches', 'cost', 'roi'],
    make: (data, { by, show, models, model, weights, intervals, within, is, ...asked }) =>
      attributionReport(data, {
        ...{ by, show, model, models: modelsIn(models), intervals: intervals === 'true' },
        weights: data.books.weightSets.get(weights ?? '') ?? null,
        weightsId: weights,
        isPart: within !== undefined,
        link: { ...linked({ by, ...asked }), ...ofSegment(within, is) },
      }),
  },
  {
    key: 'models',
    roles: ['cmo', 'finance'],
    query: AttributionQuery,
    drawn: 'spread',
    idle: ['show', 'model', 'weights', 'intervals'],
    make: (data, { by, models, within, is, ...asked }) =>
      modelsReport(data, {
        ...{ by, models: modelsIn(models) },
        link: { ...linked({ by, ...asked }), ...ofSegment(within, is) },
      }),
  },
  {
    key: 'positions',
    roles: ['cmo'],
    query: PositionsQuery,
    idle: ['model', 'halfLife'],
    drawn: 'conversions',
    figures: ['conversions'],
    reads: () => 'converting',
    make: (data, { by, ...asked }) => positionsReport(data, by, linked({ by, ...asked })),
  },
  {
    key: 'campaigns',
    roles: ['operations', 'cmo', 'finance'],
    query: MoneyReportQuery,
    by: 'campaign',
    drawn: 'revenue',
    figures: ['revenue', 'conversions', 'leads', 'cost', 'roi'],
    reads: ({ model }) => (BY_NULLS.has(model) ? 'all' : 'converting'),
    make: (data, { model, ...asked }) => campaignsReport(data, model, linked({ ...asked, by: 'campaign' })),
  },
  {
    key: 'funnel',
    roles: ['cmo', 'sales'],
    query: FunnelQuery,
    idle: [...OF_TOUCHES, 'conversion', 'event', 'model', 'halfLife'],
    drawn: 'reached',
    isInOrder: true,
    reads: () => 'nothing',
    hides: withoutFewLeads,
    make: (data, { of, ...asked }) => funnelReport(data, of, dealsLinked(asked)),
  },
  {
    key: 'acquisition',
    roles: ['cmo', 'sales', 'finance'],
    query: MoneyReportQuery,
    idle: ['model', 'halfLife'],
    drawn: 'cost',
    isInOrder: true,
    reads: () => 'converting',
    figures: ['cost_per_lead', 'cost_per_opportunity', 'cost_per_order', 'acquisition_cost', 'roi'],
    make: (data, asked) => acquisitionReport(data, linked(asked)),
  },
  {
    key: 'revenue',
    roles: ['cmo', 'sales', 'finance'],
    query: RevenueQuery,
    people: 'conversions',
    idle: ['model', 'halfLife'],
    drawn: 'revenue',
    reads: () => 'converting',
    make: (data, { segment, ...asked }) => revenueReport(data, segment, linked(asked)),
  },
  {
    key: 'sales',
    roles: ['sales', 'finance'],
    query: MoneyReportQuery,
    idle: [...OF_TOUCHES, 'conversion', 'event', 'model', 'halfLife'],
    drawn: 'revenue',
    figures: ['pipeline', 'pipeline_reached', 'revenue', 'won_reached', 'close_rate'],
    reads: () => 'nothing',
    make: (data, asked) => salesReport(data, dealsLinked(asked)),
  },
  {
    key: 'paths',
    people: 'conversions',
    means: ['path_length'],
    roles: ['cmo'],
    query: MoneyReportQuery,
    idle: ['model', 'halfLife'],
    drawn: 'revenue',
    reads: () => 'converting',
    make: (data, asked) => pathsReport(data, linked(asked)),
  },
  {
    key: 'variants',
    people: 'exposed',
    roles: ['cmo', 'operations'],
    query: VariantsQuery,
    drawn: 'revenue_per_unit',
    figures: [],
    reads: () => 'exposures',
    make: (data, { window, unit, shares, asOf }) =>
      variantsReport(data, {
        ...{ windowDays: Number(window), unit, shares: sharesIn(shares), link: pastOf(asOf) },
      }),
  },
  {
    key: 'accounts',
    people: 'contacts',
    idle: ['model', 'lookback', 'unit', 'reset', 'collapse'],
    roles: ['cmo', 'sales'],
    query: MoneyReportQuery,
    drawn: 'touches',
    reads: () => 'accounts',
    make: (data, { by, basis, ...asked }) =>
      accountsReport(data, {
        touches: { ...ofPeriod(asked), by, basis },
        deals: dealsLinked(asked),
      }),
  },
  {
    key: 'quality',
    roles: ['operations', 'cmo', 'finance'],
    query: MoneyReportQuery,
    idle: ['model', 'halfLife'],
    drawn: 'found',
    reads: () => 'accounts',
    make: qualityReport,
  },
];

/** Reports of touches, conversions and costs. */
export function moneyOffered(
  money: MoneyService,
  periods: ReportPeriods,
  reports: readonly MoneyReport[] = MONEY_REPORTS,
): OfferedReport[] {
  return reports.map((report) => offered(report, money, periods));
}

function offered(
  { by, conversion, reads, activity, make, drawn, isInOrder = false, figures, ...shown }: MoneyReport,
  money: MoneyService,
  periods: ReportPeriods,
): OfferedReport {
  const { key, query, idle = [] } = shown;
  return {
    ...shown,
    async make(brandId, given, _seesMessages, isAnew = false) {
      const chosen = conversion === undefined ? {} : { conversion, event: undefined };
      const asked = { ...AnyQuery.parse(given), ...chosen };
      const period = await periods.of(brandId, asked);
      const wanted: MoneyQuery = {
        ...toMoneyQuery(asked, by),
        campaign: asked.campaign,
        ...(reads === undefined ? {} : { reads: reads(asked) }),
        ...(activity === undefined ? {} : { activity }),
      };
      const named = Object.keys(query.shape).filter((name) => !idle.includes(name));
      const parameters = Object.fromEntries(
        Object.entries(parametersOf(asked, period.days)).filter(
          ([name]) =>
            named.includes(name === 'modelVersion' ? 'model' : name) ||
            (name === 'modelVersion' && named.includes('models')),
        ),
      );
      const days = { ...period.days, zone: period.zone };
      const report = await money.report(
        key,
        { brandId, ...period },
        wanted,
        parameters,
        (data) => figuresLinked(make(data, { ...asked, ...days }), queryText(shown, given, days)),
        isAnew,
      );
      return { report, drawn, isInOrder, ...(figures === undefined ? {} : { figures }) };
    },
  };
}

function parametersOf(asked: Asked, days: { readonly from: string; readonly to: string }) {
  const { by, show, segment, conversion, event, model, models, basis, unit, lookback, reset, halfLife, currency } =
    asked;
  const collapse = asked.collapse === 'true';
  const {
    weights = null,
    intervals,
    campaign = null,
    window,
    shares = null,
    of,
    per,
    goal,
    silent,
    within = null,
  } = asked;
  const is = within === null ? null : (asked.is ?? '');
  return {
    ...{
      from: days.from,
      to: days.to,
      of,
      campaign,
      window,
      shares,
      segment,
      conversion,
      event: event ?? null,
      by,
      show,
      model,
    },
    ...{ models: modelsIn(models), lookback, basis, unit, reset: reset === 'true', collapse, halfLife, currency },
    ...{ within, is, per, goal, silent, weights, intervals: intervals === 'true', modelVersion: MODELS_VERSION },
  };
}

/** What the touches behind a figure are asked by. */
export function linked(
  asked: Pick<
    Asked,
    | 'by'
    | 'conversion'
    | 'event'
    | 'lookback'
    | 'basis'
    | 'unit'
    | 'reset'
    | 'collapse'
    | 'currency'
    | 'from'
    | 'to'
    | 'zone'
    | 'asOf'
  >,
) {
  const { by, conversion, event, lookback, basis, unit, reset, collapse, currency, from, to, zone } = asked;
  return {
    ...pastOf(asked.asOf),
    from,
    to,
    zone,
    by,
    conversion,
    event,
    lookback: String(lookback),
    basis,
    unit,
    reset,
    collapse,
    currency,
  };
}

/** Of which segment alone. */
function ofSegment(segment: Asked['within'], value = ''): Readonly<Record<string, string>> {
  return segment === undefined ? {} : { segment, value };
}

/** Days and zone, and as of when. */
export function ofPeriod({ from, to, zone, asOf }: Pick<Asked, 'from' | 'to' | 'zone' | 'asOf'>) {
  return { ...pastOf(asOf), from, to, zone };
}

/** What the deals behind a figure are asked by. */
export function dealsLinked(asked: Pick<Asked, 'from' | 'to' | 'zone' | 'asOf' | 'currency'>) {
  return { ...ofPeriod(asked), currency: asked.currency };
}

/** A report of the past leads to what was known then. */
function pastOf(asOf: EpochMs | undefined): { readonly asOf?: string } {
  return asOf === undefined ? {} : { asOf: toIso(asOf) };
}
