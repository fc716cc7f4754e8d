import type { FastifyReply } from 'fastify';
import type { PageSettings } from '#lib/consent';
import { type Frame, renderPage, renderPreferences, themeOf, type Page } from '../pages/page.js';
import type { Language } from '../texts/texts.js';
import { largestThatFits, type PageSize } from '../preferences/page-length.js';
import { contentSecurityPolicy } from './security-headers.js';

export function sendPage(reply: FastifyReply, status: number, language: Language, page: Page): void {
  void answer(reply, status, language).send(renderPage(language, page, null, null));
}

/** A simple page in which a brand speaks, in its colours. */
export function sendBrandPage(
  reply: FastifyReply,
  language: Language,
  page: Page,
  { frame, look }: { readonly frame: Frame; readonly look: PageSettings },
): void {
  const theme = themeOf(look);
  void answer(reply, 200, language)
    .header('content-security-policy', contentSecurityPolicy(theme === null ? [] : [theme.hash]))
    .send(renderPage(language, page, frame, theme?.style ?? null));
}

/** Of HTML and CSS. */
export const MOST_BYTES = 20_000;

/** What a page may have to say before anything else when a form comes back. */
const SAID_BYTES = 1_500;

/** What a page shows, at whichever size. */
export interface Shown {
  /** That there are to choose from. */
  readonly topics: number;
  /** A form that came back is shown with what it has to say, for which room was left the first time. */
  readonly isAgain: boolean;
  readonly at: (size: PageSize) => { readonly frame: Frame; readonly content: object };
}

/** The page of a brand, in its colours, as large as a slow line bears. */
export function sendPreferences(
  reply: FastifyReply,
  status: number,
  language: Language,
  look: PageSettings,
  { topics, isAgain, at }: Shown,
): void {
  const theme = themeOf(look);
  let smallest = '';
  const page = largestThatFits(topics, (size) => {
    const { frame, content } = at(size);
    smallest = renderPreferences(language, frame, theme?.style ?? null, content);
    return Buffer.byteLength(smallest) <= (isAgain ? MOST_BYTES : MOST_BYTES - SAID_BYTES) ? smallest : null;
  });
  void answer(reply, status, language)
    .header('content-security-policy', contentSecurityPolicy(theme === null ? [] : [theme.hash]))
    .send(page ?? smallest);
}

function answer(reply: FastifyReply, status: number, language: Language): FastifyReply {
  return reply
    .status(status)
    .headers({ 'content-type': 'text/html; charset=utf-8', 'content-language': language, vary: 'Accept-Language' });
}
