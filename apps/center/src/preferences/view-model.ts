import { type Cell, frequencyOf, isShown, maySayYes } from '#lib/consent';
import { cityOfZone, nameOfZone, Times } from '#lib/platform';
import { brandFrame } from '../pages/brand-frame.js';
import type { Frame } from '../pages/page.js';
import { listIn, type Phrase, plain } from '../texts/phrase.js';
import { LANGUAGE_TAGS, LANGUAGES } from '../texts/texts.js';
import { boxName } from './box-name.js';
import { writeWas } from './domain/less.js';
import { here } from './page-address.js';
import { LONGEST_BREAK_DAYS } from './form.js';
import type { PageLength } from './page-length.js';
import { recordOf } from './record.js';
import { actionOf, holderOf, scopeOf, type Showing, zoneOf } from './showing.js';
import { toldOf } from './told.js';
import { whyOf } from './why.js';
import { Words } from './words.js';
import { wrongIn } from './wrong.js';
import { clocksWith } from './zones.js';

/**
 * Turns what is known about a person into what the template shows, sentence by sentence.
 * @param length brief leaves the record to its own page and the offsets of clocks out, and says once what is off in every
 *   topic, because there is much to choose from; parted has the hours and the language on a page of their own, which sends
 *   along what is ticked; what the other one does not send is left as it is
 */
export function toContent(showing: Showing, length: PageLength = 'whole'): { frame: Frame; content: object } {
  const { link, view, language, query } = showing;
  const isBrief = length !== 'whole';
  const isParted = length === 'parted' && link.access === 'manage';
  const isHours = isParted && (query.part === 'hours' || isAboutHours(showing));
  const words = new Words(language, view);
  const times = new Times(language, zoneOf(view), view.now);
  const { say, phrase } = words;
  const isManage = link.access === 'manage';
  const shownPoints = view.facts.points.filter(({ id }) => isShown(holderOf(link), id));
  const heading = phrase('page.title', { brand: [{ text: view.brand.name, apart: true, lang: null }] });
  const addresses = listIn(
    language,
    shownPoints.map(({ id }) => words.address(id)),
  );
  return {
    frame: brandFrame(showing.view.brand, showing.language, words.text(heading), (lang) =>
      here({ lang, done: showing.query.done, record: showing.query.record, part: showing.query.part }),
    ),
    content: {
      heading,
      addresses: phrase('page.for', { addresses }),
      told: toldOf(showing, words, times),
      leave: leaveOf(showing, words),
      pageNumber: showing.pageNumber,
      save: {
        action: actionOf(showing, { act: 'save', part: isHours ? 'hours' : null }),
        version: view.version,
        was: wasOf(showing),
      },
      topicsHint: isManage ? say('topics.hint') : say('topics.needsLink'),
      ...topicsOf(showing, words, isBrief),
      otherPoints: otherPoints(showing, words),
      notice: noticeOf(showing),
      isHours,
      kept: tickedNames(showing),
      hours: isParted && !isHours ? `${here({ lang: query.lang, part: 'hours' })}#hours` : null,
      isRecord: isManage && query.record !== null,
      back: here({ lang: query.lang }),
      frequency: frequencyChoices(showing, words),
      ...pauseChoices(showing, words, times),
      fresh:
        isManage || view.brand.page.link === undefined
          ? null
          : {
              text: phrase('link.text', { address: words.address(link.contactPointId) }),
              action: actionOf(showing, { act: 'link' }),
            },
      wrong: wrongIn(showing, words, times),
      why: whyOf(showing, words, times),
      more: isManage ? moreOf(showing, words, times, isBrief) : null,
    },
  };
}

/** The boxes that a page without them sends along: as they stand, whatever was entered, because nobody sees them there. */
function tickedNames({ link, view }: Showing): string[] {
  return view.cells.filter((cell) => cell.on && isShown(holderOf(link), cell.pointId)).map(boxName);
}

/** Whether something is wrong with what stands on the page of the hours. */
function isAboutHours({ again }: Showing): boolean {
  return again?.wrong.some((name) => ['quietFrom', 'quietTo', 'zone', 'language'].includes(name)) ?? false;
}

/** What the link is about, and everything: two ways out with equal buttons. Gone once there is nothing left to stop. */
function leaveOf(showing: Showing, words: Words) {
  const { link, view } = showing;
  if (!view.cells.some(({ on }) => on)) return null;
  const button = (act: 'leave' | 'stop_all', label: Phrase) => ({
    label,
    words: showing.served.seal(act, words.language, words.text(label)),
  });
  const scope = scopeOf(showing);
  const about = view.cells.find(
    (cell) => cell.on && cell.pointId === link.contactPointId && (cell.topicId ?? cell.purposeId) === scope,
  );
  return {
    topic:
      about === undefined
        ? null
        : {
            action: actionOf(showing, { act: 'leave', scope: link.scopeId === null ? scope : null }),
            ...button('leave', words.phrase('leave.topic', { thing: words.thing(about) })),
          },
    all: { action: actionOf(showing, { act: 'stop_all' }), ...button('stop_all', plain(words.say('leave.all'))) },
  };
}

/** What the form shows, from which can be told what of it lets less through when nothing else is known. */
function wasOf(showing: Showing): string {
  const { view } = showing;
  return writeWas({
    frequency: frequencyOf(view.facts.fields.wishes),
    pause: isPaused(view) ? 'keep' : 'none',
    ticked: tickedNames(showing),
  });
}

function isPaused({ facts, now }: Showing['view']): boolean {
  return facts.fields.pausedUntil !== null && facts.fields.pausedUntil > now;
}

/** The boxes of each topic; what is off and cannot be ticked here is said in a sentence, briefly in one for all topics. */
function topicsOf({ link, view, again }: Showing, words: Words, isBrief: boolean) {
  const holder = holderOf(link);
  const shown = view.cells.filter((cell) => isShown(holder, cell.pointId));
  const scopes = [...new Map(shown.map((cell) => [cell.topicId ?? cell.purposeId, cell])).values()];
  const isPending = ({ pointId, topicId, purposeId }: Cell): boolean =>
    view.facts.states.get(pointId)?.get(topicId ?? purposeId)?.status === 'requested';
  const isShut = (cell: Cell): boolean => !cell.on && !maySayYes(holder, cell.pointId);
  const isOff = (cell: Cell): boolean => isShut(cell) && !isPending(cell);
  // Points of which every topic has a cell that is off.
  const offEverywhere = view.facts.points.filter(({ id }) => {
    const cells = shown.filter(({ pointId }) => pointId === id);
    return isBrief && scopes.length > 1 && cells.length === scopes.length && cells.every(isOff);
  });
  const isSaidBelow = ({ pointId }: Cell): boolean => offEverywhere.some(({ id }) => id === pointId);
  const topics = scopes.map((scope) => {
    const cells = shown.filter(({ topicId, purposeId }) => topicId === scope.topicId && purposeId === scope.purposeId);
    const off = cells.filter((cell) => isOff(cell) && !isSaidBelow(cell)).map((cell) => words.box(cell));
    return {
      label: words.legend(scope),
      description: words.description(scope),
      cells: cells
        .filter((cell) => !isShut(cell) || isPending(cell))
        .map((cell) => ({ cell, label: words.box(cell) }))
        .map(({ cell, label }) => ({
          name: boxName(cell),
          checked: again === undefined ? cell.on : again.entered.isTicked(cell),
          disabled: isShut(cell),
          label,
          // A box is a word in most cases, and there are many of them.
          plain: label.length === 1 && !isPending(cell) ? words.text(label) : null,
          hint: isPending(cell) ? words.say('topics.pending') : null,
        })),
      off: off.length === 0 ? null : words.phrase('topics.off', { channels: listIn(words.language, off) }),
    };
  });
  const below = offEverywhere.map(({ id, channel }) => words.box({ channel, pointId: id }));
  const offBelow =
    below.length === 0 ? null : words.phrase('topics.offEverywhere', { channels: listIn(words.language, below) });
  return { topics, offEverywhere: offBelow };
}

/** What somebody reads who says yes here, in the language of the page where it was published in it. */
function noticeOf({ view, language }: Showing) {
  const notice =
    view.notices.find((each) => each.language.split('-')[0] === language) ??
    view.notices.find((each) => each.language === view.brand.defaultLanguage);
  if (notice === undefined) return null;
  const { id, wording } = notice;
  return { id, wording, lang: notice.language.split('-')[0] === language ? null : notice.language };
}

/** Why some cells cannot be ticked; null where all can, or none. */
function otherPoints({ link, view }: Showing, words: Words): Phrase | null {
  const others = view.facts.points.filter(
    ({ id }) => id !== link.contactPointId && view.cells.some((cell) => cell.pointId === id && !cell.on),
  );
  if (link.access === 'reduce' || others.length === 0) return null;
  const channels = listIn(
    words.language,
    others.map(({ id, channel }) => [...plain(`${words.channel(channel)} `), ...words.address(id)]),
  );
  return words.phrase('topics.otherPoint', { channels });
}

function frequencyChoices({ link, view, again }: Showing, { say }: Words) {
  const present = frequencyOf(view.facts.fields.wishes);
  const chosen = again?.entered.get('frequency') ?? present;
  const order = ['any', 'weekly', 'monthly'];
  const values = [...(present === 'other' ? (['other'] as const) : []), ...(['any', 'weekly', 'monthly'] as const)];
  return values.map((value) => ({
    value,
    checked: value === chosen,
    disabled:
      link.access === 'reduce' &&
      value !== present &&
      (present === 'other' || order.indexOf(value) < order.indexOf(present)),
    label: say(`frequency.${value}`),
  }));
}

function pauseChoices({ link, view, again }: Showing, { say }: Words, times: Times) {
  const { now } = view;
  const { pausedUntil } = view.facts.fields;
  const isBreak = pausedUntil !== null && pausedUntil > now;
  const mayEnd = link.access === 'manage';
  const chosen = again?.entered.get('pause') ?? (isBreak ? 'keep' : 'none');
  const ends = [30, 90].map((n) => ({ n, end: times.endOfDayIn(n, now) }));
  const choices = [
    { value: 'none', label: say('pause.none'), disabled: isBreak && !mayEnd },
    ...(isBreak
      ? [{ value: 'keep', label: say('pause.keep', { date: times.day(pausedUntil - 1) }), disabled: false }]
      : []),
    ...ends.map(({ n, end }) => ({
      value: String(n),
      label: say('pause.days', { n, date: times.day(end - 1) }),
      disabled: isBreak && !mayEnd && end <= pausedUntil,
    })),
    { value: 'until', label: say('pause.until'), disabled: false },
  ];
  return {
    pause: choices.map((choice) => ({ ...choice, checked: choice.value === chosen })),
    pauseDay: {
      min: times.field(now),
      max: times.field(times.endOfDayIn(LONGEST_BREAK_DAYS, now) - 1),
      value: again?.entered.get('pauseDay') ?? '',
    },
  };
}

/** What only a fresh link shows. */
function moreOf(showing: Showing, words: Words, times: Times, isBrief: boolean) {
  const { view, held, again, language } = showing;
  const { say, phrase } = words;
  const { fields, zone } = view.facts;
  const { wishes } = fields;
  const [quiet] = wishes.quietHours ?? [];
  const automatic = zone ?? view.brand.defaultZone;
  const chosenZone = again?.entered.get('zone') ?? wishes.zone ?? '';
  const chosenLanguage = again?.entered.get('language') ?? fields.language ?? '';
  const heldAs = (message: Showing['held'][number]): Phrase => {
    const thing = words.thing(message);
    const reason = words.oneOf('held', message.reason, 'held.other');
    return message.until === null
      ? phrase('held.open', { thing, reason })
      : phrase('held.until', { thing, reason, date: times.instant(message.until) });
  };
  const isSpoken = LANGUAGE_TAGS.some((tag) => tag === chosenLanguage);
  return {
    quiet: {
      from: again?.entered.get('quietFrom') ?? quiet?.start ?? '',
      to: again?.entered.get('quietTo') ?? quiet?.end ?? '',
    },
    zones: [
      {
        value: '',
        label: say('quiet.auto', { zone: nameOfZone(language, automatic, view.now) }),
        selected: chosenZone === '',
      },
      ...clocksWith(wishes.zone).map((value) => ({
        value,
        label: isBrief && value !== chosenZone ? cityOfZone(value) : nameOfZone(language, value, view.now),
        selected: value === chosenZone,
      })),
    ],
    languages: [
      ...(isSpoken ? [] : [{ value: '', label: fields.language ?? '–', selected: true }]),
      ...LANGUAGE_TAGS.map((tag) => ({ value: tag, label: LANGUAGES[tag].name, selected: tag === chosenLanguage })),
    ],
    isHeldNone: held.length === 0,
    held: held.length > 0 || isBrief ? held.map(heldAs) : [phrase('held.none')],
    ...recordOf(showing, words, times, { notice: noticeOf(showing)?.wording ?? null, isBrief }),
    download: {
      page: { action: actionOf(showing, { act: 'export_page' }), label: `${say('data.download')} (HTML)` },
      json: { action: actionOf(showing, { act: 'export' }), label: `${say('data.download')} (JSON)` },
    },
    erase:
      view.erasure === null || view.erasure.refused !== null
        ? {
            action: actionOf(showing, { act: 'erase' }),
            words: showing.served.seal('erase', language, say('data.erase')),
          }
        : null,
  };
}
