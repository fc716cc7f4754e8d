import { Body, Controller, Get, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Change, PurposeService } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { PurposeAnswer, PurposePage, PurposeRequest, toPurposeAnswer } from './purposes.schema.js';
import { withStatus } from './put-status.js';
import { KeyPath } from './setup.schema.js';

@Controller('v1/purposes')
export class PurposesController {
  constructor(@Inject(PurposeService) private readonly purposes: PurposeService) {}

  @Put(':key')
  @RequireScope('setup:write')
  @Describe({
    id: 'putPurpose',
    group: 'Purposes',
    summary: 'Create or replace a purpose',
    answers: {
      200: { description: 'Replaced.', schema: PurposeAnswer },
      201: { description: 'Created.', schema: PurposeAnswer },
    },
    errors: [],
  })
  async put(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Body({ schema: PurposeRequest }) request: PurposeRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toPurposeAnswer(withStatus(await this.purposes.put(brandId, key, request, change), reply));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listPurposes',
    group: 'Purposes',
    summary: 'List purposes',
    answers: { 200: { description: 'In order of key.', schema: PurposePage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    return toPageAnswer(await this.purposes.list(brandId, toPageRequest(query)), toPurposeAnswer);
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getPurpose',
    group: 'Purposes',
    summary: 'Read a purpose',
    answers: { 200: { description: 'The purpose.', schema: PurposeAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: KeyPath }) { key }: KeyPath, @CallerBrand() brandId: BrandId) {
    return toPurposeAnswer(await this.purposes.get(brandId, key));
  }
}
