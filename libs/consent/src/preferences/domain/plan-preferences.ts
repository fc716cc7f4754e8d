import type { Channel, ContactPointId, EpochMs } from '#lib/kernel';
import type { LinkAccess } from '../../links/page-link.js';
import type { ConsentEventKind, ConsentState } from '../../consents/domain/consent-fold.js';
import type { Wishes } from '../../contacts/domain/wishes.js';
import { everythingToLeave, isLeft, refusalOf } from '../../consents/domain/leaving.js';
import { type Cell, cellKey, cellsOf, isDormant, lets, wholeOf } from './cells.js';
import type { PreferenceFacts, PreferenceFields } from './preference-facts.js';

/** How often at most: a rolling window with one message in it, over all channels. */
export const FREQUENCIES = { weekly: 'P7D', monthly: 'P30D' } as const;
export type Frequency = keyof typeof FREQUENCIES;

/** What one POST asks for. A field that is missing was not on the page, and stays. */
export type PreferenceRequest =
  | { readonly act: 'leave'; readonly scopeId: string; readonly pointId: ContactPointId }
  | { readonly act: 'stop_all' }
  | { readonly act: 'resume' }
  | {
      readonly act: 'save';
      /** Keys of all cells that were ticked. */
      readonly ticked: ReadonlySet<string>;
      readonly frequency?: Frequency | 'any';
      /** An instant, null for no pause. */
      readonly pausedUntil?: EpochMs | null;
      /** Every day, HH:MM to HH:MM; null for none. */
      readonly quietHours?: { readonly start: string; readonly end: string } | null;
      readonly zone?: string | null;
      readonly language?: string;
      /** Whatever it says, nothing is planned that would let more through. */
      readonly onlyLess?: boolean;
    };

/** One consent wish on a purpose or on topics of it, at one contact point. */
export interface PlannedConsent {
  readonly pointId: ContactPointId;
  readonly channel: Channel;
  readonly purposeId: string;
  /** Empty: the purpose as a whole, with all its topics. */
  readonly topicIds: readonly string[];
  readonly kind: Extract<ConsentEventKind, 'granted' | 'withdrawn' | 'objected'>;
  /** Until when a yes counts at the longest; null: no end. */
  readonly validUntil: EpochMs | null;
  /** Of a yes to a purpose whose own box was not ticked: the topics whose boxes were, and brought it with them. */
  readonly broughtBy?: readonly string[];
}

/** Where a scope stood before a change, from the person's own events. */
export interface Past {
  readonly state: ConsentState | null;
  /** Whether the person had said yes in so many words; anything implied cannot be given back by a click. */
  readonly isExpress: boolean;
  /** Whether nothing at all happened since the change: about it, about its contact point, or about its evidence. */
  readonly isUntouched: boolean;
}

export interface PreferencePlan {
  readonly consents: readonly PlannedConsent[];
  /**
   * What was left before and is left again. It changes nothing that stands, and is recorded all the same: a yes that was
   * given elsewhere in between, and is told here later, is over by it.
   */
  readonly again: readonly PlannedConsent[];
  /** Only what changes. */
  readonly fields: Partial<PreferenceFields>;
  readonly turnedOn: readonly Cell[];
  readonly turnedOff: readonly Cell[];
}

/** Who asks: through which kind of link, to which contact point. */
export interface Holder {
  readonly access: LinkAccess;
  readonly pointId: ContactPointId;
}

/**
 * Whether the holder of a link may say yes for a contact point. What reads one address proves nothing about another
 * (a mail says nothing about who has the telephone), and an old link proves nothing at all.
 */
export function maySayYes(holder: Holder, pointId: ContactPointId): boolean {
  return holder.access === 'manage' && holder.pointId === pointId;
}

/**
 * Turns the wishes of one POST into changes, each of which becomes a ledger entry. Nothing is changed that is so
 * already, so the same POST twice leaves everything as once did. A link that may only reduce never plans anything that would let
 * more messages through, whatever its form says.
 */
export function planPreferences(
  facts: PreferenceFacts,
  holder: Holder,
  request: PreferenceRequest,
  now: EpochMs,
): PreferencePlan {
  switch (request.act) {
    case 'leave':
      return planLeave(facts, request.scopeId, request.pointId, now);
    case 'stop_all':
      return planStop(facts, now);
    case 'resume':
      return {
        ...NOTHING,
        fields: holder.access === 'manage' && facts.fields.pausedUntil !== null ? { pausedUntil: null } : {},
      };
    case 'save': {
      const cells = cellsOf(facts, now);
      const wanted = (cell: Cell): boolean => request.ticked.has(cellKey(cell));
      // A topic needs its purpose: a no to the purpose is one to its topics, and where there is none, a yes to a topic
      // is one to its purpose.
      const isStopped = (whole: Cell | undefined): boolean =>
        whole !== undefined && whole.on && !wanted(whole) && isShown(holder, whole.pointId);
      const isBrought = (whole: Cell): boolean =>
        whole.topicId === null && cells.some((cell) => wanted(cell) && wholeOf(cells, cell) === whole);
      const turnedOn = cells.filter(
        (cell) =>
          !cell.on &&
          request.onlyLess !== true &&
          maySayYes(holder, cell.pointId) &&
          (wanted(cell) ? !isStopped(wholeOf(cells, cell)) : isBrought(cell)),
      );
      const turnedOff = cells.filter(
        (cell) => cell.on && isShown(holder, cell.pointId) && (!wanted(cell) || isStopped(wholeOf(cells, cell))),
      );
      // A yes to one topic takes an objection back; what was not ticked must not come back with it.
      const unwanted = cells.filter((cell) => !wanted(cell) && isDormant(facts, cell, turnedOn, now));
      return {
        consents: consentsFor(facts, turnedOn, [...turnedOff, ...unwanted], wanted),
        again: [],
        fields: planFields(facts.fields, request.onlyLess === true ? 'reduce' : holder.access, request, now),
        turnedOn,
        turnedOff,
      };
    }
  }
}

const NOTHING: PreferencePlan = { consents: [], again: [], fields: {}, turnedOn: [], turnedOff: [] };

/** A link that may only reduce shows its own contact point and no other: the others are not in the mail it stood in. */
export function isShown(holder: Holder, pointId: ContactPointId): boolean {
  return holder.access === 'manage' || holder.pointId === pointId;
}

/**
 * Takes back what a change did, as far as it still stands, and gives back no more than there was: an express consent
 * with the end it had, about which nothing at all happened since. A link that may only reduce gives back what it took at
 * its own contact point alone.
 */
export function planUndo(
  facts: PreferenceFacts,
  holder: Holder,
  change: {
    readonly at: EpochMs;
    readonly turnedOn: readonly string[];
    readonly turnedOff: readonly string[];
    readonly fieldsBefore: Partial<PreferenceFields>;
    readonly fieldsAfter: Partial<PreferenceFields>;
  },
  past: (pointId: ContactPointId, scopeId: string) => Past,
  now: EpochMs,
): PreferencePlan {
  const cells = cellsOf(facts, now);
  const restored = cells.flatMap((cell) => {
    const terms =
      cell.on || !change.turnedOff.includes(cellKey(cell)) || !isShown(holder, cell.pointId)
        ? null
        : termsOf(facts, cell, past, now);
    return terms === null ? [] : [{ cell, terms }];
  });
  const added = cells.filter((cell) => cell.on && change.turnedOn.includes(cellKey(cell)));
  // A purpose stays as long as a topic that was said yes to at another time needs it.
  const isNeeded = (whole: Cell): boolean =>
    cells.some((cell) => cell.topicId !== null && cell.on && !added.includes(cell) && wholeOf(cells, cell) === whole);
  const turnedOff = added.filter((cell) => cell.topicId !== null || !isNeeded(cell));
  const fields = Object.fromEntries(
    Object.entries(change.fieldsBefore).filter(
      ([name]) =>
        same(facts.fields[name as keyof PreferenceFields], change.fieldsAfter[name as keyof PreferenceFields]) &&
        !same(facts.fields[name as keyof PreferenceFields], change.fieldsBefore[name as keyof PreferenceFields]),
    ),
  ) as Partial<PreferenceFields>;
  const yeses = purposesFirst(restored).map(
    ({ cell: { pointId, channel, purposeId, topicId }, terms }): PlannedConsent => ({
      ...{ pointId, channel, purposeId, topicIds: topicId === null ? [] : [topicId] },
      ...{ kind: 'granted', validUntil: terms.validUntil },
    }),
  );
  return {
    consents: [...consentsFor(facts, [], turnedOff), ...yeses],
    again: [],
    fields,
    turnedOn: restored.map(({ cell }) => cell),
    turnedOff,
  };
}

/** On which terms a cell may be given back; null when it may not. */
function termsOf(
  facts: PreferenceFacts,
  { pointId, purposeId, topicId }: Cell,
  past: (pointId: ContactPointId, scopeId: string) => Past,
  now: EpochMs,
): { readonly validUntil: EpochMs | null } | null {
  const point = facts.points.find(({ id }) => id === pointId);
  const purpose = facts.purposes.find(({ id }) => id === purposeId);
  if (point === undefined || purpose === undefined || point.suppressed.includes('complaint')) return null;
  const scopes = topicId === null ? [purposeId] : [purposeId, topicId];
  const before = scopes.map((scope) => past(pointId, scope));
  // Where the purpose itself has to come back, a word about any of its topics since was said of what is gone with it.
  const isWhole = !lets(purpose, facts.states.get(pointId)?.get(purposeId) ?? null, now);
  const about = isWhole ? [purposeId, ...purpose.topics.map(({ id }) => id)] : scopes;
  if (!about.every((scope) => past(pointId, scope).isUntouched)) return null;
  if (!before.every(({ state }) => lets(purpose, state, now))) return null;
  if (purpose.enforcement !== 'restrictive') return { validUntil: null };
  if (!before.every(({ isExpress }) => isExpress)) return null;
  const ends = before.flatMap(({ state }) => state?.validUntil ?? []);
  return { validUntil: ends.length === 0 ? null : Math.min(...ends) };
}

function planLeave(facts: PreferenceFacts, scopeId: string, pointId: ContactPointId, now: EpochMs): PreferencePlan {
  const purpose = facts.purposes.find(
    ({ id, topics }) => id === scopeId || topics.some((topic) => topic.id === scopeId),
  );
  const point = facts.points.find(({ id }) => id === pointId);
  if (purpose === undefined || point === undefined) return NOTHING;
  const isWhole = purpose.id === scopeId;
  const no: PlannedConsent = {
    pointId,
    channel: point.channel,
    purposeId: purpose.id,
    topicIds: isWhole ? [] : [scopeId],
    kind: refusalOf(purpose),
    validUntil: null,
  };
  if (isLeft(purpose, facts.own.get(pointId)?.get(scopeId) ?? null)) return { ...NOTHING, again: [no] };
  return {
    ...NOTHING,
    consents: [no],
    turnedOff: cellsOf(facts, now).filter(
      (cell) => cell.on && cell.pointId === pointId && (isWhole ? cell.purposeId : cell.topicId) === scopeId,
    ),
  };
}

function planStop(facts: PreferenceFacts, now: EpochMs): PreferencePlan {
  const turnedOff = cellsOf(facts, now).filter(({ on }) => on);
  const leavings = facts.points.flatMap(({ id: pointId, channel }) =>
    everythingToLeave(facts.purposes, facts.own.get(pointId) ?? new Map()).map(({ isNew, ...left }) => ({
      isNew,
      consent: { pointId, channel, topicIds: [], validUntil: null, ...left } satisfies PlannedConsent,
    })),
  );
  const those = (areNew: boolean): PlannedConsent[] =>
    leavings.filter(({ isNew }) => isNew === areNew).map(({ consent }) => consent);
  return { ...NOTHING, consents: those(true), again: those(false), turnedOff };
}

/** Each has its own box, so each is a wish of its own; what is left already with its purpose is not left again. */
function consentsFor(
  facts: PreferenceFacts,
  on: readonly Cell[],
  off: readonly Cell[],
  wanted: (cell: Cell) => boolean = () => true,
): PlannedConsent[] {
  return facts.purposes.flatMap((purpose) =>
    facts.points.flatMap(({ id: pointId, channel }) => {
      const isHere = (cell: Cell): boolean => cell.purposeId === purpose.id && cell.pointId === pointId;
      const wish = ({ topicId }: Cell, kind: PlannedConsent['kind']): PlannedConsent => ({
        ...{ pointId, channel, purposeId: purpose.id, topicIds: topicId === null ? [] : [topicId] },
        ...{ kind, validUntil: null },
      });
      const [leaving, saying] = [off.filter(isHere), on.filter(isHere)];
      const topicIds = saying.flatMap(({ topicId }) => topicId ?? []);
      return [
        ...leaving.map((cell) => wish(cell, refusalOf(purpose))),
        ...purposesFirst(saying.map((cell) => ({ cell }))).map(({ cell }) => ({
          ...wish(cell, 'granted'),
          ...(cell.topicId === null && !wanted(cell) && { broughtBy: topicIds }),
        })),
      ];
    }),
  );
}

/** A yes to a topic says yes to its purpose where that is not said yet, so the purpose comes first, in its own words. */
function purposesFirst<T extends { readonly cell: Cell }>(yeses: readonly T[]): T[] {
  const isWhole = ({ cell }: T): boolean => cell.topicId === null;
  return [...yeses.filter(isWhole), ...yeses.filter((yes) => !isWhole(yes))];
}

function planFields(
  present: PreferenceFields,
  access: LinkAccess,
  request: Extract<PreferenceRequest, { act: 'save' }>,
  now: EpochMs,
): Partial<PreferenceFields> {
  const mayAll = access === 'manage';
  const fields: { -readonly [Name in keyof PreferenceFields]?: PreferenceFields[Name] } = {};

  const { pausedUntil } = request;
  const isLonger = pausedUntil != null && pausedUntil > Math.max(now, present.pausedUntil ?? now);
  if (pausedUntil !== undefined && pausedUntil !== present.pausedUntil && (mayAll || isLonger)) {
    fields.pausedUntil = pausedUntil;
  }
  if (mayAll && request.language !== undefined && request.language !== present.language) {
    fields.language = request.language;
  }

  let wishes: Wishes = present.wishes;
  const { frequency } = request;
  if (frequency !== undefined && frequency !== frequencyOf(present.wishes)) {
    const { frequency: before = [], ...others } = wishes;
    const windowOf = (name: Frequency | 'any'): number => (name === 'any' ? 0 : name === 'weekly' ? 7 : 30);
    const was = frequencyOf(present.wishes);
    // Where the person's wish has a form that the page cannot show, a weaker link leaves it alone.
    const isLess = was !== 'other' && windowOf(frequency) > windowOf(was);
    if (mayAll || isLess) {
      const kept = before.filter(({ channel, topic }) => channel !== null || topic !== null);
      const chosen =
        frequency === 'any'
          ? kept
          : [...kept, { limit: 1, window: FREQUENCIES[frequency], channel: null, topic: null }];
      wishes = chosen.length === 0 ? others : { ...others, frequency: chosen };
    }
  }
  if (mayAll && request.quietHours !== undefined) {
    const { quietHours: _, ...others } = wishes;
    wishes =
      request.quietHours === null
        ? others
        : { ...others, quietHours: [{ days: [1, 2, 3, 4, 5, 6, 7], ...request.quietHours }] };
  }
  if (mayAll && request.zone !== undefined) {
    const { zone: _, ...others } = wishes;
    wishes = request.zone === null ? others : { ...others, zone: request.zone };
  }
  if (!same(wishes, present.wishes)) fields.wishes = wishes;
  return fields;
}

/** Which of the page's choices somebody's wish about frequency is; `other` for one that was made elsewhere. */
export function frequencyOf({ frequency = [] }: Wishes): Frequency | 'any' | 'other' {
  const overall = frequency.filter(({ channel, topic }) => channel === null && topic === null);
  const [one, another] = overall;
  if (one === undefined) return 'any';
  const names = Object.keys(FREQUENCIES) as Frequency[];
  const name = names.find((known) => FREQUENCIES[known] === one.window && one.limit === 1);
  return another !== undefined || name === undefined ? 'other' : name;
}

/** Whether two values say the same as JSON, whatever the order of their members. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, member]) => [name, inOrder(member)]);
}
