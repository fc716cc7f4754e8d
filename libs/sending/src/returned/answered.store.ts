import type { BrandId, Channel, ContactPointId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/** SQL on what somebody answers who does not say so. */
export const answeredStore = {
  /**
   * The last message that left for one of the contact points; null where none did since. Uses touch_contact_idx.
   * @param providerId by this account alone; null: by any
   */
  async lastMessage(
    tx: Tx,
    { brandId, channel, providerId }: { readonly brandId: BrandId; readonly channel: Channel; readonly providerId: string | null }, // prettier-ignore
    pointIds: readonly ContactPointId[],
    since: EpochMs,
  ): Promise<MessageId | null> {
    if (pointIds.length === 0) return null;
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT m.id
        FROM consent.contact_point p
        JOIN consent.contact c ON c.id = p.contact_id
        JOIN sending.touch t ON t.contact_id IN (c.id, c.merged_into)
        JOIN sending.message m ON m.id = t.message_id AND m.contact_point_id = p.id
       WHERE p.id = ANY (${[...pointIds]}::uuid[]) AND t.brand_id = ${brandId} AND t.channel = ${channel}
         AND t.type = 'sent' AND NOT t.test AND t.at >= ${toIso(since)}
         AND (${providerId}::uuid IS NULL OR t.provider_id = ${providerId})
       ORDER BY t.at DESC, m.id DESC
       LIMIT 1`;
    return rows[0]?.id ?? null;
  },
};
