import { type ContactPointId, DomainError } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { recipientStore } from '../recipients/recipient.store.js';
import { consentStore } from './consent.store.js';
import type { Wish } from './domain/plan-changes.js';
import { objectionTo } from './domain/reported-yes.js';

/**
 * A program may repeat what it said before the person left; see `objectionTo`.
 * @throws DomainError conflict
 */
export async function refuseReportedYes(tx: Tx, contactPointId: ContactPointId, wish: Wish): Promise<void> {
  const refusedAt = await consentStore.refusedAt(tx, contactPointId);
  const standing = (await recipientStore.consents(tx, [contactPointId])).get(contactPointId) ?? new Map();
  const objection = objectionTo(wish, refusedAt, standing);
  if (objection === null) return;
  const optedOutAt = toIso(objection.refusedAt);
  const [detail, violation] =
    objection.kind === 'undated'
      ? [
          `The contact opted out at ${optedOutAt}: send occurredAt, the time at which they said yes, and evidence of it. Only a yes from after the opt-out counts.`,
          'required after an opt-out',
        ]
      : [
          `The contact left the whole purpose at ${optedOutAt}, after this yes. Send one that they gave later, with evidence of it.`,
          'lies before an opt-out',
        ];
  throw new DomainError('conflict', detail, { violations: [{ pointer: '/occurredAt', detail: violation }] });
}
