import type { Channel, ContactPointId, EpochMs } from '#lib/kernel';
import type { LinkAccess } from '../../links/page-link.js';
import type { ConsentEventKind, ConsentState } from '../../consents/domain/consent-fold.js';
import { type Choices, choicesMade, type Choosable } from '../../contacts/domain/choices.js';
import type { Wishes } from '../../contacts/domain/wishes.js';
import { everythingToLeave, isLeft, refusalOf } from '../../consents/domain/leaving.js';
import { type Cell, cellKey, cellsOf, isDormant, wholeOf } from './cells.js';
import { type DailyHours, withOwnHours } from './own-hours.js';
import type { PreferenceFacts } from './preference-facts.js';

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
      /** And of those that were ticked on the page and are not any more: a no also to what was emptied since. */
      readonly unticked?: ReadonlySet<string>;
      readonly frequency?: Frequency | 'any';
      /** An instant, null for no pause. */
      readonly pausedUntil?: EpochMs | null;
      /** The same every day; null for none. */
      readonly quietHours?: DailyHours | null;
      /** Whether quiet hours that have another form hold on. */
      readonly keepsOtherHours?: boolean;
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
  /** Of a yes: its box said what is signed by the tick (15 U.S.C. 7001, 7006 (5); 47 CFR 64.1200 (f) (9)). */
  readonly written?: true;
}

/** Where a scope stood before a change, from the person's own events. */
export interface Past {
  readonly state: ConsentState | null;
  /** Whether nothing at all happened since the change: about it, about its contact point, or about its evidence. */
  readonly isUntouched: boolean;
}

export interface PreferencePlan {
  readonly consents: readonly PlannedConsent[];
  /**
   * What is off already and is left again. It changes nothing that stands, and is recorded all the same: a yes that was
   * given elsewhere in between, and is told here later, is over by it.
   */
  readonly again: readonly PlannedConsent[];
  /** Only what changes. */
  readonly fields: Partial<Choices>;
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
      // is one to its purpose. What is on already brings nothing: nothing was said of it.
      const saysNo = (cell: Cell): boolean =>
        !wanted(cell) &&
        (cell.on || (cell.asksYes === true && request.unticked?.has(cellKey(cell)) === true)) &&
        isShown(holder, cell.pointId);
      const isStopped = (whole: Cell | undefined): boolean => whole !== undefined && saysNo(whole);
      const isBrought = (whole: Cell): boolean =>
        whole.topicId === null && cells.some((cell) => !cell.on && wanted(cell) && wholeOf(cells, cell) === whole);
      const turnedOn = cells.filter(
        (cell) =>
          !cell.on &&
          request.onlyLess !== true &&
          maySayYes(holder, cell.pointId) &&
          (wanted(cell) ? !isStopped(wholeOf(cells, cell)) : isBrought(cell) && !saysNo(cell)),
      );
      const turnedOff = cells.filter(
        (cell) => saysNo(cell) || (cell.on && isShown(holder, cell.pointId) && isStopped(wholeOf(cells, cell))),
      );
      // What only came along goes with its last topic, unless its own box is left ticked.
      const keptAlone = cells.filter(
        (whole) =>
          whole.topicId === null &&
          whole.on &&
          wanted(whole) &&
          request.onlyLess !== true &&
          maySayYes(holder, whole.pointId) &&
          facts.cameAlong.has(facts.own.get(whole.pointId)?.get(whole.purposeId)?.eventId ?? '') &&
          turnedOff.some((cell) => wholeOf(cells, cell) === whole) &&
          !cells.some((cell) => cell.topicId !== null && wholeOf(cells, cell) === whole && wanted(cell)),
      );
      // A yes to one topic takes an objection back; what was not ticked must not come back with it.
      const unwanted = cells.filter(
        (cell) => !wanted(cell) && !turnedOff.includes(cell) && isDormant(facts, cell, turnedOn, now),
      );
      // Emptied since by whatever else: it changes nothing that stands, and is said all the same.
      const emptied = cells.filter(
        (cell) =>
          !cell.on &&
          !wanted(cell) &&
          request.unticked?.has(cellKey(cell)) === true &&
          isShown(holder, cell.pointId) &&
          ![...turnedOn, ...turnedOff, ...unwanted].includes(cell),
      );
      const isSigned = (cell: Cell): boolean => turnedOn.includes(cell) && facts.asksWritten.has(cellKey(cell));
      return {
        consents: consentsFor(facts, [...turnedOn, ...keptAlone], [...turnedOff, ...unwanted], wanted, isSigned),
        again: consentsFor(facts, [], emptied),
        fields: planFields(facts.fields, request.onlyLess === true ? 'reduce' : holder.access, request, now),
        turnedOn,
        // What the law alone had kept off is left now: whoever reads what was done reads that too.
        turnedOff: [...turnedOff, ...unwanted.filter(({ asksYes }) => asksYes)],
      };
    }
  }
}

export const NOTHING: PreferencePlan = { consents: [], again: [], fields: {}, turnedOn: [], turnedOff: [] };

/** A link that may only reduce shows its own contact point and no other: the others are not in the mail it stood in. */
export function isShown(holder: Holder, pointId: ContactPointId): boolean {
  return holder.access === 'manage' || holder.pointId === pointId;
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
      (cell) =>
        (cell.on || cell.asksYes) && cell.pointId === pointId && (isWhole ? cell.purposeId : cell.topicId) === scopeId,
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
export function consentsFor(
  facts: PreferenceFacts,
  on: readonly Cell[],
  off: readonly Cell[],
  wanted: (cell: Cell) => boolean = () => true,
  isSigned: (cell: Cell) => boolean = () => false,
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
          ...(isSigned(cell) && { written: true as const }),
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
  present: Choosable,
  access: LinkAccess,
  request: Extract<PreferenceRequest, { act: 'save' }>,
  now: EpochMs,
): Partial<Choices> {
  const mayAll = access === 'manage';

  let { pausedUntil } = present;
  const isLonger = request.pausedUntil != null && request.pausedUntil > Math.max(now, pausedUntil ?? now);
  if (request.pausedUntil !== undefined && (mayAll || isLonger)) pausedUntil = request.pausedUntil;
  const language = (mayAll ? request.language : undefined) ?? present.language;

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
  if (mayAll) wishes = withOwnHours(wishes, request.quietHours, request.keepsOtherHours);
  if (mayAll && request.zone !== undefined) {
    const { zone: _, ...others } = wishes;
    wishes = request.zone === null ? others : { ...others, zone: request.zone };
  }
  return choicesMade(present, { language, pausedUntil, wishes });
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
