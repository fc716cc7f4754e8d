import { Controller, Get, Inject, Options, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOWHERE, type PageLink, readPageLink } from '#lib/consent';
import { KEY_RING, type KeyRing, systemClock } from '#lib/platform';
import { PreferencePage } from './preference-page.js';

/** The page on which people say what they want to receive, behind a link of either kind. Only POST changes anything. */
@Controller('p/:token')
export class PreferencesController {
  constructor(
    @Inject(PreferencePage) private readonly page: PreferencePage,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.page.show(token, this.linkOf(token), request, reply);
  }

  @Post()
  async change(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.page.act(token, this.linkOf(token), request, reply);
  }

  @Options()
  options(@Res() reply: FastifyReply): void {
    void reply.status(204).header('allow', 'GET, HEAD, POST, OPTIONS').send();
  }

  private linkOf(token: string): PageLink {
    return readPageLink(this.keys.links, token, systemClock.now()) ?? NOWHERE;
  }
}
