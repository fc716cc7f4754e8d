import { z } from 'zod';
import { MODELS_VERSION } from '#lib/attribution';
import {
  AccountsQuery,
  AssetsQuery,
  AttributionQuery,
  FunnelQuery,
  JourneysQuery,
  modelsIn,
  pointsText,
  RevenueQuery,
  SilenceQuery,
  VariantsQuery,
} from './money-query.js';

/** Everything that any of these reports is asked by; each takes what its own query has. */
export const AnyQuery = z.strictObject({
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
  points: AccountsQuery.shape.points,
  fade: AccountsQuery.shape.fade,
});
export type Asked = z.infer<typeof AnyQuery>;

/** What was asked for, in the order in which it is shown. */
export function parametersOf(asked: Asked, days: { readonly from: string; readonly to: string }) {
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
    points,
    fade = null,
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
    ...{
      within,
      is,
      per,
      goal,
      silent,
      points: pointsText(points),
      fade,
      weights,
      intervals: intervals === 'true',
      modelVersion: MODELS_VERSION,
    },
  };
}
