import { Controller, Get, Inject, Options, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type ConfirmationRequest,
  ConfirmationService,
  type OptInView,
  readConfirmToken,
  type Said,
} from '#lib/consent';
import { KEY_RING, type KeyRing, type Logger, LOGGER, systemClock } from '#lib/platform';
import { whereFrom } from '../http/evidence.js';
import { isTrouble } from '../http/page.filter.js';
import { sendBrandPage } from '../http/send-page.js';
import { KeptWishes, tellOfTrouble } from '../journal/kept-wishes.js';
import { brandFrame } from '../pages/brand-frame.js';
import { chooseLanguage } from '../pages/language.js';
import type { Page } from '../pages/page.js';
import { asFormsSendIt, ServedWords, type WordsRead } from '../pages/served-words.js';
import { Entered } from '../preferences/form.js';
import { PreferencePage } from '../preferences/preference-page.js';
import { sendKept, sendTrouble } from '../preferences/reduced-pages.js';
import type { Phrase } from '../texts/phrase.js';
import { type Language, LANGUAGE_TAGS, sayIn } from '../texts/texts.js';
import { confirmationTexts } from './confirmation-texts.js';
import { type AskedView, type Question, saidOn, sayAbout, wordsOf } from './said.js';

/**
 * The link of a double opt-in. GET shows a button and changes nothing, because scanners open every link of a mail; POST
 * confirms, or says that it was somebody else, also after something confirmed, once. A yes comes with the words that were
 * read, as a page of ours served them; a POST without them is shown the page. A link that nobody made, one that is
 * over, one whose request is gone and one whose subject was refused since get the same answer. What was answered is told
 * while it holds; after that there is nothing to confirm, and "this was not me" can be said again.
 *
 * While nothing can be looked up a "this was not me" is kept, because it lets less through. A yes is not: what it was
 * said to could not be shown, and nobody could tell whether it still counts. The page says that nothing was recorded.
 */
@Controller('c/:token')
export class DoubleOptInController {
  constructor(
    @Inject(ConfirmationService) private readonly optIns: ConfirmationService,
    @Inject(PreferencePage) private readonly page: PreferencePage,
    @Inject(KeptWishes) private readonly kept: KeptWishes,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.view(token, request, reply, 'ask');
  }

  @Post()
  async confirm(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // The page that stands in for this one has both buttons, and one address.
    if (queryOf(request).act === 'not_me') return this.deny(token, request, reply);
    const served = this.servedIn(token, request, 'ask');
    try {
      const confirmed = await this.optIns.confirm(token, tracesOf(request), (view) => asRead(served, view));
      this.answer(token, request, reply, confirmed, 'ask');
    } catch (error) {
      this.notNow(token, request, reply, error);
    }
  }

  @Get('not-me')
  async showDenial(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.view(token, request, reply, 'askNot');
  }

  @Post('not-me')
  async deny(@Param('token') token: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const served = this.servedIn(token, request, 'askNot');
    const isAlone = queryOf(request).alone === '1';
    const said = (view: AskedView) =>
      saidOn('askNot', served?.language ?? languageOf(request, view), served?.text ?? null, isAlone)(view);
    try {
      this.answer(token, request, reply, await this.optIns.deny(token, tracesOf(request), said), 'askNot');
    } catch (error) {
      if (!isTrouble(error)) throw error;
      if (readConfirmToken(this.keys.links, token) === null) return this.page.unknownLink(request, reply);
      const { ip, userAgent } = whereFrom(request);
      const language = served?.language ?? languageOf(request, null);
      const at = systemClock.now();
      const read = { language, words: served?.text ?? null, alone: isAlone };
      await this.kept.keep({ token, act: 'not_me', at, ip, userAgent, ...read }, error);
      sendKept(reply, languageOf(request, null), at);
    }
  }

  @Options(['', 'not-me'])
  options(@Res() reply: FastifyReply): void {
    void reply.status(204).header('allow', 'GET, HEAD, POST, OPTIONS').send();
  }

  private async view(token: string, request: FastifyRequest, reply: FastifyReply, page: Question): Promise<void> {
    try {
      this.answer(token, request, reply, await this.optIns.view(token), page);
    } catch (error) {
      this.notNow(token, request, reply, error);
    }
  }

  private answer(
    token: string,
    request: FastifyRequest,
    reply: FastifyReply,
    view: OptInView | null,
    page: Question,
  ): void {
    if (view === null || (view.state === 'past' && page === 'ask')) return this.page.unknownLink(request, reply);
    const language = languageOf(request, view);
    const words = wordsOf(page, view, language);
    const button = {
      action: `?lang=${language}`,
      words: this.wordsOf(token).seal(ACT_OF[page], language, words),
    };
    const content = contentOf(view.state, page, button, language, sayAbout(view, language));
    const frame = brandFrame(view.brand, language, content.title, (lang) => `?lang=${lang}`);
    sendBrandPage(reply, language, content, { frame, look: view.brand.page });
  }

  /** Nothing was recorded: whoever was confirming can press again with the words they read, and anybody can say no. */
  private notNow(token: string, request: FastifyRequest, reply: FastifyReply, because: unknown): void {
    if (!isTrouble(because)) throw because;
    if (readConfirmToken(this.keys.links, token) === null) return this.page.unknownLink(request, reply);
    tellOfTrouble(this.logger, because, 'a confirmation can be neither shown nor recorded');
    const language = languageOf(request, null);
    const again = sayIn(language)('simple.trouble.again');
    const { button } = confirmationTexts(language).askNot;
    const notMe = {
      label: button,
      action: `?act=not_me&alone=1&lang=${language}`,
      words: this.wordsOf(token).seal(ACT_OF.askNot, language, button),
    };
    const read = request.method === 'POST' ? this.servedIn(token, request, 'ask') : null;
    if (read !== null) {
      const words = this.wordsOf(token).seal(ACT_OF.ask, read.language, read.text);
      const confirm = { label: again, action: `?lang=${language}`, words };
      return sendTrouble(reply, language, { buttons: [confirm, notMe] });
    }
    sendTrouble(reply, language, { buttons: [notMe], link: { href: `?lang=${language}`, text: again } });
  }

  /** The words that a form was read with; null where it does not say so, or they are not ours. */
  private servedIn(token: string, request: FastifyRequest, page: Question): WordsRead | null {
    return this.wordsOf(token).read(ACT_OF[page], Entered.read(request.body).get('words'));
  }

  private wordsOf(token: string): ServedWords {
    return new ServedWords(this.keys.links, token);
  }
}

/** What the button of each page does: its words count for nothing else. */
const ACT_OF = { ask: 'confirm', askNot: 'not_me' } as const satisfies Record<Question, string>;

function queryOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  return request.query as Readonly<Record<string, unknown>>;
}

/** @param view null where nothing is known of who is asked */
function languageOf(request: FastifyRequest, view: Pick<OptInView, 'language'> | null): Language {
  const wanted = LANGUAGE_TAGS.find((tag) => tag === queryOf(request).lang);
  return wanted ?? chooseLanguage(view?.language ?? null, request.headers['accept-language']);
}

/** What is confirmed; null where no words were read, or others than the page has now. */
function asRead(served: WordsRead | null, view: AskedView): Said | null {
  if (served === null) return null;
  const { language, text } = served;
  const wording = wordsOf('ask', view, language);
  return asFormsSendIt(wording) === text ? { language, wording, asServed: true } : null;
}

function contentOf(
  state: OptInView['state'],
  page: Question,
  button: { readonly action: string; readonly words?: string },
  language: Language,
  say: (text: string) => Phrase,
): Page {
  const texts = confirmationTexts(language);
  const isTold = state === 'denied' || (state === 'confirmed' && page === 'ask');
  if (isTold) return { title: texts[state].title, paragraphs: [say(texts[state].effect)] };
  const { title, lead, button: label } = texts[page];
  return {
    title,
    lead: say(lead),
    paragraphs: [],
    buttons: [{ label, ...button }],
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
