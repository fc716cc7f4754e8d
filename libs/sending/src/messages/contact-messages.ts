import { Inject, Injectable } from '@nestjs/common';
import type { Channel, ContactId, EpochMs, MessageId } from '#lib/kernel';
import { Database } from '#lib/platform';

/** A message that waits for something, as the person it is for may see it. */
export interface HeldMessage {
  readonly id: MessageId;
  readonly channel: Channel;
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

  /** Messages held back, the one that leaves first at the top. Uses message_held_idx. */
  async held(contactId: ContactId): Promise<HeldMessage[]> {
    return this.database.tx.sql<HeldMessage>`
      SELECT id, channel, purpose_id AS "purposeId", topic_id AS "topicId", reason, not_before AS until
        FROM sending.message
       WHERE contact_id = ${contactId} AND status = 'queued' AND reason IS NOT NULL AND NOT test
       ORDER BY not_before NULLS LAST, id
       LIMIT ${SHOWN}`;
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
