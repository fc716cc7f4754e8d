import { Controller, Get, Inject, Options, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsentService, NO_OPT_OUT, NOWHERE, type PageLink, readOptOutToken, readPageLink } from '#lib/consent';
import { KEY_RING, type KeyRing, systemClock } from '#lib/platform';
import { whereFrom } from '../http/evidence.js';
import { isTrouble } from '../http/page.filter.js';
import { sendPage } from '../http/send-page.js';
import { KeptWishes } from '../journal/kept-wishes.js';
import { chooseLanguage } from '../pages/language.js';
import { here } from '../preferences/page-address.js';
import { PreferencePage } from '../preferences/preference-page.js';
import { sendKept } from '../preferences/reduced-pages.js';
import { sayIn } from '../texts/texts.js';

/**
 * The way out of a mail (RFC 8058). POST leaves, whoever sends it and whatever its body says; it needs no
 * cookie, redirects nowhere, and doing it twice is the same as once. GET and HEAD change nothing: scanners
 * open every link of a mail. A link that is not ours and one that names nothing get the same answer.
 *
 * To a person who opens it, it is the preference page with what this link may do. The page's own forms name what they
 * want in the query (`act`), which no mailbox provider does.
 */
@Controller('u/:token')
export class OneClickController {
  constructor(
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(PreferencePage) private readonly page: PreferencePage,
    @Inject(KeptWishes) private readonly kept: KeptWishes,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.page.show(token, this.linkOf(token), request, reply);
  }

  @Post()
  async leave(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const isForm = (request.query as { act?: unknown }).act !== undefined;
    if (isForm) return this.page.act(token, this.linkOf(token), request, reply);

    const link = readOptOutToken(this.keys.links, token);
    const { ip, userAgent } = whereFrom(request);
    try {
      const evidence = { method: 'one_click', details: { ip, userAgent } };
      const left = await this.consents.withdrawByLink(link ?? NO_OPT_OUT, evidence);
      if (left === null) return this.page.unknownLink(request, reply);
      const language = chooseLanguage(left.language, request.headers['accept-language']);
      const say = sayIn(language);
      sendPage(reply, 200, language, {
        title: say('simple.left.title'),
        paragraphs: [
          say(left.changed ? 'simple.left.effect' : 'simple.left.already'),
          ...(left.inFlight > 0 ? [say('result.inFlight', { n: left.inFlight })] : []),
        ],
        link: { href: here({ lang: language }), text: say('link.heading') },
        note: say('simple.left.close'),
      });
    } catch (error) {
      if (!isTrouble(error)) throw error;
      if (link === null) return this.page.unknownLink(request, reply);
      const language = chooseLanguage(null, request.headers['accept-language']);
      const at = systemClock.now();
      await this.kept.keep({ token, act: 'one_click', at, ip, userAgent, language }, error);
      sendKept(reply, language, at);
    }
  }

  @Options()
  options(@Res() reply: FastifyReply): void {
    void reply.status(204).header('allow', 'GET, HEAD, POST, OPTIONS').send();
  }

  /** Here a link that may do more is none. */
  private linkOf(token: string): PageLink {
    const link = readPageLink(this.keys.links, token, systemClock.now());
    return link?.access === 'reduce' ? link : NOWHERE;
  }
}
