import { Body, Controller, Get, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Change } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { ProviderService } from '#lib/sending';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { ProviderAnswer, ProviderPage, ProviderRequest, toProviderAnswer } from './providers.schema.js';
import { withStatus } from './put-status.js';
import { KeyPath } from './setup.schema.js';

@Controller('v1/providers')
export class ProvidersController {
  constructor(@Inject(ProviderService) private readonly providers: ProviderService) {}

  @Put(':key')
  @RequireScope('setup:write')
  @Describe({
    id: 'putProvider',
    group: 'Providers',
    summary: 'Create or replace a provider',
    description:
      'The secret is never answered. Left out it stays as it is, unless the settings change; null removes it.',
    answers: {
      200: { description: 'Replaced.', schema: ProviderAnswer },
      201: { description: 'Created.', schema: ProviderAnswer },
    },
    errors: [],
  })
  async put(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Body({ schema: ProviderRequest }) request: ProviderRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toProviderAnswer(withStatus(await this.providers.put(brandId, key, request, change), reply));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listProviders',
    group: 'Providers',
    summary: 'List providers',
    answers: { 200: { description: 'In order of key.', schema: ProviderPage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    return toPageAnswer(await this.providers.list(brandId, toPageRequest(query)), toProviderAnswer);
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getProvider',
    group: 'Providers',
    summary: 'Read a provider',
    answers: { 200: { description: 'The provider.', schema: ProviderAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: KeyPath }) { key }: KeyPath, @CallerBrand() brandId: BrandId) {
    return toProviderAnswer(await this.providers.get(brandId, key));
  }
}
