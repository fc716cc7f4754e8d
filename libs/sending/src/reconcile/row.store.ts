import type { JsonValue } from '#lib/ledger';
import type { Tx } from '#lib/platform';
import type { ConsentEventRow, MessageRow } from './domain/compare-rows.js';
import type { Difference } from './domain/difference.js';
import type { KeyRow } from './domain/keys-told.js';
import type { NameShadow, OwnerShadow } from './domain/entry-rows.js';

type Values = Readonly<Record<string, JsonValue>>;

/** Something that was set up, with what its entries tell of it, by their names for it. */
export interface SetUpRow {
  readonly id: string;
  readonly table: string;
  readonly told: Values;
}

/** SQL that reads the rows that entries are about, as the comparison looks at them. */
export const rowStore = {
  async events(tx: Tx, entryIds: readonly string[]): Promise<ConsentEventRow[]> {
    if (entryIds.length === 0) return [];
    return tx.sql<ConsentEventRow>`
      SELECT e.entry_id AS "entryId", e.id, e.brand_id AS "brandId", p.channel, e.legal_basis AS "legalBasis",
             e.notice_id AS "noticeId", encode(n.hash, 'hex') AS "noticeHash", e.wording, e.method, e.source, e.actor,
             e.effective, e.served_id AS "servedId", e.request_id AS "requestId", e.jurisdiction,
             e.message_id AS "messageId", e.evidence, e.recorded_at AS "recordedAt"
        FROM consent.consent_event e
        JOIN consent.contact_point p ON p.id = e.contact_point_id
        LEFT JOIN consent.notice n ON n.id = e.notice_id
       WHERE e.entry_id = ANY (${[...entryIds]}::uuid[])`;
  },

  async messages(tx: Tx, ids: readonly string[]): Promise<MessageRow[]> {
    if (ids.length === 0) return [];
    return tx.sql<MessageRow>`
      SELECT id, brand_id AS "brandId", contact_id AS "contactId", contact_point_id AS "contactPointId", channel, class, test,
             purpose_id AS "purposeId", topic_id AS "topicId", campaign_id AS "campaignId", step, variant
        FROM sending.message
       WHERE id = ANY (${[...ids]}::uuid[])`;
  },

  /** Contacts and messages whose entries stand in another chain than the one their row names, and contacts without a row. */
  async otherChains(tx: Tx, owners: readonly OwnerShadow[]): Promise<Difference[]> {
    if (owners.length === 0) return [];
    const of = (table: OwnerShadow['table']) => {
      const each = new Map(owners.flatMap((one) => (one.table === table ? [[`${one.id} ${one.subjectId}`, one]] : [])));
      return { ids: [...each.values()].map(({ id }) => id), subjects: [...each.values()].map((one) => one.subjectId) };
    };
    const [contacts, messages] = [of('consent.contact'), of('sending.message')];
    return tx.sql<Difference>`
      SELECT 'consent.contact' AS "table", w.id::text AS row, 'has entries in another chain than its own' AS problem
        FROM unnest(${contacts.ids}::uuid[], ${contacts.subjects}::uuid[]) AS w (id, subject_id)
        LEFT JOIN consent.contact c ON c.id = w.id WHERE c.subject_id IS DISTINCT FROM w.subject_id
      UNION ALL
      SELECT 'sending.message', w.id::text, 'has entries in another chain than its own'
        FROM unnest(${messages.ids}::uuid[], ${messages.subjects}::uuid[]) AS w (id, subject_id)
        JOIN sending.message m ON m.id = w.id WHERE m.subject_id <> w.subject_id`;
  },

  /** Contacts that have another name than an entry says, or are of another brand: what is asked for by a name is somebody else’s. */
  async otherNames(tx: Tx, told: readonly NameShadow[]): Promise<Difference[]> {
    if (told.length === 0) return [];
    return tx.sql<Difference>`
      SELECT DISTINCT 'consent.contact' AS "table", w.id::text AS row,
             'says otherwise than its entry: '
               || concat_ws(', ', CASE WHEN c.external_id <> k.name THEN 'external_id' END,
                            CASE WHEN c.brand_id <> w.brand_id THEN 'brand_id' END) AS problem
        FROM unnest(${told.map(({ id }) => id)}::uuid[], ${told.map(({ externalId }) => externalId)}::text[],
                    ${told.map(({ brandId }) => brandId)}::uuid[]) AS w (id, name, brand_id)
        JOIN consent.contact c ON c.id = w.id
       CROSS JOIN LATERAL (SELECT CASE WHEN c.erased_at IS NULL THEN w.name ELSE 'erased ' || c.id END) AS k (name)
       WHERE c.external_id <> k.name OR c.brand_id <> w.brand_id`;
  },

  /** Everything that somebody set up and decisions read, and where messages and events are sent: few rows. */
  async setUp(tx: Tx): Promise<SetUpRow[]> {
    return tx.sql<SetUpRow>`
      SELECT id::text, 'consent.purpose' AS "table",
             jsonb_build_object('brand', brand_id, 'key', key, 'enforcement', enforcement, 'legalBasis', legal_basis, 'labels', labels,
                                'keepEvidence', keep_evidence) AS told
        FROM consent.purpose WHERE id <> brand_id
      UNION ALL
      SELECT t.id::text, 'consent.topic',
             jsonb_build_object('brand', t.brand_id, 'key', t.key, 'purpose', p.key, 'labels', t.labels, 'descriptions', t.descriptions)
        FROM consent.topic t LEFT JOIN consent.purpose p ON p.id = t.purpose_id
      UNION ALL
      SELECT id::text, 'consent.notice',
             jsonb_build_object('brand', brand_id, 'key', key, 'version', version, 'language', language, 'wording', wording,
                                'hash', encode(hash, 'hex'))
        FROM consent.notice
      UNION ALL
      SELECT id::text, 'sending.policy',
             body || jsonb_build_object('brand', brand_id, 'key', key, 'version', version, 'hash', encode(hash, 'hex'))
        FROM sending.policy
      UNION ALL
      SELECT id::text, 'sending.provider',
             jsonb_build_object('brand', brand_id, 'key', key, 'channel', channel, 'kind', kind, 'settings', settings,
                                'enabled', enabled, 'priority', priority, 'atLeastOnce', at_least_once,
                                'sendingDomains', sending_domains, 'hasSecret', secret IS NOT NULL)
        FROM sending.provider
      UNION ALL
      SELECT id::text, 'sending.event_endpoint',
             jsonb_build_object('brand', brand_id, 'key', key, 'url', url, 'description', description, 'types', types)
        FROM sending.event_endpoint`;
  },

  /** Every API key, without its secret. */
  async keys(tx: Tx): Promise<KeyRow[]> {
    return tx.sql<KeyRow>`
      SELECT id, brand_id AS "brandId", public_id AS "publicId", name, scopes, test, expires_at AS "expiresAt",
             revoked_at AS "revokedAt", replaces_id AS "replacesId", created_at AS "createdAt",
             binding IS NOT NULL AS "isBound"
        FROM consent.api_key`;
  },

  /** Brands without the purpose that stands for everything: a no to everything would not be recorded there. */
  async brandsWithoutEverything(tx: Tx): Promise<string[]> {
    const rows = await tx.sql<{ id: string }>`
      SELECT id FROM consent.brand b WHERE NOT EXISTS (SELECT FROM consent.purpose p WHERE p.id = b.id)`;
    return rows.map(({ id }) => id);
  },

  /** Contact points after one by its id that have an address, and whose it says to be. */
  async addresses(
    tx: Tx,
    after: string,
    limit: number,
  ): Promise<{ id: string; brandId: string; channel: string; address: string; addressHash: Buffer }[]> {
    return tx.sql`
      SELECT id, brand_id AS "brandId", channel, address, address_hash AS "addressHash"
        FROM consent.contact_point
       WHERE id > ${after}::uuid AND address <> ''
       ORDER BY id LIMIT ${limit}::int`;
  },
};
