import type { BrandId, ContactId, EntryId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { Fact, FactKind, Known, WeightSetFact } from './domain/fact.js';
import type { FactVersion } from './domain/known-facts.js';

/** One version of a fact that is about to be recorded. */
export interface NewVersion {
  readonly kind: FactKind;
  readonly id: string;
  readonly at: EpochMs;
  readonly body: Fact;
}

/** SQL on facts from the CRM. Nothing here changes a row. */
export const factStore = {
  /**
   * Whoever records waits here for whoever records for the same brand, so that versions follow each other, and that whoever
   * sees one of them sees all of lower numbers.
   */
  async lock(tx: Tx, brandId: BrandId): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtextextended('reporting.fact ' || ${brandId}::text, 0))`;
  },

  /** Ids of people by the names that others know them by; erased ones are known to nobody. */
  async contacts(tx: Tx, brandId: BrandId, names: readonly string[]): Promise<Map<string, ContactId>> {
    const rows = await tx.sql<{ id: ContactId; name: string }>`
      SELECT id, external_id AS name FROM consent.reported_contact
       WHERE brand_id = ${brandId} AND external_id = ANY (${[...names]}::text[])`;
    return new Map(rows.map(({ name, id }) => [name, id]));
  },

  /** Those of these people who were erased. */
  async erased(tx: Tx, brandId: BrandId, ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await tx.sql<{ id: string }>`
      SELECT id::text FROM consent.reported_erased WHERE brand_id = ${brandId} AND id = ANY (${[...new Set(ids)]}::uuid[])`;
    return new Set(rows.map(({ id }) => id));
  },

  /** What the latest version of each says, by kind and id. */
  async latestBodies(
    tx: Tx,
    brandId: BrandId,
    facts: readonly { readonly kind: FactKind; readonly id: string }[],
  ): Promise<Map<string, Fact>> {
    const rows = await tx.sql<{ kind: FactKind; id: string; body: Fact }>`
      SELECT DISTINCT ON (f.kind, f.external_id) f.kind, f.external_id AS id, f.body
        FROM unnest(${facts.map(({ kind }) => kind)}::text[], ${facts.map(({ id }) => id)}::text[]) AS g (kind, id)
        JOIN reporting.fact f ON f.brand_id = ${brandId} AND f.kind = g.kind AND f.external_id = g.id
       ORDER BY f.kind, f.external_id, f.version DESC`;
    return new Map(rows.map(({ kind, id, body }) => [keyOf(kind, id), body]));
  },

  async accountIds(tx: Tx, brandId: BrandId, names: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.sql<{ id: string; name: string }>`
      SELECT name, consent.account_id(${brandId}::uuid, name) AS id FROM unnest(${[...names]}::text[]) AS name`;
    return new Map(rows.map(({ name, id }) => [name, id]));
  },

  /**
   * Adds the versions that say something new.
   * @param versions no two of the same kind and id
   * @returns the number of each version that was added, by kind and id
   */
  async add(
    tx: Tx,
    brandId: BrandId,
    versions: readonly NewVersion[],
    by: string,
    entryId: EntryId,
  ): Promise<Map<string, number>> {
    const rows = await tx.sql<{ kind: FactKind; id: string; version: number }>`
      INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by, entry_id)
      SELECT ${brandId}, g.kind, g.id, coalesce(l.version, 0) + 1, g.at, false, g.body, ${by}, ${entryId}::uuid
        FROM unnest(${versions.map(({ kind }) => kind)}::text[], ${versions.map(({ id }) => id)}::text[],
                    ${versions.map(({ at }) => toIso(at))}::timestamptz[],
                    ${versions.map(({ body }) => JSON.stringify(body))}::jsonb[]) AS g (kind, id, at, body)
        LEFT JOIN LATERAL (
          SELECT version, at, body, retracted FROM reporting.fact f
           WHERE f.brand_id = ${brandId} AND f.kind = g.kind AND f.external_id = g.id ORDER BY version DESC LIMIT 1) l ON true
       WHERE l.version IS NULL OR l.retracted OR (l.at, l.body) IS DISTINCT FROM (g.at, g.body)
      RETURNING kind, external_id AS id, version`;
    return new Map(rows.map(({ kind, id, version }) => [keyOf(kind, id), version]));
  },

  /** Says of facts that they never were. @returns versions as `add` does; none for a fact that is not there */
  async retract(
    tx: Tx,
    brandId: BrandId,
    facts: readonly { readonly kind: FactKind; readonly id: string }[],
    by: string,
    entryId: EntryId,
  ): Promise<Map<string, number>> {
    const rows = await tx.sql<{ kind: FactKind; id: string; version: number }>`
      INSERT INTO reporting.fact (brand_id, kind, external_id, version, at, retracted, body, recorded_by, entry_id)
      SELECT ${brandId}, l.kind, l.external_id, l.version + 1, l.at, true, l.body, ${by}, ${entryId}::uuid
        FROM unnest(${facts.map(({ kind }) => kind)}::text[], ${facts.map(({ id }) => id)}::text[]) AS g (kind, id)
        JOIN LATERAL (
          SELECT * FROM reporting.fact f
           WHERE f.brand_id = ${brandId} AND f.kind = g.kind AND f.external_id = g.id ORDER BY version DESC LIMIT 1) l ON true
       WHERE NOT l.retracted
      RETURNING kind, external_id AS id, version`;
    return new Map(rows.map(({ kind, id, version }) => [keyOf(kind, id), version]));
  },

  /** What an entry of the ledger says about the versions that were recorded under it; null where none was. */
  async batch(tx: Tx, entryId: EntryId): Promise<{ count: number; digest: string } | null> {
    const [row] = await tx.sql<{ count: number; digest: string | null }>`
      SELECT count(*) AS count, reporting.digest_of_facts(${entryId}::uuid) AS digest
        FROM reporting.fact WHERE entry_id = ${entryId}::uuid`;
    return row === undefined || row.digest === null ? null : { count: row.count, digest: row.digest };
  },

  /** Ledger entries of facts as they were known at an instant, by kind and id. */
  async entriesOf(
    tx: Tx,
    brandId: BrandId,
    asOf: EpochMs,
    facts: readonly { readonly kind: FactKind; readonly id: string }[],
  ): Promise<Map<string, EntryId>> {
    const rows = await tx.sql<{ kind: FactKind; id: string; entry: EntryId | null }>`
      SELECT DISTINCT ON (f.kind, f.external_id) f.kind, f.external_id AS id, f.entry_id AS entry
        FROM unnest(${facts.map(({ kind }) => kind)}::text[], ${facts.map(({ id }) => id)}::text[]) AS g (kind, id)
        JOIN reporting.fact f ON f.brand_id = ${brandId} AND f.kind = g.kind AND f.external_id = g.id
       WHERE f.recorded_at <= ${toIso(asOf)}
       ORDER BY f.kind, f.external_id, f.version DESC`;
    return new Map(rows.flatMap(({ kind, id, entry }) => (entry === null ? [] : [[keyOf(kind, id), entry]])));
  },

  /** The latest version of each, by kind and id. */
  async latest(
    tx: Tx,
    brandId: BrandId,
    facts: readonly { readonly kind: FactKind; readonly id: string }[],
  ): Promise<Map<string, number>> {
    const rows = await tx.sql<{ kind: FactKind; id: string; version: number }>`
      SELECT g.kind, g.id, max(f.version) AS version
        FROM unnest(${facts.map(({ kind }) => kind)}::text[], ${facts.map(({ id }) => id)}::text[]) AS g (kind, id)
        JOIN reporting.fact f ON f.brand_id = ${brandId} AND f.kind = g.kind AND f.external_id = g.id
       GROUP BY g.kind, g.id`;
    return new Map(rows.map(({ kind, id, version }) => [keyOf(kind, id), version]));
  },

  /** Every version of every weight set, also of retracted ones, in the order in which they were recorded. */
  async weightSets(tx: Tx, brandId: BrandId): Promise<WeightSetFact[]> {
    const rows = await tx.sql<{ body: WeightSetFact }>`
      SELECT body FROM reporting.fact WHERE brand_id = ${brandId} AND kind = 'weight_set' ORDER BY n`;
    return rows.map(({ body }) => body);
  },

  /** Everything that was known at an instant, except visits, of which there may be as many as touches; in order of ids. */
  async asOf(tx: Tx, brandId: BrandId, asOf: EpochMs): Promise<Known[]> {
    const rows = await tx.sql<{ id: string; at: EpochMs; n: number; by: string; body: Fact }>`
      SELECT external_id AS id, at, n, recorded_by AS by, body
        FROM (SELECT DISTINCT ON (kind, external_id) kind, external_id, at, n, body, retracted, recorded_by
                FROM reporting.fact
               WHERE brand_id = ${brandId} AND kind <> 'visit' AND recorded_at <= ${toIso(asOf)}
               ORDER BY kind, external_id, version DESC) f
       WHERE NOT retracted
       ORDER BY kind COLLATE "C", external_id COLLATE "C"`;
    return rows.map(({ body, ...row }) => ({ ...body, ...row }));
  },

  /**
   * Versions from a number on, except those of visits. From the first one on only those that no other has replaced by an
   * instant.
   */
  async since(tx: Tx, brandId: BrandId, n: number, asOf: EpochMs): Promise<FactVersion[]> {
    if (n > 0)
      return tx.sql<FactVersion>`
        SELECT external_id AS id, at, n, recorded_by AS by, body, version, retracted,
               ceil(extract(epoch FROM recorded_at) * 1000)::bigint AS "recordedAt"
          FROM reporting.fact WHERE brand_id = ${brandId} AND kind <> 'visit' AND n >= ${n}`;
    return tx.sql<FactVersion>`
      SELECT external_id AS id, at, n, recorded_by AS by, body, version, retracted,
             ceil(extract(epoch FROM recorded_at) * 1000)::bigint AS "recordedAt"
        FROM reporting.fact f
       WHERE brand_id = ${brandId} AND kind <> 'visit'
         AND NOT EXISTS (SELECT FROM reporting.fact l
                          WHERE l.brand_id = ${brandId} AND l.kind <> 'visit' AND l.kind = f.kind AND l.external_id = f.external_id
                            AND l.version > f.version AND l.recorded_at <= ${toIso(asOf)}::timestamptz)`;
  },
};

export function keyOf(kind: FactKind, id: string): string {
  return `${kind} ${id}`;
}
