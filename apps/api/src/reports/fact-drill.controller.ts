import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import type { BrandId } from '#lib/kernel';
import { toIso } from '#lib/platform';
import {
  DrillService,
  type Engagement,
  ENGAGEMENT_KINDS,
  type EngagementFilter,
  type LeadBehind,
  type OutcomeBehind,
  type OutcomeFilter,
  type WithEntry,
} from '#lib/reporting';
import { pageOf, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { Instant, toInstant } from '../http/scalars.schema.js';
import { EngagementsQuery, LeadsQuery, OutcomesQuery, toSegment } from './catalog/money-query.js';
import { entryPath } from './entry-path.js';
import { messagePath } from './money-reports.controller.js';
import { ReportPeriods } from './report-period.js';

const entry = z.string().nullable().meta({ description: 'Path of the ledger entry that records it.' });

const LeadAnswer = z
  .strictObject({
    lead: z.string(),
    account: z.string(),
    accountName: z.string(),
    first: Instant.meta({ description: 'When it came.' }),
    at: Instant.nullable().meta({ description: 'When it reached the stage; null where only a later one is known.' }),
    fact: z.strictObject({ kind: z.enum(['stage', 'opportunity']), id: z.string() }),
    entry,
  })
  .meta({ id: 'LeadBehind' });

const OutcomeAnswer = z
  .strictObject({
    what: z.enum(['lead', 'opportunity', 'won']),
    id: z.string().meta({ description: 'Of the fact.' }),
    account: z.string(),
    accountName: z.string(),
    metAt: Instant.meta({ description: 'When whoever it is of met the variant.' }),
    at: Instant,
    value: z
      .int()
      .nullable()
      .meta({ description: 'Whole minor units; null: of a lead, or no exchange rate is known.' }),
    entry,
  })
  .meta({ id: 'OutcomeBehind' });

const EngagementAnswer = z
  .strictObject({
    id: z.string(),
    kind: z.enum(ENGAGEMENT_KINDS),
    at: Instant,
    contact: z.string().nullable().meta({ description: 'Stands for the person, and stays when they are erased.' }),
    account: z.string(),
    channel: z.string().nullable(),
    campaign: z.string().nullable(),
    about: z.string().nullable().meta({ description: 'Page, event or content.' }),
    message: z.string().nullable().meta({ description: 'Path of the message, which names its ledger entries.' }),
    entry,
  })
  .meta({ id: 'Engagement' });

/** Leads, deals and doings behind figures, each with the entry of the ledger that records it. */
@Controller('v1/reports')
export class FactDrillController {
  constructor(
    @Inject(DrillService) private readonly drill: DrillService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
  ) {}

  @Get('funnel/leads')
  @RequireScope('messages:read')
  @Describe({
    id: 'listLeadsBehind',
    group: 'Reports',
    summary: 'The leads behind a stage of the funnel',
    description: 'By when they came, each with the ledger entry of the fact by which it reached the stage.',
    answers: { 200: { description: 'A page.', schema: pageOf('LeadBehindPage', LeadAnswer) } },
    errors: ['invalid_zone'],
  })
  async leads(@Query({ schema: LeadsQuery }) query: z.infer<typeof LeadsQuery>, @CallerBrand() brandId: BrandId) {
    const { of, stage, currency } = query;
    const asked = { brandId, ...(await this.periods.of(brandId, query)), currency };
    const page = await this.drill.leads(asked, { of, stage, segment: toSegment(query) }, toPageRequest(query));
    return toPageAnswer({ items: [...page.items], next: page.next }, toLead);
  }

  @Get('variants/outcomes')
  @RequireScope('messages:read')
  @Describe({
    id: 'listOutcomesBehind',
    group: 'Reports',
    summary: 'What came of those who met a variant: leads, opportunities or won deals',
    description: 'Of those who met it long enough ago, within the window after they did.',
    answers: { 200: { description: 'A page.', schema: pageOf('OutcomeBehindPage', OutcomeAnswer) } },
    errors: ['invalid_zone'],
  })
  async outcomes(
    @Query({ schema: OutcomesQuery }) query: z.infer<typeof OutcomesQuery>,
    @CallerBrand() brandId: BrandId,
  ) {
    const asked = { brandId, ...(await this.periods.of(brandId, query)), currency: query.currency };
    const page = await this.drill.outcomes(asked, toOutcomeFilter(query), toPageRequest(query));
    return toPageAnswer({ items: [...page.items], next: page.next }, toOutcome);
  }

  @Get('pages/engagements')
  @RequireScope('messages:read')
  @Describe({
    id: 'listEngagements',
    group: 'Reports',
    summary: 'What people did: clicks, visits, forms, places taken, downloads',
    description: 'Oldest first. Each message leads to its ledger entries, everything else to its own.',
    answers: { 200: { description: 'A page.', schema: pageOf('EngagementPage', EngagementAnswer) } },
    errors: ['invalid_zone'],
  })
  async engagements(
    @Query({ schema: EngagementsQuery }) query: z.infer<typeof EngagementsQuery>,
    @CallerBrand() brandId: BrandId,
  ) {
    const asked = { brandId, ...(await this.periods.of(brandId, query)) };
    const page = await this.drill.engagements(asked, toEngagementFilter(query), toPageRequest(query));
    return toPageAnswer({ items: [...page.items], next: page.next }, toEngagement);
  }
}

export function toOutcomeFilter({
  campaign,
  variant,
  what,
  window,
  unit,
}: z.infer<typeof OutcomesQuery>): OutcomeFilter {
  return { campaign, variant, what, unit, windowDays: Number(window) };
}

export function toEngagementFilter(query: z.infer<typeof EngagementsQuery>): EngagementFilter {
  const { kind = null, about = null, channel = null, sort = null, asset = null } = query;
  return { kind, about, channel, sort, asset };
}

function toLead({ first, at, entry: id, ...lead }: WithEntry<LeadBehind>): z.infer<typeof LeadAnswer> {
  return { ...lead, first: toIso(first), at: toInstant(at), entry: entryPath(id) };
}

function toOutcome({ kind, metAt, at, entry: id, ...one }: WithEntry<OutcomeBehind>): z.infer<typeof OutcomeAnswer> {
  return { what: kind, ...one, metAt: toIso(metAt), at: toIso(at), entry: entryPath(id) };
}

function toEngagement({ at, entry: id, ...one }: WithEntry<Engagement>): z.infer<typeof EngagementAnswer> {
  const message = one.kind === 'click' || one.kind === 'reply' ? messagePath(one.id) : null;
  return { ...one, at: toIso(at), message, entry: entryPath(id) };
}
