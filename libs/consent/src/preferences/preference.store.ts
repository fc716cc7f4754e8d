import type { BrandId, Channel, ContactId, ContactPointId, EntryId, EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import type { ConsentState } from '../consents/domain/consent-fold.js';
import type { SaidWord, Scope } from '../consents/domain/plan-changes.js';
import type { PageSettings } from '../brands/domain/page-settings.js';
import { type Choice, type Choices, type FiledChoices, readChange } from '../contacts/domain/choices.js';
import { isPartly } from './domain/plan-undo.js';
import type { Labels, PointFacts, PurposeFacts, TopicFacts } from './domain/preference-facts.js';

export interface PageBrand {
  readonly name: string;
  readonly legalName: string;
  readonly postalAddress: string;
  readonly defaultLanguage: string;
  readonly defaultZone: string;
  readonly page: PageSettings;
}

/** One POST on the page, as it was kept. */
export interface PreferenceChange {
  readonly id: string;
  readonly act: string;
  readonly at: EpochMs;
  readonly turnedOn: readonly string[];
  readonly turnedOff: readonly string[];
  readonly fieldsBefore: Partial<Choices>;
  readonly fieldsAfter: Partial<Choices>;
  readonly inFlight: number;
  readonly undone: boolean;
  /** Of an undo: the change that it takes back. */
  readonly undoOf: string | null;
  /** Of an undo: whether some of what the change that it takes back had turned off, or set, stays so. */
  readonly isPart: boolean;
  /** Whether it said no to anything: after an undo that did there is a no, whatever had been there before. */
  readonly saidNo: boolean;
  readonly contactPointId: ContactPointId;
  /** SHA-256 of the secret by which a link that may only reduce takes it back; null where there is none. */
  readonly undoHash: Buffer | null;
}

/** Something the person agreed to or took back, with the words they saw. */
export interface AgreementEvent {
  readonly id: string;
  readonly contactPointId: ContactPointId;
  readonly channel: Channel;
  readonly purposeId: string;
  readonly topicId: string | null;
  readonly kind: string;
  readonly method: string;
  readonly occurredAt: EpochMs;
  readonly wording: string | null;
  readonly notice: string | null;
  readonly noticeVersion: number | null;
  readonly noticeLanguage: string | null;
}

/** A request to be erased that was not carried out; `refused` says why, in words for the person. */
export interface AskedErasure {
  readonly at: EpochMs;
  readonly refused: { readonly explanation: string; readonly language: string } | null;
}

interface FiledFields {
  readonly fieldsBefore: FiledChoices;
  readonly fieldsAfter: FiledChoices;
}
type FiledChange = Omit<PreferenceChange, keyof FiledFields | 'isPart'> & FiledFields;
type Undone = FiledFields & Pick<PreferenceChange, 'turnedOff'>;

function fieldsOf({ fieldsBefore, fieldsAfter }: FiledFields): Pick<PreferenceChange, keyof FiledFields> {
  const { before, after } = readChange(fieldsBefore, fieldsAfter);
  return { fieldsBefore: before, fieldsAfter: after };
}

/** SQL on what the preference page shows and keeps. */
export const preferenceStore = {
  async brand(tx: Tx, id: BrandId): Promise<PageBrand> {
    const rows = await tx.sql<PageBrand>`
      SELECT name, legal_name AS "legalName", postal_address AS "postalAddress", default_language AS "defaultLanguage",
             default_zone AS "defaultZone", page
        FROM consent.brand WHERE id = ${id}`;
    const [brand] = rows;
    if (brand === undefined) throw new Error('a contact has no brand');
    return brand;
  },

  async purposes(tx: Tx, brandId: BrandId): Promise<PurposeFacts[]> {
    const purposes = await tx.sql<Omit<PurposeFacts, 'topics'>>`
      SELECT id, key, labels, enforcement, legal_basis AS "legalBasis"
        FROM consent.purpose WHERE brand_id = ${brandId} ORDER BY created_at, key`;
    const topics = await tx.sql<TopicFacts & { purposeId: string; labels: Labels }>`
      SELECT id, purpose_id AS "purposeId", key, labels, descriptions
        FROM consent.topic WHERE brand_id = ${brandId} ORDER BY created_at, key`;
    return purposes.map((purpose) => ({
      ...purpose,
      topics: topics.filter(({ purposeId }) => purposeId === purpose.id).map(({ purposeId: _, ...topic }) => topic),
    }));
  },

  /** Contact points in use, and the one named even when it is not. */
  async points(tx: Tx, contactId: ContactId, also: ContactPointId): Promise<Omit<PointFacts, 'suppressed'>[]> {
    return tx.sql<Omit<PointFacts, 'suppressed'>>`
      SELECT id, channel, address, ended_at IS NULL AS "inUse"
        FROM consent.contact_point
       WHERE (contact_id = ${contactId} AND ended_at IS NULL) OR id = ${also}
       ORDER BY in_use_since, id`;
  },

  /** The newest first. */
  async agreements(tx: Tx, pointIds: readonly ContactPointId[], limit: number, from = 0): Promise<AgreementEvent[]> {
    return tx.sql<AgreementEvent>`
      SELECT e.id, e.contact_point_id AS "contactPointId", p.channel, e.purpose_id AS "purposeId", e.topic_id AS "topicId", e.kind,
             e.method, e.occurred_at AS "occurredAt", e.wording, n.wording AS notice, n.version AS "noticeVersion",
             n.language AS "noticeLanguage"
        FROM consent.consent_event e
        JOIN consent.contact_point p ON p.id = e.contact_point_id
        LEFT JOIN consent.notice n ON n.id = e.notice_id
       WHERE e.contact_point_id = ANY (${[...pointIds]}::uuid[])
       ORDER BY e.occurred_at DESC, e.id DESC
       LIMIT ${limit} OFFSET ${from}`;
  },

  async countAgreements(tx: Tx, pointIds: readonly ContactPointId[]): Promise<number> {
    const rows = await tx.sql<{ n: number }>`
      SELECT count(*) AS n FROM consent.consent_event WHERE contact_point_id = ANY (${[...pointIds]}::uuid[])`;
    return rows[0]?.n ?? 0;
  },

  /** Where the consents of contact points stand from their own events. */
  async ownStates(
    tx: Tx,
    pointIds: readonly ContactPointId[],
  ): Promise<Map<ContactPointId, Map<string, ConsentState>>> {
    const rows = await tx.sql<ConsentState & { pointId: ContactPointId; scopeId: string }>`
      SELECT contact_point_id AS "pointId", scope_id AS "scopeId", status, since, valid_until AS "validUntil",
             event_id AS "eventId", imported
        FROM consent.consent_state
       WHERE contact_point_id = ANY (${[...pointIds]}::uuid[])`;
    const states = new Map<ContactPointId, Map<string, ConsentState>>();
    for (const { pointId, scopeId, ...state } of rows)
      states.set(pointId, (states.get(pointId) ?? new Map<string, ConsentState>()).set(scopeId, state));
    return states;
  },

  /** What a change said that may be taken back: every no that it recorded, and every yes. */
  async saidBy(tx: Tx, changeId: string): Promise<{ noes: SaidWord[]; yeses: SaidWord[] }> {
    const rows = await tx.sql<Omit<SaidWord, 'scope'> & Scope & { isNo: boolean }>`
      SELECT e.id, p.id AS "pointId", p.channel, e.purpose_id AS "purposeId", e.topic_id AS "topicId",
             e.kind <> 'granted' AS "isNo"
        FROM consent.preference_change c
       CROSS JOIN LATERAL unnest(c.said) WITH ORDINALITY AS s (id, n)
        JOIN consent.consent_event e ON e.id = s.id
        JOIN consent.contact_point p ON p.id = e.contact_point_id
       WHERE c.id = ${changeId} AND e.kind IN ('granted', 'refused', 'withdrawn', 'revoked', 'objected')
       ORDER BY s.n`;
    const words = (ofNo: boolean): SaidWord[] =>
      rows
        .filter(({ isNo }) => isNo === ofNo)
        .map(({ purposeId, topicId, isNo: _, ...word }) => ({ ...word, scope: { purposeId, topicId } }));
    return { noes: words(true), yeses: words(false) };
  },

  /** Ids of the consent events that a change recorded, with those of what it went on from. */
  async saidIds(tx: Tx, changeId: string): Promise<readonly string[]> {
    const rows = await tx.sql<{ id: string }>`
      SELECT unnest(said) AS id FROM consent.preference_change WHERE id = ${changeId}`;
    return rows.map(({ id }) => id);
  },

  async keep(
    tx: Tx,
    change: Omit<PreferenceChange, 'undone' | 'isPart' | 'saidNo'> & {
      readonly brandId: BrandId;
      readonly contactId: ContactId;
      readonly entryId: EntryId | null;
      /** The consent events that it recorded. */
      readonly said: readonly string[];
    },
  ): Promise<void> {
    await tx.execute`
      INSERT INTO consent.preference_change (id, brand_id, contact_id, contact_point_id, act, at, turned_on, turned_off,
                                             fields_before, fields_after, in_flight, undo_of, entry_id, undo_hash, said)
      VALUES (${change.id}, ${change.brandId}, ${change.contactId}, ${change.contactPointId}, ${change.act}, ${toIso(change.at)},
              ${JSON.stringify(change.turnedOn)}, ${JSON.stringify(change.turnedOff)}, ${JSON.stringify(change.fieldsBefore)},
              ${JSON.stringify(change.fieldsAfter)}, ${change.inFlight}, ${change.undoOf}, ${change.entryId},
              ${change.undoHash}, ${[...change.said]}::uuid[])`;
  },

  async change(tx: Tx, contactId: ContactId, id: string): Promise<PreferenceChange | null> {
    const rows = await tx.sql<FiledChange & { readonly undoes: Undone | null }>`
      SELECT c.id, c.act, c.at, c.turned_on AS "turnedOn", c.turned_off AS "turnedOff", c.fields_before AS "fieldsBefore",
             c.fields_after AS "fieldsAfter", c.in_flight AS "inFlight", c.contact_point_id AS "contactPointId", c.undo_hash AS "undoHash", c.undo_of AS "undoOf",
             EXISTS (SELECT 1 FROM consent.preference_change u WHERE u.undo_of = c.id)
               OR (c.act = 'stop_all' AND c.said <> '{}' AND EXISTS (
                     SELECT 1 FROM consent.preference_change u JOIN consent.preference_change d ON d.id = u.undo_of
                      WHERE u.contact_id = c.contact_id AND d.act = 'stop_all' AND d.said @> c.said)) AS undone,
             EXISTS (SELECT FROM consent.consent_event e
                      WHERE e.id = ANY (c.said) AND e.kind IN ('refused', 'withdrawn', 'revoked', 'objected')) AS "saidNo",
             CASE WHEN o.id IS NOT NULL
                  THEN jsonb_build_object('turnedOff', o.turned_off, 'fieldsBefore', o.fields_before, 'fieldsAfter', o.fields_after)
             END AS undoes
        FROM consent.preference_change c
        LEFT JOIN consent.preference_change o ON o.id = c.undo_of
       WHERE c.contact_id = ${contactId} AND c.id = ${id}`;
    const [row] = rows;
    if (row === undefined) return null;
    const { undoes, ...filed } = row;
    const change = { ...filed, ...fieldsOf(filed) };
    return { ...change, isPart: undoes !== null && isPartly(change, { ...undoes, ...fieldsOf(undoes) }) };
  },

  /** The last change that a secret with this hash takes back, where the person has changed nothing else since. */
  async changeOf(tx: Tx, contactId: ContactId, undoHash: Buffer): Promise<PreferenceChange | null> {
    const rows = await tx.sql<{ id: string }>`
      SELECT c.id FROM consent.preference_change c
       WHERE c.contact_id = ${contactId} AND c.undo_hash = ${undoHash}
         AND NOT EXISTS (SELECT FROM consent.preference_change d WHERE d.contact_id = c.contact_id AND d.at > c.at)
       ORDER BY c.at DESC LIMIT 1`;
    const [row] = rows;
    return row === undefined ? null : this.change(tx, contactId, row.id);
  },

  /** The last change that the person has made on the page, by whatever link. */
  async lastChange(tx: Tx, contactId: ContactId): Promise<PreferenceChange | null> {
    const rows = await tx.sql<{ id: string }>`
      SELECT id FROM consent.preference_change WHERE contact_id = ${contactId} ORDER BY at DESC LIMIT 1`;
    const [row] = rows;
    return row === undefined ? null : this.change(tx, contactId, row.id);
  },

  /** The choices that the person has made on the page after an instant. */
  async choicesMadeSince(tx: Tx, contactId: ContactId, at: EpochMs): Promise<ReadonlySet<Choice>> {
    const rows = await tx.sql<FiledFields>`
      SELECT fields_before AS "fieldsBefore", fields_after AS "fieldsAfter" FROM consent.preference_change
       WHERE contact_id = ${contactId} AND at > ${toIso(at)} AND fields_after <> '{}'`;
    return new Set(rows.flatMap((row) => Object.keys(fieldsOf(row).fieldsAfter) as Choice[]));
  },

  /** How the person, or whoever turned out to be them, asked here last to be erased, and why that was not done; null when they did not. */
  async erasureAsked(tx: Tx, contactId: ContactId): Promise<AskedErasure | null> {
    const rows = await tx.sql<AskedErasure>`
      SELECT c.at, CASE WHEN r.change_id IS NOT NULL
                        THEN jsonb_build_object('explanation', r.explanation, 'language', r.language) END AS refused
        FROM consent.preference_change c
        LEFT JOIN consent.erasure_refusal r ON r.change_id = c.id
       WHERE c.contact_id IN (SELECT id FROM consent.contact WHERE id = ${contactId} OR merged_into = ${contactId})
         AND c.act = 'erase'
       ORDER BY c.at DESC LIMIT 1`;
    return rows[0] ?? null;
  },

  /** Ids of the links that the page mailed, uses issued_link_point_idx. */
  async linksMailed(tx: Tx, contactPointId: ContactPointId, since: EpochMs): Promise<string[]> {
    const rows = await tx.sql<{ id: string }>`
      SELECT id FROM consent.issued_link
       WHERE contact_point_id = ${contactPointId} AND via = 'page' AND at >= ${toIso(since)}`;
    return rows.map(({ id }) => id);
  },

  async issueLink(
    tx: Tx,
    link: { id: string; contactPointId: ContactPointId; via: 'api' | 'page'; at: EpochMs; expiresAt: EpochMs },
  ): Promise<void> {
    await tx.execute`
      INSERT INTO consent.issued_link (id, contact_point_id, via, at, expires_at)
      VALUES (${link.id}, ${link.contactPointId}, ${link.via}, ${toIso(link.at)}, ${toIso(link.expiresAt)})`;
  },
};
