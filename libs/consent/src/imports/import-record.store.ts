import type { BrandId, Channel, ContactId, ContactPointId, EpochMs, SubjectId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { ConsentFact } from '../consents/domain/consent-fold.js';
import { addRows, type ImportCounts, NOTHING_COUNTED, type RowCount } from './domain/import-counts.js';
import type { ImportFormat } from './read-rows.js';

/** One import as it is kept. */
export interface ImportRecord {
  readonly id: string;
  readonly actor: string;
  readonly source: string | null;
  readonly format: ImportFormat;
  readonly startedAt: EpochMs;
  /** Null while it runs, and for ever when it broke off. */
  readonly endedAt: EpochMs | null;
  readonly counts: ImportCounts;
  readonly undoneAt: EpochMs | null;
  readonly undoneBy: string | null;
}

/** An event that an import recorded, with whom it is about; what undoing needs. */
export interface UndoFact extends ConsentFact {
  readonly pointId: ContactPointId;
  readonly purposeId: string;
  readonly topicId: string | null;
}

/** A contact point that an import touched. */
export interface UndoPoint {
  readonly id: ContactPointId;
  readonly contactId: ContactId;
  readonly subjectId: SubjectId;
  readonly channel: Channel;
  readonly address: string;
  readonly erased: boolean;
  readonly ended: boolean;
  /** Whether the import added it, or took it into use again. */
  readonly added: boolean;
  /** Whether it has an event that is not of this import, and not from before it. */
  readonly usedOtherwise: boolean;
}

/** SQL on the record of imports: what they are, and what undoing one has to take back. */
export const importRecordStore = {
  async begin(
    tx: Tx,
    brandId: BrandId,
    record: Pick<ImportRecord, 'id' | 'actor' | 'source' | 'format' | 'startedAt'>,
  ): Promise<void> {
    await tx.execute`
      INSERT INTO consent.import (id, brand_id, actor, source, format, started_at)
      VALUES (${record.id}, ${brandId}, ${record.actor}, ${record.source}, ${record.format}, ${toIso(record.startedAt)})`;
  },

  /** Adds what a batch did. Under the lock of the record until the batch commits: others may add to it meanwhile. */
  async progress(tx: Tx, id: string, rows: readonly RowCount[]): Promise<void> {
    const [record] = await tx.sql<Pick<ImportRecord, 'counts'>>`
      SELECT counts FROM consent.import WHERE id = ${id} FOR NO KEY UPDATE`;
    if (record === undefined) throw new Error(`import ${id} was not begun`);
    const counts = addRows({ ...NOTHING_COUNTED, ...record.counts }, rows);
    await tx.execute`UPDATE consent.import SET counts = ${JSON.stringify(counts)} WHERE id = ${id}`;
  },

  async end(tx: Tx, id: string, counts: ImportCounts): Promise<void> {
    await tx.execute`
      UPDATE consent.import SET counts = ${JSON.stringify(counts)}, ended_at = clock_timestamp() WHERE id = ${id}`;
  },

  async find(tx: Tx, brandId: BrandId, id: string): Promise<ImportRecord | null> {
    const rows = await tx.sql<ImportRecord>`
      SELECT id, actor, source, format, started_at AS "startedAt", ended_at AS "endedAt", counts,
             undone_at AS "undoneAt", undone_by AS "undoneBy"
        FROM consent.import
       WHERE brand_id = ${brandId} AND id = ${id}`;
    return rows[0] ?? null;
  },

  /** Newest first. */
  async list(tx: Tx, brandId: BrandId, before: string | null, limit: number): Promise<ImportRecord[]> {
    return tx.sql<ImportRecord>`
      SELECT id, actor, source, format, started_at AS "startedAt", ended_at AS "endedAt", counts,
             undone_at AS "undoneAt", undone_by AS "undoneBy"
        FROM consent.import
       WHERE brand_id = ${brandId} AND (${before}::uuid IS NULL OR id < ${before}::uuid)
       ORDER BY id DESC
       LIMIT ${limit}`;
  },

  /** Marks it as undone. Answers false when it was already. */
  async markUndone(tx: Tx, id: string, by: string): Promise<boolean> {
    const changed = await tx.execute`
      UPDATE consent.import SET undone_at = clock_timestamp(), undone_by = ${by} WHERE id = ${id} AND undone_at IS NULL`;
    return changed === 1;
  },

  /** The next contact points that the import touched, behind one, in the order of their ids. */
  async pointsAfter(tx: Tx, importId: string, after: string, limit: number): Promise<ContactPointId[]> {
    const rows = await tx.sql<{ id: ContactPointId }>`
      SELECT DISTINCT contact_point_id AS id
        FROM consent.import_change
       WHERE import_id = ${importId} AND contact_point_id > ${after}::uuid
       ORDER BY id
       LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  },

  async points(tx: Tx, importId: string, ids: readonly ContactPointId[]): Promise<UndoPoint[]> {
    return tx.sql<UndoPoint>`
      SELECT p.id, p.contact_id AS "contactId", c.subject_id AS "subjectId", p.channel, p.address,
             c.erased_at IS NOT NULL AS erased, p.ended_at IS NOT NULL AS ended,
             EXISTS (SELECT FROM consent.import_change i
                      WHERE i.import_id = ${importId} AND i.contact_point_id = p.id AND i.change_id = p.id) AS added,
             EXISTS (SELECT FROM consent.consent_event e
                      WHERE e.contact_point_id = p.id
                        -- Of an address that the import gave back, what was said before is no use of it.
                        AND e.recorded_at >= (SELECT started_at FROM consent.import WHERE id = ${importId})
                        AND NOT EXISTS (SELECT FROM consent.import_change i
                                         WHERE i.import_id = ${importId} AND i.contact_point_id = p.id AND i.change_id = e.id))
               AS "usedOtherwise"
        FROM unnest(${[...ids]}::uuid[]) AS wanted (id)
        JOIN consent.contact_point p ON p.id = wanted.id
        JOIN consent.contact c ON c.id = p.contact_id`;
  },

  async events(tx: Tx, importId: string, ids: readonly ContactPointId[]): Promise<UndoFact[]> {
    return tx.sql<UndoFact>`
      SELECT e.contact_point_id AS "pointId", e.purpose_id AS "purposeId", e.topic_id AS "topicId", e.id, e.kind,
             e.occurred_at AS "occurredAt", e.valid_until AS "validUntil", e.retracts
        FROM unnest(${[...ids]}::uuid[]) AS wanted (id)
        JOIN consent.import_change i ON i.import_id = ${importId} AND i.contact_point_id = wanted.id
        JOIN consent.consent_event e ON e.id = i.change_id
       ORDER BY e.recorded_at, e.id`;
  },

  /** By which undos of their own people gave themselves back what they had left at these contact points. */
  async givenBack(tx: Tx, ids: readonly ContactPointId[]): Promise<(UndoFact & { readonly changedAt: EpochMs })[]> {
    return tx.sql<UndoFact & { changedAt: EpochMs }>`
      SELECT e.contact_point_id AS "pointId", e.purpose_id AS "purposeId", e.topic_id AS "topicId", e.id, e.kind,
             e.occurred_at AS "occurredAt", e.valid_until AS "validUntil", e.retracts, c.at AS "changedAt"
        FROM unnest(${[...ids]}::uuid[]) AS wanted (id)
        JOIN consent.consent_event e ON e.contact_point_id = wanted.id
       CROSS JOIN LATERAL (
         SELECT undo_of FROM consent.preference_change
          WHERE undo_of IS NOT NULL AND at >= e.recorded_at
            AND contact_id IN (SELECT contact_id FROM consent.contact_point WHERE id = wanted.id
                               UNION SELECT contact_id FROM consent.former_holding WHERE contact_point_id = wanted.id)
          ORDER BY at LIMIT 1) u
        JOIN consent.preference_change c ON c.id = u.undo_of
       WHERE e.method = 'page_undo' AND e.kind = 'granted'`;
  },
};
