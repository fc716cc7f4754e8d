import { Controller, Get, Inject, Options, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ConfirmationRequest, ConfirmationService, type OptInView } from '#lib/consent';
import { sendBrandPage } from '../http/send-page.js';
import { brandFrame } from '../pages/brand-frame.js';
import { whereFrom } from '../http/evidence.js';
import { chooseLanguage } from '../pages/language.js';
import { PreferencePage } from '../preferences/preference-page.js';
import type { Page } from '../pages/page.js';
import { apart, labelIn, listIn, type Phrase } from '../texts/phrase.js';
import { LANGUAGE_TAGS } from '../texts/texts.js';
import { type ConfirmationTexts, confirmationTexts, fill } from './confirmation-texts.js';

/**
 * The link of a double opt-in. GET shows a button and changes nothing, because scanners open every link of a mail; POST
 * confirms, or says that it was somebody else, also after something confirmed, once. A link that nobody made, one that is
 * over, one whose request is gone and one whose subject was refused since get the same answer.
 */
@Controller('c/:token')
export class DoubleOptInController {
  constructor(
    @Inject(ConfirmationService) private readonly optIns: ConfirmationService,
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
    const wanted = LANGUAGE_TAGS.find((tag) => tag === (request.query as { lang?: unknown }).lang);
    const language = wanted ?? chooseLanguage(view.language, request.headers['accept-language']);
    const texts = confirmationTexts(language);
    const { brand } = view;
    const names = view.labels.map((labels) => labelIn(labels, language, brand.defaultLanguage, ''));
    const what = listIn(language, names);
    const say = (text: string): Phrase => fill(text, { brand: apart(brand.name), what });
    const content = contentOf(view.state, page, texts, say);
    const frame = brandFrame(view.brand, language, content.title, (lang) => `?lang=${lang}`);
    sendBrandPage(reply, language, content, { frame, look: view.brand.page });
  }
}

function contentOf(
  state: OptInView['state'],
  page: 'ask' | 'askNot',
  texts: ConfirmationTexts,
  say: (text: string) => Phrase,
): Page {
  if (state !== 'open' && !(state === 'confirmed' && page === 'askNot'))
    return { title: texts[state].title, paragraphs: [say(texts[state].effect)] };
  const { title, lead, button } = texts[page];
  return { title, lead: say(lead), paragraphs: [], button, note: texts.ask.note };
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
