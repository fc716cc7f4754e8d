import type { FastifyReply } from 'fastify';
import type { PageSettings } from '#lib/consent';
import { type Frame, renderPage, renderPreferences, themeOf, type Page } from '../pages/page.js';
import type { Language } from '../texts/texts.js';
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
 * @param contentOf what it shows; briefly where it would be too big for a slow line
 */
export function sendPreferences(
  reply: FastifyReply,
  status: number,
  language: Language,
  look: PageSettings,
  contentOf: (isBrief: boolean) => { readonly frame: Frame; readonly content: object },
): void {
  const theme = themeOf(look);
  const rendered = (isBrief: boolean): string => {
    const { frame, content } = contentOf(isBrief);
    return renderPreferences(language, frame, theme?.style ?? null, content);
  };
  const whole = rendered(false);
  const page = Buffer.byteLength(whole) > MOST_BYTES ? rendered(true) : whole;
  void answer(reply, status, language)
    .header('content-security-policy', contentSecurityPolicy(theme === null ? [] : [theme.hash]))
    .send(page);
}

function answer(reply: FastifyReply, status: number, language: Language): FastifyReply {
  return reply
    .status(status)
    .headers({ 'content-type': 'text/html; charset=utf-8', 'content-language': language, vary: 'Accept-Language' });
}
