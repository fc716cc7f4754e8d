import type { ConsentFact, ConsentState } from '#lib/consent';
import type { EpochMs } from '#lib/kernel';
import { column, type CopyTarget, type Tx } from '#lib/platform';
import { pointDifferences, suppressionDifferences } from './address-differences.js';
import type { Difference } from './domain/difference.js';
import { mergeDifferences } from './merge-differences.js';
import type {
  ConsentEventShadow,
  KeptAddressShadow,
  MergeShadow,
  PointShadow,
  SendShadow,
  SuppressionShadow,
} from './domain/entry-rows.js';

/** Where a scope stands by the log. */
export interface StateShadow extends ConsentState {
  readonly pointId: string;
  readonly scopeId: string;
  readonly purposeId: string;
  readonly refusedAt: EpochMs | null;
  /** Kind and id of each event that was the last refusal: several may have come at once. */
  readonly refusals: readonly string[];
}

export interface ScopeFact extends ConsentFact {
  readonly pointId: string;
  readonly scopeId: string;
  readonly purposeId: string;
}

/** A contact point as an entry tells of it, with the keyed hashes under which its address may be kept, in hexadecimal. */
export interface HashedPoint extends PointShadow {
  readonly hashes: readonly string[];
}

const instant = (text: string | null): EpochMs | null => (text === null ? null : Date.parse(text));

/** Nobody takes longer to compare a whole log with the tables. */
const TIMEOUT = '2h';

const EVENTS: CopyTarget<ConsentEventShadow> = {
  table: 'shadow.consent_event',
  columns: {
    entry_id: column.uuid((e) => e.entryId),
    event_id: column.uuid((e) => e.eventId),
    contact_point_id: column.uuid((e) => e.pointId),
    purpose_id: column.uuid((e) => e.purposeId),
    topic_id: column.uuid((e) => e.topicId),
    kind: column.text((e) => e.kind),
    occurred_at: column.timestamptz((e) => instant(e.occurredAt)),
    valid_until: column.timestamptz((e) => instant(e.validUntil)),
    retracts: column.uuid((e) => e.retracts),
  },
};
const SUPPRESSIONS: CopyTarget<SuppressionShadow> = {
  table: 'shadow.suppression',
  columns: {
    n: column.bigint((s) => s.n),
    entry_id: column.uuid((s) => s.entryId),
    added: column.boolean((s) => s.added),
    reason: column.text((s) => s.reason),
    contact_point_id: column.uuid((s) => s.pointId),
    since: column.timestamptz((s) => instant(s.since)),
    until: column.timestamptz((s) => instant(s.until)),
    brand_id: column.uuid((s) => s.address?.brandId ?? null),
    channel: column.text((s) => s.address?.channel ?? null),
    address_hash: column.text((s) => s.address?.hash ?? null),
  },
};
const KEPT: CopyTarget<KeptAddressShadow> = {
  table: 'shadow.kept_address',
  columns: {
    n: column.bigint((k) => k.n),
    contact_point_id: column.uuid((k) => k.pointId),
    brand_id: column.uuid((k) => k.brandId),
    channel: column.text((k) => k.channel),
    address_hash: column.hex((k) => k.hash),
  },
};
const SENDS: CopyTarget<SendShadow> = {
  table: 'shadow.send',
  columns: {
    n: column.bigint((s) => s.n),
    entry_id: column.uuid((s) => s.entryId),
    type: column.text((s) => s.type),
    outcome: column.text((s) => s.outcome),
    reason: column.text((s) => s.reason),
    judged_at: column.timestamptz((s) => Date.parse(s.judgedAt)),
    message_id: column.uuid((s) => s.messageId),
  },
};
const STATES: CopyTarget<StateShadow> = {
  table: 'shadow.consent_state',
  columns: {
    contact_point_id: column.uuid((s) => s.pointId),
    scope_id: column.uuid((s) => s.scopeId),
    status: column.text((s) => s.status),
    since: column.timestamptz((s) => s.since),
    valid_until: column.timestamptz((s) => s.validUntil),
    imported: column.boolean((s) => s.imported),
    event_id: column.uuid((s) => s.eventId),
    refused_at: column.timestamptz((s) => s.refusedAt),
    purpose_id: column.uuid((s) => s.purposeId),
    refused_kinds: column.texts((s) => s.refusals),
  },
};

/** SQL that makes the tables again from the log, and compares. All of it in one transaction that sees one state. */
export const shadowStore = {
  /** Everything is read as of one instant, whatever is written meanwhile; one comparison at a time. */
  async begin(tx: Tx): Promise<void> {
    await tx.execute`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
    // All of it is compared with all of it: sessions of ours are set up for single rows, and for a minute at most.
    await tx.sql`
      SELECT set_config('statement_timeout', ${TIMEOUT}, true), set_config('enable_seqscan', 'on', true),
             set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true),
             set_config('plan_cache_mode', 'force_custom_plan', true)`;
    await tx.execute`SELECT pg_advisory_xact_lock(hashtext('consent-gateway:reconcile'))`;
    await this.clear(tx);
  },

  async clear(tx: Tx): Promise<void> {
    await tx.execute`DELETE FROM shadow.consent_event`;
    await tx.execute`DELETE FROM shadow.consent_state`;
    await tx.execute`DELETE FROM shadow.suppression`;
    await tx.execute`DELETE FROM shadow.send`;
    await tx.execute`DELETE FROM shadow.contact_point`;
    await tx.execute`DELETE FROM shadow.merge`;
    await tx.execute`DELETE FROM shadow.kept_address`;
  },

  async addEvents(tx: Tx, rows: readonly ConsentEventShadow[]): Promise<void> {
    if (rows.length > 0) await tx.copy(EVENTS, rows);
  },
  async addSuppressions(tx: Tx, rows: readonly SuppressionShadow[]): Promise<void> {
    if (rows.length > 0) await tx.copy(SUPPRESSIONS, rows);
  },
  async addKept(tx: Tx, rows: readonly KeptAddressShadow[]): Promise<void> {
    if (rows.length > 0) await tx.copy(KEPT, rows);
  },
  async addSends(tx: Tx, rows: readonly SendShadow[]): Promise<void> {
    if (rows.length > 0) await tx.copy(SENDS, rows);
  },
  async addPoints(tx: Tx, rows: readonly HashedPoint[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.execute`
      INSERT INTO shadow.contact_point (n, contact_point_id, contact_id, brand_id, channel, added, address_hash)
      SELECT n, point_id, contact_id, brand_id, channel, added,
             CASE WHEN hashes = '' THEN NULL
                  ELSE coalesce((SELECT c.address_hash FROM consent.contact_point c
                                  WHERE c.id = point_id AND encode(c.address_hash, 'hex') = ANY (string_to_array(hashes, ' '))),
                                decode(split_part(hashes, ' ', 1), 'hex')) END
        FROM unnest(${rows.map(({ n }) => n)}::bigint[], ${rows.map(({ pointId }) => pointId)}::uuid[],
                    ${rows.map(({ contactId }) => contactId)}::uuid[], ${rows.map(({ brandId }) => brandId)}::uuid[],
                    ${rows.map(({ channel }) => channel)}::text[], ${rows.map(({ added }) => added)}::boolean[],
                    ${rows.map(({ hashes }) => hashes.join(' '))}::text[])
             AS p (n, point_id, contact_id, brand_id, channel, added, hashes)`;
  },
  async addMerges(tx: Tx, rows: readonly MergeShadow[]): Promise<void> {
    if (rows.length === 0) return;
    await tx.execute`
      INSERT INTO shadow.merge (from_id, into_id)
      SELECT * FROM unnest(${rows.map(({ fromId }) => fromId)}::uuid[], ${rows.map(({ intoId }) => intoId)}::uuid[])`;
  },
  async addStates(tx: Tx, rows: readonly StateShadow[]): Promise<void> {
    if (rows.length > 0) await tx.copy(STATES, rows);
  },

  /**
   * Events of people who are there, whose entries disclose nothing any more: none counts, and each has its place in the
   * chain of its person. Before `fillErased`.
   */
  async untold(tx: Tx, limit: number): Promise<Difference[]> {
    return tx.sql<Difference>`
      SELECT 'consent.consent_event' AS "table", e.id::text AS row, 'says what no entry of its person tells' AS problem
        FROM shadow.consent_event s
        JOIN consent.consent_event e ON e.entry_id = s.entry_id
        JOIN consent.contact_point p ON p.id = e.contact_point_id
        JOIN consent.contact c ON c.id = p.contact_id AND c.erased_at IS NULL
       WHERE s.event_id IS NULL
         AND (EXISTS (SELECT FROM consent.consent_state t WHERE t.event_id = e.id)
              OR NOT EXISTS (SELECT FROM ledger.entry l
                               JOIN ledger.disclosure d USING (n)
                               JOIN consent.contact f ON f.subject_id = d.subject_id
                              WHERE l.id = s.entry_id AND (f.id = c.id OR f.merged_into = c.id OR f.id = c.merged_into)))
       LIMIT ${limit}::int`;
  },

  /**
   * Events whose rows tell what an erasure takes out of them, whether their entries still disclose it or not; and those of
   * anybody else whose entries disclose their place in the chain alone, as evidence does whose time was over.
   */
  async putBack(tx: Tx, limit: number): Promise<Difference[]> {
    return tx.sql<Difference>`
      SELECT 'consent.consent_event' AS "table", e.id::text AS row,
             'says what the erasure of its person took out' AS problem
        FROM consent.contact c
        JOIN consent.contact_point p ON p.contact_id = c.id
        JOIN consent.consent_event e ON e.contact_point_id = p.id
       WHERE c.erased_at IS NOT NULL AND (e.source IS NOT NULL OR e.wording IS NOT NULL OR e.evidence <> '{}')
      UNION ALL
      SELECT 'consent.consent_event', e.id::text, 'says what its entry does not disclose any more'
        FROM shadow.consent_event s
        JOIN consent.consent_event e ON e.entry_id = s.entry_id
        JOIN consent.contact_point p ON p.id = e.contact_point_id
        JOIN consent.contact c ON c.id = p.contact_id
       WHERE s.event_id IS NULL AND c.erased_at IS NULL
         AND EXISTS (SELECT FROM ledger.entry l JOIN ledger.disclosure d USING (n) WHERE l.id = s.entry_id)
         AND (e.source IS NOT NULL OR e.wording IS NOT NULL OR e.evidence <> '{}')
       LIMIT ${limit}::int`;
  },

  /** Of events that disclose nothing any more the table's own words count; of their kind and existence the log's. */
  async fillErased(tx: Tx): Promise<void> {
    await tx.execute`
      UPDATE shadow.consent_event s
         SET event_id = e.id, contact_point_id = e.contact_point_id, purpose_id = e.purpose_id, topic_id = e.topic_id,
             occurred_at = e.occurred_at, valid_until = e.valid_until, retracts = e.retracts
        FROM consent.consent_event e
       WHERE s.event_id IS NULL AND e.entry_id = s.entry_id`;
  },

  /** What was recorded by the log, scope by scope, after one of them. */
  async facts(tx: Tx, after: string, limit: number): Promise<ScopeFact[]> {
    return tx.sql<ScopeFact>`
      WITH points AS (
        SELECT DISTINCT contact_point_id AS id FROM shadow.consent_event
         WHERE contact_point_id > ${after}::uuid ORDER BY 1 LIMIT ${limit}::int
      )
      SELECT s.contact_point_id AS "pointId", coalesce(s.topic_id, s.purpose_id) AS "scopeId", s.purpose_id AS "purposeId",
             s.event_id AS id, s.kind,
             s.occurred_at AS "occurredAt", s.valid_until AS "validUntil", s.retracts,
             coalesce(e.evidence @> '{"unproven": true}', false) AS unproven
        FROM points p JOIN shadow.consent_event s ON s.contact_point_id = p.id
        LEFT JOIN consent.consent_event e ON e.entry_id = s.entry_id
       ORDER BY 1, 2`;
  },

  async differences(tx: Tx, limit: number): Promise<Difference[]> {
    const all = [
      await events(tx, limit),
      await states(tx, limit),
      await suppressionDifferences(tx, limit),
      await messages(tx, limit),
      await capUses(tx, limit),
      await pointDifferences(tx, limit),
      await mergeDifferences(tx, limit),
    ];
    return all.flat();
  },
};

function events(tx: Tx, limit: number): Promise<Difference[]> {
  return tx.sql<Difference>`
    SELECT 'consent.consent_event' AS "table", coalesce(e.id, s.event_id, s.entry_id)::text AS row,
           CASE WHEN e.id IS NULL THEN 'is in the log and not in the table'
                WHEN s.entry_id IS NULL THEN 'is in no entry of the log'
                ELSE 'says something else than its entry' END AS problem
      FROM shadow.consent_event s
      FULL JOIN consent.consent_event e ON e.entry_id = s.entry_id
     WHERE e.id IS NULL OR s.entry_id IS NULL
        OR (s.event_id, s.contact_point_id, s.purpose_id, s.kind, s.occurred_at)
           IS DISTINCT FROM (e.id, e.contact_point_id, e.purpose_id, e.kind, e.occurred_at)
        OR (s.topic_id, s.valid_until, s.retracts) IS DISTINCT FROM (e.topic_id, e.valid_until, e.retracts)
     LIMIT ${limit}::int`;
}

function states(tx: Tx, limit: number): Promise<Difference[]> {
  return tx.sql<Difference>`
    SELECT 'consent.consent_state' AS "table",
           coalesce(c.contact_point_id, s.contact_point_id) || ' ' || coalesce(c.scope_id, s.scope_id) AS row,
           CASE WHEN c.scope_id IS NULL THEN 'follows from the log and is not in the table'
                WHEN s.scope_id IS NULL THEN 'follows from no entry of the log'
                ELSE 'stands otherwise by the log' END AS problem
      FROM shadow.consent_state s
      FULL JOIN consent.consent_state c ON c.contact_point_id = s.contact_point_id AND c.scope_id = s.scope_id
     WHERE c.scope_id IS NULL OR s.scope_id IS NULL
        OR (s.status, s.since, s.imported, s.event_id) IS DISTINCT FROM (c.status, c.since, c.imported, c.event_id)
        OR (s.valid_until, s.refused_at, s.purpose_id) IS DISTINCT FROM (c.valid_until, c.refused_at, c.purpose_id)
        OR CASE WHEN s.refused_at IS NULL THEN num_nonnulls(c.refused_kind, c.refused_event) > 0
                ELSE (c.refused_kind || ' ' || c.refused_event = ANY (s.refused_kinds)) IS NOT TRUE END
     LIMIT ${limit}::int`;
}

/** A message names its entries. The last that ends it says how; every entry of the log belongs to the message it names. */
function messages(tx: Tx, limit: number): Promise<Difference[]> {
  return tx.sql<Difference>`
    WITH named AS (
      SELECT m.id, m.status, m.reason, x.entry_id, s.entry_id IS NOT NULL AS known, s.n, s.type, s.outcome,
             s.reason AS logged, s.message_id
        FROM sending.message m
       CROSS JOIN LATERAL unnest(m.entry_ids) AS x (entry_id)
        LEFT JOIN shadow.send s ON s.entry_id = x.entry_id
    ), ends AS (
      SELECT DISTINCT ON (id) id, status, reason,
             CASE WHEN type = 'ended' THEN outcome
                  WHEN type = 'cancelled' OR outcome = 'drop' THEN 'dropped'
                  ELSE 'open' END AS logged_status, logged
        FROM named WHERE known AND type <> 'stale_outcome' ORDER BY id, n DESC
    )
    SELECT * FROM (
      SELECT 'sending.message' AS "table", id::text AS row, 'ended otherwise by the log' AS problem
        FROM ends
       WHERE (CASE WHEN status IN ('queued', 'started') THEN 'open' ELSE status END) <> logged_status
          OR (status NOT IN ('queued', 'started') AND reason IS DISTINCT FROM logged)
      UNION ALL
      SELECT 'sending.message', id::text, 'names an entry that the log has not, or that is about another message'
        FROM named WHERE NOT known OR message_id <> id
      UNION ALL
      SELECT 'sending.message', coalesce(s.message_id, s.entry_id)::text, 'is in the log and not in the table'
        FROM shadow.send s
       WHERE NOT EXISTS (SELECT 1 FROM named x WHERE x.entry_id = s.entry_id)
    ) found
    LIMIT ${limit}::int`;
}

/**
 * A message that left, or may have left, holds a place since its last start, and one that failed holds none. What is still
 * on its way is not looked at: whether its place was given back stands in the answer of its provider.
 */
function capUses(tx: Tx, limit: number): Promise<Difference[]> {
  return tx.sql<Difference>`
    WITH starts AS (
      SELECT m.id, m.contact_id, m.status, max(s.judged_at) AS at
        FROM sending.message m
       CROSS JOIN LATERAL unnest(m.entry_ids) AS x (entry_id)
        JOIN shadow.send s ON s.entry_id = x.entry_id AND s.type = 'handover_started'
       GROUP BY m.id
    )
    SELECT * FROM (
      SELECT 'sending.cap_use' AS "table", s.id::text AS row,
             CASE WHEN c.message_id IS NULL THEN 'has no place, though by the log it left'
                  ELSE 'has another time than by the log' END AS problem
        FROM starts s
        LEFT JOIN sending.cap_use c ON c.contact_id = s.contact_id AND c.message_id = s.id
       WHERE s.status IN ('sent', 'unknown', 'started') AND c.at IS DISTINCT FROM s.at
      UNION ALL
      SELECT 'sending.cap_use', c.message_id::text, 'counts for something else than its message'
        FROM sending.cap_use c
        JOIN sending.message m ON m.id = c.message_id
        JOIN consent.purpose p ON p.id = m.purpose_id
        LEFT JOIN consent.topic t ON t.id = m.topic_id
        LEFT JOIN sending.campaign a ON a.id = m.campaign_id
       WHERE (c.channel, c.class, c.purpose, c.topic, c.campaign, c.test)
             IS DISTINCT FROM (m.channel, m.class, p.key, t.key, a.key, m.test)
      UNION ALL
      SELECT 'sending.cap_use', c.message_id::text, 'holds a place, though by the log it did not leave'
        FROM sending.cap_use c
        LEFT JOIN starts s ON s.id = c.message_id
       WHERE s.id IS NULL OR s.status = 'failed'
    ) found
    LIMIT ${limit}::int`;
}
