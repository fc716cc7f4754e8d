import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Change, NoticeService } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { NoticeAnswer, NoticePage, NoticeRequest, toNoticeAnswer } from './notices.schema.js';
import { withStatus } from './put-status.js';
import { isVersionPosition, KeyPath, VersionQuery } from './setup.schema.js';

@Controller('v1/notices')
export class NoticesController {
  constructor(@Inject(NoticeService) private readonly notices: NoticeService) {}

  @Post()
  @RequireScope('setup:write')
  @Describe({
    id: 'publishNotice',
    group: 'Notices',
    summary: 'Publish a version of a notice',
    description: 'What equals the latest version is not published again.',
    answers: {
      200: { description: 'The latest version says the same.', schema: NoticeAnswer },
      201: { description: 'Published as the next version.', schema: NoticeAnswer },
    },
    errors: [],
  })
  async publish(
    @Body({ schema: NoticeRequest }) { key, wordings }: NoticeRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toNoticeAnswer(withStatus(await this.notices.publish(brandId, key, wordings, change), reply));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listNotices',
    group: 'Notices',
    summary: 'List notices',
    answers: { 200: { description: 'Every version, in order of key and version.', schema: NoticePage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    return toPageAnswer(await this.notices.list(brandId, toPageRequest(query, isVersionPosition)), toNoticeAnswer);
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getNotice',
    group: 'Notices',
    summary: 'Read a notice',
    answers: { 200: { description: 'The latest version, or the one asked for.', schema: NoticeAnswer } },
    errors: ['not_found'],
  })
  async get(
    @Param({ schema: KeyPath }) { key }: KeyPath,
    @Query({ schema: VersionQuery }) { version }: VersionQuery,
    @CallerBrand() brandId: BrandId,
  ) {
    return toNoticeAnswer(await this.notices.get(brandId, key, version ?? null));
  }
}
