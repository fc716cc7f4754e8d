import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { accentStyle, type PageSettings } from '#lib/consent';
import { type Phrase, plain } from '../texts/phrase.js';
import { directionOf, type Language, sayIn, type TextKey } from '../texts/texts.js';

/** What a simple page says. Every part is text; the template escapes it. */
export interface Page {
  readonly title: string;
  readonly lead?: string | Phrase;
  readonly paragraphs: readonly (string | Phrase)[];
  /** Of the same weight. Without an action a button posts to the page's own address. `words` are its words, sealed. */
  readonly buttons?: readonly { readonly label: string; readonly action?: string; readonly words?: string }[];
  readonly link?: { readonly href: string; readonly text: string };
  readonly note?: string;
}

/** What stands above and below the content of a page of a brand. */
export interface Frame {
  readonly title: string;
  readonly header: {
    readonly brand: string;
    readonly skip: string;
    readonly language: string;
    readonly spoken: string;
    readonly languages: readonly { href: string; tag: string; name: string; current: boolean }[];
  };
  readonly footer: {
    readonly untouched: string;
    readonly identity: string;
    readonly links: readonly { href: string; text: string }[];
  };
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
/** Without the white space that only its authors need. */
const css = read('page.css')
  .replace(/\s*([{}:;,>+])\s*/g, (_, mark: string) => (mark === '+' ? ' + ' : mark))
  .replace(/\s+/g, ' ')
  .replaceAll(';}', '}')
  .replace(/([ :,(-])0\./g, '$1.')
  .trim();

const engine = Handlebars.create();
engine.registerHelper('t', (key: TextKey, options: Handlebars.HelperOptions) =>
  sayIn((options.data as { root: { language: Language } }).root.language)(key),
);
const OPTIONS = {
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: { t: true },
  preventIndent: true,
} as const;
const compile = (name: string) => engine.compile<Readonly<Record<string, unknown>>>(read(name), OPTIONS);
engine.registerPartial('layout', compile('layout.hbs'));
engine.registerPartial('phrase', engine.compile(read('phrase.hbs').trim(), OPTIONS));
const simple = compile('page.hbs');
const preferences = compile('preferences.hbs');

/** A style sheet, as `style-src` names it. */
export const hashOf = (style: string): string => `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** The style sheet of every page, for `style-src`. */
export const STYLE_HASH = hashOf(css);

/** The colours of a brand, as a style sheet of its own with its own hash; null when it has none. */
export function themeOf(look: PageSettings): { readonly style: string; readonly hash: string } | null {
  const style = accentStyle(look);
  return style === null ? null : { style, hash: hashOf(style) };
}

const shared = (language: Language) => ({
  language,
  direction: directionOf(language),
  css: new Handlebars.SafeString(css),
});

/** @param frame of the brand that speaks; null where nobody is known to whom the link belongs */
export function renderPage(language: Language, page: Page, frame: Frame | null, theme: string | null): string {
  const { title, lead, paragraphs, buttons = [], note = null, link = null } = page;
  const { header = null, footer = null } = frame ?? {};
  return simple({
    ...shared(language),
    ...{
      header,
      footer,
      title,
      buttons: buttons.map(({ label, action = null, words = null }) => ({ label, action, words })),
      isPair: buttons.length > 1,
      note,
      link,
    },
    lead: lead === undefined ? null : phraseOf(lead),
    paragraphs: paragraphs.map(phraseOf),
    theme: theme === null ? null : new Handlebars.SafeString(theme),
  });
}

function phraseOf(said: string | Phrase): Phrase {
  return typeof said === 'string' ? plain(said) : said;
}

/** The preference page, out of what `preferences/view-model.ts` made of a person's facts. */
export function renderPreferences(language: Language, frame: Frame, theme: string | null, content: object): string {
  return preferences({
    ...shared(language),
    ...content,
    ...frame,
    theme: theme === null ? null : new Handlebars.SafeString(theme),
  });
}
