import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOWHERE, type PageLink, type PreferenceRequest, PreferenceService, type PreferenceView } from '#lib/consent';
import type { EpochMs } from '#lib/kernel';
import { type Logger, LOGGER, systemClock, Times } from '#lib/platform';
import { ContactMessages, PersonExportService } from '#lib/sending';
import { Allowance } from '../http/domain/allowance.js';
import { isFromElsewhere, whereFrom } from '../http/evidence.js';
import { isTrouble } from '../http/page.filter.js';
import { sendData, sendDataPage } from '../http/send-data.js';
import { sendPage, sendPreferences } from '../http/send-page.js';
import { KeptWishes, tellOfTrouble } from '../journal/kept-wishes.js';
import { chooseLanguage } from '../pages/language.js';
import { type Language, sayIn } from '../texts/texts.js';
import { FreshLinks } from './fresh-links.js';
import { Entered } from './form.js';
import { here, PageQuery } from './page-address.js';
import { RECORD_PAGE } from './record.js';
import { type Showing, zoneOf } from './showing.js';
import { toContent } from './view-model.js';
import { wordingOf } from './wording.js';
import { Words } from './words.js';

/** Looks at one page, or at pages from one address: so many at once, then one in so many milliseconds. */
const PER_LINK = { burst: 60, intervalMs: 2_000 };
const PER_ADDRESS = { burst: 300, intervalMs: 500 };
/** Saves by one link: what somebody entered is not refused because they looked often. */
const SAVES_PER_LINK = { burst: 30, intervalMs: 10_000 };
/** As many looks as have to be left for somebody who leaves to be led to the page. */
const PAGES_AFTER = 5;

/** One page behind both kinds of link: shows it, and carries out what its forms ask for. */
@Injectable()
export class PreferencePage {
  private readonly byLink = new Allowance(PER_LINK.burst, PER_LINK.intervalMs);
  private readonly byAddress = new Allowance(PER_ADDRESS.burst, PER_ADDRESS.intervalMs);
  private readonly saves = new Allowance(SAVES_PER_LINK.burst, SAVES_PER_LINK.intervalMs);

  constructor(
    @Inject(PreferenceService) private readonly preferences: PreferenceService,
    @Inject(ContactMessages) private readonly messages: ContactMessages,
    @Inject(FreshLinks) private readonly freshLinks: FreshLinks,
    @Inject(PersonExportService) private readonly exports: PersonExportService,
    @Inject(KeptWishes) private readonly kept: KeptWishes,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Writes nothing, whoever asks and however often. */
  async show(token: string, link: PageLink, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.isBusy(token, link, request, reply)) return;
    try {
      await this.showAs(link, request, reply);
    } catch (error) {
      if (!isTrouble(error)) throw error;
      this.wayOutAlone(link, request, reply, error);
    }
  }

  /** What a form of the page asks for. */
  async act(token: string, link: PageLink, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = PageQuery.parse(request.query);
    const { act, scope } = query;
    const isLeaving = act === 'leave' || act === 'stop_all';
    const now = systemClock.monotonic();
    const maySave = act === 'save' && link !== NOWHERE && this.saves.take(nameOf(token, link), now) === null;
    // Whoever wants to leave is never told to wait.
    if (!isLeaving && !maySave && this.isBusy(token, link, request, reply)) return;
    // Where the page itself would have to wait, the answer stands for itself.
    const isBusy =
      (isLeaving || maySave) &&
      (this.byAddress.isShortOf(PAGES_AFTER, request.ip, now) ||
        this.byLink.isShortOf(PAGES_AFTER, nameOf(token, link), now));
    try {
      await this.carryOut(link, query, request, reply, isBusy);
    } catch (error) {
      if (!isTrouble(error)) throw error;
      if (link === NOWHERE) return this.unknownLink(request, reply);
      if (!isLeaving) return this.notNow(link, request, reply, error);
      const language = query.said ?? languageFor(request, null);
      const at = systemClock.now();
      await this.kept.keep(
        { token, act, scope, alone: query.alone !== null, at, ...whereFrom(request), language },
        error,
      );
      this.keptForLater(reply, language, at);
    }
  }

  /** The one answer to every link that is not ours, too old, or names nobody. */
  unknownLink(request: FastifyRequest, reply: FastifyReply): void {
    simple(reply, 404, languageFor(request, null), 'unknown');
  }

  keptForLater(reply: FastifyReply, language: Language, at: EpochMs): void {
    const say = sayIn(language);
    const time = new Times(language, 'UTC', at).instant(at);
    sendPage(reply, 200, language, {
      title: say('simple.kept.title'),
      paragraphs: [say('simple.kept.effect', { time })],
      note: say('simple.left.close'),
    });
  }

  private async carryOut(
    link: PageLink,
    query: PageQuery,
    request: FastifyRequest,
    reply: FastifyReply,
    isBusy: boolean,
  ): Promise<void> {
    const { act, lang } = query;
    const view = await this.preferences.view(link, null);
    if (view === null) return this.unknownLink(request, reply);
    const isLeaving = act === 'leave' || act === 'stop_all';
    if (act === null || (!isLeaving && isFromElsewhere(request))) return redirect(reply, { lang });
    const language = languageFor(request, view);
    if (view.facts.erased) return erased(reply, language, view);
    if (NEEDS_FRESH_LINK.has(act) && link.access !== 'manage') {
      return redirect(reply, { lang, done: 'link_needed' });
    }
    if (act === 'link') return redirect(reply, { lang, done: await this.freshLinks.send(link, language) });

    const read = query.said ?? language;
    const evidence = {
      details: { ...whereFrom(request), language: read },
      wording: wordingOf(new Words(read, view), act, link, query.alone !== null),
    };
    if (act === 'undo') {
      const undone =
        query.change === null ? null : await this.preferences.undo(link, query.change, query.undo, evidence);
      const done = undone?.kind === 'done' ? (undone.changeId ?? 'same') : 'not_undone';
      return redirect(reply, { lang, done });
    }
    if (act === 'export' || act === 'export_page') {
      const { brandId } = view.facts;
      if (act === 'export') return sendData(reply, await this.exports.export(brandId, view.externalId, 'contact'));
      return sendDataPage(reply, await this.exports.page(brandId, view.externalId, 'contact', language));
    }
    if (act === 'erase') {
      await this.preferences.requestErasure(link, evidence);
      return redirect(reply, { lang, done: 'erasure' });
    }
    if (act === 'save') {
      const entered = Entered.read(request.body as Buffer | undefined);
      const form = entered.toSave(new Times(language, zoneOf(view), view.now), view);
      if (!('request' in form)) return this.showAs(link, request, reply, 422, { entered, wrong: form });
      const { request: wish, version, notice } = form;
      const answer = await this.preferences.apply(link, wish, version, { ...evidence, notice });
      if (answer?.kind === 'stale') return this.showAs(link, request, reply, 409, { entered, wrong: [] });
      if (isBusy && answer?.kind === 'done') return saved(reply, language, answer.inFlight);
      return this.answered(answer, lang, request, reply);
    }
    const wish = wishOf(query, link, view);
    if (wish === null) return redirect(reply, { lang });
    const answer = await this.preferences.apply(link, wish, null, evidence);
    if (isBusy && answer?.kind === 'done') return left(reply, language, wish.act, answer.inFlight);
    return this.answered(answer, lang, request, reply);
  }

  private answered(
    answer: Awaited<ReturnType<PreferenceService['apply']>>,
    lang: Language | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    if (answer === null) return this.unknownLink(request, reply);
    if (answer.kind !== 'done') return redirect(reply, { lang });
    redirect(reply, { lang, done: answer.changeId ?? 'same', undo: answer.undoSecret ?? null });
  }

  private async showAs(
    link: PageLink,
    request: FastifyRequest,
    reply: FastifyReply,
    status = 200,
    again?: Showing['again'],
  ): Promise<void> {
    const query = PageQuery.parse(request.query);
    const changeId = query.done !== null && /^[0-9a-f-]{36}$/.test(query.done) ? query.done : null;
    const view = await this.preferences.view(link, changeId, partOf(query), query.undo);
    if (view === null) return this.unknownLink(request, reply);
    const language = languageFor(request, view);
    if (view.facts.erased) return erased(reply, language, view);
    const { contactId } = view.facts;
    const showing: Showing = {
      link: { ...link, contactPointId: view.pointId },
      view,
      language,
      query,
      held: link.access === 'manage' ? await this.messages.held(contactId) : [],
      origin: link.messageId === null ? null : await this.messages.origin(contactId, link.messageId),
      ...(again && { again }),
    };
    const { frame, content } = toContent(showing);
    sendPreferences(reply, status, language, { frame, content, look: view.brand.page });
  }

  /** While the database is away, the page is what needs none: the way out. */
  private wayOutAlone(link: PageLink, request: FastifyRequest, reply: FastifyReply, because: unknown): void {
    tellOfTrouble(this.logger, because, 'the page is reduced to the way out');
    if (link === NOWHERE) return this.unknownLink(request, reply);
    const language = languageFor(request, null);
    const say = sayIn(language);
    const isOne = link.scopeId !== null;
    // The settings that a manage link is for are not there.
    sendPage(reply, link.access === 'manage' ? 503 : 200, language, {
      title: say('simple.leave.title'),
      lead: say('simple.leave.question'),
      paragraphs: isOne ? [say('simple.leave.effect')] : [],
      buttons: waysOut(link, language),
      note: say('simple.leave.untouched'),
    });
  }

  /** What only the database could carry out has to be asked for again; leaving needs none. */
  private notNow(link: PageLink, request: FastifyRequest, reply: FastifyReply, because: unknown): void {
    tellOfTrouble(this.logger, because, 'what the page was asked for could not be done');
    const language = languageFor(request, null);
    const say = sayIn(language);
    sendPage(reply, 503, language, {
      title: say('simple.trouble.title'),
      paragraphs: [say('simple.trouble.advice')],
      buttons: waysOut(link, language),
      note: say('simple.leave.untouched'),
    });
  }

  private isBusy(token: string, link: PageLink, request: FastifyRequest, reply: FastifyReply): boolean {
    const now = systemClock.monotonic();
    const wait = this.byAddress.take(request.ip, now) ?? this.byLink.take(nameOf(token, link), now);
    if (wait === null) return false;
    const language = languageFor(request, null);
    const say = sayIn(language);
    const isOurs = link !== NOWHERE;
    void reply.header('retry-after', String(Math.ceil(wait / 1_000)));
    sendPage(reply, 429, language, {
      title: say('simple.busy.title'),
      paragraphs: [
        say('simple.busy.advice', { n: Math.ceil(wait / 60_000) }),
        ...(link.scopeId === null ? [] : [say('simple.leave.effect')]),
      ],
      ...(isOurs && { buttons: waysOut(link, language) }),
    });
    return true;
  }
}

/** The buttons of a page that has nothing but the way out, of the same weight. */
function waysOut({ scopeId }: PageLink, language: Language): { action: string; label: string }[] {
  const say = sayIn(language);
  const to = (act: 'leave' | 'stop_all') => here({ act, lang: language, said: language, alone: '1' });
  return [
    ...(scopeId === null ? [] : [{ action: to('leave'), label: say('simple.leave.button') }]),
    { action: to('stop_all'), label: say('leave.all') },
  ];
}

/** By what the looks at a page are counted. */
function nameOf(token: string, link: PageLink): string {
  return link === NOWHERE ? token : link.contactPointId;
}

/** What is said to somebody who has left, and whose page would have to wait. */
function left(reply: FastifyReply, language: Language, act: PreferenceRequest['act'], inFlight: number): void {
  const say = sayIn(language);
  sendPage(reply, 200, language, {
    title: say('simple.left.title'),
    paragraphs: [
      say(act === 'stop_all' ? 'result.stopped' : 'simple.left.effect'),
      ...(inFlight > 0 ? [say('result.inFlight', { n: inFlight })] : []),
    ],
    note: say('simple.left.close'),
  });
}

/** The same, to somebody who has saved. */
function saved(reply: FastifyReply, language: Language, inFlight: number): void {
  const say = sayIn(language);
  sendPage(reply, 200, language, {
    title: say('result.saved'),
    paragraphs: inFlight > 0 ? [say('result.inFlight', { n: inFlight })] : [],
    note: say('simple.left.close'),
  });
}

/** What is done with a fresh link alone, because others may read an old mail. */
const NEEDS_FRESH_LINK: ReadonlySet<PageQuery['act']> = new Set(['erase', 'export', 'export_page', 'resume'] as const);

/** Which part of what was agreed to is shown. */
function partOf({ record }: PageQuery): { from: number; most: number } {
  return { from: ((record ?? 1) - 1) * RECORD_PAGE, most: RECORD_PAGE };
}

function wishOf({ act, scope }: PageQuery, link: PageLink, { cells }: PreferenceView): PreferenceRequest | null {
  // Where the link names nothing, the form does; it offers what the page shows.
  const offered = cells.find((cell) => (cell.topicId ?? cell.purposeId) === scope);
  const scopeId = link.scopeId ?? (offered === undefined ? null : scope);
  switch (act) {
    case 'stop_all':
    case 'resume':
      return { act };
    case 'leave':
      return scopeId === null ? null : { act, scopeId, pointId: link.contactPointId };
    default:
      return null;
  }
}

function languageFor(request: FastifyRequest, view: PreferenceView | null): Language {
  const { lang } = PageQuery.parse(request.query);
  return chooseLanguage(view?.facts.fields.language ?? null, request.headers['accept-language'], {
    asked: lang,
    ...(view && { brand: view.brand.defaultLanguage }),
  });
}

function redirect(reply: FastifyReply, query: Parameters<typeof here>[0]): void {
  // Relative: the token is in the path already, and in no header.
  void reply.status(303).header('location', here(query)).send();
}

/** Whoever was erased is told what the law has kept of them, and whom to turn to about that. */
function erased(reply: FastifyReply, language: Language, view: PreferenceView): void {
  const { sealedUntil } = view.facts;
  if (sealedUntil === null) return simple(reply, 200, language, 'erased');
  const say = sayIn(language);
  const date = new Times(language, zoneOf(view), view.now).day(sealedUntil);
  sendPage(reply, 200, language, {
    title: say('simple.sealed.title'),
    paragraphs: [say('simple.sealed.advice', { date }), say('data.erasureAppeal')],
  });
}

function simple(reply: FastifyReply, status: number, language: Language, name: 'unknown' | 'erased' | 'trouble'): void {
  const say = sayIn(language);
  sendPage(reply, status, language, { title: say(`simple.${name}.title`), paragraphs: [say(`simple.${name}.advice`)] });
}
