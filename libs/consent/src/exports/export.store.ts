import type { Channel, ContactId, ContactPointId, EpochMs } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import type { ConsentEventKind } from '../consents/domain/consent-fold.js';

/** A contact point, in use or ended. */
export interface ExportedPoint {
  readonly id: ContactPointId;
  readonly channel: Channel;
  readonly address: string;
  readonly createdAt: EpochMs;
  readonly endedAt: EpochMs | null;
}

/** A consent event with the names of what it is about. */
export interface ExportedEvent {
  readonly id: string;
  readonly pointId: ContactPointId;
  readonly entryId: string;
  readonly purpose: string;
  readonly purposeLabels: Readonly<Record<string, string>>;
  /** On what the purpose rests, as it is set up. */
  readonly purposeBasis: string;
  readonly topic: string | null;
  readonly topicLabels: Readonly<Record<string, string>> | null;
  readonly kind: ConsentEventKind;
  readonly legalBasis: string;
  readonly noticeKey: string | null;
  readonly noticeVersion: number | null;
  readonly noticeLanguage: string | null;
  readonly noticeHash: string | null;
  readonly noticeWording: string | null;
  readonly wording: string | null;
  readonly method: string;
  readonly source: string | null;
  readonly actor: string;
  readonly evidence: Readonly<Record<string, JsonValue>>;
  readonly occurredAt: EpochMs;
  readonly recordedAt: EpochMs;
  readonly validUntil: EpochMs | null;
  readonly effective: boolean;
  readonly retracts: string | null;
  /** Law under which it was given, as far as that was known: ISO 3166-1 or 3166-2. */
  readonly jurisdiction: string | null;
}

/** SQL for whoever asks what is kept about one person, who may have been several contacts. */
export const exportStore = {
  async points(tx: Tx, contactIds: readonly ContactId[]): Promise<ExportedPoint[]> {
    return tx.sql<ExportedPoint>`
      SELECT id, channel, address, created_at AS "createdAt", ended_at AS "endedAt"
        FROM consent.contact_point
       WHERE contact_id = ANY (${[...contactIds]}::uuid[])
       ORDER BY created_at, id`;
  },

  async events(tx: Tx, contactIds: readonly ContactId[]): Promise<ExportedEvent[]> {
    return tx.sql<ExportedEvent>`
      SELECT e.id, e.contact_point_id AS "pointId", e.entry_id AS "entryId", u.key AS purpose, u.labels AS "purposeLabels",
             u.legal_basis AS "purposeBasis", t.key AS topic, t.labels AS "topicLabels", e.kind, e.legal_basis AS "legalBasis", n.key AS "noticeKey",
             n.version AS "noticeVersion", n.language AS "noticeLanguage", encode(n.hash, 'hex') AS "noticeHash",
             n.wording AS "noticeWording", e.wording, e.method, e.source, e.actor, e.evidence, e.occurred_at AS "occurredAt",
             e.recorded_at AS "recordedAt", e.valid_until AS "validUntil", e.effective, e.retracts, e.jurisdiction
        FROM consent.contact_point p
        JOIN consent.consent_event e ON e.contact_point_id = p.id
        JOIN consent.purpose u ON u.id = e.purpose_id
        LEFT JOIN consent.topic t ON t.id = e.topic_id
        LEFT JOIN consent.notice n ON n.id = e.notice_id
       WHERE p.contact_id = ANY (${[...contactIds]}::uuid[])
       ORDER BY e.recorded_at, e.id`;
  },

  async suppressions(
    tx: Tx,
    contactIds: readonly ContactId[],
  ): Promise<{ pointId: ContactPointId; reason: string; since: EpochMs; until: EpochMs | null }[]> {
    return tx.sql<{ pointId: ContactPointId; reason: string; since: EpochMs; until: EpochMs | null }>`
      SELECT p.id AS "pointId", s.reason, s.since, s.until
        FROM consent.contact_point p
        JOIN consent.suppression s ON s.brand_id = p.brand_id AND s.channel = p.channel AND s.address_hash = p.address_hash
       WHERE p.contact_id = ANY (${[...contactIds]}::uuid[])
       ORDER BY s.since`;
  },
};
