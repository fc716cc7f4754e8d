import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, Channel, ContactId, ContactPointId, EpochMs, MessageClass, MessageId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { idempotencyStore, keptKey } from './idempotency.store.js';

/** A message that waits for something, as the person it is for may see it. */
export interface HeldMessage {
  readonly id: MessageId;
  readonly pointId: ContactPointId | null;
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly purposeId: string;
  readonly topicId: string | null;
  readonly reason: string;
  readonly until: EpochMs | null;
}

/** The message in which somebody found a link. */
export interface OriginMessage {
  readonly channel: Channel;
  readonly purposeId: string;
  readonly topicId: string | null;
  readonly endedAt: EpochMs | null;
  /** Id of the topic or purpose of the mail whose reader asked for this one; null where nobody did. */
  readonly askedAbout: string | null;
}

/** The variable in which a mail with a fresh link keeps `askedAbout`. */
export const ASKED_ABOUT = 'askedAbout';

const SHOWN = 20;

/** What one person may be told about messages to them. */
@Injectable()
export class ContactMessages {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Messages held back, the one that leaves first at the top; none of a campaign that was stopped, and none that will be too
   * old by then: the next decision ends them. Uses message_held_idx.
   * @param canCome whether one is held back, and will not simply end: the same for all that go to one place, are about the
   *   same and of one class
   */
  async held(contactId: ContactId, canCome: (message: HeldMessage) => boolean): Promise<HeldMessage[]> {
    // Of each kind as many as are shown at most: thousands of one that cannot come hide none of another.
    const rows = await this.database.tx.sql<HeldMessage>`
      SELECT id, contact_point_id AS "pointId", channel, class, purpose_id AS "purposeId", topic_id AS "topicId", reason,
             not_before AS until
        FROM (SELECT m.*, row_number() OVER (PARTITION BY contact_point_id, class, purpose_id, topic_id
                                             ORDER BY not_before NULLS LAST, id) AS place
                FROM sending.message m
               WHERE contact_id = ${contactId} AND status = 'queued' AND reason IS NOT NULL AND NOT test
                 AND expires_at > greatest(clock_timestamp(), not_before)
                 AND NOT EXISTS (SELECT FROM sending.campaign c WHERE c.id = m.campaign_id AND c.status = 'stopped')) placed
       WHERE place <= ${SHOWN}
       ORDER BY not_before NULLS LAST, id`;
    return rows.filter(canCome).slice(0, SHOWN);
  }

  /** Whether any of the messages that were accepted under these Idempotency-Keys has left, or still can. */
  async isOnItsWay(brandId: BrandId, keys: readonly string[]): Promise<boolean> {
    const { tx } = this.database;
    const records = await idempotencyStore.find(
      tx,
      keys.map((key) => keptKey(brandId, key)),
    );
    const ids = records.flatMap((record) => record?.messageId ?? []);
    const rows = await tx.sql`
      SELECT 1 FROM sending.message WHERE id = ANY (${ids}::uuid[]) AND status NOT IN ('dropped', 'failed') LIMIT 1`;
    return rows.length > 0;
  }

  /** Null for a message of somebody else, too. */
  async origin(contactId: ContactId, id: MessageId): Promise<OriginMessage | null> {
    const rows = await this.database.tx.sql<OriginMessage>`
      SELECT channel, purpose_id AS "purposeId", topic_id AS "topicId", ended_at AS "endedAt",
             variables ->> ${ASKED_ABOUT} AS "askedAbout"
        FROM sending.message
       WHERE id = ${id} AND contact_id = ${contactId}`;
    return rows[0] ?? null;
  }
}
