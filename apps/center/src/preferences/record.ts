import type { AgreementEvent } from '#lib/consent';
import type { Times } from '#lib/platform';
import { here } from './page-address.js';
import type { Showing } from './showing.js';
import type { Words } from './words.js';

/** As many entries as one wants to read at first; the rest is one link away. */
const FEW = 3;
/** As many as stand on one page of the whole record. */
export const RECORD_PAGE = 15;

/** What was agreed to and taken back, newest first, each with the words that were on the screen. */
export function recordOf({ view, language, query }: Showing, words: Words, times: Times) {
  const { record } = view;
  const isWhole = query.record !== null;
  const shown = isWhole ? record.events : record.events.slice(0, FEW);
  return {
    record: shown.map((event) => entryOf(event, language, words, times)),
    recordSpan: isWhole && record.total > shown.length ? words.say('record.span', spanOf(record, shown.length)) : null,
    recordLinks: isWhole
      ? pagesBeside(record, query, words)
      : record.total > shown.length
        ? [{ href: recordPage(1, query), label: words.say('record.all', { n: record.total }) }]
        : [],
  };
}

function entryOf(event: AgreementEvent, language: string, words: Words, times: Times) {
  const { purposeId, topicId, channel, wording, notice, noticeLanguage, noticeVersion } = event;
  const cell = { purposeId, topicId, channel };
  return {
    what: words.oneOf('record', event.kind, 'record.granted'),
    about: topicId === null ? words.phrase('record.general', { purpose: words.thing(cell) }) : words.thing(cell),
    when: times.instant(event.occurredAt),
    words: [
      ...(notice === null ? [] : [{ text: notice, lang: noticeLanguage === language ? null : noticeLanguage }]),
      ...(wording === null ? [] : [{ text: wording, lang: null }]),
    ],
    how: words.say('record.how', { method: words.oneOf('method', event.method, 'method.other') }),
    version: noticeVersion === null ? null : words.say('record.version', { version: noticeVersion }),
  };
}

function spanOf({ from, total }: Showing['view']['record'], shown: number) {
  return { from: from + 1, to: from + shown, n: total };
}

/** Plain links to the pages before and after. */
function pagesBeside({ from, total }: Showing['view']['record'], query: Showing['query'], { say }: Words) {
  const page = Math.floor(from / RECORD_PAGE) + 1;
  return [
    ...(page > 1 ? [{ href: recordPage(page - 1, query), label: say('record.newer') }] : []),
    ...(from + RECORD_PAGE < total ? [{ href: recordPage(page + 1, query), label: say('record.older') }] : []),
  ];
}

function recordPage(record: number, { lang }: Showing['query']): string {
  return `${here({ record, lang })}#record`;
}
