import type { BrandId, Channel, ContactId, ContactPointId, EnforcementModel, EpochMs, SubjectId } from '#lib/kernel';
import { column, type CopyTarget, type Tx } from '#lib/platform';
import { consentStore, type Evidence, type NewState } from '../consents/consent.store.js';
import { type ConsentFact, lastRefusal } from '../consents/domain/consent-fold.js';
import { type PlannedEvent, scopeId, recordedAt } from '../consents/domain/plan-changes.js';
import type { ContactFields, ContactRow } from '../contacts/contact.store.js';
import type { Refusal } from './domain/plan-wish.js';
import { detailsOf, statedIn, UNDATED, UNPROVEN } from '../consents/domain/consent-basis.js';

/** A contact point in use or ended, with its address as it is compared. */
export interface KnownPoint {
  readonly id: ContactPointId;
  readonly contactId: ContactId;
  readonly channel: Channel;
  readonly addressHash: Buffer;
  readonly ended: boolean;
}

export interface NewContact {
  readonly id: ContactId;
  readonly externalId: string;
  readonly subjectId: SubjectId;
  readonly fields: ContactFields;
}

export interface NewPoint {
  readonly id: ContactPointId;
  readonly brandId: BrandId;
  readonly contactId: ContactId;
  readonly channel: Channel;
  readonly address: string;
  readonly addressHash: Buffer;
}

/** An event with all that is stored beside it. */
export interface RecordedEvent {
  readonly event: PlannedEvent;
  readonly brandId: BrandId;
  readonly pointId: ContactPointId;
  readonly evidence: Evidence;
  readonly recordedAt: EpochMs;
  readonly entryId: string;
}

export interface ImportChange {
  readonly importId: string;
  readonly pointId: ContactPointId;
  readonly changeId: string;
}

/**
 * SQL of many people at once. Lists travel as arrays; what is only added goes by COPY. Each row of a list is looked up by
 * itself (`LATERAL … OFFSET 0`): whatever the planner believes about the tables of a new installation, an import takes
 * the same time per row at its end as at its beginning.
 */
export const importStore = {
  async purposes(tx: Tx, brandId: BrandId) {
    return tx.sql<{
      id: string;
      key: string;
      enforcement: EnforcementModel;
      legalBasis: string;
      topicId: string | null;
      topicKey: string | null;
    }>`
      SELECT p.id, p.key, p.enforcement, p.legal_basis AS "legalBasis", t.id AS "topicId", t.key AS "topicKey"
        FROM consent.purpose p
        LEFT JOIN consent.topic t ON t.purpose_id = p.id
       WHERE p.brand_id = ${brandId}`;
  },

  async contacts(tx: Tx, brandId: BrandId, externalIds: readonly string[]): Promise<ContactRow[]> {
    return tx.sql<ContactRow>`
      SELECT c.id, c.external_id AS "externalId", c.subject_id AS "subjectId", c.language, c.zone, c.country, c.region,
             c.postal_code AS "postalCode", c.device_zone AS "deviceZone", c.segments, c.wishes, c.account, c.attributes,
             c.paused_until AS "pausedUntil", c.erased_at AS "erasedAt", c.merged_into AS "mergedInto"
        FROM unnest(${[...externalIds]}::text[]) AS wanted (external_id)
       CROSS JOIN LATERAL (SELECT * FROM consent.contact
                            WHERE brand_id = ${brandId} AND external_id = wanted.external_id OFFSET 0) c`;
  },

  /** Those of these people who chose their language on their page, or were found to be one with somebody who did. */
  async choseLanguage(tx: Tx, ids: readonly ContactId[]): Promise<ContactId[]> {
    if (ids.length === 0) return [];
    const rows = await tx.sql<{ id: ContactId }>`
      SELECT wanted.id
        FROM unnest(${[...ids]}::uuid[]) AS wanted (id)
       WHERE EXISTS (SELECT FROM consent.contact c
                       JOIN consent.preference_change p ON p.contact_id = c.id
                      WHERE (c.id = wanted.id OR c.merged_into = wanted.id) AND p.fields_after ? 'language'
                        AND p.undo_of IS NULL
                        AND NOT EXISTS (SELECT FROM consent.preference_change u WHERE u.undo_of = p.id))
          OR EXISTS (SELECT FROM consent.contact c
                       JOIN consent.choice_said s ON s.contact_id = c.id AND s.choice = 'language'
                      WHERE c.id = wanted.id OR c.merged_into = wanted.id)`;
    return rows.map(({ id }) => id);
  },

  /** Answers the ids of those that were not there yet. */
  async insertContacts(tx: Tx, brandId: BrandId, contacts: readonly NewContact[]): Promise<Set<ContactId>> {
    const fields = contacts.map((contact) => contact.fields);
    const rows = await tx.sql<{ id: ContactId }>`
      INSERT INTO consent.contact (id, brand_id, external_id, subject_id, language, zone, country, region, postal_code,
                                   account, attributes)
      SELECT id, ${brandId}::uuid, external_id, subject_id, language, zone, country, region, postal_code, account, attributes::jsonb
        FROM unnest(${contacts.map(({ id }) => id)}::uuid[], ${contacts.map(({ externalId }) => externalId)}::text[],
                    ${contacts.map(({ subjectId }) => subjectId)}::uuid[], ${fields.map(({ language }) => language)}::text[],
                    ${fields.map(({ zone }) => zone)}::text[], ${fields.map(({ country }) => country)}::text[],
                    ${fields.map(({ region }) => region)}::text[], ${fields.map(({ postalCode }) => postalCode)}::text[],
                    ${fields.map(({ account }) => account)}::text[],
                    ${fields.map(({ attributes }) => JSON.stringify(attributes))}::text[])
             AS n (id, external_id, subject_id, language, zone, country, region, postal_code, account, attributes)
       ORDER BY external_id
      ON CONFLICT (brand_id, external_id) DO NOTHING
      RETURNING id`;
    return new Set(rows.map(({ id }) => id));
  },

  async updateContacts(tx: Tx, contacts: readonly { id: ContactId; fields: ContactFields }[]): Promise<void> {
    const fields = contacts.map((contact) => contact.fields);
    await tx.execute`
      UPDATE consent.contact c
         SET language = n.language, zone = n.zone, country = n.country, region = n.region, postal_code = n.postal_code,
             account = n.account, attributes = n.attributes::jsonb, updated_at = clock_timestamp()
        FROM unnest(${contacts.map(({ id }) => id)}::uuid[], ${fields.map(({ language }) => language)}::text[],
                    ${fields.map(({ zone }) => zone)}::text[], ${fields.map(({ country }) => country)}::text[],
                    ${fields.map(({ region }) => region)}::text[], ${fields.map(({ postalCode }) => postalCode)}::text[],
                    ${fields.map(({ account }) => account)}::text[],
                    ${fields.map(({ attributes }) => JSON.stringify(attributes))}::text[])
             AS n (id, language, zone, country, region, postal_code, account, attributes)
       WHERE c.id = n.id`;
  },

  /**
   * Locks these people and all who have, or had, one of their addresses or one of these; in one order for everybody.
   * Looked at again once the locks are there: somebody may have got an address while they were waited for.
   */
  async lock(tx: Tx, brandId: BrandId, ids: readonly ContactId[], addresses: AddressList): Promise<ContactId[]> {
    let locked = 0;
    for (;;) {
      const rows = await tx.sql<{ id: ContactId }>`
      WITH wanted AS MATERIALIZED (
        SELECT id FROM unnest(${[...ids]}::uuid[]) AS own (id)
        UNION
        SELECT other.contact_id
          FROM unnest(${[...ids]}::uuid[]) AS own (id)
         CROSS JOIN LATERAL (SELECT brand_id, channel, address_hash FROM consent.contact_point
                              WHERE contact_id = own.id OFFSET 0) mine
         CROSS JOIN LATERAL (SELECT contact_id FROM consent.contact_point
                              WHERE brand_id = mine.brand_id AND channel = mine.channel
                                AND address_hash = mine.address_hash OFFSET 0) other
        UNION
        SELECT other.contact_id
          FROM unnest(${addresses.channels}::text[], ${addresses.hashes}::text[]) AS a (channel, hash)
         CROSS JOIN LATERAL (SELECT contact_id FROM consent.contact_point
                              WHERE brand_id = ${brandId} AND channel = a.channel
                                AND address_hash = decode(a.hash, 'hex') OFFSET 0) other
      )
      SELECT c.id FROM wanted JOIN consent.contact c ON c.id = wanted.id ORDER BY c.id FOR NO KEY UPDATE OF c`;
      if (rows.length === locked) return rows.map(({ id }) => id);
      locked = rows.length;
    }
  },

  async points(tx: Tx, contactIds: readonly ContactId[]): Promise<KnownPoint[]> {
    return tx.sql<KnownPoint>`
      SELECT p.id, p.contact_id AS "contactId", p.channel, p.address_hash AS "addressHash", p.ended_at IS NOT NULL AS ended
        FROM unnest(${[...contactIds]}::uuid[]) AS wanted (id)
       CROSS JOIN LATERAL (SELECT * FROM consent.contact_point WHERE contact_id = wanted.id OFFSET 0) p
       ORDER BY p.in_use_since, p.id`;
  },

  /** The addresses that these people have or had, as `addressKey` writes them. */
  async addressesOf(tx: Tx, brandId: BrandId, externalIds: readonly string[]): Promise<string[]> {
    const rows = await tx.sql<{ address: string }>`
      SELECT p.channel || ' ' || encode(p.address_hash, 'hex') AS address
        FROM unnest(${[...externalIds]}::text[]) AS wanted (external_id)
       CROSS JOIN LATERAL (SELECT id FROM consent.contact
                            WHERE brand_id = ${brandId} AND external_id = wanted.external_id OFFSET 0) c
       CROSS JOIN LATERAL (SELECT channel, address_hash FROM consent.contact_point WHERE contact_id = c.id OFFSET 0) p`;
    return rows.map(({ address }) => address);
  },

  async facts(
    tx: Tx,
    pointIds: readonly ContactPointId[],
  ): Promise<(ConsentFact & { pointId: ContactPointId; scopeId: string })[]> {
    return tx.sql<ConsentFact & { pointId: ContactPointId; scopeId: string }>`
      SELECT e.contact_point_id AS "pointId", coalesce(e.topic_id, e.purpose_id) AS "scopeId", e.id, e.kind,
             e.occurred_at AS "occurredAt", e.valid_until AS "validUntil", e.retracts, e.evidence ? ${UNDATED} AS undated,
             e.evidence ? ${UNPROVEN} AS unproven
        FROM unnest(${[...pointIds]}::uuid[]) AS wanted (id)
       CROSS JOIN LATERAL (SELECT * FROM consent.consent_event WHERE contact_point_id = wanted.id OFFSET 0) e`;
  },

  /** Of these contact points, those whose addresses are suppressed because somebody objected or complained there, and when they last did. */
  async objections(tx: Tx, pointIds: readonly ContactPointId[]): Promise<Map<ContactPointId, EpochMs>> {
    const rows = await tx.sql<{ id: ContactPointId; since: EpochMs }>`
      SELECT p.id, s.at AS since
        FROM unnest(${[...pointIds]}::uuid[]) AS wanted (id)
       CROSS JOIN LATERAL (SELECT * FROM consent.contact_point WHERE id = wanted.id OFFSET 0) p
       CROSS JOIN LATERAL (SELECT (SELECT max(f.occurred_at) FROM consent.suppression_fact f
                                    WHERE f.brand_id = p.brand_id AND f.channel = p.channel
                                      AND f.address_hash = p.address_hash AND f.kind IN ('objection', 'complaint')) AS at
                             FROM consent.suppression
                            WHERE brand_id = p.brand_id AND channel = p.channel AND address_hash = p.address_hash
                              AND reason IN ('objection', 'complaint') AND until IS NULL
                            LIMIT 1) s`;
    return new Map(rows.map(({ id, since }) => [id, since]));
  },

  /** The last refusals at these addresses, whichever contact point has them; by the address. */
  async refusals(tx: Tx, brandId: BrandId, addresses: AddressList): Promise<(Refusal & { address: string })[]> {
    return tx.sql<Refusal & { address: string }>`
      SELECT a.channel || ' ' || a.hash AS address, p.id AS "pointId", s.scope_id AS "scopeId", s.refused_at AS at,
             s.refused_kind AS kind, p.reassigned_at IS NOT NULL AS lost
        FROM unnest(${addresses.channels}::text[], ${addresses.hashes}::text[]) AS a (channel, hash)
       CROSS JOIN LATERAL (SELECT id, reassigned_at FROM consent.contact_point
                            WHERE brand_id = ${brandId} AND channel = a.channel AND address_hash = decode(a.hash, 'hex')
                           OFFSET 0) p
       CROSS JOIN LATERAL (SELECT scope_id, refused_at, refused_kind FROM consent.consent_state
                            WHERE contact_point_id = p.id AND refused_at IS NOT NULL OFFSET 0) s`;
  },

  /** Since when these addresses are somebody else's than whoever had them; only those that are. */
  async reassigned(tx: Tx, brandId: BrandId, addresses: AddressList): Promise<Map<string, EpochMs>> {
    const rows = await tx.sql<{ address: string; at: EpochMs }>`
      SELECT a.channel || ' ' || a.hash AS address, max(p.reassigned_at) AS at
        FROM unnest(${addresses.channels}::text[], ${addresses.hashes}::text[]) AS a (channel, hash)
       CROSS JOIN LATERAL (SELECT reassigned_at FROM consent.contact_point
                            WHERE brand_id = ${brandId} AND channel = a.channel AND address_hash = decode(a.hash, 'hex')
                           OFFSET 0) p
       WHERE p.reassigned_at IS NOT NULL
       GROUP BY 1`;
    return new Map(rows.map(({ address, at }) => [address, at]));
  },

  async insertPoints(tx: Tx, points: readonly NewPoint[]): Promise<void> {
    await tx.copy(POINTS, points);
  },

  async reopenPoints(tx: Tx, points: readonly { id: ContactPointId; address: string }[]): Promise<void> {
    await tx.execute`
      UPDATE consent.contact_point p SET ended_at = NULL, in_use_since = clock_timestamp(), address = n.address
        FROM unnest(${points.map(({ id }) => id)}::uuid[], ${points.map(({ address }) => address)}::text[]) AS n (id, address)
       WHERE p.id = n.id`;
  },

  async endPoints(tx: Tx, ids: readonly ContactPointId[]): Promise<void> {
    await tx.execute`
      UPDATE consent.contact_point SET ended_at = clock_timestamp() WHERE id = ANY (${[...ids]}::uuid[]) AND ended_at IS NULL`;
  },

  async recordEvents(tx: Tx, events: readonly RecordedEvent[]): Promise<void> {
    await tx.copy(EVENTS, events);
    const states = new Map<string, NewState>();
    for (const { event, pointId } of events) {
      if (event.state === null) continue;
      const key = `${pointId} ${scopeId(event.scope)}`;
      const known = states.get(key)?.refusal ?? null;
      const refusal = lastRefusal(known === null ? [event] : [known, event]);
      states.set(key, { pointId, scope: event.scope, state: event.state, refusal });
    }
    await consentStore.putStates(tx, [...states.values()]);
  },

  async recordChanges(tx: Tx, changes: readonly ImportChange[]): Promise<void> {
    await tx.copy(CHANGES, changes);
  },
};

/** Addresses as they are compared, element by element. */
export interface AddressList {
  readonly channels: readonly Channel[];
  /** Hexadecimal. */
  readonly hashes: readonly string[];
}

const POINTS: CopyTarget<NewPoint> = {
  table: 'consent.contact_point',
  columns: {
    id: column.uuid((p) => p.id),
    brand_id: column.uuid((p) => p.brandId),
    contact_id: column.uuid((p) => p.contactId),
    channel: column.text((p) => p.channel),
    address: column.text((p) => p.address),
    address_hash: column.bytea((p) => p.addressHash),
  },
};

const EVENTS: CopyTarget<RecordedEvent> = {
  table: 'consent.consent_event',
  columns: {
    id: column.uuid((r) => r.event.id),
    brand_id: column.uuid((r) => r.brandId),
    contact_point_id: column.uuid((r) => r.pointId),
    purpose_id: column.uuid((r) => r.event.scope.purposeId),
    topic_id: column.uuid((r) => r.event.scope.topicId),
    kind: column.text((r) => r.event.kind),
    legal_basis: column.text((r) => r.evidence.legalBasis),
    notice_id: column.uuid((r) => r.evidence.notice?.id ?? null),
    wording: column.text((r) => r.evidence.wording),
    method: column.text((r) => r.evidence.method),
    source: column.text((r) => r.evidence.source),
    actor: column.text((r) => r.evidence.actor),
    // What laws ask for by name; all the rest is disclosed by the ledger entry alone, under the person's key.
    evidence: column.jsonb((r) => JSON.stringify(statedIn(detailsOf(r.event, r.evidence.details)))),
    jurisdiction: column.text((r) => r.evidence.jurisdiction ?? null),
    occurred_at: column.timestamptz((r) => r.event.occurredAt),
    recorded_at: column.timestamptz((r) => recordedAt(r.event, r.recordedAt)),
    valid_until: column.timestamptz((r) => r.event.validUntil),
    effective: column.boolean((r) => r.event.effective),
    entry_id: column.uuid((r) => r.entryId),
    retracts: column.uuid((r) => r.event.retracts ?? null),
  },
};

const CHANGES: CopyTarget<ImportChange> = {
  table: 'consent.import_change',
  columns: {
    import_id: column.uuid((c) => c.importId),
    contact_point_id: column.uuid((c) => c.pointId),
    change_id: column.uuid((c) => c.changeId),
  },
};
