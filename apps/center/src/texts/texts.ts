import { IntlMessageFormat, type PrimitiveType } from 'intl-messageformat';
import { ar } from './ar.js';
import { de } from './de.js';
import { en, type TextKey, type Texts } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { he } from './he.js';
import { it } from './it.js';
import { nl } from './nl.js';
import { pl } from './pl.js';
import { pt } from './pt.js';
import { tr } from './tr.js';

export type { TextKey, Texts } from './en.js';

/** Every language of the pages, in the order in which they are offered, by its own name. */
export const LANGUAGES = {
  de: { name: 'Deutsch', texts: de },
  en: { name: 'English', texts: en },
  fr: { name: 'Français', texts: fr },
  es: { name: 'Español', texts: es },
  it: { name: 'Italiano', texts: it },
  nl: { name: 'Nederlands', texts: nl },
  pl: { name: 'Polski', texts: pl },
  pt: { name: 'Português', texts: pt },
  tr: { name: 'Türkçe', texts: tr },
  ar: { name: 'العربية', texts: ar },
  he: { name: 'עברית', texts: he },
} as const satisfies Readonly<Record<string, { name: string; texts: Texts }>>;
export type Language = keyof typeof LANGUAGES;

export const LANGUAGE_TAGS = Object.keys(LANGUAGES) as Language[];

/** Says one text in one language. */
export type Say = (key: TextKey, values?: Readonly<Record<string, PrimitiveType>>) => string;

const compiled = new Map<string, IntlMessageFormat>();

export function sayIn(language: Language): Say {
  return (key, values = {}) => {
    const text = LANGUAGES[language].texts[key];
    // Most texts say the same to everybody.
    if (!text.includes('{')) return text;
    const name = `${language} ${key}`;
    const known = compiled.get(name);
    const message = known ?? new IntlMessageFormat(text, language, undefined, { ignoreTag: true });
    if (known === undefined) compiled.set(name, message);
    return String(message.format(values));
  };
}

/** Direction of the script of a language. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  const locale = new Intl.Locale(tag) as Intl.Locale & { textInfo?: { direction?: string } };
  return locale.textInfo?.direction === 'rtl' ? 'rtl' : 'ltr';
}
