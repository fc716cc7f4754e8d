import type { ContactPointId, EntryId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/** SQL on addresses that must not be written to. */
export const suppressionStore = {
  /** Suppresses the addresses of contact points; one that is suppressed for that reason already stays as it is. */
  async addForPoints(
    tx: Tx,
    points: readonly { pointId: ContactPointId; entryId: EntryId }[],
    reason: 'bounce' | 'complaint' | 'manual',
    since: EpochMs,
  ): Promise<void> {
    await tx.execute`
      INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, entry_id)
      SELECT p.brand_id, p.channel, p.address_hash, ${reason}, ${toIso(since)}, a.entry_id
        FROM unnest(${points.map((p) => p.pointId)}::uuid[], ${points.map((p) => p.entryId)}::uuid[]) AS a (point_id, entry_id)
        JOIN consent.contact_point p ON p.id = a.point_id
      ON CONFLICT DO NOTHING`;
  },
};
