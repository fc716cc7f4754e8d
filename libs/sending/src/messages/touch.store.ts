import type { EpochMs, MessageId } from '#lib/kernel';
import { column, type CopyTarget, type Tx } from '#lib/platform';
import type { Message } from './domain/message.js';

/** What the gateway itself sees of a message that reached its provider; `feedback` adds what others report. */
export type TouchType = 'sent' | 'bounced';

export interface NewTouch {
  readonly message: Message;
  readonly type: TouchType;
  readonly at: EpochMs;
  readonly providerRef: string | null;
  readonly bounce: 'hard' | null;
  /** In how many parts a text message left; null where nobody counts any. */
  readonly parts: number | null;
}

const ROWS: CopyTarget<NewTouch> = {
  table: 'sending.touch',
  columns: {
    message_id: column.uuid(({ message }) => message.id),
    type: column.text(({ type }) => type),
    at: column.timestamptz(({ at }) => at),
    brand_id: column.uuid(({ message }) => message.brandId),
    contact_id: column.uuid(({ message }) => message.contactId),
    channel: column.text(({ message }) => message.channel),
    topic_id: column.uuid(({ message }) => message.topicId),
    campaign_id: column.uuid(({ message }) => message.campaignId),
    template_id: column.uuid(({ message }) => message.templateId),
    step: column.text(({ message }) => message.step),
    variant: column.text(({ message }) => message.variant),
    provider_id: column.uuid(({ message }) => message.providerId),
    provider_ref: column.text(({ providerRef }) => providerRef),
    test: column.boolean(({ message }) => message.test),
    bounce: column.text(({ bounce }) => bounce),
    parts: column.smallint(({ parts }) => parts),
  },
};

/** SQL on the delivered-touch log, which is only ever added to. */
export const touchStore = {
  async insert(tx: Tx, touches: readonly NewTouch[]): Promise<void> {
    await tx.copy(ROWS, touches);
  },

  /** Those of these messages that are known to have bounced for good. */
  async hardBounced(tx: Tx, ids: readonly MessageId[]): Promise<Set<MessageId>> {
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT DISTINCT message_id AS id FROM sending.touch
       WHERE message_id = ANY (${[...ids]}::uuid[]) AND type = 'bounced' AND bounce = 'hard'`;
    return new Set(rows.map(({ id }) => id));
  },
};
