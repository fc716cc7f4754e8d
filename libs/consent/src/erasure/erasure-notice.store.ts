import type { BrandId, ContactId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

export const ERASURE_NOTICES = ['received', 'refused'] as const;
/** What somebody is told about their request to be erased. */
export type ErasureNotice = (typeof ERASURE_NOTICES)[number];

/** Who is told something, and how they read it. */
export interface NoticeReader {
  readonly to: string;
  readonly language: string;
  readonly zone: string;
}

/** A request about which the person is still to be told something. */
export interface UntoldRow extends NoticeReader {
  readonly requestId: string;
  readonly brandId: BrandId;
  readonly kind: ErasureNotice;
  readonly askedAt: EpochMs;
  /** Of a refusal. */
  readonly explanation: string | null;
  readonly explanationLanguage: string | null;
}

/** SQL on what people are told about their requests to be erased. */
export const erasureNoticeStore = {
  /** The longest ago first. Whoever turned out to be another is told as that one. Uses preference_change_erase_idx. */
  async untold(tx: Tx, requestId: string | null, limit: number): Promise<UntoldRow[]> {
    return tx.sql<UntoldRow>`
      SELECT r.id AS "requestId", r.brand_id AS "brandId", k.kind, r.at AS "askedAt", n.explanation,
             n.language AS "explanationLanguage", who.external_id AS to, coalesce(who.language, b.default_language) AS language,
             coalesce(who.zone, b.default_zone) AS zone
        FROM consent.preference_change r
        JOIN consent.contact asker ON asker.id = r.contact_id
        JOIN consent.contact who ON who.id = coalesce(asker.merged_into, asker.id)
        JOIN consent.brand b ON b.id = r.brand_id
        LEFT JOIN consent.erasure_refusal n ON n.change_id = r.id
       CROSS JOIN LATERAL (SELECT CASE WHEN n.change_id IS NULL THEN 'received' ELSE 'refused' END AS kind) k
       WHERE r.act = 'erase' AND who.erased_at IS NULL AND (${requestId}::uuid IS NULL OR r.id = ${requestId}::uuid)
         AND NOT EXISTS (SELECT FROM consent.erasure_notice t WHERE t.change_id = r.id AND t.kind = k.kind)
       ORDER BY r.at, r.id LIMIT ${limit}::int`;
  },

  async told(tx: Tx, requestId: string, kind: ErasureNotice, messageId: MessageId, at: EpochMs): Promise<void> {
    // Not when the erasure was quicker: its request is gone.
    await tx.execute`
      INSERT INTO consent.erasure_notice (change_id, kind, at, message_id)
      SELECT id, ${kind}, ${toIso(at)}, ${messageId}::uuid FROM consent.preference_change WHERE id = ${requestId}
      ON CONFLICT DO NOTHING`;
  },

  async reader(tx: Tx, contactId: ContactId): Promise<NoticeReader> {
    const [reader] = await tx.sql<NoticeReader>`
      SELECT c.external_id AS to, coalesce(c.language, b.default_language) AS language, coalesce(c.zone, b.default_zone) AS zone
        FROM consent.contact c JOIN consent.brand b ON b.id = c.brand_id
       WHERE c.id = ${contactId}`;
    if (reader === undefined) throw new Error('a contact that was found is not there');
    return reader;
  },
};
