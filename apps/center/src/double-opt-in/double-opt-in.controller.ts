import { Controller, Get, Inject, Options, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ConfirmationRequest, DoubleOptInService, type OptInView } from '#lib/consent';
import { sendPage } from '../http/send-page.js';
import { whereFrom } from '../http/evidence.js';
import { chooseLanguage } from '../pages/language.js';
import { PreferencePage } from '../preferences/preference-page.js';
import { confirmationTexts, fill } from './confirmation-texts.js';

/**
 * The link of a double opt-in. GET shows a button and changes nothing, because scanners open every link of a mail; POST
 * confirms, or says that it was somebody else, once. A link that nobody made, one that is over and one whose request is
 * gone get the same answer.
 */
@Controller('c/:token')
export class DoubleOptInController {
  constructor(
    @Inject(DoubleOptInService) private readonly optIns: DoubleOptInService,
    @Inject(PreferencePage) private readonly page: PreferencePage,
  ) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.answer(request, reply, await this.optIns.view(token), 'ask');
  }

  @Post()
  async confirm(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.answer(request, reply, await this.optIns.confirm(token, tracesOf(request)), 'ask');
  }

  @Get('not-me')
  async showDenial(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.answer(request, reply, await this.optIns.view(token), 'askNot');
  }

  @Post('not-me')
  async deny(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.answer(request, reply, await this.optIns.deny(token, tracesOf(request)), 'askNot');
  }

  @Options(['', 'not-me'])
  options(@Res() reply: FastifyReply): void {
    void reply.status(204).header('allow', 'GET, HEAD, POST, OPTIONS').send();
  }

  private answer(request: FastifyRequest, reply: FastifyReply, view: OptInView | null, page: 'ask' | 'askNot'): void {
    if (view === null) return this.page.unknownLink(request, reply);
    const language = chooseLanguage(view.language, request.headers['accept-language']);
    const texts = confirmationTexts(language);
    const names = { brand: view.brand, what: view.labels.map((labels) => nameIn(labels, language)).join(', ') };
    const say = (text: string): string => fill(text, names);
    if (view.state === 'open') {
      const { title, lead, button } = texts[page];
      return sendPage(reply, 200, language, { title, lead: say(lead), paragraphs: [], button, note: texts.ask.note });
    }
    const { title, effect } = texts[view.state];
    sendPage(reply, 200, language, { title, paragraphs: [say(effect)] });
  }
}

function nameIn(labels: Readonly<Record<string, string>>, language: string): string {
  return labels[language] ?? labels['en'] ?? Object.values(labels)[0] ?? '';
}

/** What speaks for or against a person behind the request; part of the evidence. */
function tracesOf(request: FastifyRequest): ConfirmationRequest {
  const word = (name: string): string | null => {
    const value = request.headers[name];
    return typeof value === 'string' ? value.slice(0, 40) : null;
  };
  return {
    ...whereFrom(request),
    fetchSite: word('sec-fetch-site'),
    fetchMode: word('sec-fetch-mode'),
  };
}
