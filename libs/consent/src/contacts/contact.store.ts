import type { BrandId, Channel, ContactId, ContactPointId, EpochMs, SubjectId } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import { toIso, type Tx } from '#lib/platform';
import { type Choice, type FiledChoices, readChange } from './domain/choices.js';
import type { Chosen, PageChange } from './domain/chosen.js';
import type { Wishes } from './domain/wishes.js';

export interface ContactRow extends ContactFields {
  readonly id: ContactId;
  readonly externalId: string;
  readonly subjectId: SubjectId;
  readonly erasedAt: EpochMs | null;
  /** The contact that this one turned out to be. */
  readonly mergedInto: ContactId | null;
}

export interface ContactPointRow {
  readonly id: ContactPointId;
  readonly channel: Channel;
  readonly address: string;
  readonly addressHash: Buffer;
}

/** What may be set about a person; null clears a field. */
export interface ContactFields {
  readonly language: string | null;
  readonly zone: string | null;
  readonly country: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly deviceZone: string | null;
  readonly segments: readonly string[];
  readonly wishes: Wishes;
  readonly account: string | null;
  readonly attributes: Readonly<Record<string, JsonValue>>;
  readonly pausedUntil: EpochMs | null;
}

const isoOrNull = (instant: EpochMs | null): string | null => (instant === null ? null : toIso(instant));

/** SQL on contacts and their contact points. Every statement names the brand. */
export const contactStore = {
  async find(tx: Tx, brandId: BrandId, externalId: string): Promise<ContactRow | null> {
    const rows = await tx.sql<ContactRow>`
      SELECT id, external_id AS "externalId", subject_id AS "subjectId", language, zone, country, region,
             postal_code AS "postalCode", device_zone AS "deviceZone", segments, wishes, account, attributes,
             paused_until AS "pausedUntil", erased_at AS "erasedAt", merged_into AS "mergedInto"
        FROM consent.contact
       WHERE brand_id = ${brandId} AND external_id = ${externalId}`;
    return rows[0] ?? null;
  },

  /** The lock under which everything about one person is put in order; held until the transaction ends. */
  async lock(tx: Tx, brandId: BrandId, externalId: string): Promise<ContactRow | null> {
    const rows = await tx.sql<ContactRow>`
      SELECT id, external_id AS "externalId", subject_id AS "subjectId", language, zone, country, region,
             postal_code AS "postalCode", device_zone AS "deviceZone", segments, wishes, account, attributes,
             paused_until AS "pausedUntil", erased_at AS "erasedAt", merged_into AS "mergedInto"
        FROM consent.contact
       WHERE brand_id = ${brandId} AND external_id = ${externalId}
         FOR NO KEY UPDATE`;
    return rows[0] ?? null;
  },

  async byId(tx: Tx, id: ContactId): Promise<ContactRow | null> {
    const rows = await tx.sql<ContactRow>`
      SELECT id, external_id AS "externalId", subject_id AS "subjectId", language, zone, country, region,
             postal_code AS "postalCode", device_zone AS "deviceZone", segments, wishes, account, attributes,
             paused_until AS "pausedUntil", erased_at AS "erasedAt", merged_into AS "mergedInto"
        FROM consent.contact
       WHERE id = ${id}`;
    return rows[0] ?? null;
  },

  /** @param inUse whether the person must have the contact point still */
  async findByContactPoint(
    tx: Tx,
    contactPointId: ContactPointId,
    inUse = false,
  ): Promise<(ContactRow & { brandId: BrandId }) | null> {
    const rows = await tx.sql<ContactRow & { brandId: BrandId }>`
      SELECT c.id, c.brand_id AS "brandId", c.external_id AS "externalId", c.subject_id AS "subjectId", c.language, c.zone,
             c.country, c.region, c.postal_code AS "postalCode", c.device_zone AS "deviceZone", c.segments, c.wishes, c.account,
             c.attributes, c.paused_until AS "pausedUntil", c.erased_at AS "erasedAt", c.merged_into AS "mergedInto"
        FROM consent.contact c
        JOIN consent.contact_point p ON p.contact_id = c.id
       WHERE p.id = ${contactPointId} AND (p.ended_at IS NULL OR NOT ${inUse}::boolean)`;
    return rows[0] ?? null;
  },

  /** What the person, or whoever turned out to be them, changed on the page and did not take back, about themselves. */
  async pageChanges(tx: Tx, contactId: ContactId): Promise<PageChange[]> {
    const rows = await tx.sql<{ at: EpochMs; before: FiledChoices; after: FiledChoices }>`
      SELECT c.at, c.fields_before AS before, c.fields_after AS after
        FROM consent.preference_change c
       WHERE c.contact_id IN (SELECT id FROM consent.contact WHERE id = ${contactId} OR merged_into = ${contactId})
         AND c.fields_after <> '{}' AND c.undo_of IS NULL
         AND NOT EXISTS (SELECT FROM consent.preference_change u WHERE u.undo_of = c.id)`;
    return rows.map(({ at, before, after }) => ({ at, ...readChange(before, after) }));
  },

  /** What the person, or whoever turned out to be them, told the sender that they choose, and when. */
  async choicesSaid(tx: Tx, contactId: ContactId): Promise<Chosen> {
    const rows = await tx.sql<{ choice: Choice; at: EpochMs; isKnown: boolean; value: unknown }>`
      SELECT DISTINCT ON (s.choice) s.choice, s.said_at AS at, s.value IS NOT NULL AS "isKnown", s.value
        FROM consent.choice_said s
       WHERE s.contact_id IN (SELECT id FROM consent.contact WHERE id = ${contactId} OR merged_into = ${contactId})
       ORDER BY s.choice, s.said_at DESC`;
    return new Map(rows.map(({ choice, at, isKnown, value }) => [choice, isKnown ? { at, value } : { at }]));
  },

  async recordSaid(tx: Tx, contactId: ContactId, said: ReadonlyMap<Choice, unknown>, at: EpochMs): Promise<void> {
    const values = Array.from(said.values(), (value) => JSON.stringify(value ?? null));
    await tx.execute`
      INSERT INTO consent.choice_said AS s (contact_id, choice, said_at, value)
      SELECT ${contactId}::uuid, choice, ${toIso(at)}::timestamptz, value::jsonb
        FROM unnest(${[...said.keys()]}::text[], ${values}::text[]) AS said (choice, value)
      ON CONFLICT (contact_id, choice) DO UPDATE SET said_at = EXCLUDED.said_at, value = EXCLUDED.value
       WHERE s.said_at <= EXCLUDED.said_at`;
  },

  /**
   * The contact point to which a link leads: where its person turned out to be another, the one of that person with the
   * same address, if there is one.
   */
  async followMerge(tx: Tx, contactPointId: ContactPointId): Promise<ContactPointId> {
    const rows = await tx.sql<{ id: ContactPointId }>`
      SELECT kept.id
        FROM consent.contact_point p
        JOIN consent.contact c ON c.id = p.contact_id
        JOIN consent.contact_point kept ON kept.contact_id = c.merged_into AND kept.channel = p.channel
                                       AND kept.address_hash = p.address_hash
       WHERE p.id = ${contactPointId}
       ORDER BY kept.ended_at IS NOT NULL, kept.created_at, kept.id
       LIMIT 1`;
    return rows[0]?.id ?? contactPointId;
  },

  /** Answers false when another request was first; the caller then locks what that one made. */
  async insert(
    tx: Tx,
    brandId: BrandId,
    id: ContactId,
    externalId: string,
    subjectId: SubjectId,
    fields: ContactFields,
  ): Promise<boolean> {
    const inserted = await tx.execute`
      INSERT INTO consent.contact (id, brand_id, external_id, subject_id, language, zone, country, region, postal_code,
                                   device_zone, segments, wishes, paused_until, account, attributes)
      VALUES (${id}, ${brandId}, ${externalId}, ${subjectId}, ${fields.language}, ${fields.zone}, ${fields.country},
              ${fields.region}, ${fields.postalCode}, ${fields.deviceZone}, ${[...fields.segments]}::text[],
              ${JSON.stringify(fields.wishes)}, ${isoOrNull(fields.pausedUntil)}, ${fields.account},
              ${JSON.stringify(fields.attributes)})
      ON CONFLICT (brand_id, external_id) DO NOTHING`;
    return inserted === 1;
  },

  async update(tx: Tx, id: ContactId, fields: ContactFields): Promise<void> {
    await tx.execute`
      UPDATE consent.contact
         SET language = ${fields.language}, zone = ${fields.zone}, country = ${fields.country}, region = ${fields.region},
             postal_code = ${fields.postalCode}, device_zone = ${fields.deviceZone}, segments = ${[...fields.segments]}::text[],
             wishes = ${JSON.stringify(fields.wishes)}, paused_until = ${isoOrNull(fields.pausedUntil)}, account = ${fields.account},
             attributes = ${JSON.stringify(fields.attributes)}, updated_at = clock_timestamp()
       WHERE id = ${id}`;
  },

  /** Contact points in use, the longest in use first: the first of a channel is the one that is written to. */
  async points(tx: Tx, contactId: ContactId): Promise<ContactPointRow[]> {
    return tx.sql<ContactPointRow>`
      SELECT id, channel, address, address_hash AS "addressHash"
        FROM consent.contact_point
       WHERE contact_id = ${contactId} AND ended_at IS NULL
       ORDER BY in_use_since, id`;
  },

  /** Contact points that are in use no longer, of them and of whoever turned out to be them; the last one first. */
  async pointsEnded(tx: Tx, contactId: ContactId): Promise<ContactPointRow[]> {
    return tx.sql<ContactPointRow>`
      SELECT p.id, p.channel, p.address, p.address_hash AS "addressHash"
        FROM consent.contact c
        JOIN consent.contact_point p ON p.contact_id = c.id
       WHERE (c.id = ${contactId} OR c.merged_into = ${contactId}) AND p.ended_at IS NOT NULL
       ORDER BY p.ended_at DESC, p.id`;
  },

  /** Opens a contact point again that the person had before, with everything recorded for it; null when there is none. */
  async reopenPoint(tx: Tx, contactId: ContactId, point: ContactPointRow): Promise<ContactPointId | null> {
    const rows = await tx.sql<{ id: ContactPointId }>`
      UPDATE consent.contact_point
         SET ended_at = NULL, in_use_since = clock_timestamp(), address = ${point.address}
       WHERE id = (SELECT id FROM consent.contact_point
                    WHERE contact_id = ${contactId} AND channel = ${point.channel} AND address_hash = ${point.addressHash}
                    ORDER BY created_at LIMIT 1)
      RETURNING id`;
    return rows[0]?.id ?? null;
  },

  async insertPoint(tx: Tx, brandId: BrandId, contactId: ContactId, point: ContactPointRow): Promise<void> {
    await tx.execute`
      INSERT INTO consent.contact_point (id, brand_id, contact_id, channel, address, address_hash)
      VALUES (${point.id}, ${brandId}, ${contactId}, ${point.channel}, ${point.address}, ${point.addressHash})`;
  },

  /** Has a contact point written to by another form of its address. */
  async rewrite(tx: Tx, id: ContactPointId, address: string): Promise<void> {
    await tx.execute`UPDATE consent.contact_point SET address = ${address} WHERE id = ${id}`;
  },

  /** Whether it was in use until now. */
  async endPoint(tx: Tx, id: ContactPointId): Promise<boolean> {
    const ended = await tx.execute`
      UPDATE consent.contact_point SET ended_at = clock_timestamp() WHERE id = ${id} AND ended_at IS NULL`;
    return ended > 0;
  },

  /** Contact points in use with the address of this one, whoever has them. */
  async sameAddress(
    tx: Tx,
    id: ContactPointId,
  ): Promise<(ContactPointRow & { readonly brandId: BrandId; readonly contactId: ContactId })[]> {
    return tx.sql`
      SELECT q.id, q.channel, q.address, q.address_hash AS "addressHash", q.brand_id AS "brandId", q.contact_id AS "contactId"
        FROM consent.contact_point p
        JOIN consent.contact_point q USING (brand_id, channel, address_hash)
       WHERE p.id = ${id} AND q.ended_at IS NULL
       ORDER BY q.id`;
  },

  /** Since when an address is somebody else's than whoever had a contact point with it, as the last of them knows; or null. */
  async reassignedAt(tx: Tx, id: ContactPointId): Promise<EpochMs | null> {
    const rows = await tx.sql<{ at: EpochMs | null }>`
      SELECT max(q.reassigned_at) AS at
        FROM consent.contact_point p
        JOIN consent.contact_point q ON q.brand_id = p.brand_id AND q.channel = p.channel AND q.address_hash = p.address_hash
       WHERE p.id = ${id}`;
    return rows[0]?.at ?? null;
  },

  /** Notes since when an address is somebody else's. */
  async reassign(tx: Tx, ids: readonly ContactPointId[], at: EpochMs): Promise<void> {
    await tx.execute`
      UPDATE consent.contact_point SET reassigned_at = greatest(reassigned_at, ${toIso(at)}::timestamptz)
       WHERE id = ANY (${[...ids]}::uuid[])`;
  },

  /**
   * Makes the contact points in use of one contact another's, and keeps whose they were until then; they are written to
   * after those it has.
   */
  async movePoints(tx: Tx, from: ContactId, into: ContactId): Promise<void> {
    await tx.execute`
      WITH held AS (
        SELECT id, created_at, clock_timestamp() + row_number() OVER (ORDER BY in_use_since, id) * interval '1 microsecond' AS moved_at
          FROM consent.contact_point WHERE contact_id = ${from} AND ended_at IS NULL),
      kept AS (
        INSERT INTO consent.former_holding (contact_point_id, contact_id, since, until)
        SELECT id, ${from}, created_at, moved_at FROM held)
      UPDATE consent.contact_point p SET contact_id = ${into}, created_at = held.moved_at, in_use_since = held.moved_at
        FROM held WHERE p.id = held.id`;
  },

  /** Notes that a contact is another, with all that had been merged into it. */
  async mergeInto(tx: Tx, from: ContactId, into: ContactId): Promise<void> {
    await tx.execute`
      UPDATE consent.contact SET merged_into = ${into}, updated_at = clock_timestamp() WHERE id = ${from} OR merged_into = ${from}`;
  },

  /** Everybody who is one person with a contact: whom it was merged into, and all that were. */
  async sameAs(tx: Tx, id: ContactId): Promise<Pick<ContactRow, 'id' | 'subjectId'>[]> {
    return tx.sql<Pick<ContactRow, 'id' | 'subjectId'>>`
      WITH one AS (SELECT coalesce(merged_into, id) AS id FROM consent.contact WHERE id = ${id})
      SELECT c.id, c.subject_id AS "subjectId" FROM consent.contact c
       WHERE c.id = (SELECT id FROM one) OR c.merged_into = (SELECT id FROM one) ORDER BY c.id`;
  },

  /** A contact and all that were merged into it. */
  async family(tx: Tx, id: ContactId): Promise<Pick<ContactRow, 'id' | 'subjectId'>[]> {
    return tx.sql<Pick<ContactRow, 'id' | 'subjectId'>>`
      SELECT id, subject_id AS "subjectId" FROM consent.contact WHERE id = ${id} OR merged_into = ${id} ORDER BY id`;
  },
};
