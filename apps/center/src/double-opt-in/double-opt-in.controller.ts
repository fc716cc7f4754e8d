import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Options, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ConfirmationRequest, ConfirmationService, type OptInView, type Said, type SaidOn } from '#lib/consent';
import { sendBrandPage } from '../http/send-page.js';
import { brandFrame } from '../pages/brand-frame.js';
import { whereFrom } from '../http/evidence.js';
import { chooseLanguage } from '../pages/language.js';
import { PreferencePage } from '../preferences/preference-page.js';
import type { Page } from '../pages/page.js';
import { apart, labelIn, listIn, type Phrase, textOf } from '../texts/phrase.js';
import { type Language, LANGUAGE_TAGS } from '../texts/texts.js';
import { confirmationTexts, fill } from './confirmation-texts.js';

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
    this.answer(
      request,
      reply,
      await this.optIns.confirm(token, tracesOf(request), asRead(request, saidOn(request, 'ask'))),
      'ask',
    );
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
    this.answer(request, reply, await this.optIns.deny(token, tracesOf(request), saidOn(request, 'askNot')), 'askNot');
  }

  @Options(['', 'not-me'])
  options(@Res() reply: FastifyReply): void {
    void reply.status(204).header('allow', 'GET, HEAD, POST, OPTIONS').send();
  }

  private answer(request: FastifyRequest, reply: FastifyReply, view: OptInView | null, page: Question): void {
    if (view === null) return this.page.unknownLink(request, reply);
    const language = languageOf(request, view);
    const words = digestOf(saidOn(request, page)(view));
    const content = contentOf(view.state, page, `?lang=${language}&words=${words}`, language, sayAbout(view, language));
    const frame = brandFrame(view.brand, language, content.title, (lang) => `?lang=${lang}`);
    sendBrandPage(reply, language, content, { frame, look: view.brand.page });
  }
}

type Question = 'ask' | 'askNot';

function languageOf(request: FastifyRequest, { language }: Pick<OptInView, 'language'>): Language {
  const wanted = LANGUAGE_TAGS.find((tag) => tag === (request.query as { lang?: unknown }).lang);
  return wanted ?? chooseLanguage(language, request.headers['accept-language']);
}

function sayAbout({ brand, labels }: Pick<OptInView, 'brand' | 'labels'>, language: Language) {
  const names = labels.map((each) => labelIn(each, language, brand.defaultLanguage, ''));
  const what = listIn(language, names);
  return (text: string): Phrase => fill(text, { brand: apart(brand.name), what });
}

/** Names the words that a form was read with. */
function digestOf({ wording }: Said): string {
  return createHash('sha256').update(wording).digest('base64url').slice(0, 16);
}

/** Null where the form says that other words were read. */
function asRead(request: FastifyRequest, said: (view: AskedView) => Said): SaidOn {
  const { words } = request.query as { words?: unknown };
  return (view) => {
    const now = said(view);
    return words === undefined || words === digestOf(now) ? now : null;
  };
}

type AskedView = Omit<OptInView, 'state'>;

/** The question of the page, and the button beneath it. */
function saidOn(request: FastifyRequest, page: Question): (view: AskedView) => Said {
  return (view) => {
    const language = languageOf(request, view);
    const { lead, button } = confirmationTexts(language)[page];
    return { language, wording: `${textOf(sayAbout(view, language)(lead))} · ${button}` };
  };
}

function contentOf(
  state: OptInView['state'],
  page: Question,
  action: string,
  language: Language,
  say: (text: string) => Phrase,
): Page {
  const texts = confirmationTexts(language);
  if (state !== 'open' && !(state === 'confirmed' && page === 'askNot'))
    return { title: texts[state].title, paragraphs: [say(texts[state].effect)] };
  const { title, lead, button } = texts[page];
  return {
    title,
    lead: say(lead),
    paragraphs: [],
    buttons: [{ label: button, action }],
    note: texts.ask.note,
  };
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
