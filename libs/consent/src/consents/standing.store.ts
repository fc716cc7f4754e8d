import type { BrandId, ContactId, ContactPointId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import type { ContactPointRow } from '../contacts/contact.store.js';
import type { SuppressionFact } from '../suppressions/domain/suppressions-of.js';
import type { Period, RecordedFact } from './domain/as-of.js';
import { BROUGHT, UNPROVEN } from './domain/consent-basis.js';
import type { SetUp } from './domain/set-up-as-of.js';

/** A consent event as far as its standing is told by it. */
export interface StandingEvent extends RecordedFact {
  readonly pointId: ContactPointId;
  /** The contact point at which it was said: the same, or another with the same address. */
  readonly saidAt: ContactPointId;
  readonly scopeId: string;
  readonly purpose: string;
  readonly topic: string | null;
  readonly method: string;
  readonly legalBasis: string;
  readonly requestId: string | null;
  /** Whether it is about a purpose and only came along with a topic. */
  readonly brought: boolean;
  readonly notice: {
    readonly key: string;
    readonly version: number;
    readonly language: string;
    readonly hash: string;
  } | null;
}

/** A contact point with the time for which it was one person's, or has been; and when it went out of use, if it did. */
export interface KnownPoint extends ContactPointRow, Period {
  readonly endedAt: EpochMs | null;
  /** Times for which it was out of use before that. */
  readonly gaps: readonly { readonly since: EpochMs; readonly until: EpochMs }[];
}

/** What happened to the address of a contact point, and signs of life that ended its bounces. */
export interface RecordedFacts {
  readonly facts: readonly (SuppressionFact & { readonly recordedAt: EpochMs })[];
  readonly signs: readonly { readonly at: EpochMs; readonly recordedAt: EpochMs }[];
}

/** SQL that reads where contact points stand, with everything said at their addresses. */
export const standingStore = {
  /** Every contact point that is or was a person's, also those no longer in use; oldest first. */
  async points(tx: Tx, contactId: ContactId): Promise<KnownPoint[]> {
    const points = await tx.sql<Omit<KnownPoint, 'gaps'>>`
      SELECT p.id, p.channel, p.address, p.address_hash AS "addressHash", p.ended_at AS "endedAt", h.since, h.until
        FROM (SELECT id, created_at AS since, NULL AS until FROM consent.contact_point WHERE contact_id = ${contactId}
              UNION ALL
              SELECT contact_point_id, since, until FROM consent.former_holding WHERE contact_id = ${contactId}) h
        JOIN consent.contact_point p ON p.id = h.id
       ORDER BY h.since, p.id`;
    const gaps = await tx.sql<{ id: ContactPointId; since: EpochMs; until: EpochMs }>`
      SELECT contact_point_id AS id, since, until FROM consent.out_of_use
       WHERE contact_point_id = ANY (${points.map(({ id }) => id)}::uuid[]) ORDER BY since`;
    return points.map((point) => ({ ...point, gaps: gaps.filter(({ id }) => id === point.id) }));
  },

  /** Everything ever recorded for these contact points, and for others of the brand with their addresses. */
  async events(tx: Tx, pointIds: readonly ContactPointId[]): Promise<StandingEvent[]> {
    return tx.sql<StandingEvent>`
      SELECT w.id AS "pointId", q.id AS "saidAt", e.id, e.kind, e.occurred_at AS "occurredAt",
             e.recorded_at AS "recordedAt", e.valid_until AS "validUntil", e.retracts,
             coalesce(e.topic_id, e.purpose_id) AS "scopeId", p.key AS purpose, t.key AS topic, e.method,
             e.legal_basis AS "legalBasis", e.request_id AS "requestId", e.evidence ? ${UNPROVEN} AS unproven, e.evidence ? ${BROUGHT} AS brought,
             CASE WHEN n.id IS NOT NULL THEN
               jsonb_build_object('key', n.key, 'version', n.version, 'language', n.language, 'hash', encode(n.hash, 'hex'))
             END AS notice
        FROM unnest(${[...pointIds]}::uuid[]) AS wanted (id)
        JOIN consent.contact_point w ON w.id = wanted.id
        JOIN consent.contact_point q ON q.brand_id = w.brand_id AND q.channel = w.channel AND q.address_hash = w.address_hash
        JOIN consent.consent_event e ON e.contact_point_id = q.id
        JOIN consent.purpose p ON p.id = e.purpose_id
        LEFT JOIN consent.topic t ON t.id = e.topic_id
        LEFT JOIN consent.notice n ON n.id = e.notice_id
       ORDER BY p.key, t.key NULLS FIRST, e.recorded_at, e.id`;
  },

  /** Purposes of a brand, as they are set up now. */
  async purposes(tx: Tx, brandId: BrandId): Promise<SetUp[]> {
    return tx.sql<SetUp>`
      SELECT key, enforcement, legal_basis AS "legalBasis", created_at AS "createdAt", updated_at AS "updatedAt"
        FROM consent.purpose WHERE brand_id = ${brandId} AND id <> brand_id`;
  },

  /** What keeps, or kept, messages from the addresses of these contact points; only of those about which there is something. */
  async suppressionFacts(tx: Tx, pointIds: readonly ContactPointId[]): Promise<Map<ContactPointId, RecordedFacts>> {
    const rows = await tx.sql<SuppressionFact & { pointId: ContactPointId; recordedAt: EpochMs }>`
      SELECT p.id AS "pointId", f.id, f.kind, f.lifts, f.message_id AS "messageId", f.occurred_at AS "occurredAt",
             f.recorded_at AS "recordedAt"
        FROM unnest(${[...pointIds]}::uuid[]) AS wanted (id)
        JOIN consent.contact_point p ON p.id = wanted.id
        JOIN consent.suppression_fact f USING (brand_id, channel, address_hash)`;
    const signs = await tx.sql<{ pointId: ContactPointId; at: EpochMs; recordedAt: EpochMs }>`
      SELECT p.id AS "pointId", s.reached_at AS at, s.recorded_at AS "recordedAt"
        FROM unnest(${[...pointIds]}::uuid[]) AS wanted (id)
        JOIN consent.contact_point p ON p.id = wanted.id
        JOIN consent.sign_of_life s USING (brand_id, channel, address_hash)`;
    const found = new Map<ContactPointId, RecordedFacts>();
    for (const { pointId, ...fact } of rows)
      found.set(pointId, {
        facts: [...(found.get(pointId)?.facts ?? []), fact],
        signs: signs.filter((sign) => sign.pointId === pointId),
      });
    return found;
  },
};
