import type { PageBrand } from '#lib/consent';
import { type Language, LANGUAGE_TAGS, LANGUAGES, sayIn } from '../texts/texts.js';
import type { Frame } from './page.js';

/**
 * What stands above and below every page of a brand: who speaks, and in which languages the page can be read.
 * @param hrefIn the address of the same page in another language
 */
export function brandFrame(
  { name, legalName, postalAddress, page }: PageBrand,
  language: Language,
  title: string,
  hrefIn: (language: Language) => string,
): Frame {
  const say = sayIn(language);
  return {
    title,
    header: {
      brand: name,
      skip: say('page.skip'),
      language: say('page.language'),
      spoken: LANGUAGES[language].name,
      languages: LANGUAGE_TAGS.map((tag) => ({
        href: hrefIn(tag),
        tag,
        name: LANGUAGES[tag].name,
        current: tag === language,
      })),
    },
    footer: {
      untouched: say('footer.untouched'),
      identity: [legalName, ...postalAddress.split('\n')].join(', '),
      links: [
        ...(page.privacyUrl === undefined ? [] : [{ href: page.privacyUrl, text: say('footer.privacy') }]),
        ...(page.contactUrl === undefined ? [] : [{ href: page.contactUrl, text: say('footer.contact') }]),
      ],
    },
  };
}
