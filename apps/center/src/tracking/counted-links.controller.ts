import { Controller, Get, Inject, Options, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { systemClock } from '#lib/platform';
import { TrackingService } from '#lib/sending';
import { PreferencePage } from '../preferences/preference-page.js';
import { visitorOf } from './visitor.js';

/**
 * A link of a mail whose reader agreed to be counted. It leads to what was kept when the mail left, and nowhere else: no
 * part of the request is an address. Following it changes nothing that the person wants or has; HEAD is not counted.
 */
@Controller('l/:token')
export class CountedLinksController {
  constructor(
    @Inject(TrackingService) private readonly tracking: TrackingService,
    @Inject(PreferencePage) private readonly page: PreferencePage,
  ) {}

  @Get()
  async follow(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const url = await this.tracking.follow(token, visitorOf(request), systemClock.now());
    if (url === null) return this.page.unknownLink(request, reply);
    void reply.status(302).header('location', url).send();
  }

  @Options()
  options(@Res() reply: FastifyReply): void {
    void reply.status(204).header('allow', 'GET, HEAD, OPTIONS').send();
  }
}
