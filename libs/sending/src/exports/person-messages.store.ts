import type { PageSettings } from '#lib/consent';
import type { BrandId, Channel, ContactId, EpochMs, MessageId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { Labels } from './domain/person-words.js';

/** A message to a person, with the names of what it refers to. */
export interface PersonMessage {
  readonly id: MessageId;
  readonly channel: Channel;
  readonly class: string;
  readonly purpose: string;
  readonly topic: string | null;
  readonly campaign: string | null;
  readonly template: string;
  readonly templateVersion: number;
  readonly language: string;
  /** What the caller filled in. */
  readonly variables: unknown;
  /** Where its counted links lead; addresses of shops may say something of who got them. */
  readonly countedLinks: readonly string[];
  readonly acceptedAt: EpochMs;
  readonly status: string;
  readonly reason: string | null;
  readonly endedAt: EpochMs | null;
}

export interface PersonTouch {
  readonly messageId: MessageId;
  readonly type: string;
  readonly at: EpochMs;
}

/** A version of a fact that another system reported and that names the person. */
export interface PersonFact {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  /** In the committee of a deal; null where the fact is about the person itself. */
  readonly role: string | null;
  readonly at: EpochMs;
  readonly recordedAt: EpochMs;
  /** Taken back by whoever reported it, or corrected since. */
  readonly isOver: boolean;
  readonly said: Readonly<Record<string, unknown>>;
}

/** SQL on the messages that a person's ledger entries name, and on what they are called and look like to them. */
export const personMessagesStore = {
  async messages(tx: Tx, brandId: BrandId, ids: readonly MessageId[]): Promise<PersonMessage[]> {
    return tx.sql<PersonMessage>`
      SELECT m.id, m.channel, m.class, u.key AS purpose, t.key AS topic, c.key AS campaign, x.key AS template,
             x.version AS "templateVersion", m.language, m.variables,
             ARRAY(SELECT l.url FROM sending.tracked_link l WHERE l.message_id = m.id AND l.url IS NOT NULL ORDER BY l.url) AS "countedLinks",
             m.accepted_at AS "acceptedAt", m.status, m.reason,
             m.ended_at AS "endedAt"
        FROM unnest(${[...ids]}::uuid[]) AS wanted (id)
        JOIN sending.message m ON m.id = wanted.id AND m.brand_id = ${brandId}
        JOIN consent.purpose u ON u.id = m.purpose_id
        LEFT JOIN consent.topic t ON t.id = m.topic_id
        LEFT JOIN sending.campaign c ON c.id = m.campaign_id
        JOIN sending.template x ON x.id = m.template_id
       ORDER BY m.accepted_at, m.id`;
  },

  async touches(tx: Tx, ids: readonly MessageId[]): Promise<PersonTouch[]> {
    return tx.sql<PersonTouch>`
      SELECT t.message_id AS "messageId", t.type, t.at
        FROM unnest(${[...ids]}::uuid[]) AS wanted (id)
        JOIN sending.touch t ON t.message_id = wanted.id
       ORDER BY t.at`;
  },

  /** What other systems reported, oldest first. */
  async facts(tx: Tx, brandId: BrandId, contactIds: readonly ContactId[]): Promise<PersonFact[]> {
    return tx.sql<PersonFact>`
      SELECT kind, external_id AS id, version, role, at, recorded_at AS "recordedAt", body AS said,
             is_over AS "isOver"
        FROM reporting.contact_fact
       WHERE brand_id = ${brandId} AND contact_id = ANY (${[...contactIds]}::uuid[])
       ORDER BY at, kind COLLATE "C", external_id COLLATE "C", version, role COLLATE "C" NULLS FIRST`;
  },

  /** What the keys of a brand's purposes and topics are called, by language. */
  async names(tx: Tx, brandId: BrandId): Promise<Record<'purposes' | 'topics', ReadonlyMap<string, Labels>>> {
    const rows = await tx.sql<{ kind: 'purposes' | 'topics'; key: string; labels: Labels }>`
      SELECT 'purposes' AS kind, key, labels FROM consent.purpose WHERE brand_id = ${brandId}
      UNION ALL
      SELECT 'topics', key, labels FROM consent.topic WHERE brand_id = ${brandId}`;
    const of = (kind: 'purposes' | 'topics') =>
      new Map(rows.filter((row) => row.kind === kind).map(({ key, labels }) => [key, labels]));
    return { purposes: of('purposes'), topics: of('topics') };
  },

  /** How the contacts' pages of a brand look. */
  async look(tx: Tx, brandId: BrandId): Promise<PageSettings> {
    const rows = await tx.sql<{ page: PageSettings }>`SELECT page FROM consent.brand WHERE id = ${brandId}`;
    return rows[0]?.page ?? {};
  },
};
