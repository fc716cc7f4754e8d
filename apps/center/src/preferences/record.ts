import type { AgreementEvent } from '#lib/consent';
import type { Times } from '#lib/platform';
import { wordOf } from '#lib/sending';
import { partsOf, placeTexts, type PlacedText, type ReadText, type Room } from './domain/place-texts.js';
import { here } from './page-address.js';
import type { Showing } from './showing.js';
import type { Words } from './words.js';

/** As many entries as one wants to read at first; the rest is one link away. */
const FEW = 3;
/** As many as stand at most on one page of the whole record; fewer where their texts are long. */
export const RECORD_PAGE = 15;
/** What a page of the whole record has beside its frame, and what the short one may add to a page full of choices. */
const WHOLE: Room = { bytes: 11_500, perEntry: 450 };
const SHORT: Room = { bytes: 800, perEntry: null };
/** Of a long text, on a page that has nothing else. */
const PART_BYTES = 10_000;

interface Beside {
  /** The text that stands above the button on the same page; null where none does. */
  readonly notice: string | null;
  /** Only the way to the whole record. */
  readonly isBrief: boolean;
}

/** What was agreed to and taken back, newest first, each with the words that were on the screen. Each text stands once. */
export function recordOf({ view, language, query }: Showing, words: Words, times: Times, { notice, isBrief }: Beside) {
  const { record } = view;
  const isWhole = query.record !== null;
  const events = isWhole ? record.events : record.events.slice(0, isBrief ? 0 : FEW);
  const present = new Map(notice === null || isWhole ? [] : [[notice, 'notice']]);
  const placed = placeTexts(
    events.map((event) => textsOf(event, language)),
    isWhole ? WHOLE : SHORT,
    present,
  );
  const from = isWhole ? record.from : 0;
  const end = from + placed.length;
  return {
    record: events
      .slice(0, placed.length)
      .map((event, i) => entryOf(event, words, times, shown(placed[i] ?? [], from + i + 1, event, query, words))),
    recordSpan:
      isWhole && record.total > placed.length
        ? words.say('record.span', { from: from + 1, to: end, n: record.total })
        : null,
    recordLinks: isWhole
      ? [
          ...(from > 0
            ? [{ href: recordPage(Math.max(1, from + 1 - RECORD_PAGE), query), label: words.say('record.newer') }]
            : []),
          ...(end < record.total ? [{ href: recordPage(end + 1, query), label: words.say('record.older') }] : []),
        ]
      : record.total > events.length
        ? [{ href: recordPage(1, query), label: words.say('record.all', { n: record.total }) }]
        : [],
  };
}

function textsOf({ wording, notice, noticeLanguage }: AgreementEvent, language: string): ReadText[] {
  return [
    ...(notice === null ? [] : [{ text: notice, lang: noticeLanguage === language ? null : noticeLanguage }]),
    ...(wording === null ? [] : [{ text: wording, lang: null }]),
  ];
}

/** Each text, or the way to it. */
function shown(
  placed: readonly PlacedText[],
  position: number,
  { noticeVersion, notice }: AgreementEvent,
  query: Showing['query'],
  words: Words,
) {
  return placed.map((one, i) => {
    if (one.where === 'here') return { text: one.text, lang: one.lang, id: one.id, href: null, label: null };
    const isNotice = i === 0 && notice !== null && noticeVersion !== null;
    return {
      ...{ text: null, lang: null, id: null },
      href:
        one.where === 'above'
          ? `#${one.id}`
          : one.isLong
            ? textPage(position, i + 1, 1, query)
            : recordPage(position, query),
      label: isNotice ? words.say('record.version', { version: noticeVersion }) : words.say('record.words'),
    };
  });
}

function entryOf(event: AgreementEvent, words: Words, times: Times, texts: ReturnType<typeof shown>) {
  const { purposeId, topicId, channel, noticeVersion } = event;
  const cell = { purposeId, topicId, channel };
  return {
    what: words.oneOf('record', wordOf(event), 'record.granted'),
    about: topicId === null ? words.phrase('record.general', { purpose: words.thing(cell) }) : words.thing(cell),
    when: times.instant(event.occurredAt),
    words: texts,
    how: words.say('record.how', { method: words.oneOf('method', event.method, 'method.other') }),
    version: noticeVersion === null ? null : words.say('record.version', { version: noticeVersion }),
  };
}

/** A text that is too long to stand in the record, part by part; null where none such was asked for. */
export function longTextOf({ view, language, query }: Showing, words: Words, times: Times) {
  const { record } = view;
  const [event] = record.events;
  const [which, n] = query.text ?? [];
  if (which === undefined || n === undefined || event === undefined || query.record !== record.from + 1) return null;
  const read = textsOf(event, language)[which - 1];
  const parts = read === undefined ? [] : partsOf(read.text, PART_BYTES);
  const text = parts[n - 1];
  if (read === undefined || text === undefined) return null;
  const { what, about, when, how, version } = entryOf(event, words, times, []);
  const way = (part: number, label: string) => ({ href: textPage(query.record ?? 1, which, part, query), label });
  return {
    ...{ what, about, when, how, version, text, lang: read.lang },
    part: parts.length === 1 ? null : words.say('record.part', { n, of: parts.length }),
    ways: [
      ...(n > 1 ? [way(n - 1, words.say('record.partBefore'))] : []),
      ...(n < parts.length ? [way(n + 1, words.say('record.on'))] : []),
    ],
    back: { href: recordPage(query.record, query), label: words.say('record.heading') },
  };
}

/** @param record position of the entry with which the page begins, counted from 1 */
function recordPage(record: number, { lang }: Showing['query']): string {
  return `${here({ record, lang })}#record`;
}

/** Both counted from 1: which text of the entry, and which part of it. */
function textPage(record: number, which: number, part: number, { lang }: Showing['query']): string {
  return `${here({ record, text: `${which}.${part}`, lang })}#record`;
}
