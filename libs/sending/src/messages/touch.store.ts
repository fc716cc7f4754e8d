import type { EpochMs } from '#lib/kernel';
import { column, type CopyTarget, type Tx } from '#lib/platform';
import type { Message } from './domain/message.js';

/** What reached or came from a person because of a message. */
export type TouchType = 'sent' | 'bounced';

export interface NewTouch {
  readonly message: Message;
  readonly type: TouchType;
  readonly at: EpochMs;
  readonly providerRef: string | null;
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
    step: column.text(({ message }) => message.step),
    variant: column.text(({ message }) => message.variant),
    provider_id: column.uuid(({ message }) => message.providerId),
    provider_ref: column.text(({ providerRef }) => providerRef),
    test: column.boolean(({ message }) => message.test),
  },
};

/** SQL on the delivered-touch log, which is only ever added to. */
export const touchStore = {
  async insert(tx: Tx, touches: readonly NewTouch[]): Promise<void> {
    await tx.copy(ROWS, touches);
  },
};
