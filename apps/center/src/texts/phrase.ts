import { IntlMessageFormat, PART_TYPE, type PrimitiveType } from 'intl-messageformat';
import { type Language, LANGUAGES, type TextKey } from './texts.js';

/**
 * A piece of a sentence. What comes from elsewhere (a topic's name, an address) is set apart, with its own direction
 * and, where it is not that of the page, its own language.
 */
export interface Piece {
  readonly text: string;
  readonly apart: boolean;
  readonly lang: string | null;
}
export type Phrase = readonly Piece[];

/** Says one text with values that may be phrases themselves. */
export type SayPhrase = (key: TextKey, values?: Readonly<Record<string, PrimitiveType | Phrase>>) => Phrase;

export function plain(text: string): Phrase {
  return [{ text, apart: false, lang: null }];
}

export function apart(text: string, lang: string | null = null): Phrase {
  return [{ text, apart: true, lang }];
}

export function textOf(phrase: Phrase): string {
  return phrase.map(({ text }) => text).join('');
}

/** Words of a brand in the page's language, else in the brand's own, marked as such. */
export function labelIn(
  labels: Readonly<Record<string, string>>,
  language: Language,
  defaultLanguage: string,
  fallback: string,
): Phrase {
  const own = Object.keys(labels).find((tag) => tag.split('-')[0] === language);
  if (own !== undefined) return apart(labels[own] ?? fallback);
  const other = Object.hasOwn(labels, defaultLanguage) ? defaultLanguage : Object.keys(labels)[0];
  return other === undefined ? apart(fallback) : apart(labels[other] ?? fallback, other);
}

const compiled = new Map<string, IntlMessageFormat>();

export function phrasesIn(language: Language): SayPhrase {
  return (key, values = {}) => {
    const name = `${language} ${key}`;
    const message =
      compiled.get(name) ??
      new IntlMessageFormat(LANGUAGES[language].texts[key], language, undefined, { ignoreTag: true });
    compiled.set(name, message);
    return message
      .formatToParts<Phrase>(values as Record<string, PrimitiveType | Phrase>)
      .flatMap((part) => (part.type === PART_TYPE.object ? part.value : plain(String(part.value))));
  };
}

/** "a, b and c", as the language joins it. */
export function listIn(language: Language, items: readonly Phrase[]): Phrase {
  const parts = new Intl.ListFormat(language).formatToParts(items.map((_, i) => String(i)));
  return parts.flatMap(({ type, value }) => (type === 'element' ? (items[Number(value)] ?? []) : plain(value)));
}
