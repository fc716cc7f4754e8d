import type { BrandId, Channel, ContactId, ContactPointId, EpochMs, MessageId } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';
import { consentStore, type Evidence } from '../consents/consent.store.js';
import { type PageBrand, preferenceStore } from '../preferences/preference.store.js';

/** How a brand confirms addresses of a channel. */
export interface DoubleOptInSetting {
  readonly channel: Channel;
  readonly enabled: boolean;
  /** No other yes to a restrictive purpose is taken on the channel. */
  readonly required: boolean;
  readonly validDays: number;
  /** Confirmation messages to one address in a rolling day. */
  readonly mailsPerDay: number;
  /** Key of the template of the message, which must be transactional. */
  readonly template: string;
  /** Key of the purpose under which the message is sent. */
  readonly purpose: string;
}

/** A request to confirm. */
export interface OptInRow {
  readonly id: string;
  readonly brandId: BrandId;
  readonly channel: Channel;
  readonly contactId: ContactId;
  readonly contactPointId: ContactPointId;
  readonly purposeId: string;
  readonly topicIds: readonly string[];
  /** Null for one that was made with a test key: it writes nothing into the history of a person. */
  readonly requestEventId: string | null;
  readonly createdContact: boolean;
  readonly test: boolean;
  readonly language: string | null;
  readonly template: string;
  readonly messagePurpose: string;
  readonly requestedAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly messageId: MessageId | null;
  readonly mailedAt: EpochMs | null;
  readonly confirmedAt: EpochMs | null;
  readonly deniedAt: EpochMs | null;
}

/** What of a request says whether it was refused since. */
export type Asked = Pick<OptInRow, 'contactPointId' | 'purposeId' | 'topicIds' | 'requestEventId' | 'requestedAt'>;

/** SQL on requests to confirm, and on how brands want them. */
export const doubleOptInStore = {
  async setting(tx: Tx, brandId: BrandId, channel: Channel): Promise<DoubleOptInSetting | null> {
    const rows = await tx.sql<DoubleOptInSetting>`
      SELECT channel, enabled, required, valid_days AS "validDays", mails_per_day AS "mailsPerDay", template, purpose
        FROM consent.double_opt_in_setting
       WHERE brand_id = ${brandId} AND channel = ${channel}`;
    return rows[0] ?? null;
  },

  async putSetting(tx: Tx, brandId: BrandId, setting: DoubleOptInSetting, at: EpochMs): Promise<void> {
    const { channel, enabled, required, validDays, mailsPerDay, template, purpose } = setting;
    await tx.execute`
      INSERT INTO consent.double_opt_in_setting (brand_id, channel, enabled, required, valid_days, mails_per_day, template, purpose, updated_at)
      VALUES (${brandId}, ${channel}, ${enabled}, ${required}, ${validDays}, ${mailsPerDay}, ${template}, ${purpose}, ${toIso(at)})
      ON CONFLICT (brand_id, channel) DO UPDATE
         SET enabled = EXCLUDED.enabled, required = EXCLUDED.required, valid_days = EXCLUDED.valid_days, mails_per_day = EXCLUDED.mails_per_day,
             template = EXCLUDED.template, purpose = EXCLUDED.purpose, updated_at = EXCLUDED.updated_at`;
  },

  /** Channels on which a brand takes confirmed consents alone. */
  async requiredOn(tx: Tx, brandId: BrandId): Promise<Channel[]> {
    const rows = await tx.sql<{ channel: Channel }>`
      SELECT channel FROM consent.double_opt_in_setting WHERE brand_id = ${brandId} AND enabled AND required`;
    return rows.map(({ channel }) => channel);
  },

  /** Whether a yes to this purpose must be a confirmed one on the channel. */
  async isRequired(tx: Tx, brandId: BrandId, channel: Channel, purposeId: string): Promise<boolean> {
    const rows = await tx.sql`
      SELECT 1
        FROM consent.double_opt_in_setting s
        JOIN consent.purpose p ON p.id = ${purposeId} AND p.enforcement = 'restrictive'
       WHERE s.brand_id = ${brandId} AND s.channel = ${channel} AND s.enabled AND s.required`;
    return rows.length > 0;
  },

  /** Puts requests for one address in order, before anything else is locked; held until the transaction ends. */
  async lockAddress(tx: Tx, brandId: BrandId, channel: Channel, addressHash: Buffer): Promise<void> {
    const name = `double opt-in ${brandId} ${channel} ${addressHash.toString('hex')}`;
    await tx.execute`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
  },

  /** When confirmations were asked for at an address since an instant, newest first; those of test keys by themselves. */
  async requestsSince(
    tx: Tx,
    brandId: BrandId,
    channel: Channel,
    addressHash: Buffer,
    since: EpochMs,
    test: boolean,
  ): Promise<EpochMs[]> {
    const rows = await tx.sql<{ at: EpochMs }>`
      SELECT o.requested_at AS at
        FROM consent.contact_point p
        JOIN consent.double_opt_in o ON o.contact_point_id = p.id
       WHERE p.brand_id = ${brandId} AND p.channel = ${channel} AND p.address_hash = ${addressHash}
         AND o.requested_at > ${toIso(since)} AND o.test = ${test}
       ORDER BY o.requested_at DESC`;
    return rows.map(({ at }) => at);
  },

  /** A person who is written to at this address: it is the first of theirs on the channel. */
  async contactAt(tx: Tx, brandId: BrandId, channel: Channel, addressHash: Buffer): Promise<string | null> {
    const rows = await tx.sql<{ externalId: string }>`
      SELECT c.external_id AS "externalId"
        FROM consent.contact_point p
        JOIN consent.contact c ON c.id = p.contact_id AND c.erased_at IS NULL AND c.merged_into IS NULL
       WHERE p.brand_id = ${brandId} AND p.channel = ${channel} AND p.address_hash = ${addressHash} AND p.ended_at IS NULL
         AND p.id = (SELECT first.id FROM consent.contact_point first
                      WHERE first.contact_id = c.id AND first.channel = p.channel AND first.ended_at IS NULL
                      ORDER BY first.created_at, first.id LIMIT 1)
       ORDER BY p.created_at, p.id
       LIMIT 1`;
    return rows[0]?.externalId ?? null;
  },

  /** Whether a person exists because of a request that is still open. */
  async isProvisional(tx: Tx, contactId: ContactId): Promise<boolean> {
    const rows = await tx.sql`
      SELECT 1 FROM consent.double_opt_in WHERE contact_id = ${contactId} AND created_contact AND confirmed_at IS NULL`;
    return rows.length > 0;
  },

  async insert(tx: Tx, row: OptInRow, tokenHash: Buffer): Promise<void> {
    await tx.execute`
      INSERT INTO consent.double_opt_in (id, brand_id, channel, contact_id, contact_point_id, purpose_id, topic_ids, request_event_id,
                                         token_hash, created_contact, test, language, template, message_purpose, requested_at, expires_at)
      VALUES (${row.id}, ${row.brandId}, ${row.channel}, ${row.contactId}, ${row.contactPointId}, ${row.purposeId},
              ${[...row.topicIds]}::uuid[], ${row.requestEventId}, ${tokenHash}, ${row.createdContact}, ${row.test}, ${row.language},
              ${row.template}, ${row.messagePurpose}, ${toIso(row.requestedAt)}, ${toIso(row.expiresAt)})`;
  },

  async find(tx: Tx, id: string): Promise<OptInRow | null> {
    return this.read(tx, id, null);
  },

  /** The request whose token this is, unless it is over: one statement, whatever it finds. */
  async findOpen(tx: Tx, tokenHash: Buffer, asOf: EpochMs | null): Promise<OptInRow | null> {
    return this.read(tx, null, tokenHash, asOf);
  },

  async read(
    tx: Tx,
    id: string | null,
    tokenHash: Buffer | null,
    asOf: EpochMs | null = null,
  ): Promise<OptInRow | null> {
    const rows = await tx.sql<OptInRow>`
      SELECT id, brand_id AS "brandId", channel, contact_id AS "contactId", contact_point_id AS "contactPointId",
             purpose_id AS "purposeId", topic_ids AS "topicIds", request_event_id AS "requestEventId",
             created_contact AS "createdContact", test, language, template, message_purpose AS "messagePurpose",
             requested_at AS "requestedAt", expires_at AS "expiresAt", message_id AS "messageId", mailed_at AS "mailedAt",
             confirmed_at AS "confirmedAt", denied_at AS "deniedAt"
        FROM consent.double_opt_in
       WHERE id = coalesce(${id}::uuid, (SELECT o.id FROM consent.double_opt_in o
                                          WHERE o.token_hash = ${tokenHash}::bytea
                                            AND o.expires_at > coalesce(${asOf === null ? null : toIso(asOf)}::timestamptz, clock_timestamp())))`;
    return rows[0] ?? null;
  },

  /** Requests whose message was not accepted yet, oldest first: a crash came between. */
  async unmailed(tx: Tx, before: EpochMs, limit: number): Promise<string[]> {
    const rows = await tx.sql<{ id: string }>`
      SELECT id FROM consent.double_opt_in
       WHERE mailed_at IS NULL AND requested_at < ${toIso(before)} AND expires_at > ${toIso(before)}
       ORDER BY requested_at LIMIT ${limit}::int`;
    return rows.map(({ id }) => id);
  },

  /** Requests that are over, settled or not, in the order of their ids. */
  async over(tx: Tx, now: EpochMs, after: string | null, limit: number): Promise<string[]> {
    const rows = await tx.sql<{ id: string }>`
      SELECT id FROM consent.double_opt_in
       WHERE expires_at <= ${toIso(now)} AND (${after}::uuid IS NULL OR id > ${after}::uuid) ORDER BY id LIMIT ${limit}::int`;
    return rows.map(({ id }) => id);
  },

  async mailed(tx: Tx, id: string, messageId: MessageId | null, at: EpochMs): Promise<void> {
    await tx.execute`
      UPDATE consent.double_opt_in SET message_id = ${messageId}, mailed_at = ${toIso(at)} WHERE id = ${id} AND mailed_at IS NULL`;
  },

  /** A confirmation can still be denied, a denial is the last word. */
  async settle(tx: Tx, id: string, how: 'confirmed' | 'denied', at: EpochMs): Promise<void> {
    await tx.execute`
      UPDATE consent.double_opt_in
         SET confirmed_at = ${how === 'confirmed' ? toIso(at) : null}, denied_at = ${how === 'denied' ? toIso(at) : null}
       WHERE id = ${id} AND denied_at IS NULL AND (confirmed_at IS NULL OR ${how === 'denied'}::boolean)`;
  },

  /**
   * Whether a request is over before it was answered: anything of it was refused at the address since, by whoever has it,
   * or everything commercial there, and the contact has not said yes to it again; or it was invalidated, or the address
   * is the contact's no more.
   */
  async isStopped(
    tx: Tx,
    { contactPointId, purposeId, topicIds, requestEventId, requestedAt }: Asked,
  ): Promise<boolean> {
    const rows = await tx.sql`
      WITH r AS (SELECT coalesce((SELECT occurred_at FROM consent.consent_event WHERE id = ${requestEventId}),
                                 ${toIso(requestedAt)}) AS occurred_at)
      SELECT 1
        FROM r
        JOIN consent.contact_point p ON p.id = ${contactPointId}
        JOIN consent.contact_point q ON q.brand_id = p.brand_id AND q.channel = p.channel AND q.address_hash = p.address_hash
        JOIN consent.consent_event e ON e.contact_point_id = q.id AND e.occurred_at >= r.occurred_at
       WHERE (e.kind IN ('refused', 'withdrawn', 'revoked', 'objected')
              OR (e.kind = 'invalidated' AND e.retracts IS NULL AND q.id = p.id))
         AND coalesce(e.topic_id, e.purpose_id) = ANY (${[purposeId, ...topicIds]}::uuid[])
         AND NOT EXISTS (SELECT FROM consent.consent_event b WHERE b.contact_point_id = q.id AND b.retracts = e.id)
         AND NOT EXISTS (SELECT FROM consent.consent_event y
                          WHERE y.contact_point_id = p.id AND y.purpose_id = e.purpose_id
                            AND y.topic_id IS NOT DISTINCT FROM e.topic_id
                            AND y.kind IN ('granted', 'confirmed') AND y.occurred_at > e.occurred_at)
      UNION ALL
      SELECT 1 FROM r JOIN consent.contact_point p ON p.id = ${contactPointId}
       WHERE p.ended_at IS NOT NULL OR p.reassigned_at >= r.occurred_at
      UNION ALL
      SELECT 1
        FROM r
        JOIN consent.contact_point p ON p.id = ${contactPointId}
        JOIN consent.suppression s ON s.brand_id = p.brand_id AND s.channel = p.channel AND s.address_hash = p.address_hash
        JOIN consent.suppression_fact f
          ON f.brand_id = s.brand_id AND f.channel = s.channel AND f.address_hash = s.address_hash AND f.kind = s.reason
       WHERE s.reason IN ('objection', 'complaint') AND f.occurred_at >= r.occurred_at
       LIMIT 1`;
    return rows.length > 0;
  },

  /** Contact points in use with the address of this one, whosever they are, and itself. */
  async pointsAtAddress(tx: Tx, contactPointId: ContactPointId): Promise<ContactPointId[]> {
    const rows = await tx.sql<{ id: ContactPointId }>`
      SELECT q.id
        FROM consent.contact_point p
        JOIN consent.contact_point q ON q.brand_id = p.brand_id AND q.channel = p.channel AND q.address_hash = p.address_hash
       WHERE p.id = ${contactPointId} AND (q.id = p.id OR q.ended_at IS NULL)`;
    return rows.map(({ id }) => id);
  },

  /** The events by which a request was confirmed, of all that it asked for, by the link of its message. */
  async confirmedBy(tx: Tx, { contactPointId, requestEventId, messageId }: OptInRow): Promise<Set<string>> {
    const requests = requestEventId === null ? [] : [...(await consentStore.requestsWith(tx, requestEventId)).values()];
    const rows = await tx.sql<{ id: string }>`
      SELECT id FROM consent.consent_event
       WHERE contact_point_id = ${contactPointId} AND request_id = ANY (${requests}::uuid[]) AND kind = 'confirmed'
         AND message_id IS NOT DISTINCT FROM ${messageId}::uuid`;
    return new Set(rows.map(({ id }) => id));
  },

  /** Has requests of a contact that turned out to be another answered for that one, who exists without them. */
  async follow(tx: Tx, from: ContactId, into: ContactId): Promise<void> {
    await tx.execute`
      UPDATE consent.double_opt_in o
         SET contact_id = ${into}, created_contact = false,
             contact_point_id = coalesce((SELECT own.id
                                            FROM consent.contact_point p
                                            JOIN consent.contact_point own USING (brand_id, channel, address_hash)
                                           WHERE p.id = o.contact_point_id AND own.contact_id = ${into} AND own.ended_at IS NULL
                                           LIMIT 1), o.contact_point_id)
       WHERE o.contact_id IN (${from}, ${into})`;
  },

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.execute`DELETE FROM consent.double_opt_in WHERE id = ${id}`;
  },

  /** What was shown when it was asked for: the confirmation rests on the same. */
  async shown(tx: Tx, eventId: string): Promise<Pick<Evidence, 'notice' | 'served' | 'wording' | 'jurisdiction'>> {
    const rows = await tx.sql<{
      notice: string | null;
      hash: Buffer | null;
      text: string | null;
      served: string | null;
      wording: string | null;
      jurisdiction: string | null;
    }>`
      SELECT e.notice_id AS notice, n.hash, n.wording AS text, e.served_id AS served, e.wording, e.jurisdiction
        FROM consent.consent_event e
        LEFT JOIN consent.notice n ON n.id = e.notice_id
       WHERE e.id = ${eventId}`;
    const [row] = rows;
    if (row === undefined) throw new Error('a request to confirm has lost its event');
    const { notice, hash, text, served, wording, jurisdiction } = row;
    const shown = notice === null || hash === null || text === null ? null : { id: notice, hash, wording: text };
    return { notice: shown, served, wording, jurisdiction };
  },

  /** The names that a page shows. */
  async names(
    tx: Tx,
    { brandId, purposeId, topicIds }: OptInRow,
  ): Promise<{ brand: PageBrand; labels: readonly Readonly<Record<string, string>>[] }> {
    const brand = await preferenceStore.brand(tx, brandId);
    const topics = await tx.sql<{ labels: Record<string, string> }>`
      SELECT labels FROM consent.topic WHERE id = ANY (${[...topicIds]}::uuid[]) ORDER BY key`;
    const purpose = await tx.sql<{ labels: Record<string, string> }>`
      SELECT labels FROM consent.purpose WHERE id = ${purposeId}`;
    return { brand, labels: (topics.length > 0 ? topics : purpose).map(({ labels }) => labels) };
  },
};
