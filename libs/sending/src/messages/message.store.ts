import type { BrandId, Channel, ContactId, EntryId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Message, MessageStatus } from './domain/message.js';

/** A change of where a message stands, from a decision or the end of a hand-over. */
export interface StatusChange {
  readonly id: MessageId;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly notBefore: EpochMs | null;
  /** When the sweeper or the reaper looks at it next; null once it has ended. */
  readonly dueAt: EpochMs | null;
  readonly attempt: number;
  readonly worker: string | null;
  readonly providerId: string | null;
  readonly providerRef: string | null;
  readonly firstStartedAt: EpochMs | null;
  readonly endedAt: EpochMs | null;
  /** Null: nothing new was written to the ledger. */
  readonly entryId: EntryId | null;
}

/** Which hand-over a change belongs to: a worker that lost its lease matches nothing. */
export interface Claim {
  readonly attempt: number;
  readonly worker: string;
}

export type NewMessage = Message & { readonly dueAt: EpochMs | null };

const isoOrNull = (instant: EpochMs | null): string | null => (instant === null ? null : toIso(instant));

/** SQL on sending.message. Writers of queued rows hold the contact's lock. */
export const messageStore = {
  async insert(tx: Tx, messages: readonly NewMessage[]): Promise<void> {
    await tx.execute`
      INSERT INTO sending.message
        (id, brand_id, contact_id, subject_id, contact_point_id, channel, class, purpose_id, topic_id, campaign_id, step, variant,
         template_id, language, variables, policy_key, test, accepted_at, send_at, expires_at, status, reason, not_before, due_at,
         ended_at, entry_ids)
      SELECT id, brand_id, contact_id, subject_id, contact_point_id, channel, class, purpose_id, topic_id, campaign_id, step, variant,
             template_id, language, variables, policy_key, test, accepted_at, send_at, expires_at, status, reason, not_before, due_at,
             ended_at, ARRAY[entry_id]
        FROM unnest(${messages.map((m) => m.id)}::uuid[], ${messages.map((m) => m.brandId)}::uuid[],
                    ${messages.map((m) => m.contactId)}::uuid[], ${messages.map((m) => m.subjectId)}::uuid[],
                    ${messages.map((m) => m.contactPointId)}::uuid[], ${messages.map((m) => m.channel)}::text[],
                    ${messages.map((m) => m.class)}::text[], ${messages.map((m) => m.purposeId)}::uuid[],
                    ${messages.map((m) => m.topicId)}::uuid[], ${messages.map((m) => m.campaignId)}::uuid[],
                    ${messages.map((m) => m.step)}::text[], ${messages.map((m) => m.variant)}::text[],
                    ${messages.map((m) => m.templateId)}::uuid[], ${messages.map((m) => m.language)}::text[],
                    ${messages.map((m) => JSON.stringify(m.variables))}::jsonb[], ${messages.map((m) => m.policyKey)}::text[],
                    ${messages.map((m) => m.test)}::boolean[], ${messages.map((m) => toIso(m.acceptedAt))}::timestamptz[],
                    ${messages.map((m) => isoOrNull(m.sendAt))}::timestamptz[], ${messages.map((m) => toIso(m.expiresAt))}::timestamptz[],
                    ${messages.map((m) => m.status)}::text[], ${messages.map((m) => m.reason)}::text[],
                    ${messages.map((m) => isoOrNull(m.notBefore))}::timestamptz[], ${messages.map((m) => isoOrNull(m.dueAt))}::timestamptz[],
                    ${messages.map((m) => isoOrNull(m.endedAt))}::timestamptz[], ${messages.map((m) => m.entryIds[0])}::uuid[])
          AS m (id, brand_id, contact_id, subject_id, contact_point_id, channel, class, purpose_id, topic_id, campaign_id, step, variant,
                template_id, language, variables, policy_key, test, accepted_at, send_at, expires_at, status, reason, not_before, due_at,
                ended_at, entry_id)`;
  },

  /** The people whose messages these are, as far as they still wait; for taking the locks. */
  async contactsOf(tx: Tx, ids: readonly string[]): Promise<ContactId[]> {
    const rows = await tx.sql<{ contactId: ContactId }>`
      SELECT DISTINCT contact_id AS "contactId" FROM sending.message WHERE id = ANY (${[...ids]}::uuid[]) AND status = 'queued'`;
    return rows.map((row) => row.contactId);
  },

  /** Messages that wait and whose instant has come, oldest first, with the clock as read after the locks. */
  async due(tx: Tx, ids: readonly string[]): Promise<{ now: EpochMs; messages: Message[] }> {
    const clock = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
    const now = clock[0]?.now;
    if (now === undefined) throw new Error('PostgreSQL did not tell the time');
    const messages = await tx.sql<Message>`
      SELECT id, brand_id AS "brandId", contact_id AS "contactId", subject_id AS "subjectId", contact_point_id AS "contactPointId",
             channel, class, purpose_id AS "purposeId", topic_id AS "topicId", campaign_id AS "campaignId", step, variant,
             template_id AS "templateId", language, variables, policy_key AS "policyKey", test, accepted_at AS "acceptedAt",
             send_at AS "sendAt", expires_at AS "expiresAt", status, reason, not_before AS "notBefore", attempt, worker,
             provider_id AS "providerId", provider_ref AS "providerRef", first_started_at AS "firstStartedAt",
             ended_at AS "endedAt", entry_ids AS "entryIds"
        FROM sending.message
       WHERE id = ANY (${[...ids]}::uuid[]) AND status = 'queued' AND (not_before IS NULL OR not_before <= ${toIso(now)})
       ORDER BY id`;
    return { now, messages };
  },

  async find(tx: Tx, brandId: BrandId, id: MessageId): Promise<Message | null> {
    const rows = await tx.sql<Message>`
      SELECT id, brand_id AS "brandId", contact_id AS "contactId", subject_id AS "subjectId", contact_point_id AS "contactPointId",
             channel, class, purpose_id AS "purposeId", topic_id AS "topicId", campaign_id AS "campaignId", step, variant,
             template_id AS "templateId", language, variables, policy_key AS "policyKey", test, accepted_at AS "acceptedAt",
             send_at AS "sendAt", expires_at AS "expiresAt", status, reason, not_before AS "notBefore", attempt, worker,
             provider_id AS "providerId", provider_ref AS "providerRef", first_started_at AS "firstStartedAt",
             ended_at AS "endedAt", entry_ids AS "entryIds"
        FROM sending.message
       WHERE id = ${id} AND brand_id = ${brandId}`;
    return rows[0] ?? null;
  },

  /** Applies decisions to messages that still wait. Answers the ids that were changed. */
  async decide(tx: Tx, changes: readonly StatusChange[]): Promise<Set<MessageId>> {
    const rows = await tx.sql<{ id: MessageId }>`
      UPDATE sending.message m
         SET status = c.status, reason = c.reason, not_before = c.not_before, due_at = c.due_at, attempt = c.attempt,
             worker = c.worker, provider_id = c.provider_id, first_started_at = c.first_started_at, ended_at = c.ended_at,
             entry_ids = CASE WHEN c.entry_id IS NULL THEN m.entry_ids ELSE m.entry_ids || c.entry_id END
        FROM unnest(${changes.map((c) => c.id)}::uuid[], ${changes.map((c) => c.status)}::text[], ${changes.map((c) => c.reason)}::text[],
                    ${changes.map((c) => isoOrNull(c.notBefore))}::timestamptz[], ${changes.map((c) => isoOrNull(c.dueAt))}::timestamptz[],
                    ${changes.map((c) => c.attempt)}::smallint[], ${changes.map((c) => c.worker)}::uuid[],
                    ${changes.map((c) => c.providerId)}::uuid[], ${changes.map((c) => isoOrNull(c.firstStartedAt))}::timestamptz[],
                    ${changes.map((c) => isoOrNull(c.endedAt))}::timestamptz[], ${changes.map((c) => c.entryId)}::uuid[])
          AS c (id, status, reason, not_before, due_at, attempt, worker, provider_id, first_started_at, ended_at, entry_id)
       WHERE m.id = c.id AND m.status = 'queued'
      RETURNING m.id`;
    return new Set(rows.map((row) => row.id));
  },

  /**
   * Settles hand-overs by compare-and-set on (message, attempt, worker). Answers the ids that were settled;
   * the others had been settled by somebody else before.
   */
  async settle(tx: Tx, changes: readonly (StatusChange & { readonly claim: Claim })[]): Promise<Set<MessageId>> {
    const rows = await tx.sql<{ id: MessageId }>`
      UPDATE sending.message m
         SET status = c.status, reason = c.reason, not_before = c.not_before, due_at = c.due_at, provider_ref = c.provider_ref,
             first_started_at = c.first_started_at, ended_at = c.ended_at, entry_ids = CASE WHEN c.entry_id IS NULL THEN m.entry_ids ELSE m.entry_ids || c.entry_id END
        FROM unnest(${changes.map((c) => c.id)}::uuid[], ${changes.map((c) => c.claim.attempt)}::smallint[],
                    ${changes.map((c) => c.claim.worker)}::uuid[], ${changes.map((c) => c.status)}::text[],
                    ${changes.map((c) => c.reason)}::text[], ${changes.map((c) => isoOrNull(c.notBefore))}::timestamptz[],
                    ${changes.map((c) => isoOrNull(c.dueAt))}::timestamptz[], ${changes.map((c) => c.providerRef)}::text[],
                    ${changes.map((c) => isoOrNull(c.firstStartedAt))}::timestamptz[], ${changes.map((c) => isoOrNull(c.endedAt))}::timestamptz[],
                    ${changes.map((c) => c.entryId)}::uuid[])
          AS c (id, attempt, worker, status, reason, not_before, due_at, provider_ref, first_started_at, ended_at, entry_id)
       WHERE m.id = c.id AND m.status = 'started' AND m.attempt = c.attempt AND m.worker = c.worker
      RETURNING m.id`;
    return new Set(rows.map((row) => row.id));
  },

  async statuses(tx: Tx, ids: readonly MessageId[]): Promise<Map<MessageId, MessageStatus>> {
    const rows = await tx.sql<{ id: MessageId; status: MessageStatus }>`
      SELECT id, status FROM sending.message WHERE id = ANY (${[...ids]}::uuid[])`;
    return new Map(rows.map(({ id, status }) => [id, status]));
  },

  /** Waiting messages whose instant has come, each put off until `again` so that it is woken once per round. */
  async takeDue(tx: Tx, now: EpochMs, again: EpochMs, limit: number): Promise<{ id: MessageId; channel: Channel }[]> {
    return tx.sql<{ id: MessageId; channel: Channel }>`
      UPDATE sending.message
         SET due_at = ${toIso(again)}
       WHERE status = 'queued'
         AND id IN (SELECT id FROM sending.message
                     WHERE due_at <= ${toIso(now)} AND status = 'queued'
                     ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING id, channel`;
  },

  /** Hand-overs whose lease has ended without an outcome. */
  async abandoned(tx: Tx, now: EpochMs, limit: number): Promise<Message[]> {
    return tx.sql<Message>`
      SELECT id, brand_id AS "brandId", contact_id AS "contactId", subject_id AS "subjectId", contact_point_id AS "contactPointId",
             channel, class, purpose_id AS "purposeId", topic_id AS "topicId", campaign_id AS "campaignId", step, variant,
             template_id AS "templateId", language, '{}'::jsonb AS variables, policy_key AS "policyKey", test, accepted_at AS "acceptedAt",
             send_at AS "sendAt", expires_at AS "expiresAt", status, reason, not_before AS "notBefore", attempt, worker,
             provider_id AS "providerId", provider_ref AS "providerRef", first_started_at AS "firstStartedAt",
             ended_at AS "endedAt", entry_ids AS "entryIds"
        FROM sending.message
       WHERE due_at <= ${toIso(now)} AND status = 'started'
       ORDER BY due_at LIMIT ${limit}`;
  },

  /** Messages of a person whose hand-over has started and has no outcome yet. */
  async started(tx: Tx, contactId: ContactId): Promise<MessageId[]> {
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT id FROM sending.message WHERE contact_id = ${contactId} AND status = 'started' ORDER BY id`;
    return rows.map((row) => row.id);
  },
};
