import { CATALOGUE, type Language, LANGUAGES, type Texts } from './catalogue.js';

const FALLBACK: Language = 'en';
const MAX_HEADER = 500;

/**
 * The language to speak: the contact's own when it is known and spoken here, else the first that the
 * browser asks for (RFC 9110 12.5.4), else English. `de-CH` is answered in `de`.
 */
export function chooseLanguage(contactLanguage: string | null, acceptLanguage: string | undefined): Language {
  const asked = (acceptLanguage ?? '')
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
  for (const tag of [contactLanguage ?? '', ...asked]) {
    const primary = tag.toLowerCase().split('-')[0];
    const language = LANGUAGES.find((known) => known === primary);
    if (language !== undefined) return language;
  }
  return FALLBACK;
}

export function textsIn(language: Language): Texts {
  return CATALOGUE[language];
}
