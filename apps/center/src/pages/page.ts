import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { Language } from './catalogue.js';
import { textsIn } from './language.js';

/** What one page says. Every part is text; the template escapes it. */
export interface Page {
  readonly title: string;
  readonly lead?: string;
  readonly paragraphs: readonly string[];
  /** Label of the button that posts to the page's own address. */
  readonly button?: string;
  readonly note?: string;
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const css = read('page.css').trim();
const template = Handlebars.compile(read('page.hbs'), { strict: true, knownHelpersOnly: true, preventIndent: true });

/** The one style sheet, for `style-src`. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(css).digest('base64')}'`;

export function renderPage(language: Language, page: Page): string {
  const { direction } = textsIn(language);
  const { title, paragraphs, lead = null, button = null, note = null } = page;
  return template({ language, direction, css: new Handlebars.SafeString(css), title, lead, paragraphs, button, note });
}
