import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, HttpStatus, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ExportService, type Principal } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { AuditExportService } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import { CampaignService } from '#lib/sending';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import {
  AuditExportAnswer,
  AuditExportPath,
  AuditExportRequest,
  AuditExportVolume,
  toAuditExportAnswer,
} from './audit-exports.schema.js';

@Controller('v1/exports')
export class AuditExportsController {
  constructor(
    @Inject(AuditExportService) private readonly exports: AuditExportService,
    @Inject(ExportService) private readonly people: ExportService,
    @Inject(CampaignService) private readonly campaigns: CampaignService,
  ) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @RequireScope('ledger:export')
  @Describe({
    id: 'createAuditExport',
    group: 'Exports',
    summary: 'Order a bundle of evidence',
    description:
      'It is made in the background, at one checkpoint of the log, and checked anywhere with `consentctl verify`, its own `verify.mjs`, or by opening its `report.html`. That it was ordered is recorded in the ledger.',
    answers: { 202: { description: 'It will be made.', schema: AuditExportAnswer } },
    errors: ['not_found', 'conflict'],
  })
  async create(
    @Body({ schema: AuditExportRequest }) { contact, campaign, from, to, since }: AuditExportRequest,
    @Caller() caller: Principal,
  ): Promise<z.infer<typeof AuditExportAnswer>> {
    const brandId = brandOf(caller);
    const scope = {
      subjects: null,
      campaign: campaign === undefined ? null : await this.campaigns.idOf(brandId, campaign),
      from: from ?? null,
      to: to ?? null,
    };
    const chains = (tx: Tx) =>
      contact === undefined ? Promise.resolve(null) : this.people.chains(tx, brandId, contact);
    return toAuditExportAnswer(await this.exports.request(brandId, scope, since ?? null, caller.keyId, chains));
  }

  @Get(':id')
  @RequireScope('ledger:export')
  @Describe({
    id: 'getAuditExport',
    group: 'Exports',
    summary: 'Where an export stands',
    answers: { 200: { description: 'Its state.', schema: AuditExportAnswer } },
    errors: ['not_found'],
  })
  async state(
    @Param({ schema: AuditExportPath }) { id }: AuditExportPath,
    @CallerBrand() brandId: BrandId,
  ): Promise<z.infer<typeof AuditExportAnswer>> {
    return toAuditExportAnswer(await this.exports.get(brandId, id));
  }

  @Get(':id/bundle')
  @RequireScope('ledger:export')
  @Describe({
    id: 'getAuditExportBundle',
    group: 'Exports',
    summary: 'The bundle',
    description: 'One that has several volumes is got volume by volume, and checked with all of them at once.',
    answers: { 200: { description: 'A zip archive.', contentType: 'application/zip', schema: z.string() } },
    errors: ['not_found', 'conflict'],
  })
  async bundle(
    @Param({ schema: AuditExportPath }) { id }: AuditExportPath,
    @Query({ schema: AuditExportVolume }) { volume }: AuditExportVolume,
    @CallerBrand() brandId: BrandId,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { bytes, parts } = await this.exports.download(brandId, id, volume ?? null);
    await reply
      .headers({
        'content-type': 'application/zip',
        'content-length': bytes,
        'cache-control': 'no-store',
        'content-disposition': `attachment; filename="${nameOf(volume)}"`,
      })
      .send(Readable.from(parts));
  }
}

/** So that volumes stand in the order of their numbers. */
function nameOf(volume: number | undefined): string {
  return volume === undefined ? 'audit-bundle.zip' : `audit-bundle-${String(volume).padStart(3, '0')}.zip`;
}
