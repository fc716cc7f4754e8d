import type { TrackedThing, TrackingSettings } from '#lib/consent';
import type { BrandId, ContactPointId, EnforcementModel, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/** A message whose links or opening are counted. */
export interface CountedMessage {
  readonly id: MessageId;
  readonly brandId: BrandId;
  readonly contactPointId: ContactPointId;
  readonly test: boolean;
  readonly sentAt: EpochMs | null;
  /** Empty when the brand counts nothing any more. */
  readonly tracking: Partial<TrackingSettings>;
  /** The purpose that it counts under; null when there is none of that key. */
  readonly purpose: { readonly id: string; readonly enforcement: EnforcementModel } | null;
}

/** SQL on messages that somebody opened, or a link of which. */
export const trackingStore = {
  async messageOf(tx: Tx, { messageId, contactPointId }: TrackedThing): Promise<CountedMessage | null> {
    const rows = await tx.sql<CountedMessage>`
      SELECT m.id, m.brand_id AS "brandId", m.contact_point_id AS "contactPointId", m.test, b.tracking,
             CASE WHEN m.status = 'sent' THEN m.ended_at END AS "sentAt",
             CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'enforcement', p.enforcement) END AS purpose
        FROM sending.message m
        JOIN consent.brand b ON b.id = m.brand_id
        LEFT JOIN consent.purpose p ON p.brand_id = b.id AND p.key = b.tracking ->> 'purpose'
       WHERE m.id = ${messageId} AND m.contact_point_id = ${contactPointId}`;
    return rows[0] ?? null;
  },

  /** How many links of a message were clicked since, as their events say; `but` is the beginning of those not asked about. */
  async linksClicked(tx: Tx, messageId: MessageId, since: EpochMs, but: string): Promise<number> {
    const [row] = await tx.sql<{ n: number }>`
      SELECT count(DISTINCT split_part(event, ' ', 2))::int AS n FROM sending.touch
       WHERE message_id = ${messageId} AND type = 'clicked' AND at > ${toIso(since)}::timestamptz
         AND starts_with(event, 'link ') AND NOT starts_with(event, ${but})`;
    return row?.n ?? 0;
  },
};
