import { here } from './page-address.js';
import type { Times } from './times.js';
import type { Showing } from './showing.js';
import type { Words } from './words.js';

/** As many entries as one wants to read; the rest is one link away. */
const FEW = 6;

/** What was agreed to and taken back, newest first, each with the words that were on the screen. */
export function recordOf({ view, language, query }: Showing, words: Words, times: Times, all: boolean) {
  const { agreements, facts } = view;
  const shown = all ? agreements : agreements.slice(0, FEW);
  return {
    record: shown.map((event) => {
      const { purposeId, topicId, wording, notice, noticeLanguage, noticeVersion } = event;
      const point = facts.points.find(({ id }) => id === event.contactPointId);
      const cell = { purposeId, topicId, channel: point?.channel ?? 'email' };
      return {
        what: words.oneOf('record', event.kind, 'record.granted'),
        about: topicId === null ? words.phrase('record.general', { purpose: words.topic(cell) }) : words.thing(cell),
        when: times.instant(event.occurredAt),
        words: [
          ...(notice === null ? [] : [{ text: notice, lang: noticeLanguage === language ? null : noticeLanguage }]),
          ...(wording === null ? [] : [{ text: wording, lang: null }]),
        ],
        how: words.say('record.how', { method: words.oneOf('method', event.method, 'method.other') }),
        version: noticeVersion === null ? null : words.say('record.version', { version: noticeVersion }),
      };
    }),
    all:
      agreements.length <= shown.length
        ? null
        : {
            href: `${here({ record: 'all', lang: query.lang })}#record`,
            label: words.say('record.all', { n: agreements.length }),
          },
  };
}
