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
import {
  AccountsQuery,
  AttributionQuery,
  AttributionTouchesQuery,
  FunnelQuery,
  MoneyReportQuery,
  RevenueQuery,
  toCredited,
  toTouchFilter,
  VariantsQuery,
} from './catalog/money-query.js';
import { ReportCatalog } from './catalog/report-catalog.js';
import { ReportAnswer } from './report.schema.js';
import { entryPath } from './entry-path.js';
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
    value: z.int().nullable().meta({
      description:
        'Whole minor units, of a conversion that is divided among contacts those of this one; null: no exchange rate of its day is known.',
    }),
    credit: z.number().nullable().meta({
      description:
        'What `model` gives this touch: whole minor units, or of `show=conversions` conversions to the millionth. On all pages together they add up to the figure. Null: no model was asked for, or one that credits names and no touches.',
    }),
    place: z.int().meta({ description: 'Of the touch on the path, counted from 1.' }),
    of: z.int(),
    among: z.int().meta({ description: 'People who got the message that is this touch, and share what it earns.' }),
    touch: z.string().meta({ description: 'The id of the message that was the touch, or else what it was.' }),
    message: z.string().nullable().meta({ description: 'Path of the message, which names its ledger entries.' }),
    at: Instant,
    contact: Uuid.meta({ description: 'Stands for the person, and stays when they are erased.' }),
    name: z.string(),
    entry: z.string().nullable().meta({ description: 'Path of the ledger entry of a visit.' }),
    conversionEntry: z
      .string()
      .nullable()
      .meta({ description: 'Path of the ledger entry of the fact that converted.' }),
  })
  .meta({ id: 'CreditedTouch' });
const CreditedTouchPage = pageOf('CreditedTouchPage', CreditedTouchAnswer)
  .extend({
    credit: z
      .number()
      .nullable()
      .meta({ description: 'What the model gives all of them, on every page: the figure. Null without a model.' }),
  })
  .meta({ id: 'CreditedTouchPage' });

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
    const { query: wanted, by } = toCredited(query);
    const asked = { brandId, ...period };
    const page = await this.money.touches(asked, wanted, toTouchFilter(query), toPageRequest(query), by);
    return { ...toPageAnswer({ items: [...page.items], next: page.next }, toCreditedTouch), credit: page.credit };
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

  @Get('campaigns')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getCampaignReport',
      'What each campaign brought and cost',
      'Revenue by one model; it adds up to that of the attribution report.',
    ),
  )
  async campaigns(
    @Query({ schema: MoneyReportQuery }) query: z.infer<typeof MoneyReportQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('campaigns', query, caller, reply);
  }

  @Get('funnel')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getFunnelReport',
      'How far leads come, and how long it takes',
      'Of leads that came in the period, or of what happened in it: contact, MQL, SAL, SQL, opportunity, won, with what the deals are worth.',
    ),
  )
  async funnel(
    @Query({ schema: FunnelQuery }) query: z.infer<typeof FunnelQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('funnel', query, caller, reply);
  }

  @Get('acquisition')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getAcquisitionReport',
      'What leads, opportunities, orders and customers cost, month by month',
      'CPL, cost per opportunity, cost per order, CAC, and what came back.',
    ),
  )
  async acquisition(
    @Query({ schema: MoneyReportQuery }) query: z.infer<typeof MoneyReportQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('acquisition', query, caller, reply);
  }

  @Get('revenue')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getRevenueReport',
      'Revenue that marketing influenced, and that it began, by segment',
      'Each conversion counts once; with the length of sales cycles.',
    ),
  )
  async revenue(
    @Query({ schema: RevenueQuery }) query: z.infer<typeof RevenueQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('revenue', query, caller, reply);
  }

  @Get('sales')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getSalesReport',
      'Pipeline and won deals against targets, by region',
      'Targets of won deals are divided evenly over their days; that of the pipeline is the one of the last day.',
    ),
  )
  async sales(
    @Query({ schema: MoneyReportQuery }) query: z.infer<typeof MoneyReportQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('sales', query, caller, reply);
  }

  @Get('paths')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getPathReport',
      'Which ways lead to conversions',
      'The hundred that brought most, with their length and how long they took.',
    ),
  )
  async paths(
    @Query({ schema: MoneyReportQuery }) query: z.infer<typeof MoneyReportQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('paths', query, caller, reply);
  }

  @Get('variants')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getVariantReport',
      'Which variant of a campaign brought more, down to revenue',
      'By intention to treat, of whoever met a variant long enough ago; with Newcombe intervals of differences, drawn intervals of revenue, and a note where variants are of sizes that chance does not give.',
    ),
  )
  async variants(
    @Query({ schema: VariantsQuery }) query: z.infer<typeof VariantsQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('variants', query, caller, reply);
  }

  @Get('accounts')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getAccountReport',
      'How much accounts have to do with us',
      'Touches of all contacts of an account, and points for what reached them and what they did.',
    ),
  )
  async accounts(
    @Query({ schema: AccountsQuery }) query: z.infer<typeof AccountsQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('accounts', query, caller, reply);
  }

  @Get('quality')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getQualityReport',
      'What keeps reports from being whole',
      'Conversions without touch, deals without roles, campaigns without cost.',
    ),
  )
  async quality(
    @Query({ schema: MoneyReportQuery }) query: z.infer<typeof MoneyReportQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('quality', query, caller, reply);
  }

  private async answer(key: string, query: ReportForm, caller: Principal, reply: FastifyReply): Promise<void> {
    const reader = { brandId: brandOf(caller), seesMessages: caller.scopes.includes('messages:read') };
    const { report } = await this.catalog.make(key, reader, { ...query });
    await sendReport(reply, report, query);
  }
}

function toCreditedTouch({
  convertedAt,
  at,
  entry,
  conversionEntry,
  ...touch
}: CreditedTouch): z.infer<typeof CreditedTouchAnswer> {
  const message = messagePath(touch.touch);
  const paths = { entry: entryPath(entry), conversionEntry: entryPath(conversionEntry) };
  return { ...touch, ...paths, message, convertedAt: toIso(convertedAt), at: toIso(at) };
}

/** Of a touch that was a message; null for any other. */
export function messagePath(touch: string): string | null {
  const [id = ''] = touch.split(' ');
  return Uuid.safeParse(id).success ? `/v1/messages/${id}` : null;
}
