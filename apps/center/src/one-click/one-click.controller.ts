import { Controller, Get, Inject, Options, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsentService, readOptOutToken } from '#lib/consent';
import { KEY_RING, type KeyRing } from '#lib/platform';
import { sendPage } from '../http/send-page.js';
import { chooseLanguage, textsIn } from '../pages/language.js';

const MAX_USER_AGENT = 300;

/**
 * The way out of a mail (RFC 8058). POST leaves, whoever sends it and whatever its body says; it needs no
 * cookie, redirects nowhere, and doing it twice is the same as once. GET and HEAD change nothing: scanners
 * open every link of a mail. A link that is not ours and one that names nothing get the same answer.
 */
@Controller('u/:token')
export class OneClickController {
  constructor(
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(KEY_RING) private readonly keys: KeyRing,
  ) {}

  @Get()
  show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (readOptOutToken(this.keys.links, token) === null) return answerUnknownLink(request, reply);
    const language = chooseLanguage(null, request.headers['accept-language']);
    const { title, question, effect, button, untouched } = textsIn(language).leave;
    sendPage(reply, 200, language, { title, lead: question, paragraphs: [effect], button, note: untouched });
  }

  @Post()
  async leave(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const link = readOptOutToken(this.keys.links, token);
    const details = { ip: request.ip, userAgent: userAgentOf(request) };
    const left = link === null ? null : await this.consents.withdrawByLink(link, { method: 'one_click', details });
    if (left === null) return answerUnknownLink(request, reply);

    const language = chooseLanguage(left.language, request.headers['accept-language']);
    const { title, effect, already, inFlight, close } = textsIn(language).left;
    const paragraphs = [left.changed ? effect : already, ...(left.inFlight > 0 ? [inFlight(left.inFlight)] : [])];
    sendPage(reply, 200, language, { title, paragraphs, note: close });
  }

  @Options()
  options(@Res() reply: FastifyReply): void {
    void reply.status(204).header('allow', 'GET, HEAD, POST, OPTIONS').send();
  }
}

function answerUnknownLink(request: FastifyRequest, reply: FastifyReply): void {
  const language = chooseLanguage(null, request.headers['accept-language']);
  const { title, advice } = textsIn(language).unknownLink;
  sendPage(reply, 404, language, { title, paragraphs: [advice] });
}

/** Part of the evidence, so bounded and on one line. */
function userAgentOf(request: FastifyRequest): string | null {
  return request.headers['user-agent']?.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_USER_AGENT) ?? null;
}
