import { type ContactPointId, type EpochMs, isSame } from '#lib/kernel';
import { type ConsentState, isRefusal } from '../../consents/domain/consent-fold.js';
import { everythingOf } from '../../consents/domain/everything.js';
import type { SaidWord } from '../../consents/domain/plan-changes.js';
import { CHOICES, type Choices, choicesOf, only } from '../../contacts/domain/choices.js';
import { type Cell, cellKey, cellsOf, lets, wholeOf } from './cells.js';
import { consentsFor, type Holder, isShown, NOTHING, type Past, type PreferencePlan } from './plan-preferences.js';
import type { PreferenceFacts } from './preference-facts.js';

/** What an undo does: what it takes back of that which the change said; what else the change had agreed to is left. */
export interface UndoPlan extends PreferencePlan {
  readonly takenBack: readonly SaidWord[];
  /** Those of them that were a yes. */
  readonly yesesBack: readonly SaidWord[];
}

/** Whether a plan changes nothing. */
export function isNoChange({ consents, fields, takenBack = [] }: PreferencePlan & Partial<UndoPlan>): boolean {
  return consents.length === 0 && takenBack.length === 0 && Object.keys(fields).length === 0;
}

/** A change as far as it can be taken back. */
export interface Undoable {
  readonly turnedOn: readonly string[];
  readonly turnedOff: readonly string[];
  readonly fieldsBefore: Partial<Choices>;
  readonly fieldsAfter: Partial<Choices>;
  /** Every no that it recorded. */
  readonly noes: readonly SaidWord[];
  /** And every yes. */
  readonly yeses: readonly SaidWord[];
}

/** Of an undo: whether some of what the change that it takes back had turned off, or set, stays so. */
export function isPartly(
  { turnedOn, fieldsAfter }: Pick<Undoable, 'turnedOn' | 'fieldsAfter'>,
  change: Pick<Undoable, 'turnedOff' | 'fieldsAfter'>,
): boolean {
  const stays = CHOICES.some((choice) => change.fieldsAfter[choice] !== undefined && fieldsAfter[choice] === undefined);
  return stays || !change.turnedOff.every((key) => turnedOn.includes(key));
}

/**
 * Takes back what a change did, as far as it still stands. Its noes are retracted, so what stood before stands again as it
 * was: on its own legal basis, with its own end, or not at all; an undo agrees to nothing. Only noes about which nothing at
 * all happened since, and by a link that may only reduce at its own contact point alone. A yes is left by a no, and where
 * none was needed it is retracted: nobody said no there before.
 */
export function planUndo(
  facts: PreferenceFacts,
  holder: Holder,
  change: Undoable,
  past: (pointId: ContactPointId, scopeId: string) => Past,
  now: EpochMs,
): UndoPlan {
  const cells = cellsOf(facts, now);
  const restored = cells.filter(
    (cell) =>
      !cell.on &&
      change.turnedOff.includes(cellKey(cell)) &&
      isShown(holder, cell.pointId) &&
      comesBack(facts, cell, past, now),
  );
  const added = cells.filter((cell) => (cell.on || cell.asksYes) && change.turnedOn.includes(cellKey(cell)));
  // A purpose stays as long as a topic that was said yes to at another time needs it.
  const isNeeded = (whole: Cell): boolean =>
    cells.some(
      (cell) =>
        cell.topicId !== null &&
        cell.on &&
        !added.includes(cell) &&
        wholeOf(cells, cell) === whole &&
        isAgreed(facts.states.get(cell.pointId)?.get(cell.topicId)),
    );
  const turnedOff = added.filter((cell) => cell.topicId !== null || !isNeeded(cell));
  const present = choicesOf(facts.fields);
  const changed = CHOICES.filter(
    (choice) =>
      change.fieldsBefore[choice] !== undefined &&
      isSame(present[choice], change.fieldsAfter[choice]) &&
      !isSame(present[choice], change.fieldsBefore[choice]),
  );
  const fields = only(change.fieldsBefore, changed);
  const yesesBack = yesesToTakeBack(facts, change, turnedOff, past);
  return {
    ...NOTHING,
    consents: consentsFor(
      facts,
      [],
      turnedOff.filter((cell) => !yesesBack.some((yes) => isAbout(yes, cell))),
    ),
    takenBack: [...yesesBack, ...noesToTakeBack(facts, holder, change, restored, yesesBack, past)],
    yesesBack,
    fields,
    turnedOn: restored,
    turnedOff,
  };
}

/**
 * The yeses to purposes that need none. Of each purpose at a contact point all or none: without the yes to a topic alone, the
 * one to the purpose would let it through.
 */
function yesesToTakeBack(
  { purposes }: PreferenceFacts,
  { yeses, turnedOn }: Undoable,
  turnedOff: readonly Cell[],
  past: (pointId: ContactPointId, scopeId: string) => Past,
): SaidWord[] {
  const goes = (yes: SaidWord): boolean =>
    purposes.some(({ id, enforcement }) => id === yes.scope.purposeId && enforcement !== 'restrictive') &&
    turnedOff.some((cell) => isAbout(yes, cell)) &&
    past(yes.pointId, yes.scope.topicId ?? yes.scope.purposeId).isUntouched;
  const staying = yeses.filter((yes) => turnedOn.includes(cellKey(cellOf(yes))) && !goes(yes));
  return yeses.filter((yes) => goes(yes) && !staying.some((one) => isBeside(one, yes)));
}

function cellOf({ pointId, scope }: SaidWord): Pick<Cell, 'pointId' | 'purposeId' | 'topicId'> {
  return { pointId, ...scope };
}

function isAbout(word: SaidWord, cell: Cell): boolean {
  return cellKey(cellOf(word)) === cellKey(cell);
}

/** Whether two things were said of one purpose at one contact point. */
function isBeside(one: SaidWord, other: SaidWord): boolean {
  return one.pointId === other.pointId && one.scope.purposeId === other.scope.purposeId;
}

/** Whether somebody said yes to it; where none is needed, not having said no is no yes. */
function isAgreed(state: ConsentState | undefined): boolean {
  return state !== undefined && !isRefusal(state.status) && state.status !== 'invalidated';
}

/**
 * Beside what comes back also the noes to what had not been agreed to: it stands as it did. Where the change agreed to
 * something, a no that it said beside a yes keeps what came with that, until the yes itself is taken back.
 */
function noesToTakeBack(
  facts: PreferenceFacts,
  holder: Holder,
  { noes, turnedOn, turnedOff }: Undoable,
  restored: readonly Cell[],
  yesesBack: readonly SaidWord[],
  past: (pointId: ContactPointId, scopeId: string) => Past,
): SaidWord[] {
  if (turnedOff.length > 0 && restored.length === 0) return [];
  const everything = everythingOf(facts.brandId);
  const [leavings, ofAll] = [
    noes.filter(({ scope }) => scope.purposeId !== everything),
    noes.filter(({ scope }) => scope.purposeId === everything),
  ];
  const isIts = (no: SaidWord): boolean =>
    turnedOn.length === 0 || restored.some((cell) => isAbout(no, cell)) || yesesBack.some((yes) => isBeside(yes, no));
  const back = leavings.filter(
    (no) => isShown(holder, no.pointId) && isIts(no) && isUntouched(facts, no.pointId, no.scope, past),
  );
  // What is added later may be written about again where something else is.
  const backAt = new Set(back.map(({ pointId }) => pointId));
  return [...back, ...ofAll.filter(({ pointId }) => backAt.has(pointId) && past(pointId, everything).isUntouched)];
}

/** Whether nothing happened since to what a no was about, or at its address. */
function isUntouched(
  { points, purposes }: PreferenceFacts,
  pointId: ContactPointId,
  { purposeId, topicId }: SaidWord['scope'],
  past: (pointId: ContactPointId, scopeId: string) => Past,
): boolean {
  const point = points.find(({ id }) => id === pointId);
  const purpose = purposes.find(({ id }) => id === purposeId);
  if (point === undefined || purpose === undefined || point.suppressed.includes('complaint')) return false;
  // Where the purpose itself comes back, a word about any of its topics since was said of what is gone with it.
  const about = topicId === null ? [purposeId, ...purpose.topics.map(({ id }) => id)] : [purposeId, topicId];
  return about.every((scope) => past(pointId, scope).isUntouched);
}

/** Whether messages about a cell would find what they need again. */
function comesBack(
  facts: PreferenceFacts,
  { pointId, purposeId, topicId }: Cell,
  past: (pointId: ContactPointId, scopeId: string) => Past,
  now: EpochMs,
): boolean {
  const purpose = facts.purposes.find(({ id }) => id === purposeId);
  if (purpose === undefined) return false;
  // Where the purpose itself has to come back, all that hangs on it is looked at.
  const isWhole = !lets(purpose, facts.states.get(pointId)?.get(purposeId) ?? null, now);
  const scope = { purposeId, topicId: isWhole ? null : topicId };
  const scopes = topicId === null ? [purposeId] : [purposeId, topicId];
  return isUntouched(facts, pointId, scope, past) && scopes.every((id) => lets(purpose, past(pointId, id).state, now));
}
