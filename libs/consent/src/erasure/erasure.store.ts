import type { BrandId, Channel, ContactId, ContactPointId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { ErasureRefusal } from './domain/erasure-refusal.js';

/** A consent event as erasure and retention look at it. */
export interface KeptEvent {
  readonly id: string;
  readonly entryId: EntryId;
  readonly scopeId: string;
  readonly purpose: string;
  readonly purposeId: string;
  readonly topic: string | null;
  readonly kind: string;
  readonly channel: Channel;
  readonly jurisdiction: string | null;
  readonly occurredAt: EpochMs;
  /** Whether the scope stands, and stands where this event put it. */
  readonly counts: boolean;
  readonly recordedAt: EpochMs;
  readonly keepEvidence: string;
}

/** Somebody who asked on the page to be erased. */
export interface ErasureAsked {
  readonly id: string;
  readonly externalId: string;
  readonly at: EpochMs;
  /** Ledger entry of the request; null for one from before entries were noted. */
  readonly entryId: EntryId | null;
  /** They are erased by then, because somebody ordered it and they are being told; null: nobody has decided yet. */
  readonly erasedBy: EpochMs | null;
}

/** A contact as retention walks past it, or whoever is erased and whose disclosures are still there. */
export interface Person {
  readonly id: ContactId;
  readonly brandId: BrandId;
}

/** SQL that takes a person out of the tables and says what is left. */
export const erasureStore = {
  /** Everything recorded about the consents of these people. */
  async events(tx: Tx, contactIds: readonly ContactId[]): Promise<KeptEvent[]> {
    return tx.sql<KeptEvent>`
      SELECT e.id, e.entry_id AS "entryId", coalesce(e.topic_id, e.purpose_id) AS "scopeId", p.key AS purpose,
             e.purpose_id AS "purposeId", t.key AS topic, e.kind, q.channel, e.jurisdiction, e.occurred_at AS "occurredAt",
             e.recorded_at AS "recordedAt", p.keep_evidence AS "keepEvidence",
             coalesce(s.event_id = e.id, false) AS counts
        FROM consent.contact_point q
        JOIN consent.consent_event e ON e.contact_point_id = q.id
        JOIN consent.purpose p ON p.id = e.purpose_id
        LEFT JOIN consent.topic t ON t.id = e.topic_id
        LEFT JOIN consent.consent_state s ON s.contact_point_id = q.id AND s.scope_id = coalesce(e.topic_id, e.purpose_id)
       WHERE q.contact_id = ANY (${[...contactIds]}::uuid[])`;
  },

  async points(tx: Tx, contactIds: readonly ContactId[]): Promise<{ id: ContactPointId; channel: Channel }[]> {
    return tx.sql<{ id: ContactPointId; channel: Channel }>`
      SELECT id, channel FROM consent.contact_point WHERE contact_id = ANY (${[...contactIds]}::uuid[]) ORDER BY created_at, id`;
  },

  /** Takes out whatever could tell who it was. The keyed hash of each address stays: what was refused there stays refused. */
  async empty(tx: Tx, contactIds: readonly ContactId[], at: EpochMs, restrictedUntil: EpochMs | null): Promise<void> {
    const until = restrictedUntil === null ? null : toIso(restrictedUntil);
    await tx.execute`
      UPDATE consent.contact
         SET external_id = 'erased ' || id, language = NULL, zone = NULL, country = NULL, region = NULL, postal_code = NULL,
             device_zone = NULL, segments = '{}', wishes = '{}', account = NULL, attributes = '{}', paused_until = NULL,
             erased_at = ${toIso(at)}, restricted_until = ${until}, shredded_at = ${until === null ? toIso(at) : null},
             updated_at = clock_timestamp()
       WHERE id = ANY (${[...contactIds]}::uuid[])`;
    await tx.execute`
      UPDATE consent.contact_point
         SET address = '', ended_at = coalesce(ended_at, ${toIso(at)})
       WHERE contact_id = ANY (${[...contactIds]}::uuid[])`;
    await tx.execute`
      DELETE FROM consent.erasure_notice n USING consent.preference_change c
       WHERE c.id = n.change_id AND c.contact_id = ANY (${[...contactIds]}::uuid[])`;
    await tx.execute`
      DELETE FROM consent.erasure_refusal r USING consent.preference_change c
       WHERE c.id = r.change_id AND c.contact_id = ANY (${[...contactIds]}::uuid[])`;
    await tx.execute`DELETE FROM consent.erasure_order WHERE contact_id = ANY (${[...contactIds]}::uuid[])`;
    await tx.execute`DELETE FROM consent.preference_change WHERE contact_id = ANY (${[...contactIds]}::uuid[])`;
    await tx.execute`DELETE FROM consent.choice_said WHERE contact_id = ANY (${[...contactIds]}::uuid[])`;
    await tx.sql`SELECT consent.empty_events(${[...contactIds]}::uuid[])`;
  },

  /** Takes what events tell out of their own rows as well, where their entries disclose nothing any more. */
  async emptyOldEvents(tx: Tx, eventIds: readonly string[]): Promise<void> {
    await tx.sql`SELECT consent.empty_old_events(${[...eventIds]}::uuid[])`;
  },

  /** The entry in which one of these people asked on the page to be erased; null when nobody did. */
  async requestEntry(tx: Tx, contactIds: readonly ContactId[]): Promise<EntryId | null> {
    const rows = await tx.sql<{ entryId: EntryId | null }>`
      SELECT entry_id AS "entryId"
        FROM consent.preference_change c
       WHERE act = 'erase' AND contact_id = ANY (${[...contactIds]}::uuid[])
         AND NOT EXISTS (SELECT FROM consent.erasure_refusal r WHERE r.change_id = c.id)
       ORDER BY at LIMIT 1`;
    return rows[0]?.entryId ?? null;
  },

  /** The request of one of these people that is neither carried out nor refused; null when there is none. */
  async openRequest(
    tx: Tx,
    contactIds: readonly ContactId[],
  ): Promise<{ readonly id: string; readonly at: EpochMs; readonly entryId: EntryId | null } | null> {
    const rows = await tx.sql<{ id: string; at: EpochMs; entryId: EntryId | null }>`
      SELECT id, at, entry_id AS "entryId"
        FROM consent.preference_change c
       WHERE act = 'erase' AND contact_id = ANY (${[...contactIds]}::uuid[])
         AND NOT EXISTS (SELECT FROM consent.erasure_refusal r WHERE r.change_id = c.id)
       ORDER BY at DESC LIMIT 1`;
    return rows[0] ?? null;
  },

  /** Takes the requests of these people out that are neither carried out nor refused. The ledger has that they were made. */
  async withdrawRequests(tx: Tx, contactIds: readonly ContactId[]): Promise<void> {
    const open = await tx.sql<{ id: string }>`
      SELECT id FROM consent.preference_change c
       WHERE act = 'erase' AND contact_id = ANY (${[...contactIds]}::uuid[])
         AND NOT EXISTS (SELECT FROM consent.erasure_refusal r WHERE r.change_id = c.id)`;
    const ids = open.map(({ id }) => id);
    await tx.execute`DELETE FROM consent.erasure_notice WHERE change_id = ANY (${ids}::uuid[])`;
    await tx.execute`DELETE FROM consent.preference_change WHERE id = ANY (${ids}::uuid[])`;
  },

  async refuse(
    tx: Tx,
    changeId: string,
    { reason, explanation, language }: ErasureRefusal,
    at: EpochMs,
    entryId: EntryId,
  ): Promise<void> {
    await tx.execute`
      INSERT INTO consent.erasure_refusal (change_id, at, reason, explanation, language, entry_id)
      VALUES (${changeId}, ${toIso(at)}, ${reason}, ${explanation}, ${language}, ${entryId})`;
  },

  /** Who asked to be erased and is not yet, longest ago first; whoever turned out to be another, as that one. */
  async requests(tx: Tx, brandId: BrandId, after: string | null, limit: number): Promise<ErasureAsked[]> {
    return tx.sql<ErasureAsked>`
      SELECT r.id, c.external_id AS "externalId", r.at, r.entry_id AS "entryId",
             o.latest_at AS "erasedBy"
        FROM consent.preference_change r
        JOIN consent.contact asker ON asker.id = r.contact_id
        JOIN consent.contact c ON c.id = coalesce(asker.merged_into, asker.id)
        LEFT JOIN LATERAL (SELECT min(latest_at) AS latest_at FROM consent.erasure_order
                            WHERE contact_id IN (asker.id, c.id)) o ON true
       WHERE r.act = 'erase' AND r.brand_id = ${brandId}
         AND NOT EXISTS (SELECT FROM consent.erasure_refusal n WHERE n.change_id = r.id)
         AND (${after}::uuid IS NULL OR
              (r.at, r.id) > (SELECT b.at, b.id FROM consent.preference_change b WHERE b.id = ${after}::uuid))
       ORDER BY r.at, r.id LIMIT ${limit}::int`;
  },

  /** Until when a statute has evidence about an erased contact kept, sealed; null when none does. */
  async sealedUntil(tx: Tx, id: ContactId): Promise<EpochMs | null> {
    // What is kept for a day at most is there for messages that were on their way.
    const rows = await tx.sql<{ until: EpochMs }>`
      SELECT restricted_until AS until
        FROM consent.contact
       WHERE id = ${id} AND shredded_at IS NULL AND restricted_until > erased_at + interval '1 day'`;
    return rows[0]?.until ?? null;
  },

  /** Who was erased from an instant on, in order of when. */
  async erasedSince(
    tx: Tx,
    at: EpochMs,
  ): Promise<{ id: ContactId; subjectId: SubjectId; brandId: BrandId; at: EpochMs }[]> {
    return tx.sql<{ id: ContactId; subjectId: SubjectId; brandId: BrandId; at: EpochMs }>`
      SELECT id, subject_id AS "subjectId", brand_id AS "brandId", erased_at AS at
        FROM consent.contact WHERE erased_at >= ${toIso(at)} ORDER BY erased_at, id`;
  },

  /** Those of these people who are there as though they had never been erased. */
  async backAgain(tx: Tx, ids: readonly ContactId[]): Promise<{ id: ContactId; brandId: BrandId }[]> {
    return tx.sql<{ id: ContactId; brandId: BrandId }>`
      SELECT id, brand_id AS "brandId" FROM consent.contact WHERE id = ANY (${[...ids]}::uuid[]) AND erased_at IS NULL`;
  },

  /** Erased people whose time to be kept sealed is over. */
  async toShred(tx: Tx, now: EpochMs, after: ContactId | null, limit: number): Promise<Person[]> {
    return tx.sql<Person>`
      SELECT id, brand_id AS "brandId"
        FROM consent.contact
       WHERE erased_at IS NOT NULL AND shredded_at IS NULL AND restricted_until <= ${toIso(now)}
         AND (${after}::uuid IS NULL OR id > ${after}::uuid)
       ORDER BY id LIMIT ${limit}::int`;
  },

  async isToShred(tx: Tx, id: ContactId): Promise<boolean> {
    return (
      (await tx.sql`SELECT 1 FROM consent.contact WHERE id = ${id} AND erased_at IS NOT NULL AND shredded_at IS NULL`)
        .length > 0
    );
  },

  async shredded(tx: Tx, id: ContactId, at: EpochMs): Promise<void> {
    await tx.execute`UPDATE consent.contact SET shredded_at = ${toIso(at)} WHERE id = ${id}`;
  },

  /** The next people, in order of their ids, about whom something is recorded that counts no longer. */
  async next(tx: Tx, after: ContactId | null, limit: number): Promise<Person[]> {
    return tx.sql<Person>`
      SELECT id, brand_id AS "brandId"
        FROM consent.contact c
       WHERE erased_at IS NULL AND (${after}::uuid IS NULL OR id > ${after}::uuid)
         AND EXISTS (SELECT FROM consent.contact_point q
                       JOIN consent.consent_event e ON e.contact_point_id = q.id
                      WHERE q.contact_id = c.id
                        AND NOT EXISTS (SELECT FROM consent.consent_state s WHERE s.contact_point_id = q.id AND s.event_id = e.id))
       ORDER BY id LIMIT ${limit}::int`;
  },
};
