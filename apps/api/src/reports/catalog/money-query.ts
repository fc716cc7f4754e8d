import { z } from 'zod';
import { MODELS, type Model } from '#lib/attribution';
import {
  ASSETS_BY,
  BASES,
  DEALS,
  DIMENSIONS,
  ENGAGEMENT_KINDS,
  FUNNELS,
  GOALS,
  type MoneyQuery,
  POINTS,
  type ScoreRule,
  SCORED,
  SEGMENTS,
  STAGES_BEHIND,
  type TouchFilter,
} from '#lib/reporting';
import { PageQuery } from '../../http/page.schema.js';
import { line, Uuid } from '../../http/scalars.schema.js';
import { PeriodQuery } from '../report-period.js';
import { FORMS } from './offered-report.js';

const POINTS_FORM = new RegExp(`^(${SCORED.join('|')}):\\d{1,4}(,(${SCORED.join('|')}):\\d{1,4})*$`);
const lookBack = z.coerce.number().int().min(1).max(1095);

/** How money is counted, and which touches may have earned it. */
export const MoneyFilters = {
  conversion: z
    .enum(['won', 'order', 'custom', 'opportunity', 'lead'])
    .default('won')
    .meta({ description: 'What counts: won deals, orders, events of your own, opportunities, or qualified leads.' }),
  event: line(200).optional().meta({ description: 'Of events of your own: those of this name.' }),
  model: z.enum(MODELS).default('linear').meta({ description: 'By which return on cost is told.' }),
  lookback: lookBack.default(90).meta({ description: 'Days before a conversion in which touches count.' }),
  basis: z.enum(BASES).default('delivered').meta({
    description:
      'delivered: messages that were sent and did not come back; engaged: clicks and replies. Visits are both.',
  }),
  unit: z.enum(['account', 'contact']).default('account').meta({
    description: 'Whose touches lead to a conversion: those of the whole account, or of each contact for itself.',
  }),
  reset: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'A touch counts for the next conversion alone.' }),
  collapse: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'The same message to several people of an account within a day is one touch.' }),
  halfLife: z.coerce.number().min(0.1).max(365).default(7).meta({ description: 'Days, of time decay.' }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters')
    .default('EUR'),
};

export const MoneyReportQuery = z.strictObject({ ...PeriodQuery, ...MoneyFilters, ...FORMS });

export const AccountsQuery = z.strictObject({
  ...PeriodQuery,
  ...MoneyFilters,
  points: z
    .string()
    .max(200)
    .regex(POINTS_FORM, `must be points of ${SCORED.join(', ')}, such as clicked:3,replied:5`)
    .optional()
    .meta({
      description: `Points for each of what reached people and what they did; what is not named keeps its own. Left out: ${SCORED.map((what) => `${what}:${POINTS[what]}`).join(',')}.`,
    }),
  fade: z.coerce
    .number()
    .min(0.1)
    .max(1095)
    .optional()
    .meta({ description: 'Days in which points lose half of what they are worth. Left out: they do not fade.' }),
  ...FORMS,
});

export const FunnelQuery = z.strictObject({
  ...PeriodQuery,
  of: z.enum(FUNNELS).default('cohort').meta({
    description:
      'cohort: leads that came in the period, and what became of them; event: what reached a stage in it, so that what is won is what other reports say was won.',
  }),
  ...MoneyFilters,
  ...FORMS,
});

export const AttributionQuery = z
  .strictObject({
    ...PeriodQuery,
    by: z.enum(DIMENSIONS).default('channel'),
    show: z.enum(['value', 'conversions']).default('value'),
    within: z.enum(SEGMENTS).optional().meta({ description: 'With `is`: conversions of this segment alone.' }),
    is: z.string().max(400).optional().meta({ description: 'Which segment; empty: those of whom nobody said.' }),
    ...MoneyFilters,
    models: z
      .string()
      .regex(/^[a-z_0-9]+(,[a-z_0-9]+)*$/)
      .refine((text) => text.split(',').every(isModel), 'must be names of models, divided by commas')
      .optional()
      .meta({ description: `Left out: all. Some of ${MODELS.join(', ')}.` }),
    weights: line(200).optional().meta({
      description: 'Id of a weight set that two people in two roles have agreed to; shown beside the models.',
    }),
    intervals: z.enum(['true', 'false']).default('false').meta({
      description: 'Between which numbers of conversions `model` lies, had other accounts come: 95 % of 200 draws.',
    }),
    ...FORMS,
  })
  .refine(({ within, is }) => within === undefined || is !== undefined, {
    path: ['is'],
    message: 'must name the segment that `within` asks for; empty: those of whom nobody said',
  });

export const VariantsQuery = z.strictObject({
  ...PeriodQuery,
  campaign: line(200).optional().meta({ description: 'Left out: every campaign with variants.' }),
  window: z.enum(['30', '45', '60']).default('30').meta({ description: 'Days after somebody met a variant.' }),
  shares: z
    .string()
    .max(1_000)
    .regex(/^[^:,]+:\d{1,6}(,[^:,]+:\d{1,6})*$/, 'must be variants with their shares, such as a:2,b:1')
    .refine((text) => [...sharesIn(text).values()].every((share) => share > 0), 'must be shares above 0')
    .optional()
    .meta({
      description: 'What the variants were meant to have of everybody, such as a:2,b:1; left out: all the same.',
    }),
  unit: MoneyFilters.unit,
  currency: MoneyFilters.currency,
  ...FORMS,
});

export const RevenueQuery = z.strictObject({
  ...PeriodQuery,
  segment: z.enum(SEGMENTS).default('region'),
  ...MoneyFilters,
  ...FORMS,
});

export const AssetsQuery = z.strictObject({
  ...PeriodQuery,
  per: z.enum(ASSETS_BY).default('sort').meta({ description: 'By which contents are told apart.' }),
  ...MoneyFilters,
  ...FORMS,
});

export const JourneysQuery = z.strictObject({
  ...PeriodQuery,
  goal: z.enum(GOALS).default('won').meta({
    description:
      'What a journey is for: a click in a mail of it, a visit, a place at an event, an event of your own (of the name `event`), a qualified lead, an opportunity, a won deal.',
  }),
  ...MoneyFilters,
  ...FORMS,
});

export const SilenceQuery = z.strictObject({
  ...PeriodQuery,
  silent: z.coerce.number().int().min(1).max(1095).default(90).meta({
    description: 'Days without a click, a reply, a visit or an event after which somebody counts as silent.',
  }),
  ...FORMS,
});

export const PositionsQuery = z.strictObject({
  ...PeriodQuery,
  by: z.enum(DIMENSIONS).default('channel'),
  ...MoneyFilters,
  ...FORMS,
});

const segmentOf = {
  segment: z.enum(SEGMENTS).optional().meta({ description: 'With `value`: of this segment alone.' }),
  value: z.string().max(400).optional().meta({ description: 'Which segment; empty: those of whom nobody said.' }),
};

export const LeadsQuery = z.strictObject({
  ...PeriodQuery,
  of: FunnelQuery.shape.of,
  stage: z
    .enum(STAGES_BEHIND)
    .default('qualified')
    .meta({ description: 'Which stage was reached; qualified: the first for which marketing answers, in the period.' }),
  ...segmentOf,
  currency: MoneyFilters.currency,
  ...PageQuery.shape,
});

export const OutcomesQuery = z.strictObject({
  ...PeriodQuery,
  campaign: z.string().max(200),
  variant: line(200),
  what: z.enum(['lead', 'opportunity', 'won']),
  window: VariantsQuery.shape.window,
  unit: MoneyFilters.unit,
  currency: MoneyFilters.currency,
  ...PageQuery.shape,
});

export const EngagementsQuery = z.strictObject({
  ...PeriodQuery,
  kind: z.enum(ENGAGEMENT_KINDS).optional(),
  about: z.string().max(500).optional().meta({ description: 'Page, event or content; empty: what is about none.' }),
  channel: z.string().max(63).optional().meta({ description: 'Empty: of any channel, and not of none.' }),
  sort: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'Of contents of this sort; empty: of any, and not of none.' }),
  asset: line(200).optional().meta({ description: 'Of the content of this name.' }),
  report: z
    .enum(['pages', 'assets', 'sources'])
    .default('pages')
    .meta({ description: 'Which report leads here: its page leads back. Changes nothing else.' }),
  ...PageQuery.shape,
});

/** A segment that is asked for; null: all. */
export function toSegment({
  segment,
  value,
}: {
  readonly segment?: (typeof SEGMENTS)[number] | undefined;
  readonly value?: string | undefined;
}) {
  return segment === undefined ? null : { by: segment, is: value ?? '' };
}

export const AttributionTouchesQuery = z.strictObject({
  ...PeriodQuery,
  by: z.enum(DIMENSIONS).default('channel'),
  ...MoneyFilters,
  name: line(200).optional().meta({ description: 'Touches of this channel, campaign or topic alone.' }),
  segment: z.enum(SEGMENTS).optional().meta({ description: 'With `value`: of conversions of this segment alone.' }),
  value: z.string().max(400).optional().meta({ description: 'Which segment; empty: those of whom nobody said.' }),
  path: z.string().min(1).max(4_000).optional().meta({ description: 'Of this whole path alone: `ads > email`.' }),
  place: z
    .string()
    .regex(/^[1-9]\d{0,3}\+?$/, 'must be a place such as 1, or 9+ for it and all behind it')
    .optional()
    .meta({ description: 'Of touches on this place of a path alone, counted from 1; with a plus sign from it on.' }),
  model: MoneyFilters.model.unwrap().optional().meta({
    description:
      'By which each touch is credited. Markov and Shapley by rate credit names over all paths together, and no single touch. Left out: only what conversions are worth is told.',
  }),
  weights: line(200).optional().meta({ description: 'In place of a model: id of a weight set that was agreed to.' }),
  show: z.enum(['value', 'conversions']).default('value').meta({ description: 'What of conversions is credited.' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().min(1).max(1000).optional().meta({ description: '`nextCursor` of the page before.' }),
});

export const DealsQuery = z.strictObject({
  ...PeriodQuery,
  about: z.enum(DEALS).default('won').meta({
    description: 'open: whatever is open; won, lost: those that were closed so in the period; opened: opened in it.',
  }),
  region: z
    .string()
    .max(400)
    .optional()
    .meta({ description: 'Of this region alone; empty: those of whom nobody said.' }),
  account: Uuid.optional().meta({ description: 'Of this account alone.' }),
  ...segmentOf,
  currency: MoneyFilters.currency,
  ...PageQuery.shape,
});

export const AccountTouchesQuery = z.strictObject({
  ...PeriodQuery,
  account: Uuid.optional().meta({ description: 'Of this account alone, by its id as the report links to it.' }),
  contact: Uuid.optional().meta({ description: 'Of this person alone, by the id that stands for them.' }),
  by: z.enum(DIMENSIONS).default('channel'),
  name: z.string().min(1).max(200).optional().meta({ description: 'Of this channel, campaign or topic alone.' }),
  channel: z.string().min(1).max(63).optional().meta({ description: 'Of this channel alone.' }),
  basis: MoneyFilters.basis,
  returned: z.enum(['true', 'false']).default('false').meta({
    description: 'true: every message that left, those too that came back, and no visits: what tariffs are paid for.',
  }),
  unnamed: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'true: of accounts alone of which nobody said anything.' }),
  ...PageQuery.shape,
});

/** Which touches are listed. */
export function toTouchList(query: z.infer<typeof AccountTouchesQuery>) {
  const { account = null, contact = null, name = null, channel = null, by, basis, returned, unnamed } = query;
  return {
    which: { account, contact, name, channel, isUnnamed: unnamed === 'true' },
    scope: { by, basis, returned: returned === 'true' },
  };
}

/** Which touches are asked for. */
export function toTouchFilter({
  name,
  segment,
  value,
  path,
  place,
}: z.infer<typeof AttributionTouchesQuery>): TouchFilter {
  return {
    name: name ?? null,
    segment: toSegment({ segment, value }),
    path: path ?? null,
    place: place === undefined ? null : { at: Number.parseInt(place, 10), isFrom: place.endsWith('+') },
  };
}

/** By what touches are credited, and of which conversions: of a segment alone, where one is asked for. */
export function toCredited({ segment, value, model, show, ...asked }: z.infer<typeof AttributionTouchesQuery>) {
  const isCredited = model !== undefined || asked.weights !== undefined;
  const within = isCredited && segment !== undefined ? { within: segment, is: value ?? '' } : {};
  return {
    query: toMoneyQuery({ ...asked, ...within, model: model ?? 'linear', format: 'json', language: 'en' }),
    by: isCredited ? { model: asked.weights === undefined ? (model ?? null) : null, of: show } : null,
  };
}

export function modelsIn(text: string | undefined): readonly Model[] {
  return text === undefined ? MODELS : text.split(',').filter(isModel);
}

export function toMoneyQuery(
  asked: z.infer<typeof MoneyReportQuery> & {
    readonly by?: MoneyQuery['by'];
    readonly weights?: string | undefined;
    readonly within?: (typeof SEGMENTS)[number] | undefined;
    readonly is?: string | undefined;
  },
  by: MoneyQuery['by'] = asked.by ?? 'channel',
): MoneyQuery {
  const { conversion, event = null, model, basis, unit, lookback, reset, collapse, halfLife, currency } = asked;
  return {
    ...{ by, of: conversion, event, model, basis, unit, currency, weights: asked.weights },
    within: toSegment({ segment: asked.within, value: asked.is }),
    lookbackDays: lookback,
    reset: reset === 'true',
    collapseSend: collapse === 'true',
    halfLifeDays: halfLife,
  };
}

/** By what accounts get points. */
export function scoreRuleOf({
  points = '',
  fade = null,
}: {
  points?: string | undefined;
  fade?: number | null | undefined;
}): ScoreRule {
  const given = Object.fromEntries(
    points
      .split(',')
      .filter(Boolean)
      .map((one) => {
        const [what = '', number] = one.split(':');
        return [what, Number(number)];
      }),
  );
  return { points: { ...POINTS, ...given }, fadeDays: fade };
}

/** Points written out, those too that nobody named. */
export function pointsText(points: string | undefined): string {
  const { points: all } = scoreRuleOf({ points });
  return SCORED.map((what) => `${what}:${all[what]}`).join(',');
}

/** Shares by variant. */
export function sharesIn(text: string | undefined): ReadonlyMap<string, number> {
  if (text === undefined) return new Map();
  return new Map(
    text.split(',').map((one) => {
      const [variant = '', share] = one.split(':');
      return [variant, Number(share)];
    }),
  );
}

function isModel(text: string): text is Model {
  return (MODELS as readonly string[]).includes(text);
}
