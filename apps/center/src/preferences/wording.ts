import type { PlannedConsent } from '#lib/consent';
import { listIn } from '../texts/phrase.js';
import type { Words } from './words.js';

/** The exact text of the control with which somebody said it, in the language in which they read it. */
export function wordingOf(words: Words, act: string): (consent: PlannedConsent) => string {
  return (consent) => {
    const { purposeId, topicIds, channel, kind } = consent;
    const cells = topicIds.length === 0 ? [null] : topicIds;
    const things = listIn(
      words.language,
      cells.map((topicId) => words.thing({ purposeId, topicId, channel })),
    );
    switch (act) {
      case 'leave':
        return words.text(words.phrase('leave.topic', { thing: things }));
      case 'stop_all':
        return words.say('leave.all');
      case 'erase':
        return words.say('data.erase');
      case 'undo':
        return `${words.say('result.undo')}: ${words.text(things)}`;
      default: {
        const tick = kind === 'granted' ? '☑' : '☐';
        return `${words.say('topics.heading')}: ${tick} ${words.text(things)}. ${words.say('topics.hint')}`;
      }
    }
  };
}
