import type { BrandId, Channel, ContactId, ContactPointId, EpochMs, MessageId, SubjectId } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import { plainList, toIso, type Tx, uuidList } from '#lib/platform';
import { type ConsentState, type ConsentStatus, isRefusal, UNDONE_BY } from '../consents/domain/consent-fold.js';
import { type BasisRow, basisOf, type ConsentBasis } from '../consents/domain/consent-basis.js';
import { everythingOf, type PurposeLeft, underEverything } from '../consents/domain/everything.js';
import { foldStates, type StateRow } from '../consents/domain/fold-states.js';
import type { Wishes } from '../contacts/domain/wishes.js';
import type { SuppressionReason } from '../suppressions/domain/suppressions-of.js';
import { exceptTopicsNotBrought } from './come-back.js';

/** A person as a send decision sees them. */
export interface Recipient {
  readonly contactId: ContactId;
  readonly subjectId: SubjectId;
  readonly language: string | null;
  readonly zone: string | null;
  readonly country: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly deviceZone: string | null;
  /**
   * The first digits of a telephone number of theirs in E.164: of the one that the message goes to, otherwise of the
   * oldest. Read where their clock is not known or a rule asks for the place.
   */
  readonly phonePrefix: string | null;
  readonly segments: readonly string[];
  readonly wishes: Wishes;
  readonly attributes: Readonly<Record<string, JsonValue>>;
  readonly pausedUntil: EpochMs | null;
  readonly erased: boolean;
  /** The contact point on the wanted channel; null when there is none in use. */
  readonly point: { readonly id: ContactPointId; readonly address: string } | null;
}

export interface Suppression {
  readonly reason: SuppressionReason;
  readonly since: EpochMs;
}

/** A message that has begun to leave, and what it is about. */
export interface SentAbout {
  readonly id: MessageId;
  readonly pointId: ContactPointId;
  readonly purposeId: string;
  readonly topicId: string | null;
  readonly since: EpochMs;
}

export interface Wanted {
  readonly brandId: BrandId;
  readonly externalId: string;
  readonly channel: Channel;
}

/** A row of `find` and `load`, in the order of its columns. */
type RecipientRow = readonly [
  n: number,
  contactId: ContactId,
  subjectId: SubjectId,
  language: string | null,
  zone: string | null,
  country: string | null,
  attributes: Readonly<Record<string, JsonValue>>,
  pausedUntil: EpochMs | null,
  erased: boolean,
  pointId: ContactPointId | null,
  address: string | null,
  /** Null for most people: one value instead of five columns that are nearly always empty. */
  more: Pick<Recipient, 'region' | 'postalCode' | 'deviceZone' | 'segments' | 'wishes'> | null,
  phonePrefix: string | null,
];

/** What `sending` may know about people: many at once, read inside its own transaction. */
export const recipientStore = {
  /**
   * One answer per question, in order; null for a person the brand does not know.
   * @param asksWhere whether a rule wants to know in which place the person is, and not only what their clock says
   */
  async find(tx: Tx, wanted: readonly Wanted[], asksWhere: boolean): Promise<(Recipient | null)[]> {
    const rows = await tx.rows<RecipientRow>`
      SELECT w.n, c.id, c.subject_id, c.language, c.zone, c.country, c.attributes,
             c.paused_until, c.erased_at IS NOT NULL, p.id, p.address,
             CASE WHEN c.region IS NULL AND c.postal_code IS NULL AND c.device_zone IS NULL AND c.segments = '{}' AND c.wishes = '{}'
                  THEN NULL
                  ELSE jsonb_build_object('region', c.region, 'postalCode', c.postal_code, 'deviceZone', c.device_zone,
                                          'segments', c.segments, 'wishes', c.wishes)
             END,
             CASE WHEN c.zone IS NULL OR ${asksWhere}::boolean
                  THEN (SELECT left(phone.address, 8) FROM consent.contact_point phone
                         WHERE phone.contact_id = c.id AND phone.channel IN ('sms', 'phone', 'whatsapp') AND phone.ended_at IS NULL
                         ORDER BY (phone.id = p.id) DESC NULLS LAST, phone.in_use_since, phone.id LIMIT 1)
             END
        FROM unnest(${uuidList(wanted.map((w) => w.brandId))}::uuid[], ${wanted.map((w) => w.externalId)}::text[],
                    ${plainList(wanted.map((w) => w.channel))}::text[]) WITH ORDINALITY AS w (brand_id, external_id, channel, n)
        JOIN consent.contact c ON c.brand_id = w.brand_id AND c.external_id = w.external_id
        LEFT JOIN LATERAL (SELECT id, address FROM consent.contact_point
                            WHERE contact_id = c.id AND channel = w.channel AND ended_at IS NULL
                            ORDER BY in_use_since, id LIMIT 1) p ON true`;
    const found = new Map(rows.map((row) => [row[0], toRecipient(row)]));
    return wanted.map((_, i) => found.get(i + 1) ?? null);
  },

  /**
   * Takes the locks of these people, in one order for everybody, so that two batches never wait for each other.
   * What is read afterwards in this transaction includes everything committed before the lock was granted.
   */
  async lock(tx: Tx, contactIds: readonly ContactId[]): Promise<void> {
    await tx.execute`SELECT 1 FROM consent.contact WHERE id = ANY (${uuidList(contactIds)}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  },

  /**
   * The same for everybody who has, or had, an address of theirs, because what ends an address ends it for all; answers
   * who. Looked at again once the locks are there: somebody may have got the address while they were waited for.
   */
  async lockSharing(tx: Tx, contactIds: readonly ContactId[]): Promise<ContactId[]> {
    let locked: ContactId[] = [];
    for (;;) {
      const before = locked.length;
      const rows = await tx.sql<{ id: ContactId }>`
        WITH sharing AS MATERIALIZED (
          SELECT id FROM unnest(${[...contactIds]}::uuid[]) AS own (id)
          UNION
          SELECT other.contact_id
            FROM consent.contact_point own
            JOIN consent.contact_point other USING (brand_id, channel, address_hash)
           WHERE own.contact_id = ANY (${[...contactIds]}::uuid[]))
        SELECT c.id FROM sharing JOIN consent.contact c USING (id) ORDER BY c.id FOR NO KEY UPDATE OF c`;
      locked = rows.map(({ id }) => id);
      if (locked.length === before) return locked;
    }
  },

  /** People by id, each with the contact point named, which is null when it is no longer in use. `asksWhere` as above. */
  async load(
    tx: Tx,
    asked: readonly { contactId: ContactId; pointId: ContactPointId | null }[],
    asksWhere: boolean,
  ): Promise<(Recipient | null)[]> {
    const rows = await tx.rows<RecipientRow>`
      SELECT w.n, c.id, c.subject_id, c.language, c.zone, c.country, c.attributes,
             c.paused_until, c.erased_at IS NOT NULL, p.id, p.address,
             CASE WHEN c.region IS NULL AND c.postal_code IS NULL AND c.device_zone IS NULL AND c.segments = '{}' AND c.wishes = '{}'
                  THEN NULL
                  ELSE jsonb_build_object('region', c.region, 'postalCode', c.postal_code, 'deviceZone', c.device_zone,
                                          'segments', c.segments, 'wishes', c.wishes)
             END,
             CASE WHEN c.zone IS NULL OR ${asksWhere}::boolean
                  THEN (SELECT left(phone.address, 8) FROM consent.contact_point phone
                         WHERE phone.contact_id = c.id AND phone.channel IN ('sms', 'phone', 'whatsapp') AND phone.ended_at IS NULL
                         ORDER BY (phone.id = p.id) DESC NULLS LAST, phone.in_use_since, phone.id LIMIT 1)
             END
        FROM unnest(${uuidList(asked.map((a) => a.contactId))}::uuid[], ${uuidList(asked.map((a) => a.pointId))}::uuid[])
             WITH ORDINALITY AS w (contact_id, point_id, n)
        JOIN consent.contact c ON c.id = w.contact_id
        LEFT JOIN consent.contact_point p ON p.id = w.point_id AND p.contact_id = c.id AND p.ended_at IS NULL`;
    const found = new Map(rows.map((row) => [row[0], toRecipient(row)]));
    return asked.map((_, i) => found.get(i + 1) ?? null);
  },

  /** External ids of these people, without those who were erased. */
  async externalIds(tx: Tx, contactIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.sql<{ id: string; externalId: string }>`
      SELECT id, external_id AS "externalId" FROM consent.contact
       WHERE id = ANY (${[...contactIds]}::uuid[]) AND erased_at IS NULL`;
    return new Map(rows.map(({ id, externalId }) => [id, externalId]));
  },

  async externalId(tx: Tx, contactId: ContactId): Promise<string> {
    const rows = await tx.sql<{
      externalId: string;
    }>`SELECT external_id AS "externalId" FROM consent.contact WHERE id = ${contactId}`;
    const externalId = rows[0]?.externalId;
    if (externalId === undefined) throw new Error(`contact ${contactId} is not there`);
    return externalId;
  },

  /**
   * States by contact point, then by the id of the purpose or topic. A refusal counts for every contact point of the
   * brand with the same address, whoever it belongs to; a yes for its own alone. What was agreed to before a refusal
   * does not count again when another comes back, and no topic that was agreed to before its purpose was refused.
   * Topics about which nothing was said are there where a no to their purpose goes on for them.
   */
  async consents(tx: Tx, pointIds: readonly ContactPointId[]): Promise<Map<ContactPointId, Map<string, ConsentState>>> {
    const found = await tx.rows<StateColumns>`
      SELECT p.id, q.id = p.id, s.scope_id, s.status, s.since, s.valid_until, s.event_id, s.imported, s.purpose_id,
             s.refused_at, s.refused_kind, s.refused_event, p.brand_id,
             CASE WHEN s.status IN ('granted', 'confirmed') THEN EXISTS (
                    SELECT FROM consent.consent_event e JOIN consent.purpose u ON u.id = e.purpose_id
                     WHERE e.id = s.event_id AND e.evidence @> '{"unproven": true}' AND u.enforcement = 'restrictive')
                  WHEN s.status = 'invalidated' THEN EXISTS (
                    SELECT FROM consent.consent_event e
                     WHERE e.id = s.event_id AND e.method = ${UNDONE_BY} AND e.retracts IS NOT NULL)
                  ELSE false
             END
        FROM unnest(${uuidList([...new Set(pointIds)])}::uuid[]) AS wanted (id)
        JOIN consent.contact_point p ON p.id = wanted.id
        JOIN consent.contact_point q ON q.brand_id = p.brand_id AND q.channel = p.channel AND q.address_hash = p.address_hash
        JOIN consent.consent_state s ON s.contact_point_id = q.id
       WHERE q.id = p.id OR s.refused_at IS NOT NULL`;
    const rows = found.map(toStateRow);
    return exceptTopicsNotBrought(tx, await withEverything(tx, foldStates(rows), rows), rows);
  },

  /** Those of these messages by whose links somebody said what they want: they have reached their contact. */
  async answered(tx: Tx, messageIds: readonly MessageId[]): Promise<Set<MessageId>> {
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT DISTINCT message_id AS id FROM consent.consent_event WHERE message_id = ANY (${[...messageIds]}::uuid[])`;
    return new Set(rows.map(({ id }) => id));
  },

  /** Those of these messages at whose contact point somebody has left since, for what the message is about: it reached them. */
  async leftSince(tx: Tx, messages: readonly SentAbout[]): Promise<Set<MessageId>> {
    if (messages.length === 0) return new Set();
    const rows = await tx.sql<{ id: MessageId }>`
      SELECT DISTINCT m.id
        FROM unnest(${messages.map(({ id }) => id)}::uuid[], ${messages.map(({ pointId }) => pointId)}::uuid[],
                    ${messages.map(({ purposeId }) => purposeId)}::uuid[],
                    ${messages.map(({ topicId }) => topicId)}::uuid[],
                    ${messages.map(({ since }) => toIso(since))}::timestamptz[]) AS m (id, point_id, purpose_id, topic_id, since)
        JOIN consent.consent_event e ON e.contact_point_id = m.point_id AND e.recorded_at >= m.since
       WHERE e.kind IN ('refused', 'withdrawn', 'revoked', 'objected')
         AND (e.purpose_id IS NULL OR e.purpose_id = m.purpose_id) AND (e.topic_id IS NULL OR e.topic_id = m.topic_id)`;
    return new Set(rows.map(({ id }) => id));
  },

  /** What the consents given by these events rest on, by event; for jurisdictions that ask. */
  async bases(tx: Tx, eventIds: readonly string[]): Promise<Map<string, ConsentBasis>> {
    const rows = await tx.sql<BasisRow & { id: string }>`
      SELECT id, kind, legal_basis AS "legalBasis", occurred_at AS "occurredAt", method,
             wording IS NOT NULL OR notice_id IS NOT NULL AS "hasWording", evidence
        FROM consent.consent_event
       WHERE id = ANY (${[...eventIds]}::uuid[])`;
    return new Map(
      rows.flatMap(({ id, ...row }) => {
        const basis = basisOf(row);
        return basis === null ? [] : [[id, basis] as const];
      }),
    );
  },

  /** @param at as far as they are in force then; left out: now */
  async suppressions(
    tx: Tx,
    pointIds: readonly ContactPointId[],
    at: EpochMs | null = null,
  ): Promise<Map<ContactPointId, Suppression[]>> {
    const rows = await tx.sql<Suppression & { pointId: ContactPointId }>`
      SELECT p.id AS "pointId", s.reason, s.since
        FROM consent.contact_point p
        JOIN consent.suppression s ON s.brand_id = p.brand_id AND s.channel = p.channel AND s.address_hash = p.address_hash
       WHERE p.id = ANY (${uuidList(pointIds)}::uuid[])
         AND (s.until IS NULL OR s.until > coalesce(${at === null ? null : toIso(at)}::timestamptz, clock_timestamp()))`;
    const byPoint = new Map<ContactPointId, Suppression[]>();
    for (const { pointId, reason, since } of rows) {
      byPoint.set(pointId, [...(byPoint.get(pointId) ?? []), { reason, since }]);
    }
    return byPoint;
  },
};

/** A row of `consents`, in the order of its columns. */
type StateColumns = readonly [
  pointId: ContactPointId,
  own: boolean,
  scopeId: string,
  status: ConsentStatus,
  since: EpochMs,
  validUntil: EpochMs | null,
  eventId: string,
  imported: boolean,
  purposeId: string,
  refusedAt: EpochMs | null,
  refusedKind: ConsentStatus | null,
  refusedEvent: string | null,
  brandId: BrandId,
  isNothing: boolean,
];

function toStateRow(row: StateColumns): StateRow {
  return {
    pointId: row[0],
    own: row[1],
    scopeId: row[2],
    status: row[3],
    since: row[4],
    validUntil: row[5],
    eventId: row[6],
    imported: row[7],
    purposeId: row[8],
    refusedAt: row[9],
    refusedKind: row[10],
    refusedEvent: row[11],
    brandId: row[12],
    isNothing: row[13],
  };
}

/** What was said of everything counts for what can be left; read only where somebody said it. */
async function withEverything(
  tx: Tx,
  byPoint: Map<ContactPointId, Map<string, ConsentState>>,
  rows: readonly StateRow[],
): Promise<Map<ContactPointId, Map<string, ConsentState>>> {
  if (!rows.some(({ scopeId, brandId }) => scopeId === everythingOf(brandId))) return byPoint;
  const brandOf = new Map(rows.map(({ pointId, brandId }) => [pointId, brandId]));
  const left = [...brandOf].flatMap(([pointId, brandId]) => {
    const states = byPoint.get(pointId);
    const everything = states?.get(everythingOf(brandId));
    return states === undefined || everything === undefined ? [] : [{ pointId, brandId, states, everything }];
  });
  if (!left.some(({ everything }) => isRefusal(everything.status))) return byPoint;
  const purposes = await tx.sql<PurposeLeft & { brandId: BrandId }>`
    SELECT id, brand_id AS "brandId", enforcement, legal_basis AS "legalBasis" FROM consent.purpose
     WHERE brand_id = ANY (${uuidList([...new Set(left.map(({ brandId }) => brandId))])}::uuid[]) AND id <> brand_id`;
  const purposeOf = new Map(rows.map(({ scopeId, purposeId }) => [scopeId, purposeId]));
  for (const { pointId, brandId, states, everything } of left) {
    const there = purposes.filter((purpose) => purpose.brandId === brandId);
    byPoint.set(pointId, new Map(underEverything(states, everything, there, (id) => purposeOf.get(id))));
  }
  return byPoint;
}

const NOTHING_MORE = { region: null, postalCode: null, deviceZone: null, segments: [], wishes: {} } as const;

/** All in one literal, so that what reads recipients meets one kind of object. */
function toRecipient(row: RecipientRow): Recipient {
  const [pointId, address, more] = [row[9], row[10], row[11] ?? NOTHING_MORE];
  return {
    contactId: row[1],
    subjectId: row[2],
    language: row[3],
    zone: row[4],
    country: row[5],
    region: more.region,
    postalCode: more.postalCode,
    deviceZone: more.deviceZone,
    phonePrefix: row[12],
    segments: more.segments,
    wishes: more.wishes,
    attributes: row[6],
    pausedUntil: row[7],
    erased: row[8],
    point: pointId === null || address === null ? null : { id: pointId, address },
  };
}
