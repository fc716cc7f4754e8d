import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Principal } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { toIso } from '#lib/platform';
import { type CreditedTouch, MoneyService } from '#lib/reporting';
import { pageOf, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope, type RouteDescription } from '../http/route.js';
import { Instant, Uuid } from '../http/scalars.schema.js';
import { AttributionQuery, AttributionTouchesQuery, toMoneyQuery } from './catalog/money-query.js';
import { ReportCatalog } from './catalog/report-catalog.js';
import { ReportAnswer } from './report.schema.js';
import { ReportPeriods } from './report-period.js';
import { type ReportForm, sendReport } from './send-report.js';

/** What is said of each of these routes alike. */
const described = (id: string, summary: string, description: string): RouteDescription => ({
  ...{ id, group: 'Reports', summary, description },
  answers: { 200: { description: 'The report; as CSV when asked for.', schema: ReportAnswer } },
  errors: ['invalid_zone'],
});

const CreditedTouchAnswer = z
  .strictObject({
    conversion: z.string().meta({ description: 'Id of the fact that converted.' }),
    convertedAt: Instant,
    value: z.number().meta({ description: 'Minor units; by contact, its share.' }),
    place: z.int().meta({ description: 'Of the touch on the path, counted from 1.' }),
    of: z.int(),
    touch: z.string().meta({ description: 'The id of the message that was the touch, or else what it was.' }),
    message: z.string().nullable().meta({ description: 'Path of the message, which names its ledger entries.' }),
    at: Instant,
    contact: Uuid.meta({ description: 'Stands for the person, and stays when they are erased.' }),
    name: z.string(),
  })
  .meta({ id: 'CreditedTouch' });
const CreditedTouchPage = pageOf('CreditedTouchPage', CreditedTouchAnswer);

/** Reports that come from touches, conversions and costs. */
@Controller('v1/reports')
export class MoneyReportsController {
  constructor(
    @Inject(ReportCatalog) private readonly catalog: ReportCatalog,
    @Inject(MoneyService) private readonly money: MoneyService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
  ) {}

  @Get('attribution')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getAttributionReport',
      'What each channel or campaign earned, by every model',
      'In each column the rows and `unattributed` add up to the total, to the cent. Each figure links to the touches behind it.',
    ),
  )
  async attribution(
    @Query({ schema: AttributionQuery }) query: z.infer<typeof AttributionQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('attribution', query, caller, reply);
  }

  @Get('attribution/touches')
  @RequireScope('messages:read')
  @Describe({
    id: 'listAttributedTouches',
    group: 'Reports',
    summary: 'The touches behind a figure of the attribution report',
    description: 'By conversion and place on its path. Each message leads to its ledger entries.',
    answers: { 200: { description: 'A page.', schema: CreditedTouchPage } },
    errors: ['invalid_zone'],
  })
  async touches(
    @Query({ schema: AttributionTouchesQuery }) query: z.infer<typeof AttributionTouchesQuery>,
    @CallerBrand() brandId: BrandId,
  ) {
    const period = await this.periods.of(brandId, query);
    const wanted = toMoneyQuery({ ...query, format: 'json', language: 'en' });
    const page = await this.money.touches({ brandId, ...period }, wanted, query.name ?? null, toPageRequest(query));
    return toPageAnswer({ items: [...page.items], next: page.next }, toCreditedTouch);
  }

  @Get('models')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getModelComparison',
      'How far the models lie apart',
      'Of each channel or campaign the least and the most that any model gives it.',
    ),
  )
  async models(
    @Query({ schema: AttributionQuery }) query: z.infer<typeof AttributionQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('models', query, caller, reply);
  }

  private async answer(key: string, query: ReportForm, caller: Principal, reply: FastifyReply): Promise<void> {
    const reader = { brandId: brandOf(caller), seesMessages: caller.scopes.includes('messages:read') };
    const { report } = await this.catalog.make(key, reader, { ...query });
    await sendReport(reply, report, query);
  }
}

function toCreditedTouch({ convertedAt, at, ...touch }: CreditedTouch): z.infer<typeof CreditedTouchAnswer> {
  const message = Uuid.safeParse(touch.touch.split(' ')[0]).success
    ? `/v1/messages/${touch.touch.split(' ')[0]}`
    : null;
  return { ...touch, message, convertedAt: toIso(convertedAt), at: toIso(at) };
}
