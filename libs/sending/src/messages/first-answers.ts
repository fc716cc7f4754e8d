import type { Decision } from '#lib/decision';
import type { BrandId, Channel, EntryId, MessageId } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import { policyVersions } from '../catalog/catalog.js';
import { decideAgain } from './decide-again.js';
import type { DecisionRecord } from './domain/decision-record.js';
import { type MessageStatus, statusAfter } from './domain/message.js';
import { choiceStore } from './choice.store.js';
import { messageStore } from './message.store.js';

/** What the answer to an accepted request is made of. */
export interface Accepted {
  readonly decision: Decision;
  readonly id: MessageId;
  readonly status: MessageStatus;
  readonly entryId: EntryId;
  /** It ended as `holdout`, whatever the decision says: its contact is left alone for comparison. */
  readonly holdout?: true;
  /** All ways to reach the contact, in the order in which they are tried, when there are several. */
  readonly channels?: readonly ChannelAnswer[];
}

/** One of several ways to reach a contact, as it was when it was accepted. */
export interface ChannelAnswer extends Omit<Accepted, 'channels'> {
  readonly channel: Channel;
}

/**
 * What was answered when these messages were accepted, made again: the decision from its facts in the ledger, and of
 * it the answer, which is the same each time. So an answer need not be kept beside the ledger (a fifth of all that was
 * written for a message), and what it says of a person is erased with them: their messages are missing here.
 */
export async function firstAnswers(
  tx: Tx,
  ledger: LedgerService,
  messageIds: readonly MessageId[],
): Promise<Map<MessageId, Accepted>> {
  if (messageIds.length === 0) return new Map();
  const asked = await messageStore.acceptances(tx, messageIds);
  const choices = await choiceStore.members(
    tx,
    asked.flatMap(({ choiceId }) => choiceId ?? []),
  );
  const first = asked.flatMap(({ id, brandId, entryId, choiceId }) => {
    const members = choiceId === null ? undefined : choices.get(choiceId);
    return (
      members?.map((member) => ({ id: member.id, brandId, entryId: member.acceptedBy })) ?? [{ id, brandId, entryId }]
    );
  });
  const disclosed = await ledger.disclosures(
    tx,
    first.map(({ entryId }) => entryId),
  );
  const byBrand = new Map<BrandId, { id: MessageId; entryId: EntryId; record: DecisionRecord }[]>();
  for (const { id, brandId, entryId } of first) {
    const checks = disclosed.get(entryId)?.['checks'] as object | undefined;
    if (checks === undefined) continue;
    const record = checks as DecisionRecord;
    const ofBrand = byBrand.get(brandId);
    if (ofBrand === undefined) byBrand.set(brandId, [{ id, entryId, record }]);
    else ofBrand.push({ id, entryId, record });
  }
  const answers = new Map<MessageId, Accepted>();
  for (const [brandId, messages] of byBrand) {
    const policies = await policyVersions(
      tx,
      brandId,
      messages.map(({ record }) => record.decision.policy),
    );
    for (const { id, entryId, record } of messages) {
      const decision = decideAgain(record, policies);
      answers.set(id, { decision, id, status: statusAfter(decision), entryId });
    }
  }
  for (const { id, isHoldout } of asked) {
    const answer = isHoldout ? answers.get(id) : undefined;
    if (answer !== undefined) answers.set(id, { ...answer, status: 'dropped', holdout: true });
  }
  for (const { id, choiceId } of asked) {
    const answer = answers.get(id);
    const members = choiceId === null ? undefined : choices.get(choiceId);
    if (answer === undefined || members === undefined) continue;
    const channels = members.flatMap((member) => {
      const one = answers.get(member.id);
      return one === undefined ? [] : [{ ...one, channel: member.channel }];
    });
    answers.set(id, { ...answer, channels });
  }
  return answers;
}
