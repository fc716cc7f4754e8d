import { Controller, Get, Inject, Options, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { systemClock } from '#lib/platform';
import { TrackingService } from '#lib/sending';
import { visitorOf } from './visitor.js';

/** One transparent point: GIF89a, 1 by 1. */
const POINT = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** The image of a mail whose reader agreed that opening it is counted. Every token gets the same image. */
@Controller('o/:token')
export class OpenedController {
  constructor(@Inject(TrackingService) private readonly tracking: TrackingService) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.tracking.opened(token, visitorOf(request), systemClock.now());
    // Mail programs in a browser show it from a page of theirs.
    void reply.headers({ 'content-type': 'image/gif', 'cross-origin-resource-policy': 'cross-origin' }).send(POINT);
  }

  @Options()
  options(@Res() reply: FastifyReply): void {
    void reply.status(204).header('allow', 'GET, HEAD, OPTIONS').send();
  }
}
