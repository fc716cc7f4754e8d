import type { EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Message } from './domain/message.js';

/** What reached or came from a person because of a message. */
export type TouchType = 'sent' | 'bounced';

export interface NewTouch {
  readonly message: Message;
  readonly type: TouchType;
  readonly providerRef: string | null;
}

/** SQL on the delivered-touch log, which is only ever added to. */
export const touchStore = {
  async insert(tx: Tx, touches: readonly NewTouch[], at: EpochMs): Promise<void> {
    const messages = touches.map((t) => t.message);
    await tx.execute`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, topic_id, campaign_id, step, variant, provider_id, provider_ref, test)
      SELECT t.message_id, t.type, ${toIso(at)}::timestamptz, t.brand_id, t.contact_id, t.channel, t.topic_id, t.campaign_id, t.step, t.variant,
             t.provider_id, t.provider_ref, t.test
        FROM unnest(${messages.map((m) => m.id)}::uuid[], ${touches.map((t) => t.type)}::text[], ${messages.map((m) => m.brandId)}::uuid[],
                    ${messages.map((m) => m.contactId)}::uuid[], ${messages.map((m) => m.channel)}::text[], ${messages.map((m) => m.topicId)}::uuid[],
                    ${messages.map((m) => m.campaignId)}::uuid[], ${messages.map((m) => m.step)}::text[], ${messages.map((m) => m.variant)}::text[],
                    ${messages.map((m) => m.providerId)}::uuid[], ${touches.map((t) => t.providerRef)}::text[], ${messages.map((m) => m.test)}::boolean[])
          AS t (message_id, type, brand_id, contact_id, channel, topic_id, campaign_id, step, variant, provider_id, provider_ref, test)`;
  },
};
