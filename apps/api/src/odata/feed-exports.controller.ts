import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, HttpStatus, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Principal } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { FeedExportService, type FeedFormat, feedSet } from '#lib/reporting';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { ReportPeriods } from '../reports/report-period.js';
import { FeedExportAnswer, FeedExportPath, FeedExportRequest, toFeedExportAnswer } from './feed-exports.schema.js';
import { refuseUnlessMayRead } from './who-may-read.js';

const CSV = { mediaType: 'text/csv; charset=utf-8', extension: 'csv' };
const FILES: Readonly<Record<FeedFormat, typeof CSV>> = {
  parquet: { mediaType: 'application/vnd.apache.parquet', extension: 'parquet' },
  ndjson: { mediaType: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' },
  csv: CSV,
  'excel-de': CSV,
};

/** Feeds as files, for whoever takes a whole one at a time. */
@Controller('v1/reports/exports')
export class FeedExportsController {
  constructor(
    @Inject(FeedExportService) private readonly exports: FeedExportService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @RequireScope('reports:read')
  @Describe({
    id: 'createFeedExport',
    group: 'Feeds',
    summary: 'Order a feed as a file',
    description:
      'It is made in the background, of the rows as they are known now. Of rows about single messages the key needs `messages:read`, too.',
    answers: { 202: { description: 'It will be made.', schema: FeedExportAnswer } },
    errors: ['conflict', 'not_implemented'],
  })
  async create(
    @Body({ schema: FeedExportRequest }) { feed, format, filter }: FeedExportRequest,
    @Caller() caller: Principal,
  ): Promise<z.infer<typeof FeedExportAnswer>> {
    refuseUnlessMayRead(caller, feedSet(feed));
    const brandId = brandOf(caller);
    const { zone } = await this.periods.of(brandId, {});
    return toFeedExportAnswer(
      await this.exports.request({ brandId, zone }, feed, format, filter ?? null, caller.keyId),
    );
  }

  @Get(':id')
  @RequireScope('reports:read')
  @Describe({
    id: 'getFeedExport',
    group: 'Feeds',
    summary: 'Where a file stands',
    answers: { 200: { description: 'Its state.', schema: FeedExportAnswer } },
    errors: ['not_found'],
  })
  async state(
    @Param({ schema: FeedExportPath }) { id }: z.infer<typeof FeedExportPath>,
    @CallerBrand() brandId: BrandId,
  ): Promise<z.infer<typeof FeedExportAnswer>> {
    return toFeedExportAnswer(await this.exports.get(brandId, id));
  }

  @Get(':id/file')
  @RequireScope('reports:read')
  @Describe({
    id: 'getFeedExportFile',
    group: 'Feeds',
    summary: 'The file',
    answers: {
      200: { description: 'Apache Parquet, NDJSON or CSV.', contentType: FILES.parquet.mediaType, schema: z.string() },
    },
    errors: ['not_found', 'conflict'],
  })
  async file(
    @Param({ schema: FeedExportPath }) { id }: z.infer<typeof FeedExportPath>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { file, parts } = await this.exports.download(brandOf(caller), id);
    refuseUnlessMayRead(caller, feedSet(file.feed));
    const { mediaType, extension } = FILES[file.format];
    await reply
      .headers({
        'content-type': mediaType,
        'content-length': file.bytes ?? 0,
        'content-disposition': `attachment; filename="${file.feed}.${extension}"`,
      })
      .send(Readable.from(parts));
  }
}
