import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '#lib/consent';
import { brandOf, Caller } from '../http/principal.js';
import { Describe, RequireScope, type RouteDescription } from '../http/route.js';
import { LinksQuery } from './catalog/message-reports.js';
import {
  AssetsQuery,
  JourneysQuery,
  MoneyReportQuery,
  PositionsQuery,
  RevenueQuery,
  SilenceQuery,
} from './catalog/money-query.js';
import { ReportCatalog } from './catalog/report-catalog.js';
import { ReportAnswer } from './report.schema.js';
import { type ReportForm, sendReport } from './send-report.js';

/** What is said of each of these routes alike. */
const described = (id: string, summary: string, description: string): RouteDescription => ({
  ...{ id, group: 'Reports', summary, description },
  answers: { 200: { description: 'The report; as CSV when asked for.', schema: ReportAnswer } },
  errors: ['invalid_zone'],
});

/** Reports of what people did beside reading mails, and of what came of it. */
@Controller('v1/reports')
export class ActivityReportsController {
  constructor(@Inject(ReportCatalog) private readonly catalog: ReportCatalog) {}

  @Get('positions')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getPositionReport',
      'On which place of a path each channel or campaign earns',
      'Shapley, ordered: the share of a name in a path is divided evenly over its places there.',
    ),
  )
  async positions(
    @Query({ schema: PositionsQuery }) query: z.infer<typeof PositionsQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('positions', query, caller, reply);
  }

  @Get('sources')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getSourceReport',
      'Search, advertisements, social, contents and mails side by side',
      'Traffic, cost per click, leads by the last way before them, and revenue by the model.',
    ),
  )
  async sources(
    @Query({ schema: MoneyReportQuery }) query: z.infer<typeof MoneyReportQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('sources', query, caller, reply);
  }

  @Get('segments')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getSegmentReport',
      'What was done for each segment, what came of it, what it cost and what came back',
      'By region, product line, owner, industry, revenue class, tier, persona or buyer role.',
    ),
  )
  async segments(
    @Query({ schema: RevenueQuery }) query: z.infer<typeof RevenueQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('segments', query, caller, reply);
  }

  @Get('journeys')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getJourneyReport',
      'Who came into each journey and who reached its goal',
      'Different people who were sent the first message of a campaign in the period, and who of them reached the goal within the look-back.',
    ),
  )
  async journeys(
    @Query({ schema: JourneysQuery }) query: z.infer<typeof JourneysQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('journeys', query, caller, reply);
  }

  @Get('pages')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getPageReport',
      'Landing pages and events: visitors, forms, places taken, who was there',
      'Rates are of different people.',
    ),
  )
  async pages(
    @Query({ schema: MoneyReportQuery }) query: z.infer<typeof MoneyReportQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('pages', query, caller, reply);
  }

  @Get('assets')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getAssetReport',
      'What whitepapers, articles and videos bring',
      'By sort or by content: clicks, visits, downloads, and the leads and won deals of people who had read them before.',
    ),
  )
  async assets(
    @Query({ schema: AssetsQuery }) query: z.infer<typeof AssetsQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('assets', query, caller, reply);
  }

  @Get('silence')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getSilenceReport',
      'Who has gone silent, and who came back',
      'Month by month: without a click, reply, visit or event for so many days, and active again since.',
    ),
  )
  async silence(
    @Query({ schema: SilenceQuery }) query: z.infer<typeof SilenceQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('silence', query, caller, reply);
  }

  @Get('links')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getLinkReport',
      'How often each link of mails was followed',
      'Messages in which a person followed it, of those that arrived with it.',
    ),
  )
  async links(
    @Query({ schema: LinksQuery }) query: z.infer<typeof LinksQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('links', query, caller, reply);
  }

  private async answer(key: string, query: ReportForm, caller: Principal, reply: FastifyReply): Promise<void> {
    const reader = { brandId: brandOf(caller), seesMessages: caller.scopes.includes('messages:read') };
    const { report } = await this.catalog.make(key, reader, { ...query });
    await sendReport(reply, report, query);
  }
}
