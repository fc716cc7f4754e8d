import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Change } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { TemplateService } from '#lib/sending';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { TemplateAnswer, TemplatePage, TemplateRequest, toTemplateAnswer } from './templates.schema.js';
import { withStatus } from './put-status.js';
import { isVersionPosition, MixedKeyPath, VersionQuery } from './setup.schema.js';

@Controller('v1/templates')
export class TemplatesController {
  constructor(@Inject(TemplateService) private readonly templates: TemplateService) {}

  @Post()
  @RequireScope('setup:write')
  @Describe({
    id: 'publishTemplate',
    group: 'Templates',
    summary: 'Publish a version of a template',
    description: 'What equals the latest version is not published again.',
    answers: {
      200: { description: 'The latest version says the same.', schema: TemplateAnswer },
      201: { description: 'Published as the next version.', schema: TemplateAnswer },
    },
    errors: ['invalid_template'],
  })
  async publish(
    @Body({ schema: TemplateRequest }) { key, ...facts }: TemplateRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toTemplateAnswer(withStatus(await this.templates.publish(brandId, key, facts, change), reply));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listTemplates',
    group: 'Templates',
    summary: 'List templates',
    answers: { 200: { description: 'Every version, in order of key and version.', schema: TemplatePage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    return toPageAnswer(await this.templates.list(brandId, toPageRequest(query, isVersionPosition)), toTemplateAnswer);
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getTemplate',
    group: 'Templates',
    summary: 'Read a template',
    answers: { 200: { description: 'The latest version, or the one asked for.', schema: TemplateAnswer } },
    errors: ['not_found'],
  })
  async get(
    @Param({ schema: MixedKeyPath }) { key }: MixedKeyPath,
    @Query({ schema: VersionQuery }) { version }: VersionQuery,
    @CallerBrand() brandId: BrandId,
  ) {
    return toTemplateAnswer(await this.templates.get(brandId, key, version ?? null));
  }
}
