import type { Decision } from '#lib/decision';
import type { BrandId, EntryId, MessageId } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import { policyVersions } from '../catalog/catalog.js';
import { decideAgain } from './decide-again.js';
import type { DecisionRecord } from './domain/decision-record.js';
import { type MessageStatus, statusAfter } from './domain/message.js';
import { messageStore } from './message.store.js';

/** What the answer to an accepted request is made of. */
export interface Accepted {
  readonly decision: Decision;
  readonly id: MessageId;
  readonly status: MessageStatus;
  readonly entryId: EntryId;
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
  const first = await messageStore.acceptances(tx, messageIds);
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
  return answers;
}
