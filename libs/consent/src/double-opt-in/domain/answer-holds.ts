import type { EpochMs } from '#lib/kernel';
import { type ConsentState, isYes } from '../../consents/domain/consent-fold.js';

/** What a request asked for. */
export interface AskedFor {
  readonly purposeId: string;
  /** Empty: the purpose as a whole. */
  readonly topicIds: readonly string[];
}

type States = ReadonlyMap<string, ConsentState>;

/** Whether all that was confirmed is still agreed to, so that messages about it come. */
export function yesHolds({ purposeId, topicIds }: AskedFor, states: States, now: EpochMs): boolean {
  const purpose = states.get(purposeId);
  // A purpose that asks for no yes may have none.
  const isOpen = topicIds.length > 0 && purpose === undefined;
  return (isOpen || stands(purpose, now)) && topicIds.every((id) => stands(states.get(id), now));
}

/** Whether nothing of what was denied is agreed to, so that no message about it comes. */
export function noHolds({ purposeId, topicIds }: AskedFor, states: States, now: EpochMs): boolean {
  const named = topicIds.length > 0 ? topicIds : [purposeId];
  return !named.some((id) => stands(states.get(id), now));
}

function stands(state: ConsentState | undefined, now: EpochMs): boolean {
  return state !== undefined && isYes(state.status) && (state.validUntil === null || state.validUntil > now);
}
