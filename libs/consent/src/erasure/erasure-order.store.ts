import type { BrandId, ContactId, EntryId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/** Somebody who is erased as soon as the mail that tells them so has its end. */
export interface ErasureOrder {
  /** Whoever turned out to be another: that one. */
  readonly contactId: ContactId;
  readonly brandId: BrandId;
  readonly basis: string;
  readonly actor: string;
  /** Ledger entry of the request, to which that of the erasure refers. */
  readonly requestEntryId: EntryId;
  readonly messageId: MessageId;
  readonly at: EpochMs;
  /** From then on nobody waits for the mail any more. */
  readonly latestAt: EpochMs;
}

/** How many people wait to be erased, by who asked for it. */
export interface ErasuresWaiting {
  readonly asked: 'page' | 'order';
  readonly waiting: number;
  /** Of these, how many must be answered within a week. */
  readonly dueSoon: number;
  /** Of these, how many should have been answered or erased by now. */
  readonly overdue: number;
}

/** SQL on erasures that wait for their farewell, and on all that wait. */
export const erasureOrderStore = {
  async add(tx: Tx, order: ErasureOrder): Promise<void> {
    const { contactId, brandId, basis, actor, requestEntryId, messageId, at, latestAt } = order;
    await tx.execute`
      INSERT INTO consent.erasure_order (contact_id, brand_id, basis, actor, request_entry_id, message_id, at, latest_at)
      VALUES (${contactId}, ${brandId}, ${basis}, ${actor}, ${requestEntryId}, ${messageId}, ${toIso(at)}, ${toIso(latestAt)})`;
  },

  /** Of one of these people; null when nobody ordered to erase them. */
  async find(tx: Tx, contactIds: readonly ContactId[]): Promise<ErasureOrder | null> {
    const rows = await tx.sql<ErasureOrder>`
      SELECT contact_id AS "contactId", brand_id AS "brandId", basis, actor, request_entry_id AS "requestEntryId",
             message_id AS "messageId", at, latest_at AS "latestAt"
        FROM consent.erasure_order
       WHERE contact_id = ANY (${[...contactIds]}::uuid[]) ORDER BY at LIMIT 1`;
    return rows[0] ?? null;
  },

  async remove(tx: Tx, contactIds: readonly ContactId[]): Promise<void> {
    await tx.execute`DELETE FROM consent.erasure_order WHERE contact_id = ANY (${[...contactIds]}::uuid[])`;
  },

  /** All that are not carried out yet, the longest ago first, from behind one on. */
  async waiting(tx: Tx, after: ErasureOrder | null, limit: number): Promise<ErasureOrder[]> {
    const position = after === null ? null : toIso(after.at);
    return tx.sql<ErasureOrder>`
      SELECT o.contact_id AS "contactId", o.brand_id AS "brandId", o.basis, o.actor,
             o.request_entry_id AS "requestEntryId", o.message_id AS "messageId", o.at, o.latest_at AS "latestAt"
        FROM consent.erasure_order o
       WHERE ${position}::timestamptz IS NULL OR (o.at, o.contact_id) > (${position}::timestamptz, ${after?.contactId ?? null}::uuid)
       ORDER BY o.at, o.contact_id LIMIT ${limit}::int`;
  },

  /** What is due within the month of GDPR Art. 12(3), counted in UTC as `erasureDueAt` does. Uses preference_change_erase_idx. */
  async figures(tx: Tx): Promise<ErasuresWaiting[]> {
    return tx.sql<ErasuresWaiting>`
      SELECT 'page' AS asked, count(*)::int AS waiting,
             count(*) FILTER (WHERE due <= now() + interval '7 days')::int AS "dueSoon",
             count(*) FILTER (WHERE due <= now())::int AS overdue
        FROM consent.preference_change r
       CROSS JOIN LATERAL (SELECT (r.at AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC' AS due) d
       WHERE r.act = 'erase' AND NOT EXISTS (SELECT FROM consent.erasure_refusal n WHERE n.change_id = r.id)
      UNION ALL
      SELECT 'order', count(*)::int, count(*) FILTER (WHERE latest_at <= now() + interval '7 days')::int,
             count(*) FILTER (WHERE latest_at <= now())::int
        FROM consent.erasure_order`;
  },
};
