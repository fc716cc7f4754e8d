import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { type Change, NoticeService, ProofService } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { toIso } from '#lib/platform';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import {
  ConsentEventPath,
  ConsentProofAnswer,
  ServedNoticeAnswer,
  ServedNoticeRequest,
  toProofAnswer,
} from './evidence.schema.js';
import { known } from './people.controller.js';

/** What proves a consent besides the consent itself. */
@Controller('v1')
export class EvidenceController {
  constructor(
    @Inject(NoticeService) private readonly notices: NoticeService,
    @Inject(ProofService) private readonly proofs: ProofService,
  ) {}

  @Get('contacts/:externalId/consents/:eventId')
  @RequireScope('contacts:export')
  @Describe({
    id: 'getConsentProof',
    group: 'Contacts',
    summary: 'Everything that proves one consent event',
    description: 'With the protected evidence, the request that it confirms, and how long all this is kept.',
    answers: { 200: { description: 'The proof.', schema: ConsentProofAnswer } },
    errors: ['not_found'],
  })
  async proof(
    @Param({ schema: ConsentEventPath }) { externalId, eventId }: ConsentEventPath,
    @CallerBrand() brandId: BrandId,
  ) {
    return toProofAnswer(known(await this.proofs.find(brandId, externalId, eventId)));
  }

  @Post('served-notices')
  @RequireScope('consents:write')
  @Describe({
    id: 'recordServedNotice',
    group: 'Notices',
    summary: 'Record that a notice was served',
    description: 'Names nobody. Give the id as `served` with the consent that follows from it.',
    answers: { 201: { description: 'Recorded.', schema: ServedNoticeAnswer } },
    errors: ['unknown_notice'],
  })
  async serve(
    @Body({ schema: ServedNoticeRequest }) request: ServedNoticeRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
  ) {
    const { notice, method, source = null, servedAt = change.at } = request;
    const served = await this.notices.serve(brandId, notice, { via: method, source, servedAt }, change);
    return { ...served, servedAt: toIso(served.servedAt) };
  }
}
