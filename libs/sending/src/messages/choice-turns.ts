import { recipientStore } from '#lib/consent';
import type { EpochMs, MessageId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { choiceStore } from './choice.store.js';
import { isKept } from './domain/keep-until.js';
import { type ChoiceTurn, choiceTurn } from './domain/choice.js';
import type { Message } from './domain/message.js';
import type { StatusChange } from './message.store.js';

/**
 * Whose turn it is among the messages of a batch that are one of several ways to reach their contact. Read under the
 * lock of the contact: none of the others starts meanwhile.
 */
export async function choiceTurns(
  tx: Tx,
  messages: readonly Message[],
  now: EpochMs,
): Promise<ReadonlyMap<MessageId, ChoiceTurn>> {
  const turns = new Map<MessageId, ChoiceTurn>();
  const behind = messages.flatMap(({ choice }) => (choice === null || choice.rank === 0 ? [] : [choice.id]));
  if (behind.length === 0) return turns;
  const choices = await choiceStore.members(tx, [...new Set(behind)]);
  const all = [...choices.values()].flat();
  const answered = await recipientStore.answered(
    tx,
    all.map(({ id }) => id),
  );
  const left = await recipientStore.leftSince(
    tx,
    all.flatMap(({ id, pointId, purposeId, topicId, firstStartedAt: since }) =>
      pointId === null || since === null ? [] : [{ id, pointId, purposeId, topicId, since }],
    ),
  );
  for (const { id, choice, acceptedAt } of messages) {
    const members = choice === null ? undefined : choices.get(choice.id);
    if (choice === null || members === undefined) continue;
    const before = members
      .filter(({ rank }) => rank < choice.rank)
      .map((member) => ({
        ...member,
        hasArrived: member.hasArrived || answered.has(member.id) || left.has(member.id),
      }));
    turns.set(id, choiceTurn(before, { fallbackMs: members[0]?.fallbackMs ?? null, acceptedAt }, now));
  }
  return turns;
}

/** After how long another channel is tried, of those messages that a provider would keep meanwhile. */
export async function fallbacksOf(tx: Tx, messages: readonly Message[]): Promise<ReadonlyMap<MessageId, number>> {
  const kept = messages.flatMap(({ id, channel, choice }) => (choice !== null && isKept(channel) ? [id] : []));
  return kept.length === 0 ? new Map() : choiceStore.fallbacks(tx, kept);
}

/** Those that wait for one that has just ended look again now. The rows are written under the lock of the contact. */
export async function wakeOthers(
  tx: Tx,
  messages: readonly Message[],
  changes: readonly Pick<StatusChange, 'id' | 'endedAt'>[],
  now: EpochMs,
): Promise<void> {
  const ended = new Set(changes.flatMap(({ id, endedAt }) => (endedAt === null ? [] : [id])));
  const ofChoices = messages.flatMap(({ id, choice }) => (choice !== null && ended.has(id) ? [id] : []));
  if (ofChoices.length > 0) await choiceStore.wake(tx, ofChoices, now);
}
