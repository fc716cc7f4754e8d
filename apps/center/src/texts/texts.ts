import { IntlMessageFormat, type PrimitiveType } from 'intl-messageformat';
import { PERSON_TEXTS, type PersonPageLanguage, type PersonTextKey } from '#lib/sending';
import { ar } from './ar.js';
import { de } from './de.js';
import { en, type OwnTextKey } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { he } from './he.js';
import { it } from './it.js';
import { nl } from './nl.js';
import { pl } from './pl.js';
import { pt } from './pt.js';
import { tr } from './tr.js';

export { directionOf } from '#lib/sending';

/** Some texts also stand on the page of one's own data, which is made elsewhere: they are said in the same words. */
export type TextKey = OwnTextKey | PersonTextKey;
export type Texts = Readonly<Record<TextKey, string>>;

/** Every language of the pages, in the order in which they are offered, by its own name. */
export const LANGUAGES = {
  de: { name: 'Deutsch', texts: { ...PERSON_TEXTS.de, ...de } },
  en: { name: 'English', texts: { ...PERSON_TEXTS.en, ...en } },
  fr: { name: 'Français', texts: { ...PERSON_TEXTS.fr, ...fr } },
  es: { name: 'Español', texts: { ...PERSON_TEXTS.es, ...es } },
  it: { name: 'Italiano', texts: { ...PERSON_TEXTS.it, ...it } },
  nl: { name: 'Nederlands', texts: { ...PERSON_TEXTS.nl, ...nl } },
  pl: { name: 'Polski', texts: { ...PERSON_TEXTS.pl, ...pl } },
  pt: { name: 'Português', texts: { ...PERSON_TEXTS.pt, ...pt } },
  tr: { name: 'Türkçe', texts: { ...PERSON_TEXTS.tr, ...tr } },
  ar: { name: 'العربية', texts: { ...PERSON_TEXTS.ar, ...ar } },
  he: { name: 'עברית', texts: { ...PERSON_TEXTS.he, ...he } },
} as const satisfies Readonly<Record<PersonPageLanguage, { name: string; texts: Texts }>>;
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
