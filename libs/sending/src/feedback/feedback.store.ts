import type { BrandId, ContactId, EntryId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Message } from '../messages/domain/message.js';
import type { BounceKind, Feedback, FeedbackType } from './domain/feedback.js';

/** As much of a message as what is reported of it needs. */
export type ReportedMessage = Pick<
  Message,
  | 'id'
  | 'brandId'
  | 'contactId'
  | 'subjectId'
  | 'contactPointId'
  | 'channel'
  | 'class'
  | 'test'
  | 'acceptedAt'
  | 'firstStartedAt'
  | 'entryIds'
> & {
  readonly hasHardBounced: boolean;
  readonly hasComplained: boolean;
  /** The purpose under which people of its brand let themselves be counted; null where the brand names none. */
  readonly trackingPurposeId: string | null;
  /** It is one of several ways to reach the contact, and others may wait for what becomes of it. */
  readonly isOfChoice: boolean;
};

/** An event that was recorded before. */
export type RecordedFeedback = Pick<Feedback, 'id' | 'type' | 'messageId' | 'at' | 'bounce' | 'automated'> & {
  readonly entryId: EntryId;
};

/** SQL on what was reported of messages. */
export const feedbackStore = {
  /** Whose messages these are; read before the locks are taken. */
  async contactsOf(tx: Tx, brandId: BrandId, ids: readonly MessageId[]): Promise<ContactId[]> {
    const rows = await tx.sql<{ contactId: ContactId }>`
      SELECT DISTINCT contact_id AS "contactId" FROM sending.message WHERE id = ANY (${[...ids]}::uuid[]) AND brand_id = ${brandId}`;
    return rows.map(({ contactId }) => contactId);
  },

  /** The messages under lock, so that no outcome is written meanwhile, and what is known of them then. */
  async lockMessages(tx: Tx, brandId: BrandId, ids: readonly MessageId[]): Promise<Map<MessageId, ReportedMessage>> {
    await tx.execute`
      SELECT 1 FROM sending.message WHERE id = ANY (${[...ids]}::uuid[]) AND brand_id = ${brandId} ORDER BY id FOR NO KEY UPDATE`;
    const rows = await tx.sql<ReportedMessage>`
      SELECT m.id, m.brand_id AS "brandId", m.contact_id AS "contactId", m.subject_id AS "subjectId",
             m.contact_point_id AS "contactPointId", m.channel, m.class, m.test, m.accepted_at AS "acceptedAt",
             m.first_started_at AS "firstStartedAt", m.entry_ids AS "entryIds",
             m.choice_id IS NOT NULL AS "isOfChoice",
             EXISTS (SELECT 1 FROM sending.touch t WHERE t.message_id = m.id AND t.type = 'bounced' AND t.bounce = 'hard')
               AS "hasHardBounced",
             (SELECT p.id FROM consent.brand b JOIN consent.purpose p ON p.brand_id = b.id AND p.key = b.tracking ->> 'purpose'
               WHERE b.id = m.brand_id) AS "trackingPurposeId",
             EXISTS (SELECT 1 FROM sending.touch t WHERE t.message_id = m.id AND t.type = 'complained') AS "hasComplained"
        FROM sending.message m
       WHERE m.id = ANY (${[...ids]}::uuid[]) AND m.brand_id = ${brandId}`;
    return new Map(rows.map((row) => [row.id, row]));
  },

  async recorded(tx: Tx, brandId: BrandId, ids: readonly string[]): Promise<Map<string, RecordedFeedback>> {
    const rows = await tx.sql<{
      id: string;
      type: FeedbackType;
      messageId: MessageId;
      at: EpochMs;
      kind: BounceKind | null;
      status: string | null;
      automated: boolean;
      entryId: EntryId;
    }>`
      SELECT event AS id, type, message_id AS "messageId", at, bounce AS kind, smtp_status AS status, automated,
             entry_id AS "entryId"
        FROM sending.touch
       WHERE brand_id = ${brandId} AND event = ANY (${[...ids]}::text[]) AND event <> ''`;
    return new Map(
      rows.map(({ kind, status, ...row }) => [row.id, { ...row, bounce: kind === null ? null : { kind, status } }]),
    );
  },

  /**
   * Adds touches, with what their messages belong to.
   * @throws the driver's unique_violation when somebody else used an id meanwhile, for a message of another person
   */
  async insert(
    tx: Tx,
    touches: readonly { readonly event: Feedback; readonly entryId: EntryId; readonly isUntracked: boolean }[],
  ): Promise<void> {
    await tx.execute`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, topic_id, campaign_id, step, variant,
                                 provider_id, test, event, bounce, smtp_status, automated, recorded_at, entry_id, untracked, template_id)
      SELECT m.id, e.type, e.at, m.brand_id, m.contact_id, m.channel, m.topic_id, m.campaign_id, m.step, m.variant,
             m.provider_id, m.test, e.event, e.bounce, e.smtp_status, e.automated, clock_timestamp(), e.entry_id, e.untracked, m.template_id
        FROM unnest(${touches.map(({ event }) => event.messageId)}::uuid[], ${touches.map(({ event }) => event.type)}::text[],
                    ${touches.map(({ event }) => toIso(event.at))}::timestamptz[], ${touches.map(({ event }) => event.id)}::text[],
                    ${touches.map(({ event }) => event.bounce?.kind ?? null)}::text[],
                    ${touches.map(({ event }) => event.bounce?.status ?? null)}::text[],
                    ${touches.map(({ event }) => event.automated)}::boolean[], ${touches.map(({ entryId }) => entryId)}::uuid[],
                    ${touches.map(({ isUntracked }) => isUntracked)}::boolean[])
             AS e (message_id, type, at, event, bounce, smtp_status, automated, entry_id, untracked)
        JOIN sending.message m ON m.id = e.message_id`;
  },
};
