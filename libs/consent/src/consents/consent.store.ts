import type { BrandId, Channel, ContactId, ContactPointId, EntryId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { detailsOf, messageIn, statedIn, UNPROVEN } from './domain/consent-basis.js';
import { type ConsentEventKind, type ConsentFact, type ConsentState, isRefusal } from './domain/consent-fold.js';
import type { Leavable } from './domain/leaving.js';
import { type PlannedEvent, recordedAt, type Scope, scopeId } from './domain/plan-changes.js';

/** Where, how and by whom a wish was expressed. Everything a court would ask for. */
export interface Evidence {
  /** Such as consent, soft_opt_in, contract, legitimate_interest. */
  readonly legalBasis: string;
  /** What the person was shown, as published. */
  readonly notice: { readonly id: string; readonly hash: Buffer; readonly wording: string } | null;
  /** Id of the notice as it was served. */
  readonly served?: string | null;
  /** The event that this one confirms. */
  readonly request?: string | null;
  /** ISO 3166-1 or 3166-2: where the person was. */
  readonly jurisdiction?: string | null;
  /** The exact wording of the control that was used. */
  readonly wording: string | null;
  /** Such as web_form, double_opt_in, one_click, phone, import, api. */
  readonly method: string;
  /** Form name or URL. */
  readonly source: string | null;
  /** Who recorded it: the person, an API key, an operator. */
  readonly actor: string;
  /** IP address, user agent and whatever else supports it: in the ledger's disclosure alone, under the person's key. */
  readonly details: Record<string, unknown>;
}

export interface ConsentEventRow {
  readonly id: string;
  readonly contactPointId: ContactPointId;
  readonly purpose: string;
  readonly topic: string | null;
  readonly kind: ConsentEventKind;
  readonly legalBasis: string;
  readonly noticeId: string | null;
  readonly wording: string | null;
  readonly method: string;
  readonly source: string | null;
  readonly actor: string;
  readonly occurredAt: EpochMs;
  readonly recordedAt: EpochMs;
  readonly validUntil: EpochMs | null;
  readonly notice: {
    readonly key: string;
    readonly version: number;
    readonly language: string;
    readonly hash: string;
  } | null;
  readonly servedId: string | null;
  readonly requestId: string | null;
  /** The event that this one takes back. */
  readonly retracts: string | null;
  readonly jurisdiction: string | null;
  /** What the evidence states that nobody could be told by. */
  readonly stated: Readonly<Record<string, unknown>>;
  readonly entryId: EntryId;
  /** False when the event was recorded but an earlier wish went on to count. */
  readonly effective: boolean;
}

export interface ConsentStateRow {
  readonly purpose: string;
  readonly topic: string | null;
  readonly status: ConsentState['status'];
  readonly since: EpochMs;
  readonly validUntil: EpochMs | null;
  readonly eventId: string;
}

/** An event with the contact point of a person where it was recorded. */
export interface HeldFact {
  readonly pointId: ContactPointId;
  readonly channel: Channel;
  readonly scope: Scope;
  readonly fact: ConsentFact;
}

/** Where a scope stands from now on. */
export interface NewState {
  readonly pointId: ContactPointId;
  readonly scope: Scope;
  readonly state: ConsentState;
  /** The last one among the events that lead there; null when none of them is one. */
  readonly refusal: PlannedEvent | null;
}

/** A notice as somebody read it. */
export interface ShownWording extends NonNullable<Evidence['notice']> {
  readonly publishedAt: EpochMs;
}

/** SQL on consent events and the states that follow from them. Writers hold the contact's lock. */
export const consentStore = {
  async topicsOfPurpose(tx: Tx, purposeId: string): Promise<string[]> {
    const rows = await tx.sql<{
      id: string;
    }>`SELECT id FROM consent.topic WHERE purpose_id = ${purposeId} ORDER BY key`;
    return rows.map((row) => row.id);
  },

  /** Every purpose of a brand, by what decides how it is left. */
  async purposes(tx: Tx, brandId: BrandId): Promise<(Leavable & { readonly id: string })[]> {
    return tx.sql<Leavable & { readonly id: string }>`
      SELECT id, enforcement, legal_basis AS "legalBasis" FROM consent.purpose WHERE brand_id = ${brandId} ORDER BY key`;
  },

  async scopes(tx: Tx, brandId: BrandId, purpose: string, topics: readonly string[]) {
    const found = await tx.sql<{
      id: string;
    }>`SELECT id FROM consent.purpose WHERE brand_id = ${brandId} AND key = ${purpose}`;
    const purposeId = found[0]?.id ?? null;
    const topicRows = await tx.sql<{ id: string; key: string }>`
      SELECT id, key FROM consent.topic WHERE brand_id = ${brandId} AND purpose_id = ${purposeId} AND key = ANY (${[...topics]}::text[])`;
    return { purposeId, topicIds: new Map(topicRows.map((row) => [row.key, row.id])) };
  },

  /** Which purpose and topic a link's scope means; null when the brand has no such scope any more. */
  async scopeById(tx: Tx, brandId: BrandId, id: string): Promise<{ purposeId: string; topicId: string | null } | null> {
    const rows = await tx.sql<{ purposeId: string; topicId: string | null }>`
      SELECT purpose_id AS "purposeId", id AS "topicId" FROM consent.topic WHERE brand_id = ${brandId} AND id = ${id}
      UNION ALL
      SELECT id, NULL FROM consent.purpose WHERE brand_id = ${brandId} AND id = ${id}`;
    return rows[0] ?? null;
  },

  /** The purposes and topics about which something was recorded for a contact point. */
  async scopesOf(tx: Tx, contactPointId: ContactPointId): Promise<Map<string, Scope>> {
    const rows = await tx.sql<Scope>`
      SELECT DISTINCT purpose_id AS "purposeId", topic_id AS "topicId"
        FROM consent.consent_event
       WHERE contact_point_id = ${contactPointId}`;
    return new Map(rows.map((scope) => [scopeId(scope), scope]));
  },

  async notice(tx: Tx, brandId: BrandId, key: string, version: number, language: string): Promise<ShownWording | null> {
    const rows = await tx.sql<ShownWording>`
      SELECT id, hash, wording, created_at AS "publishedAt" FROM consent.notice
       WHERE brand_id = ${brandId} AND key = ${key} AND version = ${version} AND language = ${language}`;
    return rows[0] ?? null;
  },

  async servedNotice(
    tx: Tx,
    brandId: BrandId,
    servedId: string,
  ): Promise<(ShownWording & { readonly servedAt: EpochMs }) | null> {
    const rows = await tx.sql<ShownWording & { servedAt: EpochMs }>`
      SELECT n.id, n.hash, n.wording, n.created_at AS "publishedAt", s.served_at AS "servedAt"
        FROM consent.served_notice s
        JOIN consent.notice n ON n.id = s.notice_id
       WHERE s.id = ${servedId} AND s.brand_id = ${brandId}`;
    return rows[0] ?? null;
  },

  /** Whether somebody else's consent rests on a serving. Nobody else's comes to rest on it before the caller commits. */
  async isServedToAnother(tx: Tx, servedId: string, contactId: ContactId): Promise<boolean> {
    await tx.execute`SELECT pg_advisory_xact_lock(hashtextextended('consent.served_notice ' || ${servedId}::text, 0))`;
    const rows = await tx.sql`
      SELECT 1
        FROM consent.consent_event e
        JOIN consent.contact_point p ON p.id = e.contact_point_id
        JOIN consent.contact c ON c.id = p.contact_id
       WHERE e.served_id = ${servedId} AND coalesce(c.merged_into, c.id) <> ${contactId}
       LIMIT 1`;
    return rows.length > 0;
  },

  async isRequestOf(tx: Tx, eventId: string, contactPointId: ContactPointId): Promise<boolean> {
    const rows = await tx.sql`
      SELECT 1 FROM consent.consent_event
       WHERE id = ${eventId} AND contact_point_id = ${contactPointId} AND kind = 'requested'`;
    return rows.length > 0;
  },

  /**
   * The last requests up to one, at its contact point, by the purpose or topic they ask for. What was asked for beside it is
   * among them, and so is what had been asked for already and was not asked for again.
   */
  async requestsWith(tx: Tx, requestId: string): Promise<Map<string, string>> {
    const rows = await tx.sql<{ scopeId: string; id: string }>`
      SELECT DISTINCT ON (1) coalesce(e.topic_id, e.purpose_id) AS "scopeId", e.id
        FROM consent.consent_event r
        JOIN consent.consent_event e ON e.contact_point_id = r.contact_point_id AND e.purpose_id = r.purpose_id
       WHERE r.id = ${requestId} AND e.kind = 'requested' AND e.id <= r.id
       ORDER BY 1, e.id DESC`;
    return new Map(rows.map(({ scopeId: id, id: request }) => [id, request]));
  },

  /** Everything recorded for a contact point so far, by the id of the purpose or topic. */
  async facts(tx: Tx, contactPointId: ContactPointId): Promise<Map<string, ConsentFact[]>> {
    const rows = await tx.sql<ConsentFact & { scopeId: string }>`
      SELECT coalesce(topic_id, purpose_id) AS "scopeId", id, kind, occurred_at AS "occurredAt", valid_until AS "validUntil", retracts,
             evidence ? ${UNPROVEN} AS unproven
        FROM consent.consent_event
       WHERE contact_point_id = ${contactPointId}`;
    const byScope = new Map<string, ConsentFact[]>();
    for (const { scopeId: id, ...fact } of rows) byScope.set(id, [...(byScope.get(id) ?? []), fact]);
    return byScope;
  },

  /** Everything recorded at any contact point that a person has or had. */
  async factsOfContact(tx: Tx, contactId: ContactId): Promise<HeldFact[]> {
    const rows = await tx.sql<ConsentFact & Scope & Pick<HeldFact, 'pointId' | 'channel'>>`
      SELECT p.id AS "pointId", p.channel, e.purpose_id AS "purposeId", e.topic_id AS "topicId", e.id, e.kind,
             e.occurred_at AS "occurredAt", e.valid_until AS "validUntil", e.retracts, e.evidence ? ${UNPROVEN} AS unproven
        FROM consent.contact_point p
        JOIN consent.consent_event e ON e.contact_point_id = p.id
       WHERE p.contact_id IN (SELECT id FROM consent.contact WHERE id = ${contactId} OR merged_into = ${contactId})`;
    return rows.map(({ pointId, channel, purposeId, topicId, ...fact }) => ({
      ...{ pointId, channel, fact },
      scope: { purposeId, topicId },
    }));
  },

  /** Contact points that a person has or had whose addresses are suppressed because somebody objected or complained there, the last time. */
  async objectionsOf(tx: Tx, contactId: ContactId): Promise<Map<ContactPointId, { channel: Channel; since: EpochMs }>> {
    const rows = await tx.sql<{ id: ContactPointId; channel: Channel; since: EpochMs }>`
      SELECT p.id, p.channel, max(f.occurred_at) AS since
        FROM consent.contact_point p
        JOIN consent.suppression s ON s.brand_id = p.brand_id AND s.channel = p.channel AND s.address_hash = p.address_hash
        JOIN consent.suppression_fact f
          ON f.brand_id = s.brand_id AND f.channel = s.channel AND f.address_hash = s.address_hash AND f.kind = s.reason
       WHERE p.contact_id IN (SELECT id FROM consent.contact WHERE id = ${contactId} OR merged_into = ${contactId}) AND s.reason IN ('objection', 'complaint') AND s.until IS NULL
       GROUP BY p.id, p.channel`;
    return new Map(rows.map(({ id, channel, since }) => [id, { channel, since }]));
  },

  /**
   * What others refused at the addresses of these contact points, the last time; without those who lost the address to
   * somebody else.
   */
  async refusedByOthers(tx: Tx, pointIds: readonly ContactPointId[]): Promise<HeldFact[]> {
    const rows = await tx.sql<
      Pick<HeldFact, 'pointId' | 'channel'> &
        Pick<ConsentFact, 'id' | 'kind' | 'occurredAt'> & { scopeId: string; purposeId: string }
    >`
      SELECT p.id AS "pointId", p.channel, r.scope_id AS "scopeId", r.purpose_id AS "purposeId", r.refused_event AS id,
             r.refused_kind AS kind, r.refused_at AS "occurredAt"
        FROM unnest(${[...pointIds]}::uuid[]) AS wanted (id)
       CROSS JOIN LATERAL (SELECT * FROM consent.contact_point WHERE id = wanted.id OFFSET 0) p
       CROSS JOIN LATERAL (SELECT id FROM consent.contact_point
                            WHERE brand_id = p.brand_id AND channel = p.channel AND address_hash = p.address_hash
                              AND id <> p.id AND reassigned_at IS NULL OFFSET 0) q
       CROSS JOIN LATERAL (SELECT * FROM consent.consent_state
                            WHERE contact_point_id = q.id AND refused_at IS NOT NULL OFFSET 0) r`;
    return rows.map(({ pointId, channel, scopeId: id, purposeId, ...fact }) => ({
      ...{ pointId, channel, fact: { ...fact, validUntil: null } },
      scope: { purposeId, topicId: id === purposeId ? null : id },
    }));
  },

  async record(
    tx: Tx,
    brandId: BrandId,
    contactPointId: ContactPointId,
    event: PlannedEvent,
    evidence: Evidence,
    now: EpochMs,
    entryId: EntryId,
  ): Promise<void> {
    const validUntil = event.validUntil === null ? null : toIso(event.validUntil);
    await tx.execute`
      INSERT INTO consent.consent_event (id, brand_id, contact_point_id, purpose_id, topic_id, kind, legal_basis, notice_id, wording,
                                         method, source, actor, evidence, occurred_at, recorded_at, valid_until, effective, entry_id,
                                         served_id, request_id, jurisdiction, message_id, retracts)
      VALUES (${event.id}, ${brandId}, ${contactPointId}, ${event.scope.purposeId}, ${event.scope.topicId}, ${event.kind},
              ${evidence.legalBasis}, ${evidence.notice?.id ?? null}, ${evidence.wording}, ${evidence.method}, ${evidence.source}, ${evidence.actor},
              ${JSON.stringify(statedIn(detailsOf(event, evidence.details)))}, ${toIso(event.occurredAt)}, ${toIso(recordedAt(event, now))}, ${validUntil}, ${event.effective}, ${entryId},
              ${evidence.served ?? null}, ${evidence.request ?? null}, ${evidence.jurisdiction ?? null},
              ${messageIn(evidence.details)}, ${event.retracts ?? null})`;
    // Also when the event itself is only history: a late yes can change which of several refusals it is that counts.
    if (event.state === null) return;
    await this.putStates(tx, [
      {
        pointId: contactPointId,
        scope: event.scope,
        state: event.state,
        refusal: isRefusal(event.kind) ? event : null,
      },
    ]);
  },

  /** The last refusal of a scope that nobody has taken back, after a retraction: also none. */
  async recallRefusal(tx: Tx, contactPointId: ContactPointId, scope: Scope): Promise<void> {
    await tx.execute`
      UPDATE consent.consent_state
         SET (refused_at, refused_kind, refused_event) =
               (SELECT e.occurred_at, e.kind, e.id
                  FROM consent.consent_event e
                 WHERE e.contact_point_id = ${contactPointId} AND coalesce(e.topic_id, e.purpose_id) = ${scopeId(scope)}
                   AND e.kind IN ('refused', 'withdrawn', 'revoked', 'objected')
                   AND NOT EXISTS (SELECT FROM consent.consent_event b
                                    WHERE b.contact_point_id = e.contact_point_id AND b.retracts = e.id)
                 ORDER BY e.occurred_at DESC, array_position('{objected,withdrawn,refused}', replace(e.kind, 'revoked', 'withdrawn')),
                          e.id DESC LIMIT 1)
       WHERE contact_point_id = ${contactPointId} AND scope_id = ${scopeId(scope)}`;
  },

  /**
   * Puts in force where scopes stand, each once. The last refusal of all time (`lastRefusal`) stays known beside whatever
   * follows it.
   */
  async putStates(tx: Tx, rows: readonly NewState[]): Promise<void> {
    if (rows.length === 0) return;
    const refusals = rows.map(({ refusal }) => refusal);
    await tx.execute`
      INSERT INTO consent.consent_state AS s (contact_point_id, scope_id, purpose_id, status, since, valid_until, imported,
                                              event_id, refused_at, refused_kind, refused_event)
      SELECT * FROM unnest(${rows.map(({ pointId }) => pointId)}::uuid[], ${rows.map(({ scope }) => scopeId(scope))}::uuid[],
                           ${rows.map(({ scope }) => scope.purposeId)}::uuid[],
                           ${rows.map(({ state }) => state.status)}::text[],
                           ${rows.map(({ state }) => toIso(state.since))}::timestamptz[],
                           ${rows.map(({ state }) => (state.validUntil === null ? null : toIso(state.validUntil)))}::timestamptz[],
                           ${rows.map(({ state }) => state.imported)}::boolean[], ${rows.map(({ state }) => state.eventId)}::uuid[],
                           ${refusals.map((refusal) => (refusal === null ? null : toIso(refusal.occurredAt)))}::timestamptz[],
                           ${refusals.map((refusal) => refusal?.kind ?? null)}::text[],
                           ${refusals.map((refusal) => refusal?.id ?? null)}::uuid[])
      ON CONFLICT (contact_point_id, scope_id) DO UPDATE
         SET status = EXCLUDED.status, since = EXCLUDED.since, valid_until = EXCLUDED.valid_until,
             imported = EXCLUDED.imported, event_id = EXCLUDED.event_id,
             (refused_at, refused_kind, refused_event) =
               (SELECT r.refused_at, r.refused_kind, r.refused_event
                  FROM (VALUES (s.refused_at, s.refused_kind, s.refused_event),
                               (EXCLUDED.refused_at, EXCLUDED.refused_kind, EXCLUDED.refused_event))
                       AS r (refused_at, refused_kind, refused_event)
                 ORDER BY r.refused_at DESC NULLS LAST,
                          array_position('{objected,withdrawn,refused}', replace(r.refused_kind, 'revoked', 'withdrawn')),
                          r.refused_event DESC LIMIT 1)`;
  },

  /** Whether nothing is sent for a purpose without a yes. */
  async isRestrictive(tx: Tx, purposeId: string): Promise<boolean> {
    const rows = await tx.sql<{ yes: boolean }>`
      SELECT enforcement = 'restrictive' AS yes FROM consent.purpose WHERE id = ${purposeId}`;
    return rows[0]?.yes ?? false;
  },

  /** When each scope was last refused at the address of a contact point, by whomever, whatever was agreed to since. */
  async refusedAt(tx: Tx, contactPointId: ContactPointId): Promise<Map<string, EpochMs>> {
    const rows = await tx.sql<{ scopeId: string; at: EpochMs }>`
      SELECT s.scope_id AS "scopeId", max(s.refused_at) AS at
        FROM consent.contact_point p
        JOIN consent.contact_point q ON q.brand_id = p.brand_id AND q.channel = p.channel AND q.address_hash = p.address_hash
        JOIN consent.consent_state s ON s.contact_point_id = q.id
       WHERE p.id = ${contactPointId} AND s.refused_at IS NOT NULL
       GROUP BY s.scope_id`;
    return new Map(rows.map(({ scopeId: id, at }) => [id, at]));
  },

  async current(tx: Tx, contactPointId: ContactPointId): Promise<ConsentStateRow[]> {
    return tx.sql<ConsentStateRow>`
      SELECT p.key AS purpose, t.key AS topic, s.status, s.since, s.valid_until AS "validUntil", s.event_id AS "eventId"
        FROM consent.consent_state s
        JOIN consent.consent_event e ON e.id = s.event_id
        JOIN consent.purpose p ON p.id = e.purpose_id
        LEFT JOIN consent.topic t ON t.id = e.topic_id
       WHERE s.contact_point_id = ${contactPointId}
       ORDER BY p.key, t.key NULLS FIRST`;
  },

  async history(tx: Tx, contactPointId: ContactPointId): Promise<ConsentEventRow[]> {
    return tx.sql<ConsentEventRow>`
      SELECT e.id, e.contact_point_id AS "contactPointId", p.key AS purpose, t.key AS topic, e.kind, e.legal_basis AS "legalBasis",
             e.notice_id AS "noticeId", e.wording, e.method, e.source, e.actor, e.occurred_at AS "occurredAt",
             e.recorded_at AS "recordedAt", e.valid_until AS "validUntil", e.effective, e.served_id AS "servedId",
             e.request_id AS "requestId", e.retracts, e.jurisdiction, e.evidence AS stated, e.entry_id AS "entryId",
             CASE WHEN n.id IS NOT NULL THEN
               jsonb_build_object('key', n.key, 'version', n.version, 'language', n.language, 'hash', encode(n.hash, 'hex'))
             END AS notice
        FROM consent.consent_event e
        JOIN consent.purpose p ON p.id = e.purpose_id
        LEFT JOIN consent.topic t ON t.id = e.topic_id
        LEFT JOIN consent.notice n ON n.id = e.notice_id
       WHERE e.contact_point_id = ${contactPointId}
       ORDER BY e.recorded_at, e.id`;
  },
};
