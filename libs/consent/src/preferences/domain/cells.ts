import type { Channel, ContactPointId, EpochMs, MessageClass } from '#lib/kernel';
import type { ConsentState } from '../../consents/domain/consent-fold.js';
import { everythingOf } from '../../consents/domain/everything.js';
import { canBeLeft, isLeft } from '../../consents/domain/leaving.js';
import type { PointFacts, PreferenceFacts, PurposeFacts } from './preference-facts.js';

/** One thing that can be ticked: a topic, or a purpose itself, at one contact point. */
export interface Cell {
  readonly pointId: ContactPointId;
  readonly channel: Channel;
  readonly purposeId: string;
  /** Null: the purpose itself. */
  readonly topicId: string | null;
  /** Whether a message about it would find the consent it needs, also by the law where the person is, and no objection. */
  readonly on: boolean;
  /** It is off for no other reason than that law: nobody said no to it, and a yes turns it on. */
  readonly asksYes?: true;
}

/** Names of a cell in forms and records. */
export function cellKey({ pointId, purposeId, topicId }: Pick<Cell, 'pointId' | 'purposeId' | 'topicId'>): string {
  return `${pointId}.${topicId ?? purposeId}`;
}

/** The contact points of cells, each once. */
export function pointsOf(cells: readonly Cell[]): ContactPointId[] {
  return [...new Set(cells.map(({ pointId }) => pointId))];
}

/**
 * Every cell of every purpose that can be chosen (what stands for everything later is none), in the order of purposes, topics and contact points; after its topics
 * the purpose itself. That is a cell of its own also beside topics: messages about none of them rest on it alone, and
 * whatever can still come has to have a box. A topic needs its purpose, so the one brings the other, and without the
 * purpose none of its topics is left.
 */
export function cellsOf(facts: PreferenceFacts, at: EpochMs): Cell[] {
  return facts.purposes
    .filter((purpose) => canBeLeft(purpose) && purpose.id !== everythingOf(facts.brandId))
    .flatMap((purpose) =>
      [...purpose.topics.map(({ id }) => id), null].flatMap((topicId) =>
        facts.points.map((point) => cellAt(facts, purpose, topicId, point, at)),
      ),
    );
}

/** The purpose itself, at the contact point of one of its topics. */
export function wholeOf(cells: readonly Cell[], { pointId, purposeId }: Cell): Cell | undefined {
  return cells.find((cell) => cell.topicId === null && cell.pointId === pointId && cell.purposeId === purposeId);
}

/**
 * Whether something would come back by itself when another thing at the same contact point is said yes to. Agreed to, or
 * never refused: a topic comes back with its purpose, and everything comes back when an objection is taken back.
 */
export function isDormant(
  facts: PreferenceFacts,
  { pointId, purposeId, topicId, on }: Cell,
  yeses: readonly Cell[],
  at: EpochMs,
): boolean {
  const purpose = facts.purposes.find(({ id }) => id === purposeId);
  const here = yeses.filter((yes) => yes.pointId === pointId);
  if (on || purpose === undefined || here.length === 0) return false;
  const hasYes = here.some((yes) => yes.purposeId === purposeId);
  const isWhole = topicId === null;
  if (isObjected(facts, pointId) && isAgreed(facts, purpose, topicId, pointId, at)) return !(isWhole && hasYes);
  if (isWhole || !hasYes) return false;
  return lets(purpose, facts.states.get(pointId)?.get(topicId) ?? null, at);
}

function cellAt(
  facts: PreferenceFacts,
  purpose: PurposeFacts,
  topicId: string | null,
  { id: pointId, channel }: PointFacts,
  at: EpochMs,
): Cell {
  const cell = { pointId, channel, purposeId: purpose.id, topicId };
  const isFree = !isObjected(facts, pointId) && isAgreed(facts, purpose, topicId, pointId, at);
  return isFree && facts.asksYes.has(cellKey(cell)) ? { ...cell, on: false, asksYes: true } : { ...cell, on: isFree };
}

/** What a message that waits is about, and where it goes: null where it has nowhere to go. */
export interface WaitingFor {
  readonly pointId: ContactPointId | null;
  readonly purposeId: string;
  readonly topicId: string | null;
  readonly class: MessageClass;
}

/**
 * Whether a message that waits can still come as things stand: what the person chose lets it, the law where they are and
 * the state of its address. What keeps it back for a time alone is no matter of it.
 */
export function canStillCome(facts: PreferenceFacts, about: WaitingFor, at: EpochMs): boolean {
  const purpose = facts.purposes.find(({ id }) => id === about.purposeId);
  const point = facts.points.find(({ id, inUse }) => inUse && id === about.pointId);
  if (purpose === undefined || point === undefined) return false;
  const isCommercial = about.class === 'commercial';
  // An objection is one to advertising; whatever else an address is blocked for counts for everything.
  const isBlocked = point.suppressed.some((reason) => isCommercial || reason !== 'objection');
  const isKeptByLaw = isCommercial && facts.asksYes.has(cellKey({ ...about, pointId: point.id }));
  return !isBlocked && !isKeptByLaw && isAgreed(facts, purpose, about.topicId, point.id, at);
}

/** Whether the consents alone would let a message pass. */
function isAgreed(
  { states }: PreferenceFacts,
  purpose: PurposeFacts,
  topicId: string | null,
  pointId: ContactPointId,
  at: EpochMs,
): boolean {
  const of = (id: string): ConsentState | null => states.get(pointId)?.get(id) ?? null;
  const needed = topicId === null ? [of(purpose.id)] : [of(purpose.id), of(topicId)];
  return needed.every((state) => lets(purpose, state, at));
}

/** Whether the person objected to everything commercial at an address (Art. 21 GDPR). */
function isObjected({ points }: PreferenceFacts, pointId: ContactPointId): boolean {
  return points.some(({ id, suppressed }) => id === pointId && suppressed.includes('objection'));
}

/** Whether a state lets messages pass under the purpose's model, as the send decision reads it. */
export function lets(purpose: PurposeFacts, state: ConsentState | null, at: EpochMs): boolean {
  if (purpose.enforcement !== 'restrictive') return !isLeft(purpose, state);
  const isGiven = state !== null && (state.status === 'granted' || state.status === 'confirmed');
  return isGiven && (state.validUntil === null || state.validUntil > at);
}
