import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Principal } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { ExitService, SnapshotService } from '#lib/reporting';
import { toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope, type RouteDescription } from '../http/route.js';
import { Uuid } from '../http/scalars.schema.js';
import {
  ExitMessagePage,
  ExitMessagesQuery,
  toContent,
  toExitMessage,
  toExitPlace,
  toStood,
} from './catalog/exit-query.js';
import { ConsentQuery, DeliveryQuery, EmailQuery, ExitQuery, LiftQuery } from './catalog/message-reports.js';
import { ReportCatalog } from './catalog/report-catalog.js';
import { ReportAnswer } from './report.schema.js';
import { ReportPeriods } from './report-period.js';
import { KeptBytesQuery, nothingKept, SnapshotsQuery } from './snapshots/snapshots-offered.js';
import { type ReportForm, sendReport } from './send-report.js';

/** What is said of each of these routes alike. */
const described = (id: string, summary: string, description: string): RouteDescription => ({
  ...{ id, group: 'Reports', summary, description },
  answers: { 200: { description: 'The report; as CSV when asked for.', schema: ReportAnswer } },
  errors: ['invalid_zone'],
});

/** Reports that come from messages and consents alone. */
@Controller('v1/reports')
export class MessageReportsController {
  constructor(
    @Inject(ReportCatalog) private readonly catalog: ReportCatalog,
    @Inject(ExitService) private readonly exitService: ExitService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
    @Inject(SnapshotService) private readonly snapshotService: SnapshotService,
  ) {}

  @Get('exits')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getExitReport',
      'What became of the messages that were accepted, and why those that were not sent were not',
      'By campaign, path, step and channel. In every row and in the total, inflow is processing plus sent plus each exit, because one statement reads them all. Each figure links to its messages, each message names its ledger entries.',
    ),
  )
  async exits(
    @Query({ schema: ExitQuery }) query: z.infer<typeof ExitQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('exits', query, caller, reply);
  }

  @Get('exits/messages')
  @RequireScope('messages:read')
  @Describe({
    id: 'listExitMessages',
    group: 'Reports',
    summary: 'The messages behind a figure of the exit report',
    description: 'With the filters of the report and where the messages stand. Each leads to its ledger entries.',
    answers: { 200: { description: 'A page, in the order in which they were accepted.', schema: ExitMessagePage } },
    errors: ['invalid_zone'],
  })
  async messages(@Query({ schema: ExitMessagesQuery }) query: ExitMessagesQuery, @CallerBrand() brandId: BrandId) {
    const period = await this.periods.of(brandId, query);
    const filter = { brandId, ...period, ...toExitPlace(query), ...toStood(query), ...toContent(query) };
    const request = toPageRequest(query, (position) => Uuid.safeParse(position).success);
    return toPageAnswer(await this.exitService.messages(filter, request), toExitMessage);
  }

  @Get('email')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getEmailReport',
      'Mails accepted, sent, bounced, opened, clicked, complained about and left by',
      'By topic or by subject. Opens by machines are counted apart and are in no rate; a rate of several rows is the rate of their sums.',
    ),
  )
  async email(
    @Query({ schema: EmailQuery }) query: z.infer<typeof EmailQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('email', query, caller, reply);
  }

  @Get('channels')
  @RequireScope('reports:read')
  @Describe(
    described('getChannelReport', 'What came of sending on each channel', 'Each message counts once in each column.'),
  )
  async channels(
    @Query({ schema: DeliveryQuery }) query: z.infer<typeof DeliveryQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('channels', query, caller, reply);
  }

  @Get('content')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getContentReport',
      'Which contents were opened, clicked, answered and left by',
      'By channel, template version and subject.',
    ),
  )
  async content(
    @Query({ schema: DeliveryQuery }) query: z.infer<typeof DeliveryQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('content', query, caller, reply);
  }

  @Get('lift')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getLiftReport',
      'What choosing the best channel and the best time has brought',
      'Those for whom the best was chosen against the tenth that the same draw left to the first channel or the earliest time, whatever became of their messages: how many, how many met the goal, and the range of the difference (95 %, Newcombe).',
    ),
  )
  async lift(
    @Query({ schema: LiftQuery }) query: z.infer<typeof LiftQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('lift', query, caller, reply);
  }

  @Get('consents')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getConsentTrend',
      'Opt-ins and opt-outs over time, and the reach that was lost',
      'By day, week or month, for all together, by topic or by channel. With `value`, what a sent message is worth, lost reach has a price.',
    ),
  )
  async consents(
    @Query({ schema: ConsentQuery }) query: z.infer<typeof ConsentQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('consents', query, caller, reply);
  }

  @Get('snapshots')
  @RequireScope('reports:read')
  @Describe(
    described(
      'getSnapshots',
      'Reports of months that are over, as they were kept then, and what has changed since',
      'A day after a month is over every report of it is kept, all of one instant, each with its position in the ledger. Without `report` the list; with `month` and `report` each figure that is another now, or with `show=kept` the report itself.',
    ),
  )
  async snapshots(
    @Query({ schema: SnapshotsQuery }) query: z.infer<typeof SnapshotsQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer('snapshots', query, caller, reply);
  }

  @Get('snapshots/kept')
  @RequireScope('messages:read')
  @Describe({
    id: 'getKeptReport',
    group: 'Reports',
    summary: 'A report of a month that is over, byte by byte as it was kept',
    description:
      'Its SHA-256 is the digest in the list of snapshots, and in the ledger entry `reports.closed` of that month; docs/ledger-format.md says how the root in the entry follows. The bytes are as they are kept: amounts in minor units, instants in milliseconds.',
    answers: { 200: { description: 'The bytes that were kept.', contentType: 'application/json', schema: z.string() } },
    errors: ['not_found'],
  })
  async kept(
    @Query({ schema: KeptBytesQuery }) { month, report }: z.infer<typeof KeptBytesQuery>,
    @CallerBrand() brandId: BrandId,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const body = await this.snapshotService.body(brandId, month, report);
    if (body === null) throw nothingKept();
    await reply.header('content-type', 'application/json; charset=utf-8').send(Buffer.from(body));
  }

  private async answer(key: string, query: ReportForm, caller: Principal, reply: FastifyReply): Promise<void> {
    const reader = { brandId: brandOf(caller), seesMessages: caller.scopes.includes('messages:read') };
    const { report } = await this.catalog.make(key, reader, { ...query });
    await sendReport(reply, report, query);
  }
}
