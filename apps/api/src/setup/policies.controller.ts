import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Change } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { PolicyService } from '#lib/sending';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { PolicyAnswer, PolicyPage, PolicyRequest, toPolicyAnswer } from './policies.schema.js';
import { withStatus } from './put-status.js';
import { isVersionPosition, KeyPath, VersionQuery } from './setup.schema.js';

@Controller('v1/policies')
export class PoliciesController {
  constructor(@Inject(PolicyService) private readonly policies: PolicyService) {}

  @Post()
  @RequireScope('setup:write')
  @Describe({
    id: 'publishPolicy',
    group: 'Policies',
    summary: 'Publish a version of a policy',
    description: 'What equals the latest version is not published again.',
    answers: {
      200: { description: 'The latest version says the same.', schema: PolicyAnswer },
      201: { description: 'Published as the next version.', schema: PolicyAnswer },
    },
    errors: [],
  })
  async publish(
    @Body({ schema: PolicyRequest }) { key, ...body }: PolicyRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toPolicyAnswer(withStatus(await this.policies.publish(brandId, key, body, change), reply));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listPolicies',
    group: 'Policies',
    summary: 'List policies',
    answers: { 200: { description: 'Every version, in order of key and version.', schema: PolicyPage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    return toPageAnswer(await this.policies.list(brandId, toPageRequest(query, isVersionPosition)), toPolicyAnswer);
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getPolicy',
    group: 'Policies',
    summary: 'Read a policy',
    answers: { 200: { description: 'The latest version, or the one asked for.', schema: PolicyAnswer } },
    errors: ['not_found'],
  })
  async get(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Query({ schema: VersionQuery }) { version }: VersionQuery,
    @CallerBrand() brandId: BrandId,
  ) {
    return toPolicyAnswer(await this.policies.get(brandId, key, version ?? null));
  }
}
