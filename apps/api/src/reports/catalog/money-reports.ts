import { z } from 'zod';
import {
  accountsReport,
  acquisitionReport,
  attributionReport,
  campaignsReport,
  funnelReport,
  type MoneyData,
  type MoneyService,
  modelsReport,
  pathsReport,
  qualityReport,
  type Report,
  type ReportRole,
  revenueReport,
  salesReport,
} from '#lib/reporting';
import type { ReportPeriods } from '../report-period.js';
import { AttributionQuery, modelsIn, MoneyReportQuery, RevenueQuery, toMoneyQuery } from './money-query.js';
import type { OfferedReport } from './offered-report.js';

/** Everything that any of these reports is asked by; each takes what its own query has. */
const AnyQuery = z.strictObject({ ...AttributionQuery.shape, segment: RevenueQuery.shape.segment });
type Asked = z.infer<typeof AnyQuery>;

interface MoneyReport {
  readonly key: string;
  readonly roles: readonly ReportRole[];
  readonly query: z.ZodObject;
  /** Where it is no matter of choice, by what touches are named. */
  readonly by?: 'campaign';
  /** Column that says how many people stand behind a row, where somebody could be told from a small one. */
  readonly people?: string;
  readonly means?: readonly string[];
  /** Filters that change nothing in it. */
  readonly idle?: readonly string[];
  /** Key of the figure that bars show. */
  readonly drawn: string;
  readonly isInOrder?: boolean;
  readonly figures?: readonly string[];
  readonly make: (data: MoneyData, asked: Asked) => Report;
}

/** Filters that say which touches lead to a conversion. */
const OF_TOUCHES = ['lookback', 'basis', 'unit', 'reset'];

/** In the order in which they are offered. */
export const MONEY_REPORTS: readonly MoneyReport[] = [
  {
    key: 'attribution',
    roles: ['operations', 'cmo', 'sales', 'finance'],
    query: AttributionQuery,
    drawn: 'linear',
    figures: ['linear', 'touches', 'cost', 'roi'],
    make: (data, { by, show, models, model, ...asked }) =>
      attributionReport(data, { by, show, model, models: modelsIn(models), link: linked({ by, ...asked }) }),
  },
  {
    key: 'models',
    roles: ['cmo', 'finance'],
    query: AttributionQuery,
    drawn: 'spread',
    idle: ['show', 'model'],
    make: (data, { by, models }) => modelsReport(data, { by, models: modelsIn(models) }),
  },
  {
    key: 'campaigns',
    roles: ['operations', 'cmo', 'finance'],
    query: MoneyReportQuery,
    by: 'campaign',
    drawn: 'revenue',
    figures: ['revenue', 'conversions', 'leads', 'cost', 'roi'],
    make: (data, { model }) => campaignsReport(data, model),
  },
  {
    key: 'funnel',
    roles: ['cmo', 'sales'],
    query: MoneyReportQuery,
    idle: [...OF_TOUCHES, 'conversion', 'event', 'model', 'halfLife', 'currency'],
    drawn: 'reached',
    isInOrder: true,
    make: funnelReport,
  },
  {
    key: 'acquisition',
    roles: ['cmo', 'sales', 'finance'],
    query: MoneyReportQuery,
    idle: ['model', 'halfLife'],
    drawn: 'cost',
    isInOrder: true,
    figures: ['cost_per_lead', 'cost_per_opportunity', 'cost_per_order', 'acquisition_cost', 'roi'],
    make: acquisitionReport,
  },
  {
    key: 'revenue',
    roles: ['cmo', 'sales', 'finance'],
    query: RevenueQuery,
    people: 'conversions',
    idle: ['model', 'halfLife'],
    drawn: 'revenue',
    make: (data, { segment }) => revenueReport(data, segment),
  },
  {
    key: 'sales',
    roles: ['sales', 'finance'],
    query: MoneyReportQuery,
    idle: [...OF_TOUCHES, 'conversion', 'event', 'model', 'halfLife'],
    drawn: 'revenue',
    figures: ['pipeline', 'pipeline_reached', 'revenue', 'won_reached', 'close_rate'],
    make: salesReport,
  },
  {
    key: 'paths',
    people: 'conversions',
    means: ['path_length'],
    roles: ['cmo'],
    query: MoneyReportQuery,
    idle: ['model', 'halfLife'],
    drawn: 'revenue',
    make: pathsReport,
  },
  {
    key: 'accounts',
    people: 'contacts',
    idle: ['model', 'lookback', 'unit', 'reset'],
    roles: ['cmo', 'sales'],
    query: MoneyReportQuery,
    drawn: 'touches',
    make: accountsReport,
  },
  {
    key: 'quality',
    roles: ['operations', 'cmo', 'finance'],
    query: MoneyReportQuery,
    idle: ['model', 'halfLife'],
    drawn: 'found',
    make: qualityReport,
  },
];

/** Reports of touches, conversions and costs. */
export function moneyOffered(money: MoneyService, periods: ReportPeriods): OfferedReport[] {
  return MONEY_REPORTS.map(({ key, roles, query, people, means, idle = [], by, make, ...shown }) => ({
    key,
    roles,
    query,
    idle,
    ...(people === undefined ? {} : { people }),
    ...(means === undefined ? {} : { means }),
    async make(brandId, given) {
      const asked = AnyQuery.parse(given);
      const period = await periods.of(brandId, asked);
      const wanted = toMoneyQuery(asked, by);
      const named = Object.keys(query.shape).filter((name) => !idle.includes(name));
      const parameters = Object.fromEntries(
        Object.entries(parametersOf(asked, period.days)).filter(([name]) => named.includes(name)),
      );
      const report = await money.report(key, { brandId, ...period }, wanted, parameters, (data) =>
        make(data, { ...asked, from: period.days.from, to: period.days.to, zone: period.zone }),
      );
      const { drawn, isInOrder = false, figures } = shown;
      return { report, drawn, isInOrder, ...(figures === undefined ? {} : { figures }) };
    },
  }));
}

function parametersOf(asked: Asked, days: { readonly from: string; readonly to: string }) {
  const { by, show, segment, conversion, event, model, models, basis, unit, lookback, reset, halfLife, currency } =
    asked;
  return {
    ...{ from: days.from, to: days.to, segment, conversion, event: event ?? null, by, show, model },
    ...{ models: modelsIn(models), lookback, basis, unit, reset: reset === 'true', halfLife, currency },
  };
}

/** What the touches behind a figure are asked by. */
function linked(asked: Omit<Asked, 'show' | 'model' | 'models'>) {
  const { by, conversion, event, lookback, basis, unit, reset, currency, from, to, zone } = asked;
  return { from, to, zone, by, conversion, event, lookback: String(lookback), basis, unit, reset, currency };
}
