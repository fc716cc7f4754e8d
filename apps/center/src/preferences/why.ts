import type { Times } from '#lib/platform';
import type { Phrase } from '../texts/phrase.js';
import type { Showing } from './showing.js';
import type { Words } from './words.js';

/** Why the message came in which the link stood; null where it was none about which somebody can choose. */
export function whyOf({ link, view, origin }: Showing, words: Words, times: Times): Phrase[] | null {
  if (origin === null) return null;
  const cell = view.cells.find(
    ({ pointId, purposeId, topicId }) =>
      pointId === link.contactPointId && purposeId === origin.purposeId && topicId === origin.topicId,
  );
  if (cell === undefined) return null;
  const { phrase } = words;
  const values = { thing: words.thing(cell), address: words.address(link.contactPointId) };
  const sent =
    origin.endedAt === null
      ? phrase('why.sentTo', values)
      : phrase('why.sent', { ...values, date: times.day(origin.endedAt) });
  if (!cell.on && !cell.asksYes) return [sent, phrase('why.stopped')];

  const purpose = view.facts.purposes.find(({ id }) => id === cell.purposeId);
  const consent = view.agreements.find(
    (event) =>
      event.contactPointId === cell.pointId &&
      (event.topicId ?? event.purposeId) === (cell.topicId ?? cell.purposeId) &&
      (event.kind === 'granted' || event.kind === 'confirmed' || event.kind === 'imported'),
  );
  if (consent !== undefined) {
    const method = words.oneOf('method', consent.method, 'method.other');
    return [sent, phrase('why.consent', { date: times.day(consent.occurredAt), method })];
  }
  return [sent, phrase(purpose?.enforcement === 'restrictive' ? 'why.registered' : 'why.other')];
}
