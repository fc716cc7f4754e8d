import { Body, Controller, Get, Inject, Param, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Change, TopicService } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { TopicAnswer, TopicPage, TopicRequest, toTopicAnswer } from './topics.schema.js';
import { withStatus } from './put-status.js';
import { KeyPath } from './setup.schema.js';

@Controller('v1/topics')
export class TopicsController {
  constructor(@Inject(TopicService) private readonly topics: TopicService) {}

  @Put(':key')
  @RequireScope('setup:write')
  @Describe({
    id: 'putTopic',
    group: 'Topics',
    summary: 'Create or replace a topic',
    description: 'A topic stays with the purpose it was created in.',
    answers: {
      200: { description: 'Replaced.', schema: TopicAnswer },
      201: { description: 'Created.', schema: TopicAnswer },
    },
    errors: ['unknown_purpose', 'conflict'],
  })
  async put(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Body({ schema: TopicRequest }) request: TopicRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toTopicAnswer(withStatus(await this.topics.put(brandId, key, request, change), reply));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listTopics',
    group: 'Topics',
    summary: 'List topics',
    answers: { 200: { description: 'In order of key.', schema: TopicPage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    return toPageAnswer(await this.topics.list(brandId, toPageRequest(query)), toTopicAnswer);
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getTopic',
    group: 'Topics',
    summary: 'Read a topic',
    answers: { 200: { description: 'The topic.', schema: TopicAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: KeyPath }) { key }: KeyPath, @CallerBrand() brandId: BrandId) {
    return toTopicAnswer(await this.topics.get(brandId, key));
  }
}
