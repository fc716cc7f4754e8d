import { type Cell, cellKey, frequencyOf, isShown, maySayYes } from '#lib/consent';
import { type Phrase, plain } from '../texts/phrase.js';
import { boxName } from './box-name.js';
import { writeWas } from './domain/less.js';
import { here } from './page-address.js';
import type { PageSize } from './page-length.js';
import { holderOf, isPaused, type Showing } from './showing.js';
import type { Words } from './words.js';

/** The cells that this link shows, topic by topic. */
export function topicsIn({ link, view }: Pick<Showing, 'link' | 'view'>): readonly (readonly Cell[])[] {
  const shown = view.cells.filter((cell) => isShown(holderOf(link), cell.pointId));
  const scopes = new Set(shown.map(scopeIn));
  return [...scopes].map((scope) => shown.filter((cell) => scopeIn(cell) === scope));
}

function scopeIn({ topicId, purposeId }: Cell): string {
  return topicId ?? purposeId;
}

/** Which of the topics stand on this page. */
export interface TopicPart {
  /** Null where all topics are on one page; of the first counted from 1, and of the last. */
  readonly span: { readonly from: number; readonly to: number; readonly of: number } | null;
  readonly topics: readonly (readonly Cell[])[];
  /** Of the first topic of this page and of those that led to it. */
  readonly trail: readonly number[];
}

/** @param size of the page: where it has all topics, it has them from the first, whatever was asked for */
export function partOf(showing: Showing, { topics: most }: PageSize): TopicPart {
  const all = topicsIn(showing);
  if (most === null) return { span: null, topics: all, trail: [] };
  const asked = (showing.query.topics ?? []).filter((from) => from > 1 && from <= all.length);
  const from = asked.at(-1) ?? 1;
  const topics = all.slice(from - 1, from - 1 + most);
  return { span: { from, to: from - 1 + topics.length, of: all.length }, topics, trail: asked };
}

/** The ways to the topics before and after. The address of a page has those that led to it, so there is a way back. */
export function otherTopics({ span, trail }: TopicPart, { query: { lang } }: Showing, { say }: Words) {
  if (span === null) return null;
  const way = (topics: readonly number[], label: string) => ({
    href: `${here({ lang, topics: topics.join('.') || null })}#topics`,
    label,
  });
  return {
    span: say('topics.span', { from: span.from, to: span.to, n: span.of }),
    ways: [
      ...(trail.length > 0 ? [way(trail.slice(0, -1), say('topics.before'))] : []),
      ...(span.to < span.of ? [way([...trail, span.to + 1], say('topics.after'))] : []),
    ],
  };
}

/** The boxes of each topic; what is off and cannot be ticked here is said in a sentence, briefly in one for all topics. */
export function boxesOf(showing: Showing, words: Words, { topics: scopes }: TopicPart, isBrief: boolean) {
  const { link, view } = showing;
  const holder = holderOf(link);
  const isPending = ({ pointId, topicId, purposeId }: Cell): boolean =>
    view.facts.states.get(pointId)?.get(topicId ?? purposeId)?.status === 'requested';
  const isShut = (cell: Cell): boolean => !cell.on && !maySayYes(holder, cell.pointId);
  const isSigned = (cell: Cell): boolean => !cell.on && !isShut(cell) && view.facts.asksWritten.has(cellKey(cell));
  const isOff = (cell: Cell): boolean => isShut(cell) && !isPending(cell);
  // Points of which every topic has a cell that is off.
  const offEverywhere = view.facts.points.filter(({ id }) => {
    const cells = scopes.flat().filter(({ pointId }) => pointId === id);
    return isBrief && scopes.length > 1 && cells.length === scopes.length && cells.every(isOff);
  });
  const isSaidBelow = ({ pointId }: Cell): boolean => offEverywhere.some(({ id }) => id === pointId);
  const topics = scopes.map((cells) => {
    const off = cells.filter((cell) => isOff(cell) && !isSaidBelow(cell)).map((cell) => words.box(cell));
    return {
      label: cells[0] === undefined ? [] : words.legend(cells[0]),
      description: cells[0] === undefined ? null : words.description(cells[0]),
      cells: cells
        .filter((cell) => !isShut(cell) || isPending(cell))
        .map((cell) => ({ cell, label: words.box(cell) }))
        .map(({ cell, label }) => ({
          name: boxName(cell),
          checked: isWanted(showing, cell),
          disabled: isShut(cell),
          label,
          // A box is a word in most cases, and there are many of them.
          plain: label.length === 1 && !isPending(cell) && !isSigned(cell) ? words.text(label) : null,
          signed: isSigned(cell) ? words.signed(cell) : null,
          hint: isPending(cell) ? words.say('topics.pending') : null,
        })),
      asked: !isBrief && isAsked(cells),
      off: off.length === 0 ? null : words.phrase('topics.off', { channels: words.list(off) }),
    };
  });
  const below = offEverywhere.map(({ id, channel }) => words.box({ channel, pointId: id }));
  const offBelow = below.length === 0 ? null : words.phrase('topics.offEverywhere', { channels: words.list(below) });
  return { topics, offEverywhere: offBelow, asked: isBrief && isAsked(scopes.flat()) };
}

/** Whether a law keeps advertising about one of them back until it is ticked, and other messages can come all the same. */
function isAsked(cells: readonly Cell[]): boolean {
  return cells.some(({ asksYes }) => asksYes === true);
}

/**
 * What the form shows: from which can be told what of it lets less through when nothing else is known, and which boxes were
 * on it. A box that was unticked and has no place on the page that comes back is named too: it stays unticked.
 */
export function wasOf(showing: Showing, shown: readonly Cell[]): string {
  const { view, again } = showing;
  const isHere = new Set(shown);
  const isLeft = (cell: Cell): boolean => again !== undefined && !isHere.has(cell) && again.entered.isUnticked(cell);
  return writeWas({
    frequency: frequencyOf(view.facts.fields.wishes),
    pause: isPaused(view) ? 'keep' : 'none',
    ticked: topicsIn(showing)
      .flat()
      .filter((cell) => cell.on && (isHere.has(cell) || isLeft(cell)))
      .map(boxName),
  });
}

/** Whether the box is ticked: as it stands, or as somebody entered it. */
function isWanted({ again }: Showing, cell: Cell): boolean {
  return again === undefined ? cell.on : again.entered.isTickedAgain(cell);
}

/** What turned off, or on, since the form was made that comes back; on only where it was a form of all topics. */
export function changedIn(showing: Showing): { readonly on: readonly Cell[]; readonly off: readonly Cell[] } {
  const { again, query } = showing;
  const changed = topicsIn(showing)
    .flat()
    .filter((cell) => again?.entered.isChanged(cell) === true);
  const isOfAll = query.topics === null && query.part === null;
  return { on: changed.filter(({ on }) => on && isOfAll), off: changed.filter(({ on }) => !on) };
}

/** What somebody reads who says yes here, in the language of the page where it was published in it. */
export function noticeOf({ view, language }: Showing) {
  const notice =
    view.notices.find((each) => each.language.split('-')[0] === language) ??
    view.notices.find((each) => each.language === view.brand.defaultLanguage);
  if (notice === undefined) return null;
  const { id, wording } = notice;
  return { id, wording, lang: notice.language.split('-')[0] === language ? null : notice.language };
}

/** Why some cells cannot be ticked; null where all can, or none. */
export function otherPoints({ link, view }: Showing, words: Words): Phrase | null {
  const others = view.facts.points.filter(
    ({ id }) => id !== link.contactPointId && view.cells.some((cell) => cell.pointId === id && !cell.on),
  );
  if (link.access === 'reduce' || others.length === 0) return null;
  const channels = words.list(
    others.map(({ id, channel }) => [...plain(`${words.channel(channel)} `), ...words.address(id)]),
  );
  return words.phrase('topics.otherPoint', { channels });
}
