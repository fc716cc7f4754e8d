import type { Times } from '#lib/platform';
import type { Phrase } from '../texts/phrase.js';
import type { TextKey } from '../texts/texts.js';
import { LONGEST_BREAK_DAYS, type WrongField } from './form.js';
import type { Showing } from './showing.js';
import type { Words } from './words.js';

/** What stands above or before each field that can be wrong. */
export const NAME_OF: Readonly<Record<WrongField, TextKey>> = {
  frequency: 'frequency.heading',
  pause: 'pause.heading',
  pauseDay: 'pause.day',
  quietFrom: 'quiet.from',
  quietTo: 'quiet.to',
  zone: 'quiet.zone',
  language: 'speech.heading',
};

/** What is wrong with a field, and how it is put right. */
export function whatIsWrong(name: WrongField, { view }: Showing, { phrase }: Words, times: Times): Phrase {
  switch (name) {
    case 'pauseDay': {
      const last = times.endOfDayIn(LONGEST_BREAK_DAYS, view.now) - 1;
      return phrase('wrong.day', { from: times.day(view.now), to: times.day(last) });
    }
    case 'quietFrom':
    case 'quietTo':
      return phrase('wrong.quiet');
    default:
      return phrase('wrong.choice');
  }
}

/** By field: what is wrong with it, null where nothing is. */
export function wrongIn(showing: Showing, words: Words, times: Times): Readonly<Record<WrongField, Phrase | null>> {
  const wrong = showing.again?.wrong ?? [];
  const names = Object.keys(NAME_OF) as WrongField[];
  return Object.fromEntries(
    names.map((name) => [name, wrong.includes(name) ? whatIsWrong(name, showing, words, times) : null]),
  ) as Record<WrongField, Phrase | null>;
}
