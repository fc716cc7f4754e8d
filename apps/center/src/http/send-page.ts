import type { FastifyReply } from 'fastify';
import type { PageSettings } from '#lib/consent';
import { type Frame, renderPage, renderPreferences, themeOf, type Page } from '../pages/page.js';
import type { Language } from '../texts/texts.js';
import { PAGE_LENGTHS, type PageLength } from '../preferences/page-length.js';
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

/**
 * The page of a brand, in its colours.
 * @param contentOf what it shows; at the first of the lengths at which it is small enough for a slow line
 */
export function sendPreferences(
  reply: FastifyReply,
  status: number,
  language: Language,
  look: PageSettings,
  contentOf: (length: PageLength) => { readonly frame: Frame; readonly content: object },
): void {
  const theme = themeOf(look);
  let page = '';
  for (const length of PAGE_LENGTHS) {
    const { frame, content } = contentOf(length);
    page = renderPreferences(language, frame, theme?.style ?? null, content);
    if (Buffer.byteLength(page) <= MOST_BYTES) break;
  }
  void answer(reply, status, language)
    .header('content-security-policy', contentSecurityPolicy(theme === null ? [] : [theme.hash]))
    .send(page);
}

function answer(reply: FastifyReply, status: number, language: Language): FastifyReply {
  return reply
    .status(status)
    .headers({ 'content-type': 'text/html; charset=utf-8', 'content-language': language, vary: 'Accept-Language' });
}
