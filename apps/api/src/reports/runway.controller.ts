import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { definitionStore } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { csvLine, Database } from '#lib/platform';
import { RunwayService, RUNWAY_STYLE, RUNWAY_WORDS, runwayPage, runwayTable } from '#lib/sending';
import { CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { RunwayAnswer, RunwayQuery, toRunwayAnswer } from './runway.schema.js';
import { wantsCsv } from './send-report.js';

/** The page brings its own style and nothing else: no script, no picture, nothing from elsewhere. */
const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(RUNWAY_STYLE).digest('base64')}'; frame-ancestors 'none'`;

@Controller('v1/reports')
export class RunwayController {
  constructor(
    @Inject(RunwayService) private readonly runways: RunwayService,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get('consent-runway')
  @RequireScope('contacts:read')
  @Describe({
    id: 'getConsentRunway',
    group: 'Reports',
    summary: 'How many contact points become unsendable in the weeks ahead, and why',
    description:
      'Of all contact points that may be written to because somebody opted in, where the purpose or a law asks for that, by the week in which the last such opt-in ends: because it was given until a day, or because a law lets it run out. Judged as a decision about a commercial message is, with the same places and laws, each purpose under the policies by which its messages were accepted lately. Requests for confirmation that lapse stand beside it.',
    errors: ['unknown_purpose', 'invalid_request'],
    answers: { 200: { description: 'The weeks ahead; as CSV or as a page when asked for.', schema: RunwayAnswer } },
  })
  async get(
    @Query({ schema: RunwayQuery }) query: RunwayQuery,
    @CallerBrand() brandId: BrandId,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { weeks, purpose = null, channel = null, format, language } = query;
    const runway = await this.runways.report({ brandId, weeks, purpose, channel });
    const isCsv = format === 'csv' || wantsCsv(reply.request);
    if (format === 'json' && !isCsv) {
      await reply
        .header('content-type', 'application/json; charset=utf-8')
        .send(JSON.stringify(toRunwayAnswer(runway)));
    } else if (isCsv) {
      const { header, rows } = runwayTable(runway, RUNWAY_WORDS[language]);
      const lines = [header, ...rows.map(({ day, figures }) => [day, ...figures])].map((cells) => csvLine(cells));
      await reply
        .headers({
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="consent-runway.csv"',
        })
        .send(lines.join(''));
    } else {
      const [brand] = await definitionStore.brands(this.database.tx, [brandId]);
      await reply
        .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY })
        .send(runwayPage(runway, brand?.name ?? '', language));
    }
  }
}
