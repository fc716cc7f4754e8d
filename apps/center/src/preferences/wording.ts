import type { PageLink, PlannedConsent } from '#lib/consent';
import { listIn, textOf as text } from '../texts/phrase.js';
import type { Words } from './words.js';

/**
 * The exact text of the control with which somebody said it, in the language in which they read it. Of a box: what stands
 * above the topics, above the box and on it, and beside it what is signed by the tick. Of a purpose that came with topics:
 * their boxes, and where the page says so.
 * @param isAlone the control stood on a page with nothing but the way out
 * @param served  the words of a button as they were served, where that is proven; of boxes the page's version is
 */
export function wordingOf(
  words: Words,
  act: string,
  { access }: Pick<PageLink, 'access'>,
  isAlone: boolean,
  served: string | null = null,
): (consent: PlannedConsent) => string {
  const { say } = words;
  if (served !== null && act !== 'save') return () => served;
  return ({ purposeId, topicIds, channel, pointId, kind, broughtBy = [], written }) => {
    const scopes = (ids: readonly string[]) =>
      (ids.length === 0 ? [null] : ids).map((topicId) => ({ purposeId, topicId }));
    const about = (scope: ReturnType<typeof scopes>[number]): string[] => {
      const description = words.description(scope);
      return [text(words.legend(scope)), ...(description === null ? [] : [text(description)])];
    };
    const signed = written === true ? [text(words.signed({ pointId }))] : [];
    const box = `${kind === 'granted' ? '☑' : '☐'} ${text(words.box({ channel, pointId }))}`;
    const things = listIn(
      words.language,
      scopes(topicIds).map((scope) => words.thing({ ...scope, channel })),
    );
    switch (act) {
      case 'leave':
        return isAlone ? say('simple.leave.button') : text(words.phrase('leave.topic', { thing: things }));
      case 'stop_all':
        return say('leave.all');
      case 'erase':
        return say('data.erase');
      case 'undo':
        return say('result.undo');
      default:
        return [
          say('topics.heading'),
          say(access === 'manage' ? 'topics.hint' : 'topics.needsLink'),
          ...scopes(broughtBy.length > 0 ? broughtBy : topicIds).flatMap((scope) => [...about(scope), box, ...signed]),
          ...(broughtBy.length > 0 ? about({ purposeId, topicId: null }) : []),
        ].join(' · ');
    }
  };
}
