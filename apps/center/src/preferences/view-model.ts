import { type Cell, frequencyOf, isShown, ownHoursOf } from '#lib/consent';
import { cityOfZone, nameOfZone, Times } from '#lib/platform';
import { brandFrame } from '../pages/brand-frame.js';
import type { Frame } from '../pages/page.js';
import { type Phrase, plain } from '../texts/phrase.js';
import { LANGUAGE_TAGS, LANGUAGES } from '../texts/texts.js';
import { here } from './page-address.js';
import { LONGEST_BREAK_DAYS } from './form.js';
import type { PageSize } from './page-length.js';
import { longTextOf, recordOf } from './record.js';
import { actionOf, holderOf, scopeOf, type Showing } from './showing.js';
import { toldOf } from './told.js';
import { boxesOf, noticeOf, otherPoints, otherTopics, partOf, wasOf } from './topics.js';
import { whyOf } from './why.js';
import { Words } from './words.js';
import { wrongIn } from './wrong.js';
import { clocksWith, zoneOf } from './zones.js';

/**
 * Turns what is known about a person into what the template shows, sentence by sentence.
 * @param size a brief page leaves the record to its own page and the offsets of clocks out, and says once what is off in
 *   every topic, because there is much to choose from; a parted one has the hours and the language on a page of their own,
 *   and where even so not all topics fit, it has some, and ways to the others. What a page does not show is left as it is.
 */
export function toContent(showing: Showing, size: PageSize): { frame: Frame; content: object } {
  const { length } = size;
  const { link, view, language, query, again } = showing;
  const isBrief = length !== 'whole';
  const isParted = length === 'parted' && link.access === 'manage';
  const isHours = isParted && (query.part === 'hours' || isAboutHours(showing));
  const part = partOf(showing, size);
  // A page that goes on with the topics has nothing else.
  const isFirst = (part.span?.from ?? 1) === 1;
  const words = new Words(language, view);
  const times = new Times(language, zoneOf(view), view.now);
  // A day that was entered beside another zone is one of that zone.
  const enteredTimes =
    again === undefined ? times : new Times(language, again.entered.zone(link.access, view), view.now);
  const { say, phrase } = words;
  const isManage = link.access === 'manage';
  const shownPoints = view.facts.points.filter(({ id }) => isShown(holderOf(link), id));
  const heading = phrase('page.title', { brand: [{ text: view.brand.name, apart: true, lang: null }] });
  const addresses = words.list(shownPoints.map(({ id }) => words.address(id)));
  return {
    frame: brandFrame(view.brand, language, words.text(heading), (lang) =>
      here({ lang, done: query.done, record: query.record, part: query.part, topics: query.topics, text: query.text }),
    ),
    content: {
      heading,
      addresses: phrase('page.for', { addresses }),
      told: toldOf(showing, words, times),
      leave: leaveOf(showing, words),
      pageNumber: showing.pageNumber,
      save: {
        action: actionOf(showing, {
          act: 'save',
          part: isHours ? 'hours' : null,
          topics: isHours || part.span === null ? null : [...part.trail, ...(part.trail.length === 0 ? [1] : [])],
        }),
        version: view.version,
        was: wasOf(showing, isHours ? [] : part.topics.flat()),
        day: times.field(view.now),
      },
      topicsHint: isManage ? say('topics.hint') : say('topics.needsLink'),
      ...boxesOf(showing, words, part, isBrief),
      otherTopics: otherTopics(part, showing, words),
      isFirst,
      otherPoints: otherPoints(showing, words),
      notice: noticeOf(showing),
      isHours,
      hours: isParted && !isHours ? `${here({ lang: query.lang, part: 'hours' })}#hours` : null,
      isRecord: isManage && query.record !== null,
      longText: isManage ? longTextOf(showing, words, times) : null,
      back: here({ lang: query.lang }),
      frequency: frequencyChoices(showing, words),
      ...pauseChoices(showing, words, times, enteredTimes),
      fresh:
        isManage || !isFirst || view.brand.page.link === undefined
          ? null
          : {
              text: phrase('link.text', { address: words.address(link.contactPointId) }),
              action: actionOf(showing, { act: 'link' }),
            },
      wrong: wrongIn(showing, words, enteredTimes),
      why: isFirst ? whyOf(showing, words, times) : [],
      more: isManage && isFirst ? moreOf(showing, words, times, isBrief) : null,
    },
  };
}

/** Whether something is wrong with what stands on the page of the hours. */
function isAboutHours({ again }: Showing): boolean {
  return again?.wrong.some((name) => ['quietFrom', 'quietTo', 'zone', 'language'].includes(name)) ?? false;
}

/** What the link is about, and everything: two ways out with equal buttons. Gone once there is nothing left to stop. */
function leaveOf(showing: Showing, words: Words) {
  const { link, view } = showing;
  // Also of what a law keeps back where nobody said no: that law does not ask about every message.
  const canBeLeft = ({ on, asksYes }: Cell): boolean => on || asksYes === true;
  if (!view.cells.some(canBeLeft)) return null;
  const button = (act: 'leave' | 'stop_all', label: Phrase) => ({
    label,
    words: showing.served.seal(act, words.language, words.text(label)),
  });
  const scope = scopeOf(showing);
  const about = view.cells.find(
    (cell) => canBeLeft(cell) && cell.pointId === link.contactPointId && (cell.topicId ?? cell.purposeId) === scope,
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

function frequencyChoices({ link, view, again }: Showing, { say }: Words) {
  const present = frequencyOf(view.facts.fields.wishes);
  const chosen = again?.entered.again('frequency', present) ?? present;
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

/** @param enteredTimes by the zone of a form that comes back */
function pauseChoices({ link, view, again }: Showing, { say }: Words, times: Times, enteredTimes: Times) {
  const { now } = view;
  const { pausedUntil } = view.facts.fields;
  const isBreak = pausedUntil !== null && pausedUntil > now;
  const mayEnd = link.access === 'manage';
  const present = isBreak ? 'keep' : 'none';
  const chosen = again?.entered.again('pause', present) ?? present;
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
      min: enteredTimes.field(now),
      max: enteredTimes.field(enteredTimes.endOfDayIn(LONGEST_BREAK_DAYS, now) - 1),
      value: again?.entered.get('pauseDay') ?? '',
    },
  };
}

/** What the fields have that a page of the hours shows. */
function hadOf({ facts: { fields } }: Showing['view']) {
  const { daily } = ownHoursOf(fields.wishes);
  return {
    ...{ quietFrom: daily?.start ?? '', quietTo: daily?.end ?? '', zone: fields.wishes.zone ?? '' },
    language: fields.language ?? '',
  };
}

/** As many messages that wait as a brief page names. */
const FEW_HELD = 5;

/** What only a fresh link shows. */
function moreOf(showing: Showing, words: Words, times: Times, isBrief: boolean) {
  const { view, held, again, language } = showing;
  const { say, phrase } = words;
  const { fields, zone } = view.facts;
  const { wishes } = fields;
  const { others: otherHours } = ownHoursOf(wishes);
  const automatic = zone ?? view.brand.defaultZone;
  const has = hadOf(view);
  const chosen = (name: keyof typeof has): string => again?.entered.again(name, has[name]) ?? has[name];
  const [chosenZone, chosenLanguage] = [chosen('zone'), chosen('language')];
  const heldAs = (message: Showing['held'][number]): Phrase => {
    const thing = words.thing(message);
    // Its time has come, and a decision that is still to be made says what it waits for then, if for anything.
    if (message.until !== null && message.until <= view.now) return phrase('held.again', { thing });
    const reason = words.oneOf('held', message.reason, 'held.other');
    return message.until === null
      ? phrase('held.open', { thing, reason })
      : phrase('held.until', { thing, reason, date: times.instant(message.until) });
  };
  const most = isBrief ? FEW_HELD : held.length;
  const others = held.length > most ? [phrase('list.more', { n: held.length - most })] : [];
  const isSpoken = LANGUAGE_TAGS.some((tag) => tag === chosenLanguage);
  return {
    had: new URLSearchParams(has).toString(),
    quiet: {
      from: chosen('quietFrom'),
      to: chosen('quietTo'),
      others:
        otherHours.length === 0
          ? null
          : {
              kept: again?.entered.otherHours().keepsOtherHours ?? true,
              windows: otherHours.map(({ days, start, end }) => ({
                days: times.weekdays(days, 'short'),
                hours: `${start}–${end}`,
              })),
            },
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
    held: held.length > 0 || isBrief ? [...held.slice(0, most).map(heldAs), ...others] : [phrase('held.none')],
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
