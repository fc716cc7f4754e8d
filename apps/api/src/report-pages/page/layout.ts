import type { ReportLanguage } from '#lib/reporting';
import { type Html, piece, trusted } from '../html.js';
import { STYLE } from './style.js';
import { LANGUAGE_NAMES, sayIn } from './texts.js';

/** What stands around the content of a page. */
export interface Shell {
  readonly language: ReportLanguage;
  readonly title: string;
  /** Name of the brand; null where nobody is signed in. */
  readonly brand: string | null;
  /** The same page in the other language. */
  readonly otherHref: string;
  /** Beneath the page, and on paper. */
  readonly foot: Html | null;
}

/** A whole page. */
export function layout({ language, title, brand, otherHref, foot }: Shell, content: Html): string {
  const say = sayIn(language);
  const other = language === 'en' ? 'de' : 'en';
  return piece`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${brand === null ? title : `${title}: ${brand}`}</title>
        <style>${trusted(STYLE)}</style>
      </head>
      <body>
        <header class="top">
          <div>
            <a class="skip" href="#main">${say('skip')}</a>
            <span class="brand"><bdi>${brand ?? say('reports')}</bdi></span>
            ${brand === null ? null : piece`<nav aria-label="${say('reports')}"><a href="/reports?language=${language}">${say('reports')}</a></nav>`}
            <a href="${otherHref}" lang="${other}" hreflang="${other}">${LANGUAGE_NAMES[other]}</a>
            ${brand === null ? null : piece`<form method="post" action="/reports/sign-out?language=${language}"><button class="plain">${say('signOut')}</button></form>`}
          </div>
        </header>
        <main id="main">${content}</main>
        ${foot === null ? null : piece`<footer class="foot"><div>${foot}</div></footer>`}
      </body>
    </html> `.markup;
}
