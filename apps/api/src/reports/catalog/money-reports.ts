import {
  accountsReport,
  acquisitionReport,
  type ActivityFigure,
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
  type ScoreRule,
  variantsReport,
  fewFindings,
  fewNames,
  type FewRows,
  isByFew,
  isOfFew,
  OF_FEW,
  withFewMarked,
  withoutFewConversions,
  withoutFewLeads,
  withoutSmallCells,
} from '#lib/reporting';
import type { ReportPeriods } from '../report-period.js';
import {
  AccountsQuery,
  AttributionQuery,
  FunnelQuery,
  modelsIn,
  MoneyReportQuery,
  PositionsQuery,
  RevenueQuery,
  scoreRuleOf,
  sharesIn,
  toMoneyQuery,
  VariantsQuery,
} from './money-query.js';
import { AnyQuery, type Asked, parametersOf } from './money-asked.js';
import { linked, ofSegment, ofPeriod, dealsLinked, pastOf } from './money-links.js';
import { type OfferedReport, queryText } from './offered-report.js';

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
  /** By what accounts get points, where it tells of them. */
  readonly score?: (asked: Asked) => ScoreRule;
  /** What beside paths it is made from. */
  readonly activity?: readonly ActivityRead[];
  /** Which figures of it are kept. */
  readonly kept?: ActivityFigure;
  /** Where it credits conversions: what it says nevertheless to who may not see single people, when those are few; keys of columns. */
  readonly ofFew?: readonly string[];
  /** From which of its columns it follows how much is unattributed, where that is not told; keys. */
  readonly follows?: readonly string[];
  /** Which of its rows are of few conversions; left out: names that are on the paths of few. */
  readonly few?: (data: MoneyData) => FewRows;
  readonly make: (data: MoneyData, asked: Asked) => Report;
}

/** Touches are of people, whatever came of them. */
const withoutFewTouches = (report: Report): Report => withoutSmallCells(report, { counts: ['touches'], tells: {} });

/** How many leads there are, and what follows from that, where those that few are could be told by day or campaign. */
const withoutFewLeadsOf = (report: Report): Report =>
  withoutSmallCells(report, { counts: ['leads'], tells: { cost_per_lead: ['leads'] } });

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
    ofFew: ['touches', 'cost'],
    follows: ['roi'],
    hides: withoutFewTouches,
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
    ofFew: [],
    follows: ['spread_share'],
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
    ofFew: [],
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
    ofFew: ['touches', 'leads', 'cost', 'cost_per_lead'],
    follows: ['roi'],
    hides: (report) => withoutFewTouches(withoutFewLeadsOf(report)),
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
    hides: withoutFewLeadsOf,
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
    idle: ['model', 'lookback', 'unit', 'reset', 'collapse', 'halfLife'],
    roles: ['cmo', 'sales'],
    query: AccountsQuery,
    score: scoreRuleOf,
    drawn: 'touches',
    reads: () => 'contacts',
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
    ofFew: [],
    few: ({ paths }) => fewFindings(paths.conversions),
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
  {
    by,
    conversion,
    reads,
    score,
    activity,
    kept,
    make,
    drawn,
    isInOrder = false,
    figures,
    ofFew,
    follows = [],
    few = ({ paths }) => fewNames(paths.conversions),
    ...shown
  }: MoneyReport,
  money: MoneyService,
  periods: ReportPeriods,
): OfferedReport {
  const { key, query, idle = [], hides = same } = shown;
  const marked = (
    report: Report,
    data: MoneyData,
    { conversion: of, event, within, is = '', ...asked }: Asked,
  ): Report => {
    if (ofFew === undefined) return report;
    const segment = within === undefined ? null : { by: within, is };
    if (isOfFew(data, { of, event: event ?? null }, segment)) return { ...report, notes: [...report.notes, OF_FEW] };
    if (!isByFew(of, within ?? null, by ?? asked.by)) return report;
    return withFewMarked(report, few(data), { stays: ofFew, follows });
  };
  return {
    ...shown,
    hides: (report) => withoutFewConversions(hides(report), ofFew ?? []),
    async make(brandId, given, _seesMessages, isAnew = false) {
      const chosen = conversion === undefined ? {} : { conversion, event: undefined };
      const asked = { ...AnyQuery.parse(given), ...chosen };
      const period = await periods.of(brandId, asked);
      const wanted: MoneyQuery = {
        ...toMoneyQuery(asked, by),
        campaign: asked.campaign,
        ...(reads === undefined ? {} : { reads: reads(asked) }),
        ...(score === undefined ? {} : { score: score(asked) }),
        ...(activity === undefined ? {} : { activity }),
        ...(kept === undefined ? {} : { figures: kept }),
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
        (data) => {
          const report = figuresLinked(make(data, { ...asked, ...days }), queryText(shown, given, days));
          return marked(report, data, asked);
        },
        isAnew,
      );
      return { report, drawn, isInOrder, ...(figures === undefined ? {} : { figures }) };
    },
  };
}

const same = (report: Report): Report => report;
