import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Change } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { BlockService } from '#lib/sending';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { BlockAnswer, BlockPage, BlockRequest, toBlockAnswer } from './blocks.schema.js';
import { withStatus } from './put-status.js';
import { isVersionPosition, MixedKeyPath, VersionQuery } from './setup.schema.js';

@Controller('v1/blocks')
export class BlocksController {
  constructor(@Inject(BlockService) private readonly blocks: BlockService) {}

  @Post()
  @RequireScope('setup:write')
  @Describe({
    id: 'publishBlock',
    group: 'Templates',
    summary: 'Publish a version of a shared block',
    description:
      'A template includes it as `{{> footer@3}}` and keeps that version until it is published with another. What is published already is not published again.',
    answers: {
      200: { description: 'It is published already.', schema: BlockAnswer },
      201: { description: 'Published.', schema: BlockAnswer },
    },
    errors: ['invalid_template'],
  })
  async publish(
    @Body({ schema: BlockRequest }) { key, version, ...facts }: BlockRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toBlockAnswer(withStatus(await this.blocks.publish(brandId, key, version ?? null, facts, change), reply));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listBlocks',
    group: 'Templates',
    summary: 'List shared blocks',
    answers: { 200: { description: 'Every version, in order of key and version.', schema: BlockPage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    return toPageAnswer(await this.blocks.list(brandId, toPageRequest(query, isVersionPosition)), toBlockAnswer);
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getBlock',
    group: 'Templates',
    summary: 'Read a shared block',
    answers: { 200: { description: 'The latest version, or the one asked for.', schema: BlockAnswer } },
    errors: ['not_found'],
  })
  async get(
    @Param({ schema: MixedKeyPath }) { key }: MixedKeyPath,
    @Query({ schema: VersionQuery }) { version }: VersionQuery,
    @CallerBrand() brandId: BrandId,
  ) {
    return toBlockAnswer(await this.blocks.get(brandId, key, version ?? null));
  }
}
