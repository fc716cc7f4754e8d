import type { BrandId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/** What a bundle is asked for. What is null does not narrow it. */
export interface ExportScope {
  /** Chains of one person. */
  readonly subjects: readonly SubjectId[] | null;
  /** Id of a campaign. */
  readonly campaign: string | null;
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
}

export type ExportState = 'queued' | 'building' | 'ready' | 'failed' | 'expired';

/** Everything a build depends on besides the log itself. */
export interface FixedInputs {
  readonly origin: string;
  readonly size: number;
  /** The checkpoint with its cosignatures. */
  readonly note: string;
  readonly policy: string;
  readonly headsId: number | null;
}

/** One file of a bundle as it is kept. Most bundles have one. */
export interface ExportVolume {
  /** Its records have positions before this one, and not before the end of the volume before. */
  readonly end: number;
  readonly records: number;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Number of its first part; the others follow. */
  readonly part: number;
}

/** An export as it is kept. */
export interface ExportRow extends ExportScope {
  readonly id: string;
  readonly brandId: BrandId;
  readonly since: number | null;
  readonly entryIds: readonly EntryId[];
  readonly requestedAt: EpochMs;
  readonly state: ExportState;
  readonly attempt: number;
  readonly fixed: FixedInputs | null;
  readonly failure: string | null;
  readonly records: number | null;
  readonly bytes: number | null;
  readonly sha256: Buffer | null;
  readonly endedAt: EpochMs | null;
  /** Those that are made, also while others are not yet. */
  readonly volumes: readonly ExportVolume[];
}

interface Row extends Omit<ExportRow, 'fixed'> {
  readonly origin: string | null;
  readonly size: number | null;
  readonly note: string | null;
  readonly policy: string | null;
  readonly headsId: number | null;
}

/** Bytes that go into one part. */
export const PART_BYTES = 1_048_576;

const isoOrNull = (instant: EpochMs | null): string | null => (instant === null ? null : toIso(instant));

/**
 * What an export that begins anew counts its attempts from, in multiples: nobody who had the lease has it any more, and
 * those that were broken off count from there.
 */
export const BEGUN_ANEW = 1_000;

/** SQL on exports and their parts. */
export const exportStore = {
  async insert(
    tx: Tx,
    row: ExportScope &
      Pick<ExportRow, 'id' | 'brandId' | 'since' | 'entryIds' | 'requestedAt'> & { readonly by: string },
  ): Promise<void> {
    const subjects = row.subjects === null ? null : [...row.subjects];
    await tx.execute`
      INSERT INTO ledger.export (id, brand_id, subjects, campaign, from_at, to_at, since, entry_ids, requested_by, requested_at)
      VALUES (${row.id}, ${row.brandId}, ${subjects}::uuid[], ${row.campaign}::uuid, ${isoOrNull(row.from)}::timestamptz,
              ${isoOrNull(row.to)}::timestamptz, ${row.since}::bigint, ${[...row.entryIds]}::uuid[], ${row.by},
              ${toIso(row.requestedAt)})`;
  },

  async find(tx: Tx, brandId: BrandId, id: string): Promise<ExportRow | null> {
    const rows = await tx.sql<Row>`
      SELECT id, brand_id AS "brandId", subjects, campaign, from_at AS "from", to_at AS "to", since, entry_ids AS "entryIds",
             requested_at AS "requestedAt", state, attempt, origin, size, note, policy, heads_id AS "headsId", failure, records,
             bytes, sha256, ended_at AS "endedAt", volumes
        FROM ledger.export WHERE id = ${id}::uuid AND brand_id = ${brandId}`;
    return rows[0] === undefined ? null : toExport(rows[0]);
  },

  async open(tx: Tx, brandId: BrandId): Promise<number> {
    const [row] = await tx.sql<{ n: number }>`
      SELECT count(*)::bigint AS n FROM ledger.export WHERE brand_id = ${brandId} AND state IN ('queued', 'building')`;
    return row?.n ?? 0;
  },

  /** Takes a lease on the export that has waited longest and that nobody builds; null when there is none. */
  async claim(tx: Tx, leaseMs: number): Promise<ExportRow | null> {
    const rows = await tx.sql<Row>`
      UPDATE ledger.export x
         SET state = 'building', attempt = x.attempt + 1, lease_until = clock_timestamp() + ${leaseMs}::bigint * interval '1 ms'
       WHERE id = (SELECT id FROM ledger.export
                    WHERE state IN ('queued', 'building') AND (lease_until IS NULL OR lease_until < clock_timestamp())
                    ORDER BY requested_at FOR UPDATE SKIP LOCKED LIMIT 1)
      RETURNING id, brand_id AS "brandId", subjects, campaign, from_at AS "from", to_at AS "to", since, entry_ids AS "entryIds",
                requested_at AS "requestedAt", state, attempt, origin, size, note, policy, heads_id AS "headsId", failure,
                records, bytes, sha256, ended_at AS "endedAt", volumes`;
    return rows[0] === undefined ? null : toExport(rows[0]);
  },

  /** Returns when everything that was being forgotten is; what is forgotten from now on finds the export under way. */
  async awaitForgetting(tx: Tx): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtext('ledger.forget'))`;
  },

  /** Whoever has the lease goes on having it. Answers whether it was theirs. */
  async renew(tx: Tx, { id, attempt }: ExportRow, leaseMs: number): Promise<boolean> {
    const renewed = await tx.execute`
      UPDATE ledger.export SET lease_until = clock_timestamp() + ${leaseMs}::bigint * interval '1 ms'
       WHERE id = ${id} AND attempt = ${attempt}::int AND state = 'building'`;
    return renewed === 1;
  },

  async fix(tx: Tx, { id, attempt }: ExportRow, fixed: FixedInputs): Promise<boolean> {
    const updated = await tx.execute`
      UPDATE ledger.export
         SET origin = ${fixed.origin}, size = ${fixed.size}::bigint, note = ${fixed.note}, policy = ${fixed.policy},
             heads_id = ${fixed.headsId}::bigint
       WHERE id = ${id} AND attempt = ${attempt}::int AND state = 'building'`;
    return updated === 1;
  },

  /** Gives the lease back: what it needs is not there yet. */
  async wait(tx: Tx, { id, attempt }: ExportRow, pauseMs: number): Promise<void> {
    await tx.execute`
      UPDATE ledger.export SET state = 'queued', lease_until = clock_timestamp() + ${pauseMs}::bigint * interval '1 ms'
       WHERE id = ${id} AND attempt = ${attempt}::int AND state = 'building'`;
  },

  /** Keeps a part; the caller's transaction has called `addVolume`. */
  async addPart(tx: Tx, id: string, n: number, sealed: Buffer): Promise<void> {
    await tx.execute`INSERT INTO ledger.export_part (export_id, n, sealed) VALUES (${id}, ${n}::int, ${sealed})`;
  },

  /**
   * Notes the next volume, and with the last that the bundle is ready. Answers whether the build was still wanted; if
   * not, the caller keeps nothing of it.
   */
  async addVolume(tx: Tx, { id, attempt }: ExportRow, volume: ExportVolume, isLast: boolean): Promise<boolean> {
    const updated = await tx.execute`
      UPDATE ledger.export x
         SET volumes = x.volumes || ${JSON.stringify(volume)}::jsonb,
             state = CASE WHEN ${isLast}::boolean THEN 'ready' ELSE x.state END,
             ended_at = CASE WHEN ${isLast}::boolean THEN clock_timestamp() END,
             lease_until = CASE WHEN ${isLast}::boolean THEN NULL ELSE x.lease_until END,
             records = CASE x.volumes WHEN '[]' THEN 0 ELSE x.records END + ${volume.records}::int,
             bytes = CASE x.volumes WHEN '[]' THEN 0 ELSE x.bytes END + ${volume.bytes}::bigint,
             sha256 = CASE x.volumes WHEN '[]' THEN decode(${volume.sha256}, 'hex') END
       WHERE id = ${id} AND attempt = ${attempt}::int AND state = 'building'`;
    return updated === 1;
  },

  async fail(tx: Tx, { id, attempt }: ExportRow, failure: string): Promise<void> {
    await tx.execute`
      WITH failed AS (
        UPDATE ledger.export
           SET state = 'failed', failure = ${failure}, ended_at = clock_timestamp(), lease_until = NULL, volumes = '[]'
         WHERE id = ${id} AND attempt = ${attempt}::int AND state = 'building'
        RETURNING id
      )
      DELETE FROM ledger.export_part USING failed WHERE export_id = failed.id`;
  },

  async part(tx: Tx, id: string, n: number): Promise<Buffer | null> {
    const [row] = await tx.sql<{ sealed: Buffer }>`
      SELECT sealed FROM ledger.export_part WHERE export_id = ${id} AND n = ${n}::int`;
    return row?.sealed ?? null;
  },

  /** Takes away the bundles that ended before `keepMs` ago. Answers how many. */
  async expire(tx: Tx, keepMs: number): Promise<number> {
    const rows = await tx.sql<{ id: string }>`
      UPDATE ledger.export SET state = 'expired'
       WHERE state = 'ready' AND ended_at < clock_timestamp() - ${keepMs}::bigint * interval '1 ms'
      RETURNING id`;
    await tx.execute`DELETE FROM ledger.export_part WHERE export_id = ANY (${rows.map(({ id }) => id)}::uuid[])`;
    return rows.length;
  },

  /**
   * Takes away every bundle that may hold what these persons or entries disclosed. Builds that are under way go on before
   * the first volume that may hold it; those about whoever is erased end, because nothing of theirs is told any more, and
   * those about others begin again, at a checkpoint that has the entry which says what is gone.
   */
  async forget(
    tx: Tx,
    about: { readonly subject: SubjectId } | { readonly entries: readonly EntryId[] },
  ): Promise<void> {
    await tx.execute`SELECT pg_advisory_xact_lock_shared(hashtext('ledger.forget'))`;
    const subject = 'subject' in about ? about.subject : null;
    const entries = 'entries' in about ? [...about.entries] : [];
    await tx.execute`
      WITH ended AS (
        UPDATE ledger.export
           SET state = 'failed', failure = 'erased', ended_at = clock_timestamp(), lease_until = NULL, volumes = '[]'
         WHERE state IN ('queued', 'building') AND ${subject}::uuid = ANY (subjects)
        RETURNING id
      )
      DELETE FROM ledger.export_part USING ended WHERE export_id = ended.id`;
    const rows = await tx.sql<{ id: string; parts: number }>`
      WITH gone AS MATERIALIZED (
        SELECT d.subject_id, e.n, convert_from(e.leaf, 'UTF8')::jsonb AS leaf
          FROM ledger.entry e LEFT JOIN ledger.disclosure d USING (n)
         WHERE e.id = ANY (${entries}::uuid[])
        UNION ALL
        SELECT d.subject_id, e.n, convert_from(e.leaf, 'UTF8')::jsonb
          FROM ledger.disclosure d JOIN ledger.entry e USING (n)
         WHERE d.subject_id = ${subject}::uuid
      ), brands AS (
        -- What has no position yet is in no volume.
        SELECT (leaf ->> 'br')::uuid AS id, array_agg(DISTINCT subject_id) AS subjects,
               min((leaf ->> 'at')::timestamptz) AS first, max((leaf ->> 'at')::timestamptz) AS last,
               coalesce(min(p.first_idx + (gone.n - p.n)), 9223372036854775807) AS position
          FROM gone
          LEFT JOIN LATERAL (SELECT * FROM ledger.placement WHERE n <= gone.n ORDER BY n DESC LIMIT 1) p
                 ON gone.n < p.n + p.count
         GROUP BY 1
      ), taken AS (
        SELECT x.id, x.subjects IS NULL AND x.state <> 'ready' AS goes_on, v.*
          FROM ledger.export x
          JOIN brands ON brands.id = x.brand_id
         CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg(v ORDER BY (v ->> 'end')::bigint), '[]') AS volumes,
                  coalesce(sum((v ->> 'records')::bigint), 0) AS records, coalesce(sum((v ->> 'bytes')::bigint), 0) AS bytes,
                  coalesce(max((v ->> 'part')::int + ceil((v ->> 'bytes')::numeric / ${PART_BYTES}::int)), 0)::int AS parts
             FROM jsonb_array_elements(x.volumes) AS v
            WHERE x.subjects IS NULL AND x.state <> 'ready' AND (v ->> 'end')::bigint <= brands.position) v
         WHERE x.state IN ('ready', 'building', 'queued')
           AND (x.subjects IS NULL OR x.subjects && brands.subjects OR ${subject}::uuid = ANY (x.subjects))
           AND (x.from_at IS NULL OR brands.last >= x.from_at)
           AND (x.to_at IS NULL OR brands.first < x.to_at)
      )
      UPDATE ledger.export x
         SET state = CASE x.state WHEN 'ready' THEN 'expired' ELSE 'queued' END, lease_until = NULL,
             attempt = (x.attempt / ${BEGUN_ANEW}::int + 1) * ${BEGUN_ANEW}::int, volumes = t.volumes,
             records = CASE WHEN t.goes_on THEN t.records ELSE x.records END,
             bytes = CASE WHEN t.goes_on THEN t.bytes ELSE x.bytes END,
             origin = CASE WHEN t.goes_on THEN x.origin END, size = CASE WHEN t.goes_on THEN x.size END,
             note = CASE WHEN t.goes_on THEN x.note END, policy = CASE WHEN t.goes_on THEN x.policy END,
             heads_id = CASE WHEN t.goes_on THEN x.heads_id END
        FROM taken t
       WHERE t.id = x.id
      RETURNING x.id, t.parts`;
    for (const { id, parts } of rows)
      await tx.execute`DELETE FROM ledger.export_part WHERE export_id = ${id} AND n >= ${parts}::int`;
  },
};

function toExport({ origin, size, note, policy, headsId, ...row }: Row): ExportRow {
  const isFixed = origin !== null && size !== null && note !== null && policy !== null;
  return { ...row, fixed: isFixed ? { origin, size, note, policy, headsId } : null };
}
