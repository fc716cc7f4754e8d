import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  canStillCome,
  NOWHERE,
  type PageEvidence,
  type PageLink,
  type PreferenceRequest,
  PreferenceService,
  type PreferenceView,
} from '#lib/consent';
import { DomainError, type ErrorCode } from '#lib/kernel';
import { KEY_RING, type KeyRing, type Logger, LOGGER, systemClock, Times } from '#lib/platform';
import { ContactMessages, ErasureWithdrawal, PersonExportService } from '#lib/sending';
import { Allowance } from '../http/domain/allowance.js';
import { isFromElsewhere, whereFrom } from '../http/evidence.js';
import { isTrouble } from '../http/page.filter.js';
import { sendData, sendDataPage } from '../http/send-data.js';
import { sendPage, sendPreferences } from '../http/send-page.js';
import type { KeptWish } from '../journal/domain/journal-line.js';
import { KeptWishes, tellOfTrouble } from '../journal/kept-wishes.js';
import { chooseLanguage } from '../pages/language.js';
import { ServedWords } from '../pages/served-words.js';
import { type Language, sayIn } from '../texts/texts.js';
import { FreshLinks } from './fresh-links.js';
import { Entered } from './form.js';
import { here, PageQuery } from './page-address.js';
import { RECORD_PAGE } from './record.js';
import { type Reduced, sendBusy, sendKept, sendNotNow, sendWayOut } from './reduced-pages.js';
import type { Showing, TookNo } from './showing.js';
import { topicsIn } from './topics.js';
import { toContent } from './view-model.js';
import { wordingOf } from './wording.js';
import { Words } from './words.js';
import { zoneOf } from './zones.js';

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
    @Inject(ErasureWithdrawal) private readonly withdrawal: ErasureWithdrawal,
    @Inject(KeptWishes) private readonly kept: KeptWishes,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Writes nothing, whoever asks and however often. */
  async show(token: string, link: PageLink, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.isBusy(token, link, request, reply)) return;
    try {
      await this.showAs(token, link, request, reply);
    } catch (error) {
      if (!isTrouble(error)) throw error;
      tellOfTrouble(this.logger, error, 'the page is reduced to the way out');
      if (link === NOWHERE) return this.unknownLink(request, reply);
      sendWayOut(reply, this.reducedTo(token, link, request));
    }
  }

  /** What a form of the page asks for. */
  async act(token: string, link: PageLink, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = PageQuery.parse(request.query);
    const { act } = query;
    const entered = Entered.read(request.body);
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
      await this.carryOut({ token, link, query, entered, isBusy }, request, reply);
    } catch (error) {
      if (!isTrouble(error)) throw error;
      if (link === NOWHERE) return this.unknownLink(request, reply);
      const wish = this.lessIn({ token, link, query, entered }, request);
      if (wish === null) {
        tellOfTrouble(this.logger, error, 'what the page was asked for could not be done');
        return sendNotNow(reply, this.reducedTo(token, link, request));
      }
      await this.kept.keep(wish, error);
      sendKept(reply, query.said ?? languageFor(request, null), wish.at, act === 'save');
    }
  }

  /** What of a form can be kept while it cannot be carried out: whatever lets less through. Null where that is nothing. */
  private lessIn({ token, link, query, entered }: Asked, request: FastifyRequest): KeptWish | null {
    const { act, scope, alone, said } = query;
    const read = act === null ? null : this.wordsOf(token).read(act, entered.get('words'));
    const wish = {
      ...{ token, scope, alone: alone !== null, at: systemClock.now(), ...whereFrom(request) },
      ...{ language: read?.language ?? said ?? languageFor(request, null), words: read?.text ?? null },
    };
    if (act === 'leave' || act === 'stop_all') return { ...wish, act };
    if (isFromElsewhere(request)) return null;
    if (act === 'erase' && link.access === 'manage') return { ...wish, act };
    const less = act === 'save' ? entered.toLess(link.access) : null;
    return less === null ? null : { ...wish, act: 'save', less };
  }

  /** The one answer to every link that is not ours, too old, or names nobody. */
  unknownLink(request: FastifyRequest, reply: FastifyReply): void {
    simple(reply, 404, languageFor(request, null), 'unknown');
  }

  private async carryOut(asked: Asked & { isBusy: boolean }, request: FastifyRequest, reply: FastifyReply) {
    const { token, link, query, entered, isBusy } = asked;
    const { act, lang, topics } = query;
    const view = await this.preferences.view(link, null);
    if (view === null) return this.unknownLink(request, reply);
    const isLeaving = act === 'leave' || act === 'stop_all';
    if (act === null || (!isLeaving && isFromElsewhere(request))) return redirect(reply, { lang, topics });
    const language = languageFor(request, view);
    if (view.facts.erased) return erased(reply, language, view);
    if (NEEDS_FRESH_LINK.has(act) && link.access !== 'manage') {
      return redirect(reply, { lang, topics, done: 'link_needed' });
    }
    if (act === 'link') return redirect(reply, { lang, topics, done: await this.freshLinks.send(link, language) });

    const served = this.wordsOf(token).read(act, entered.get('words'));
    const read = served?.language ?? query.said ?? language;
    const undoSecret = entered.undoSecret(act);
    const evidence = {
      details: { ...whereFrom(request), language: read, asServed: served !== null || act === 'save' },
      wording: wordingOf(new Words(read, view), act, link, query.alone !== null, served?.text ?? null),
      ...(undoSecret !== null && { undoSecret }),
    };
    if (act === 'undo') {
      const secret = entered.get('undo');
      const undone = query.change === null ? null : await this.preferences.undo(link, query.change, secret, evidence);
      const done = undone?.kind === 'done' ? (undone.changeId ?? 'same') : 'not_undone';
      return redirect(reply, { lang, topics, done });
    }
    if (act === 'export' || act === 'export_page') {
      const { brandId } = view.facts;
      if (act === 'export') return sendData(reply, await this.exports.export(brandId, view.externalId, 'contact'));
      return sendDataPage(reply, await this.exports.page(brandId, view.externalId, 'contact', language));
    }
    if (act === 'erase') {
      await this.preferences.requestErasure(link, evidence);
      return redirect(reply, { lang, topics, done: 'erasure' });
    }
    if (act === 'call_back')
      return redirect(reply, { lang, topics, done: await this.callBack(link, evidence.details, served?.text) });
    if (act === 'save') {
      const form = entered.toSave(language, link.access, view);
      if (!('request' in form)) {
        // A box that was unticked says no by itself, whatever else could not be read, and on however old a page.
        const tookNo = await this.takeNo(link, entered.toNo(view), evidence);
        return this.showAs(token, link, request, reply, { status: 422, again: { entered, wrong: form, tookNo } });
      }
      const { request: wish, version, notice } = form;
      const answer = await this.preferences.apply(link, wish, version, { ...evidence, notice });
      if (answer?.kind === 'stale') {
        // What they changed themselves, by this form or an equal one, is nothing to be warned of.
        const now = answer.savedBy === null ? null : await this.preferences.view(link, null);
        const isOfAll = topics === null && query.part === null;
        if (now !== null && entered.isTrueOf(topicsIn({ link, view: now }).flat(), isOfAll)) {
          return redirect(reply, { lang, topics, done: answer.savedBy });
        }
        // Under a secret of its own: of the form itself there is more to do where it is sent once more.
        const { undoSecret: _, ...without } = evidence;
        const own = entered.undoSecret('no');
        const ofNo = { ...without, ...(own !== null && { undoSecret: own }) };
        const tookNo = await this.takeNo(link, entered.toNo(view), ofNo);
        return this.showAs(token, link, request, reply, { status: 409, again: { entered, wrong: [], tookNo } });
      }
      if (isBusy && answer?.kind === 'done') return saved(reply, language, answer.inFlight);
      return this.answered(asked, answer, request, reply);
    }
    const wish = wishOf(query, link, view);
    if (wish === null) return redirect(reply, { lang, topics });
    const answer = await this.preferences.apply(link, wish, null, evidence);
    if (isBusy && answer?.kind === 'done') return left(reply, language, wish.act, answer.inFlight);
    return this.answered(asked, answer, request, reply);
  }

  /** Takes the boxes that were unticked in a form that comes back as a no; null where there are none, or it had been said before. */
  private async takeNo(link: PageLink, no: PreferenceRequest | null, evidence: PageEvidence): Promise<TookNo | null> {
    const taken = no === null ? null : await this.preferences.apply(link, no, null, evidence);
    const { changeId = null, undoSecret = null } = taken?.kind === 'done' ? taken : {};
    return changeId === null ? null : { changeId, undoSecret };
  }

  /** A word for what came of it that somebody takes back their wish to be erased. */
  private async callBack(link: PageLink, details: object, words: string | null = null): Promise<PageQuery['done']> {
    try {
      await this.withdrawal.withdrawByLink(link, { ...details, words });
      return 'called_back';
    } catch (error) {
      // Nothing is asked for any more, or they are being told that they are erased.
      if (error instanceof DomainError && NOT_TAKEN_BACK.has(error.code)) return 'not_undone';
      throw error;
    }
  }

  /**
   * Leads to the page that tells what was done. Where a secret is needed to take it back, that page is the answer itself:
   * an address would keep the secret.
   */
  private async answered(
    { token, link, query: { lang, topics } }: Asked,
    answer: Awaited<ReturnType<PreferenceService['apply']>>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (answer === null) return this.unknownLink(request, reply);
    if (answer.kind !== 'done') return redirect(reply, { lang, topics });
    const { changeId, undoSecret } = answer;
    if (changeId === null || undoSecret === undefined)
      return redirect(reply, { lang, topics, done: changeId ?? 'same' });
    return this.showAs(token, link, request, reply, { told: { changeId, undoSecret } });
  }

  /** @param more what the page has to tell that its address does not say */
  private async showAs(
    token: string,
    link: PageLink,
    request: FastifyRequest,
    reply: FastifyReply,
    { status = 200, again, told }: ToldBeside = {},
  ): Promise<void> {
    const asked = PageQuery.parse(request.query);
    const query = told === undefined ? asked : { ...asked, done: told.changeId };
    const named = query.done !== null && /^[0-9a-f-]{36}$/.test(query.done) ? query.done : null;
    const changeId = again?.tookNo?.changeId ?? named;
    const undoSecret = told?.undoSecret ?? again?.tookNo?.undoSecret ?? null;
    const view = await this.preferences.view(link, changeId, partOf(query), undoSecret);
    if (view === null) return this.unknownLink(request, reply);
    const language = languageFor(request, view);
    if (view.facts.erased) return erased(reply, language, view);
    const { contactId } = view.facts;
    const showing: Showing = {
      link: { ...link, contactPointId: view.pointId },
      view,
      language,
      query: await this.freshLinks.claimed(query, view),
      held:
        link.access === 'manage'
          ? await this.messages.held(contactId, (message) => canStillCome(view.facts, message, view.now))
          : [],
      origin: link.messageId === null ? null : await this.messages.origin(contactId, link.messageId),
      ...(again && { again }),
      served: this.wordsOf(token),
      pageNumber: link.access === 'reduce' ? randomBytes(32).toString('base64url') : null,
      undoSecret,
    };
    sendPreferences(reply, status, language, view.brand.page, {
      topics: topicsIn(showing).length,
      isAgain: again !== undefined,
      at: (size) => toContent(showing, size),
    });
  }

  private isBusy(token: string, link: PageLink, request: FastifyRequest, reply: FastifyReply): boolean {
    const now = systemClock.monotonic();
    const wait = this.byAddress.take(request.ip, now) ?? this.byLink.take(nameOf(token, link), now);
    if (wait === null) return false;
    const reduced = this.reducedTo(token, link, request);
    sendBusy(reply, link === NOWHERE ? null : reduced, reduced.language, wait);
    return true;
  }

  private reducedTo(token: string, link: PageLink, request: FastifyRequest): Reduced {
    return { link, language: languageFor(request, null), served: this.wordsOf(token) };
  }

  private wordsOf(token: string): ServedWords {
    return new ServedWords(this.keys.links, token);
  }
}

/** A form that came back. */
interface Asked {
  readonly token: string;
  readonly link: PageLink;
  readonly query: PageQuery;
  readonly entered: Entered;
}

interface ToldBeside {
  readonly status?: number;
  readonly again?: Showing['again'];
  /** A change that was just made by this very request. */
  readonly told?: { readonly changeId: string; readonly undoSecret: string };
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
const NEEDS_FRESH_LINK: ReadonlySet<PageQuery['act']> = new Set([
  'erase',
  'call_back',
  'export',
  'export_page',
  'resume',
] as const);

/** What the wish to take an erasure back may meet, all of which its page tells by itself. */
const NOT_TAKEN_BACK: ReadonlySet<ErrorCode> = new Set(['conflict', 'unknown_contact', 'not_cancellable'] as const);

/** Which part of what was agreed to is shown. */
function partOf({ record }: PageQuery): { from: number; most: number } {
  return { from: (record ?? 1) - 1, most: RECORD_PAGE };
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
