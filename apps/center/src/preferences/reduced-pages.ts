import type { FastifyReply } from 'fastify';
import type { PageLink } from '#lib/consent';
import type { EpochMs } from '#lib/kernel';
import { Times } from '#lib/platform';
import { sendPage } from '../http/send-page.js';
import type { Page } from '../pages/page.js';
import type { ServedWords } from '../pages/served-words.js';
import { type Language, sayIn } from '../texts/texts.js';
import { here } from './page-address.js';

/** After which it is worth while to try again. */
const AGAIN_AFTER_SECONDS = 30;

/** Pages that are made of a link alone, because what stands behind it cannot be looked up, or must wait. */
export interface Reduced {
  readonly link: PageLink;
  readonly language: Language;
  readonly served: ServedWords;
}

/** The way out, which needs no database. */
export function sendWayOut(reply: FastifyReply, of: Reduced): void {
  const { link, language } = of;
  const say = sayIn(language);
  // The settings that a manage link is for are not there.
  const isShort = link.access === 'manage';
  if (isShort) sayWhen(reply);
  sendPage(reply, isShort ? 503 : 200, language, {
    title: say('simple.leave.title'),
    lead: say('simple.leave.question'),
    paragraphs: link.scopeId === null ? [] : [say('simple.leave.effect')],
    buttons: waysOut(of),
    note: say('simple.leave.untouched'),
  });
}

/** What only the database could carry out has to be asked for again; leaving needs none. */
export function sendNotNow(reply: FastifyReply, of: Reduced): void {
  sendTrouble(reply, of.language, { buttons: waysOut(of) });
}

/** That nothing was recorded, and what can be done instead. */
export function sendTrouble(reply: FastifyReply, language: Language, more: Pick<Page, 'buttons' | 'link'>): void {
  const say = sayIn(language);
  sayWhen(reply);
  sendPage(reply, 503, language, {
    title: say('simple.trouble.title'),
    paragraphs: [say('simple.trouble.advice')],
    note: say('simple.leave.untouched'),
    ...more,
  });
}

/**
 * That the page was looked at too often.
 * @param of     null where the link is none
 * @param waitMs after which it can be looked at again
 */
export function sendBusy(reply: FastifyReply, of: Reduced | null, language: Language, waitMs: number): void {
  const say = sayIn(language);
  void reply.header('retry-after', String(Math.ceil(waitMs / 1_000)));
  sendPage(reply, 429, language, {
    title: say('simple.busy.title'),
    paragraphs: [
      say('simple.busy.advice', { n: Math.ceil(waitMs / 60_000) }),
      ...(of === null || of.link.scopeId === null ? [] : [say('simple.leave.effect')]),
    ],
    ...(of !== null && { buttons: waysOut(of) }),
  });
}

/**
 * That a wish is written down.
 * @param isPart of what was saved only what lets less through
 */
export function sendKept(reply: FastifyReply, language: Language, at: EpochMs, isPart = false): void {
  const say = sayIn(language);
  const time = new Times(language, 'UTC', at).instant(at);
  sendPage(reply, 200, language, {
    title: say('simple.kept.title'),
    paragraphs: [say('simple.kept.effect', { time }), ...(isPart ? [say('simple.kept.part')] : [])],
    note: say('simple.left.close'),
  });
}

/** The buttons of a page that has nothing but the way out, of the same weight. */
function waysOut({ link, language, served }: Reduced): { action: string; label: string; words: string }[] {
  const say = sayIn(language);
  const button = (act: 'leave' | 'stop_all', label: string) => ({
    action: here({ act, lang: language, said: language, alone: '1' }),
    label,
    words: served.seal(act, language, label),
  });
  return [
    ...(link.scopeId === null ? [] : [button('leave', say('simple.leave.button'))]),
    button('stop_all', say('leave.all')),
  ];
}

function sayWhen(reply: FastifyReply): void {
  void reply.header('retry-after', String(AGAIN_AFTER_SECONDS));
}
