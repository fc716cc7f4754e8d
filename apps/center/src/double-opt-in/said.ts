import type { OptInView, Said } from '#lib/consent';
import { apart, labelIn, listIn, type Phrase, textOf } from '../texts/phrase.js';
import type { Language } from '../texts/texts.js';
import { confirmationTexts, fill } from './confirmation-texts.js';

/** Which of the two questions a page asks. */
export type Question = 'ask' | 'askNot';

export type AskedView = Omit<OptInView, 'state'>;

/** Puts the names of the brand and of what is asked for into a text. */
export function sayAbout({ brand, labels }: Pick<OptInView, 'brand' | 'labels'>, language: Language) {
  const names = labels.map((each) => labelIn(each, language, brand.defaultLanguage, ''));
  const what = listIn(language, names);
  return (text: string): Phrase => fill(text, { brand: apart(brand.name), what });
}

/** The question of a page and the button beneath it, as they are now. */
export function wordsOf(question: Question, view: AskedView, language: Language): string {
  const { lead, button } = confirmationTexts(language)[question];
  return `${textOf(sayAbout(view, language)(lead))} · ${button}`;
}

/**
 * What was said with the button of a page.
 * @param served the words as they were served, where that is proven; null: those that the page has now
 * @param isAlone the button stood without the question
 */
export function saidOn(
  question: Question,
  language: Language,
  served: string | null,
  isAlone: boolean,
): (view: AskedView) => Said {
  return (view) => {
    const present = isAlone ? confirmationTexts(language)[question].button : wordsOf(question, view, language);
    return { language, wording: served ?? present, asServed: served !== null };
  };
}
