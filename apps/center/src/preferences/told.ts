import { type Cell, cellKey, isShown, maySayYes, type PreferenceChange, stillHolds } from '#lib/consent';
import type { Times } from '#lib/platform';
import { apart, type Phrase } from '../texts/phrase.js';
import { actionOf, holderOf, scopeOf, type Showing } from './showing.js';
import { changedIn } from './topics.js';
import { NAME_OF, whatIsWrong } from './wrong.js';
import type { Words } from './words.js';

interface Told {
  readonly tone: 'ok' | 'warn' | '';
  readonly lines: readonly Phrase[];
  /** To what has to be looked at again. */
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly undo: Pressed | null;
}

/** A button beside what is told, and what its form says beyond its address. */
interface Pressed {
  readonly action: string;
  readonly label: string;
  readonly until: string;
  readonly secret: string | null;
  readonly words: string | null;
}

/** What the page has to say before anything else: what just happened, and what stands in the way of messages. */
export function toldOf(showing: Showing, words: Words, times: Times): Required<Told>[] {
  const told = [...again(showing, words, times), ...done(showing, words, times), ...standing(showing, words, times)];
  return told.map((one) => ({ links: [], ...one }));
}

function again(showing: Showing, words: Words, times: Times): Told[] {
  if (showing.again === undefined) return [];
  const { wrong, tookNo } = showing.again;
  const isStale = wrong.length === 0;
  const key =
    tookNo != null ? (isStale ? 'state.stalePart' : 'page.enteredPart') : isStale ? 'state.stale' : 'page.entered';
  const links = wrong.map((name) => ({
    href: `#${name}`,
    text: `${words.say(NAME_OF[name])}: ${words.text(whatIsWrong(name, showing, words, times))}`,
  }));
  const changed = changedIn(showing);
  const named = (cells: readonly Cell[]): Phrase[] =>
    cells.length === 0 ? [] : [words.list(cells.map((cell) => words.ticked(cell)))];
  const lines = [
    words.phrase(key),
    ...named(changed.off).map((things) => words.phrase('result.off', { things })),
    ...named(changed.on).map((things) => words.phrase('result.on', { things })),
    ...(tookNo == null ? [] : underWay(showing.view.change, words)),
  ];
  return [{ tone: 'warn', lines, links, undo: tookNo == null ? null : undoOf(showing, words, times) }];
}

function done(showing: Showing, words: Words, times: Times): Told[] {
  const { link, view, query } = showing;
  const { phrase, say } = words;
  const address = words.address(link.contactPointId);
  switch (query.done) {
    case null:
      return [];
    case 'same':
      return [{ tone: 'ok', lines: [phrase('result.same')], undo: null }];
    case 'not_undone':
      return [{ tone: 'warn', lines: [phrase('result.notUndone')], undo: null }];
    case 'link_sent':
      return [{ tone: 'ok', lines: [phrase('link.sent', { address })], undo: null }];
    case 'link_enough':
      return [{ tone: 'warn', lines: [phrase('link.enough', { address })], undo: null }];
    case 'link_failed':
      return [{ tone: 'warn', lines: [phrase('link.failed')], undo: null }];
    case 'link_needed': {
      const send =
        view.brand.page.link === undefined ? null : button(actionOf(showing, { act: 'link' }), say('link.button'));
      return [{ tone: 'warn', lines: [phrase('link.needed')], undo: send }];
    }
    // The address alone says nothing of it: anybody may have written it, and it is looked at again.
    case 'erasure':
      return isErasureAsked(view)
        ? [{ tone: 'ok', lines: [phrase('data.erasureAsked')], undo: callBack(showing, words) }]
        : [];
    case 'called_back':
      return isErasureAsked(view) ? [] : [{ tone: 'ok', lines: [phrase('data.calledBack')], undo: null }];
    default:
  }
  const change = standingChange(showing);
  if (change === null) return [];
  const named = (keys: readonly string[]): Phrase[] => {
    const cells = keys.flatMap((key) => cellOf(showingCells({ link, view }), key) ?? []);
    return cells.length === 0 ? [] : [words.list(cells.map((cell) => words.ticked(cell)))];
  };
  // What is ticked at an address that is blocked is kept, and comes no sooner than the block ends.
  const isHeld = (key: string): boolean => {
    const cell = cellOf(view.cells, key);
    return view.facts.points.some(({ id, suppressed }) => id === cell?.pointId && suppressed.length > 0);
  };
  // What a law asks for besides, and no page can give, lets nothing through.
  const on = change.turnedOn.filter((key) => !isHeld(key) && cellOf(view.cells, key)?.asksYes !== true);
  const held = change.turnedOn.filter(isHeld);
  const isAllHeld =
    held.length > 0 &&
    held.length === change.turnedOn.length + change.turnedOff.length &&
    Object.keys(change.fieldsAfter).length === 0;
  const lines = [
    phraseOf(change, named, words),
    ...(change.act === 'save' || change.act === 'undo'
      ? [
          ...named(on).map((things) => phrase('result.on', { things })),
          ...named(held).map((things) => phrase('result.held', { things })),
          ...named(change.turnedOff).map((things) => phrase('result.off', { things })),
        ]
      : []),
    ...(isAllHeld ? [] : [phrase('result.effect', { time: times.instant(change.at) })]),
    ...underWay(change, words),
  ];
  return [{ tone: 'ok', lines, undo: undoOf(showing, words, times) }];
}

/** The change that the address names, while what it did stands; null where something else was said since. */
function standingChange({ query, view: { change, cells, facts } }: Showing): PreferenceChange | null {
  if (change === null || change.id !== query.done) return null;
  return stillHolds(change, cells, facts.fields) ? change : null;
}

/** What had left before somebody said no, and may still come. */
function underWay(change: PreferenceChange | null, { phrase }: Words): Phrase[] {
  return change === null || change.inFlight === 0 ? [] : [phrase('result.inFlight', { n: change.inFlight })];
}

/** Takes back the change that the page tells of; null where that is no longer possible, or by whom it was not made. */
function undoOf(showing: Showing, { say }: Words, times: Times): Pressed | null {
  const { view, language, served } = showing;
  const { change, undoUntil: until } = view;
  if (change === null || until === null || until <= view.now) return null;
  return {
    ...button(actionOf(showing, { act: 'undo', change: change.id }), say('result.undo')),
    until: say('result.undoUntil', { time: times.instant(until) }),
    secret: showing.undoSecret,
    words: served.seal('undo', language, say('result.undo')),
  };
}

function button(action: string, label: string): Pressed {
  return { action, label, until: '', secret: null, words: null };
}

/** Whether they wait for an answer to their wish to be erased. */
function isErasureAsked({ erasure }: Showing['view']): boolean {
  return erasure !== null && erasure.refused === null;
}

/** Takes the wish to be erased back; null where nothing is asked for, or the link may only reduce. */
function callBack(showing: Showing, { say }: Words): Pressed | null {
  const { link, view, served, language } = showing;
  if (link.access !== 'manage' || !isErasureAsked(view)) return null;
  const label = say('data.callBack');
  return {
    ...button(actionOf(showing, { act: 'call_back' }), label),
    words: served.seal('call_back', language, label),
  };
}

function phraseOf(change: PreferenceChange, named: (keys: readonly string[]) => Phrase[], { phrase }: Words): Phrase {
  switch (change.act) {
    case 'leave': {
      const [thing] = named(change.turnedOff);
      return thing === undefined ? phrase('result.saved') : phrase('result.left', { thing });
    }
    case 'stop_all':
      return phrase('result.stopped');
    case 'resume':
      return phrase('result.resumed');
    case 'undo':
      return phrase(change.isPart ? 'result.undonePart' : change.saidNo ? 'result.undoneByNo' : 'result.undone');
    default:
      return phrase('result.saved');
  }
}

/** What keeps messages away as things stand. */
function standing(showing: Showing, words: Words, times: Times): Told[] {
  const { link, view, query } = showing;
  const { phrase } = words;
  const { points, fields } = view.facts;
  const shown = points.filter(({ id }) => isShown(holderOf(link), id));
  const blocked = shown.flatMap(({ id, suppressed }) => {
    if (suppressed.length === 0) return [];
    const key = suppressed.includes('complaint')
      ? 'state.complaint'
      : suppressed.includes('bounce')
        ? 'state.bounce'
        : suppressed.includes('objection')
          ? maySayYes(holderOf(link), id)
            ? 'state.objection'
            : 'state.objected'
          : 'state.blocked';
    return [phrase(key, { address: words.address(id) })];
  });
  const { erasure } = view;
  const refused = link.access === 'manage' ? (erasure?.refused ?? null) : null;
  const isAsked = isErasureAsked(view) && query.done !== 'erasure';
  const isPaused = fields.pausedUntil !== null && fields.pausedUntil > view.now;
  // What a law keeps back is advertising: other messages about the same can still come.
  const nothing = view.cells.length > 0 && !view.cells.some(({ on, asksYes }) => on || asksYes === true);
  // A page that was just told the result need not be told the same again.
  const told = standingChange(showing);
  const saysNothing = nothing && (told === null || told.act === 'undo');
  const left = view.cells.find(
    (cell) =>
      !cell.on &&
      !cell.asksYes &&
      cell.pointId === link.contactPointId &&
      (cell.topicId ?? cell.purposeId) === scopeOf(showing),
  );
  const saysLeft = !nothing && left !== undefined && told === null;
  return [
    ...(isAsked ? [{ tone: '' as const, lines: [phrase('data.erasureAsked')], undo: callBack(showing, words) }] : []),
    ...(refused === null || erasure === null
      ? []
      : [
          {
            tone: 'warn' as const,
            lines: [
              phrase('data.erasureRefused', { date: times.day(erasure.at) }),
              apart(refused.explanation, refused.language === words.language ? null : refused.language),
              phrase('data.erasureAppeal'),
            ],
            undo: null,
          },
        ]),
    ...(blocked.length > 0 ? [{ tone: 'warn' as const, lines: fewOf(blocked, words), undo: null }] : []),
    ...(isPaused
      ? [
          {
            tone: '' as const,
            lines: [phrase('state.paused', { date: times.day((fields.pausedUntil ?? 0) - 1) })],
            undo:
              link.access === 'manage' ? button(actionOf(showing, { act: 'resume' }), words.say('state.resume')) : null,
          },
        ]
      : []),
    ...(saysNothing ? [{ tone: '' as const, lines: [phrase('state.nothing')], undo: null }] : []),
    ...(saysLeft
      ? [{ tone: '' as const, lines: [phrase('state.left', { thing: words.thing(left) })], undo: null }]
      : []),
  ];
}

/** As many addresses that are blocked as are named one by one. */
const FEW_BLOCKED = 8;

function fewOf(lines: readonly Phrase[], { phrase }: Words): readonly Phrase[] {
  if (lines.length <= FEW_BLOCKED) return lines;
  return [...lines.slice(0, FEW_BLOCKED - 1), phrase('list.more', { n: lines.length - FEW_BLOCKED + 1 })];
}

function showingCells({ link, view }: Pick<Showing, 'link' | 'view'>): readonly Cell[] {
  return view.cells.filter((cell) => isShown(holderOf(link), cell.pointId));
}

function cellOf(cells: readonly Cell[], key: string): Cell | undefined {
  return cells.find((cell) => cellKey(cell) === key);
}
