import type { Channel, ContactPointId, EpochMs } from '#lib/kernel';
import { type ConsentState, isRefusal } from '../../consents/domain/consent-fold.js';
import type { PointFacts, PreferenceFacts, PurposeFacts } from './preference-facts.js';

/** One thing that can be ticked: a topic, or a purpose without topics, at one contact point. */
export interface Cell {
  readonly pointId: ContactPointId;
  readonly channel: Channel;
  readonly purposeId: string;
  /** Null: the purpose itself. */
  readonly topicId: string | null;
  /** Whether a message about it would find the consent it needs. */
  readonly on: boolean;
}

/** Names of a cell in forms and records. */
export function cellKey({ pointId, purposeId, topicId }: Pick<Cell, 'pointId' | 'purposeId' | 'topicId'>): string {
  return `${pointId}.${topicId ?? purposeId}`;
}

/**
 * Whether a person can leave what a purpose stands for. Where the law or a contract carries the messages there is
 * nothing to choose; against a legitimate interest they object (Art. 21 GDPR).
 */
export function isChoosable({ enforcement, legalBasis }: PurposeFacts): boolean {
  return enforcement !== 'disabled' || /^legitimate_interests?$/.test(legalBasis);
}

/**
 * Every cell of every purpose that can be chosen, in the order of purposes, topics and contact points. A purpose that
 * has topics is something to tick by itself only where it stands without any of them: beside them, nobody could leave
 * it and keep them.
 * @param also keys of cells to include that would not be shown as things stand
 */
export function cellsOf(facts: PreferenceFacts, at: EpochMs, also: readonly string[] = []): Cell[] {
  return facts.purposes.filter(isChoosable).flatMap((purpose) => {
    const topics = purpose.topics.flatMap(({ id }) =>
      facts.points.map((point) => cellAt(facts, purpose, id, point, at)),
    );
    const own = facts.points.flatMap((point) => {
      const cell = cellAt(facts, purpose, null, point, at);
      const isAlone = cell.on && !topics.some(({ pointId, on }) => pointId === point.id && on);
      return purpose.topics.length === 0 || isAlone || also.includes(cellKey(cell)) ? [cell] : [];
    });
    return [...topics, ...own];
  });
}

/**
 * Whether a topic would come back by itself with a yes to its purpose: it was agreed to, or never refused, while the
 * purpose is not in force.
 */
export function isDormant(facts: PreferenceFacts, { pointId, purposeId, topicId, on }: Cell, at: EpochMs): boolean {
  const purpose = facts.purposes.find(({ id }) => id === purposeId);
  if (on || topicId === null || purpose === undefined) return false;
  return lets(purpose, facts.states.get(pointId)?.get(topicId) ?? null, at);
}

function cellAt(
  { states }: PreferenceFacts,
  purpose: PurposeFacts,
  topicId: string | null,
  point: PointFacts,
  at: EpochMs,
): Cell {
  const of = (id: string): ConsentState | null => states.get(point.id)?.get(id) ?? null;
  const needed = topicId === null ? [of(purpose.id)] : [of(purpose.id), of(topicId)];
  const on = needed.every((state) => lets(purpose, state, at));
  return { pointId: point.id, channel: point.channel, purposeId: purpose.id, topicId, on };
}

/** Whether a state lets messages pass under the purpose's model, as the send decision reads it. */
function lets(purpose: PurposeFacts, state: ConsentState | null, at: EpochMs): boolean {
  if (purpose.enforcement !== 'restrictive') return !isStopped(purpose, state);
  const isGiven = state !== null && (state.status === 'granted' || state.status === 'confirmed');
  return isGiven && (state.validUntil === null || state.validUntil > at);
}

/** Whether somebody has said no to it in a way that counts: where no yes is needed, not having said yes is no no. */
export function isStopped({ enforcement }: PurposeFacts, state: ConsentState | null): boolean {
  if (state === null || !isRefusal(state.status)) return false;
  return enforcement !== 'disabled' || state.status !== 'refused';
}
