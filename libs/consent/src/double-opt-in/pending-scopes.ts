import type { Tx } from '#lib/platform';
import { consentStore } from '../consents/consent.store.js';
import { foldConsent, isYes } from '../consents/domain/consent-fold.js';
import { doubleOptInStore, type OptInRow } from './double-opt-in.store.js';

/** What of a request still waits: the purpose, which takes its topics with it, or topics of it. */
export async function pendingScopes(tx: Tx, { contactPointId, purposeId, topicIds }: OptInRow): Promise<string[][]> {
  const facts = await consentStore.facts(tx, contactPointId);
  const waits = (scope: string): boolean => foldConsent(facts.get(scope) ?? [])?.status === 'requested';
  if (waits(purposeId)) return [[]];
  const topics = topicIds.filter(waits);
  return topics.length === 0 ? [] : [topics];
}

/**
 * What of a request nobody has agreed to, for whoever says that it was not theirs: also what is refused already, because a
 * yes may have been given elsewhere in between. The purpose takes its topics with it.
 */
export async function unagreedScopes(tx: Tx, { contactPointId, purposeId, topicIds }: OptInRow): Promise<string[][]> {
  const facts = await consentStore.facts(tx, contactPointId);
  const isOpen = (scope: string): boolean => !isYes(foldConsent(facts.get(scope) ?? [])?.status ?? 'expired');
  if (isOpen(purposeId)) return [[]];
  const topics = topicIds.filter(isOpen);
  return topics.length === 0 ? [] : [topics];
}

/**
 * What of a confirmed request still stands: its topics, and their purpose with them where it rests on this confirmation
 * and carries no other topic.
 */
export async function confirmedScopes(tx: Tx, row: OptInRow): Promise<string[][]> {
  const { contactPointId, purposeId, topicIds } = row;
  const facts = await consentStore.facts(tx, contactPointId);
  const stateOf = (scope: string) => foldConsent(facts.get(scope) ?? []);
  const stands = (scope: string): boolean => isYes(stateOf(scope)?.status ?? 'expired');
  if (topicIds.length === 0) return stands(purposeId) ? [[]] : [];
  const others = (await consentStore.topicsOfPurpose(tx, purposeId)).filter((topic) => !topicIds.includes(topic));
  const isFromHere = (await doubleOptInStore.confirmedBy(tx, row)).has(stateOf(purposeId)?.eventId ?? '');
  if (isFromHere && !others.some(stands)) return [[]];
  const topics = topicIds.filter(stands);
  return topics.length === 0 ? [] : [topics];
}

/**
 * Whether anything but this request is known about whoever it created: another address, another request, anything said,
 * or whatever somebody wrote about them since.
 */
export async function isOtherwiseKnown(tx: Tx, { contactId, contactPointId }: OptInRow): Promise<boolean> {
  const rows = await tx.sql`
    SELECT 1 FROM consent.contact_point WHERE contact_id = ${contactId} AND id <> ${contactPointId}
    UNION ALL
    SELECT 1 FROM consent.contact WHERE id = ${contactId} AND updated_at > created_at
    UNION ALL
    SELECT 1 FROM consent.double_opt_in WHERE contact_id = ${contactId}
    UNION ALL
    SELECT 1 FROM consent.consent_state
     WHERE contact_point_id = ${contactPointId} AND status NOT IN ('requested', 'expired', 'refused')
    LIMIT 1`;
  return rows.length > 0;
}
