import { type Language, LANGUAGE_TAGS } from '../texts/texts.js';

const FALLBACK: Language = 'en';
const MAX_HEADER = 500;
/** Tags that browsers still send for languages that have another one now. */
const OLD_TAGS: Readonly<Record<string, string>> = { iw: 'he' };

/**
 * The language to speak: the one asked for on the page, else the contact's own when it is spoken here, else the first
 * that the browser asks for (RFC 9110 12.5.4), else the brand's, else English. `de-CH` is answered in `de`.
 */
export function chooseLanguage(
  contactLanguage: string | null,
  acceptLanguage: string | undefined,
  { asked, brand }: { readonly asked?: string | null; readonly brand?: string } = {},
): Language {
  for (const tag of [asked, contactLanguage, ...browserWishes(acceptLanguage), brand]) {
    const primary = (tag ?? '').toLowerCase().split('-')[0] ?? '';
    const language = LANGUAGE_TAGS.find((known) => known === (OLD_TAGS[primary] ?? primary));
    if (language !== undefined) return language;
  }
  return FALLBACK;
}

function browserWishes(acceptLanguage = ''): string[] {
  return acceptLanguage
    .slice(0, MAX_HEADER)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
