import type { PersonTexts } from './person-texts.js';
import { ar } from './texts/ar.js';
import { de } from './texts/de.js';
import { en } from './texts/en.js';
import { es } from './texts/es.js';
import { fr } from './texts/fr.js';
import { he } from './texts/he.js';
import { it } from './texts/it.js';
import { nl } from './texts/nl.js';
import { pl } from './texts/pl.js';
import { pt } from './texts/pt.js';
import { tr } from './texts/tr.js';

/** What is kept about people, in every language in which they are answered. */
export const PERSON_TEXTS = { de, en, fr, es, it, nl, pl, pt, tr, ar, he } as const satisfies Readonly<
  Record<string, PersonTexts>
>;
export type PersonPageLanguage = keyof typeof PERSON_TEXTS;

export const PERSON_PAGE_LANGUAGES = Object.keys(PERSON_TEXTS) as [PersonPageLanguage, ...PersonPageLanguage[]];

/** Direction of the script of a language. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  const locale = new Intl.Locale(tag) as Intl.Locale & { textInfo?: { direction?: string } };
  return locale.textInfo?.direction === 'rtl' ? 'rtl' : 'ltr';
}
