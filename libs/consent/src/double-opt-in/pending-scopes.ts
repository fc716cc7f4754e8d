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

/** A no to a purpose as a whole, or to these topics of it. */
export interface No {
  readonly kind: 'refused' | 'withdrawn';
  /** Empty: the purpose, which takes its topics with it. */
  readonly topicIds: readonly string[];
}

/**
 * What "this was not me" says no to: all that the request asked for, and so at least one thing. Also what is refused
 * already, because a yes may have been given elsewhere in between; and what had been agreed to before, because the page
 * says that nothing is sent about it.
 */
export async function noesTo(tx: Tx, row: OptInRow): Promise<No[]> {
  const facts = await consentStore.facts(tx, row.contactPointId);
  const stateOf = (scope: string) => foldConsent(facts.get(scope) ?? []);
  const stands = (scope: string): boolean => isYes(stateOf(scope)?.status ?? 'expired');
  const { purposeId, topicIds } = row;
  const agreed = topicIds.filter(stands);
  if (row.confirmedAt !== null) {
    const isAlone = await isBroughtAlone(tx, row, stateOf(purposeId)?.eventId, stands);
    return [{ kind: 'withdrawn', topicIds: isAlone ? [] : topicIds }];
  }
  const withdrawn: No = { kind: 'withdrawn', topicIds: agreed };
  if (!stands(purposeId)) return [...(agreed.length === 0 ? [] : [withdrawn]), { kind: 'refused', topicIds: [] }];
  if (topicIds.length === 0) return [withdrawn];
  const refused: No = { kind: 'refused', topicIds: topicIds.filter((id) => !agreed.includes(id)) };
  return [withdrawn, refused].filter((no) => no.topicIds.length > 0);
}

/** Whether a purpose rests on the confirmation of this request, and carries no topic beside those that it asked for. */
async function isBroughtAlone(
  tx: Tx,
  row: OptInRow,
  purposeEvent: string | undefined,
  stands: (scope: string) => boolean,
): Promise<boolean> {
  if (!(await doubleOptInStore.confirmedBy(tx, row)).has(purposeEvent ?? '')) return false;
  const topics = await consentStore.topicsOfPurpose(tx, row.purposeId);
  return !topics.some((topic) => !row.topicIds.includes(topic) && stands(topic));
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
