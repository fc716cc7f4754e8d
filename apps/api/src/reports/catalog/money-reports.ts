import { z } from 'zod';
import {
  attributionReport,
  type MoneyData,
  type MoneyService,
  modelsReport,
  type Report,
  type ReportRole,
} from '#lib/reporting';
import type { ReportPeriods } from '../report-period.js';
import { AttributionQuery, modelsIn, toMoneyQuery } from './money-query.js';
import type { OfferedReport } from './offered-report.js';

type Asked = z.infer<typeof AttributionQuery>;

interface MoneyReport {
  readonly key: string;
  readonly roles: readonly ReportRole[];
  readonly query: z.ZodObject;
  readonly make: (data: MoneyData, asked: Asked) => Report;
}

/** In the order in which they are offered. */
const MONEY_REPORTS: readonly MoneyReport[] = [
  {
    key: 'attribution',
    roles: ['operations', 'cmo', 'sales', 'finance'],
    query: AttributionQuery,
    make: (data, { by, show, models, model, ...asked }) =>
      attributionReport(data, { by, show, model, models: modelsIn(models), link: linked({ by, ...asked }) }),
  },
  {
    key: 'models',
    roles: ['cmo', 'finance'],
    query: AttributionQuery,
    make: (data, { by, models }) => modelsReport(data, { by, models: modelsIn(models) }),
  },
];

/** Reports of touches, conversions and costs. */
export function moneyOffered(money: MoneyService, periods: ReportPeriods): OfferedReport[] {
  return MONEY_REPORTS.map(({ key, roles, query, make }) => ({
    key,
    roles,
    query,
    async make(brandId, given) {
      const asked = AttributionQuery.parse(given);
      const period = await periods.of(brandId, asked);
      const wanted = toMoneyQuery(asked);
      return {
        report: await money.report(key, { brandId, ...period }, wanted, parametersOf(asked, period.days), (data) =>
          make(data, { ...asked, from: period.days.from, to: period.days.to, zone: period.zone }),
        ),
      };
    },
  }));
}

function parametersOf(asked: Asked, days: { readonly from: string; readonly to: string }) {
  const { by, show, conversion, event, model, models, basis, unit, lookback, reset, halfLife, currency } = asked;
  return {
    ...{ from: days.from, to: days.to, conversion, event: event ?? null, by, show, model },
    ...{ models: modelsIn(models), lookback, basis, unit, reset: reset === 'true', halfLife, currency },
  };
}

/** What the touches behind a figure are asked by. */
function linked({
  by,
  conversion,
  event,
  lookback,
  basis,
  unit,
  reset,
  currency,
  from,
  to,
  zone,
}: Omit<Asked, 'show' | 'model' | 'models'>) {
  return { from, to, zone, by, conversion, event, lookback: String(lookback), basis, unit, reset, currency };
}
