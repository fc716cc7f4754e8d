import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import {
  ConsentService,
  ContactService,
  DoubleOptInService,
  LinkService,
  makeConfirmToken,
  makeManageToken,
  makeOptOutToken,
  type PageSettings,
  SuppressionService,
  type Wishes,
} from '#lib/consent';
import type { BrandId, Channel, ContactPointId, EntryId, EpochMs, MessageId } from '#lib/kernel';
import { type JsonValue, LedgerService } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing, readConfig, toIso } from '#lib/platform';
import { ASKED_ABOUT } from '#lib/sending';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { createApp } from '../create-app.js';

export const MASTER_KEY = 'Vq0mB6iT8x1rJ4eZ7yKc2wNf5sHu9aDgLpQoXtRvYbE=';
const DE_EN = (de: string, en: string) => ({ de, en });

/** A person of the world, with one contact point per channel. */
export interface SomePerson {
  readonly externalId: string;
  readonly points: Readonly<Partial<Record<Channel, ContactPointId>>>;
}

/** The center on a real database, with one brand that has purposes, topics and a notice, and people as a spec needs them. */
export class CenterWorld {
  readonly brandId = randomUUID() as BrandId;
  readonly purposes = { commercial: randomUUID(), orders: randomUUID() };
  readonly topics = { newsletter: randomUUID(), events: randomUUID(), products: randomUUID() };
  private people = 0;
  private readonly admin: pg.Pool;

  private constructor(
    readonly database: TestDatabase,
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly journal: string,
  ) {
    this.admin = new pg.Pool({ connectionString: database.urls.admin, max: 2, application_name: 'spec' });
    this.admin.on('error', () => undefined);
  }

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<CenterWorld> {
    const database = await createTestDatabase();
    const journal = await mkdtemp(path.join(os.tmpdir(), 'gateway-center-'));
    const app = await createApp(
      readConfig({
        NODE_ENV: 'test',
        DATABASE_URL: database.urls.app,
        MASTER_KEY,
        CENTER_URL: 'http://127.0.0.1',
        CENTER_JOURNAL_DIR: journal,
        LOG_LEVEL: 'silent',
        ...settings,
      }),
    );
    await app.listen(0, '127.0.0.1');
    const world = new CenterWorld(database, app, await app.getUrl(), journal);
    await world.setUp();
    return world;
  }

  /** Another brand of the same center. It ends with the first. */
  async another(key: string): Promise<CenterWorld> {
    const world = new CenterWorld(this.database, this.app, this.url, this.journal);
    await world.admin.end();
    await world.setUp(key);
    return world;
  }

  async end(): Promise<void> {
    await Promise.all([this.app.close(), this.admin.end()]);
    await Promise.all([this.database.drop(), rm(this.journal, { recursive: true, force: true })]);
  }

  get db(): Database {
    return this.app.get(Database);
  }

  /** Somebody with an e-mail address, a telephone, and a yes to these topics by e-mail. */
  async person(topics: readonly string[] = ['newsletter', 'events'], more: object = {}): Promise<SomePerson> {
    const n = (this.people += 1);
    const externalId = `person-${n}`;
    const contactPoints = [
      { channel: 'email' as const, address: `ada${n}@example.org` },
      { channel: 'sms' as const, address: `+49301234${String(n).padStart(4, '0')}` },
    ];
    const input = { language: 'de', zone: 'Europe/Berlin', contactPoints, ...more };
    const { contact } = await this.app.get(ContactService).put(this.brandId, externalId, input, 'spec');
    if (topics.length > 0) await this.consent(externalId, 'granted', topics);
    const points = Object.fromEntries(contact.contactPoints.map(({ channel, id }) => [channel, id]));
    return { externalId, points };
  }

  /** Somebody else with the same e-mail address. */
  async double(of: SomePerson, topics: readonly string[]): Promise<SomePerson> {
    const externalId = `person-${(this.people += 1)}`;
    const contactPoints = [{ channel: 'email' as const, address: await this.addressOf(of) }];
    const input = { language: 'de', zone: 'Europe/Berlin', contactPoints };
    const { contact } = await this.app.get(ContactService).put(this.brandId, externalId, input, 'spec');
    if (topics.length > 0) await this.consent(externalId, 'granted', topics);
    const points = Object.fromEntries(contact.contactPoints.map(({ channel, id }) => [channel, id]));
    return { externalId, points };
  }

  async consent(
    externalId: string,
    kind: 'granted' | 'withdrawn',
    topics: readonly string[],
    channel: Channel = 'email',
  ) {
    return this.app.get(ConsentService).record(
      this.brandId,
      externalId,
      {
        channel,
        purpose: 'commercial',
        topics,
        kind,
        legalBasis: 'consent',
        notice: { key: 'form', version: 1, language: 'de' },
        wording: 'Ja, ich möchte Post.',
        method: 'web_form',
        source: 'https://www.nordlicht.example/newsletter',
        evidence: {},
      },
      'spec',
    );
  }

  /** A yes by e-mail to the newsletter, under a version of a notice. */
  async agree(
    { externalId }: SomePerson,
    notice: { key: string; version: number },
    language = 'de',
    wording = 'Ja, ich möchte Post.',
  ): Promise<void> {
    await this.app.get(ConsentService).record(
      this.brandId,
      externalId,
      {
        ...{ channel: 'email', purpose: 'commercial', topics: ['newsletter'], kind: 'granted', legalBasis: 'consent' },
        ...{ notice: { ...notice, language }, wording, method: 'web_form', evidence: {} },
      },
      'spec',
    );
  }

  /** As in the footer of a mail about a topic, or about a purpose. */
  optOut(person: SomePerson, scope: keyof CenterWorld['topics'] = 'newsletter'): string {
    const { keys } = this;
    const link = {
      contactPointId: this.email(person),
      scopeId: this.topics[scope],
      messageId: randomUUID() as MessageId,
    };
    return `${this.url}/u/${makeOptOutToken(keys.links, link)}`;
  }

  async manage(person: SomePerson): Promise<string> {
    const { token } = await this.app.get(LinkService).issue(this.brandId, person.externalId, {}, 'spec');
    return `${this.url}/p/${token}`;
  }

  /** A link that manages, in a mail that went out about a topic, or for an order; `asked` is what its reader came from. */
  async manageFromMail(
    person: SomePerson,
    topic: keyof CenterWorld['topics'] | null,
    asked?: keyof CenterWorld['topics'],
  ): Promise<string> {
    const id = randomUUID() as MessageId;
    const [purposeId, topicId] =
      topic === null ? [this.purposes.orders, null] : [this.purposes.commercial, this.topics[topic]];
    const variables = asked === undefined ? {} : { [ASKED_ABOUT]: this.topics[asked] };
    await this.db.tx.execute`
      INSERT INTO sending.message (id, brand_id, contact_id, subject_id, contact_point_id, channel, class, purpose_id, topic_id,
                                   template_id, language, variables, policy_key, test, accepted_at, expires_at, status, ended_at,
                                   entry_ids)
      SELECT ${id}, brand_id, id, subject_id, ${this.email(person)}, 'email', ${topic === null ? 'transactional' : 'commercial'},
             ${purposeId}, ${topicId}, ${randomUUID()}, 'de', ${JSON.stringify(variables)}, 'default', false, now(),
             now() + interval '1 day', 'sent', now(), '{}'
        FROM consent.contact WHERE brand_id = ${this.brandId} AND external_id = ${person.externalId}`;
    const link = { contactPointId: this.email(person), messageId: id, expiresAt: Date.now() + 3_600_000 };
    return `${this.url}/p/${makeManageToken(this.keys.links, link)}`;
  }

  manageUntil(person: SomePerson, expiresAt: EpochMs): string {
    const link = { contactPointId: this.email(person), messageId: null, expiresAt };
    return `${this.url}/p/${makeManageToken(this.keys.links, link)}`;
  }

  /** The link of a mail that asks somebody to confirm what they are said to have asked for. */
  async confirmation(person: SomePerson): Promise<string> {
    await this.db.tx.execute`
      INSERT INTO consent.double_opt_in_setting (brand_id, channel, enabled, valid_days, mails_per_day, template, purpose, updated_at)
      VALUES (${this.brandId}, 'email', true, 7, 3, 'double-opt-in', 'orders', now()) ON CONFLICT DO NOTHING`;
    const address = await this.addressOf(person);
    const optInId = await this.app.get(DoubleOptInService).request(
      this.brandId,
      {
        channel: 'email',
        address,
        externalId: person.externalId,
        purpose: 'commercial',
        topics: ['newsletter', 'events'],
        method: 'web_form',
        wording: 'Ja, ich möchte Post.',
        evidence: {},
      },
      'spec',
      false,
    );
    if (optInId === null) throw new Error('nobody is asked');
    const link = { optInId, contactPointId: this.email(person), brandId: this.brandId };
    return `${this.url}/c/${makeConfirmToken(this.keys.links, link)}`;
  }

  async history(person: SomePerson): Promise<string[]> {
    const points = (await this.app.get(ConsentService).history(this.brandId, person.externalId)) ?? [];
    return points.flatMap(({ channel, events }) =>
      events.map(({ kind, topic, purpose, method }) => `${channel} ${kind} ${topic ?? purpose} ${method}`),
    );
  }

  /** What a page may never do by being looked at: everything that says where people stand, and every ledger entry. */
  async everything(): Promise<string> {
    const tables = ['consent.consent_event', 'consent.consent_state', 'consent.contact', 'consent.preference_change'];
    const { rows } = await this.admin.query<{ text: string }>(
      [...tables, 'consent.issued_link', 'consent.suppression']
        .map(
          (table) => `SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)), '[]')::text AS text FROM ${table} t`,
        )
        .concat('SELECT coalesce(sum(octet_length(leaf)), 0)::text AS text FROM ledger.entry')
        .join(' UNION ALL '),
    );
    return JSON.stringify(rows);
  }

  /** Every row of every table, as one digest for each table. */
  async wholeDatabase(): Promise<Readonly<Record<string, string>>> {
    const { rows: tables } = await this.admin.query<{ name: string }>(`
      SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`);
    const digests: Record<string, string> = {};
    for (const { name } of tables) {
      const { rows } = await this.admin.query<{ digest: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\n' ORDER BY t::text)), '') AS digest FROM ${name} t`,
      );
      digests[name] = rows[0]?.digest ?? '';
    }
    return digests;
  }

  /** Types of the person's ledger entries, oldest first. */
  async entries(): Promise<string[]> {
    const { rows } = await this.admin.query<{ type: string }>(
      `SELECT (convert_from(leaf, 'UTF8')::jsonb ->> 't') AS type FROM ledger.entry ORDER BY n`,
    );
    return rows.map(({ type }) => type);
  }

  async look(page: PageSettings): Promise<void> {
    await this.db.tx.execute`UPDATE consent.brand SET page = ${JSON.stringify(page)} WHERE id = ${this.brandId}`;
  }

  /** What the evidence of the last thing that somebody said by e-mail tells. */
  async evidence(person: SomePerson): Promise<JsonValue | undefined> {
    const [event] = await this.db.tx.sql<{ id: EntryId }>`
      SELECT entry_id AS id FROM consent.consent_event WHERE contact_point_id = ${this.email(person)}
       ORDER BY recorded_at DESC, id DESC LIMIT 1`;
    if (event === undefined) throw new Error('this person has said nothing');
    const ledger = this.app.get(LedgerService, { strict: false });
    return (await ledger.disclosures(this.db.tx, [event.id])).get(event.id)?.['evidence'];
  }

  /** Sets a column of the brand as text, and answers what it was. */
  async brandColumn(column: string, value: string): Promise<string> {
    const { rows } = await this.admin.query<{ before: string }>(
      `UPDATE consent.brand b SET ${column} = $1 FROM (SELECT id, ${column} AS before FROM consent.brand) o
        WHERE o.id = b.id AND b.id = $2 RETURNING o.before`,
      [value, this.brandId],
    );
    return rows[0]?.before ?? '';
  }

  async addressOf(person: SomePerson): Promise<string> {
    const [point] = await this.db.tx.sql<{ address: string }>`
      SELECT address FROM consent.contact_point WHERE id = ${this.email(person)}`;
    if (point === undefined) throw new Error('a person has an address');
    return point.address;
  }

  /** As the person would: through the one door, so that it can be taken back. */
  async object(person: SomePerson): Promise<void> {
    const target = { channel: 'email' as const, address: await this.addressOf(person) };
    await this.app.get(SuppressionService, { strict: false }).suppress(this.brandId, target, 'objection', null, 'spec');
  }

  async suppress(person: SomePerson, reason: 'bounce' | 'complaint' | 'manual'): Promise<void> {
    await this.db.tx.execute`
      INSERT INTO consent.suppression (brand_id, channel, address_hash, reason, since, entry_id)
      SELECT brand_id, channel, address_hash, ${reason}, now(), ${randomUUID()}
        FROM consent.contact_point WHERE id = ${this.email(person)}`;
  }

  /** @param sealed for how long a statute has evidence kept, ISO 8601 */
  async erase(person: SomePerson, sealed: string | null = null): Promise<void> {
    await this.db.tx.execute`
      UPDATE consent.contact SET erased_at = now(), restricted_until = now() + ${sealed}::interval WHERE brand_id = ${this.brandId} AND external_id = ${person.externalId}`;
  }

  async pause(person: SomePerson, until: EpochMs, wishes: Wishes = {}): Promise<void> {
    await this.app.get(ContactService).put(this.brandId, person.externalId, { pausedUntil: until, wishes }, 'spec');
  }

  /** A message that waits, and why; about no topic it is one for an order. */
  async hold(
    person: SomePerson,
    reason: string,
    until: EpochMs,
    topic: keyof CenterWorld['topics'] | null = 'events',
  ): Promise<void> {
    const [kind, purposeId, topicId] =
      topic === null
        ? ['transactional', this.purposes.orders, null]
        : ['commercial', this.purposes.commercial, this.topics[topic]];
    await this.db.tx.execute`
      INSERT INTO sending.message (id, brand_id, contact_id, subject_id, contact_point_id, channel, class, purpose_id, topic_id,
                                   template_id, language, variables, policy_key, test, accepted_at, expires_at, status, reason,
                                   not_before, due_at, entry_ids)
      SELECT ${randomUUID()}, brand_id, id, subject_id, ${this.email(person)}, 'email', ${kind}, ${purposeId}, ${topicId},
             ${randomUUID()}, 'de', '{}', 'default', false, now(), ${toIso(until + 1e9)}, 'queued', ${reason},
             ${toIso(until)}, ${toIso(until)}, '{}'
        FROM consent.contact WHERE brand_id = ${this.brandId} AND external_id = ${person.externalId}`;
  }

  email({ points }: SomePerson): ContactPointId {
    if (points.email === undefined) throw new Error('this person has no e-mail address');
    return points.email;
  }

  get keys(): KeyRing {
    return this.app.get<KeyRing>(KEY_RING);
  }

  private async setUp(key = 'nordlicht'): Promise<void> {
    const { tx } = this.db;
    await tx.execute`
      INSERT INTO consent.brand (id, key, name, legal_name, postal_address, default_language, default_zone, country, sender_name, sender_email, page)
      VALUES (${this.brandId}, ${key}, 'Nordlicht Kaffee', 'Nordlicht Kaffeerösterei GmbH', 'Beispielkai 7, 20457 Hamburg', 'de',
              'Europe/Berlin', 'DE', 'Nordlicht', 'post@nordlicht.example',
              ${JSON.stringify({
                privacyUrl: 'https://www.nordlicht.example/privacy',
                contactUrl: 'mailto:hallo@nordlicht.example',
                link: { template: 'preference-link', purpose: 'orders' },
              })})`;
    const purpose = (id: string, key: string, enforcement: string, basis: string, labels: object) => tx.execute`
      INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
      VALUES (${id}, ${this.brandId}, ${key}, ${enforcement}, ${basis}, ${JSON.stringify(labels)})`;
    await purpose(this.purposes.commercial, 'commercial', 'restrictive', 'consent', DE_EN('Werbung', 'Marketing'));
    await purpose(this.purposes.orders, 'orders', 'disabled', 'contract', DE_EN('Bestellungen', 'Orders'));
    const topic = (name: keyof CenterWorld['topics'], labels: object, descriptions: object) => tx.execute`
      INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels, descriptions)
      VALUES (${this.topics[name]}, ${this.brandId}, ${this.purposes.commercial}, ${name}, ${JSON.stringify(labels)}, ${JSON.stringify(descriptions)})`;
    await topic(
      'newsletter',
      DE_EN('Newsletter', 'Newsletter'),
      DE_EN('Was wir rösten und warum, etwa einmal in der Woche.', 'What we roast and why, about once a week.'),
    );
    await topic(
      'events',
      DE_EN('Veranstaltungen', 'Events'),
      DE_EN('Verkostungen in Ihrer Nähe.', 'Tastings near you.'),
    );
    await topic('products', DE_EN('Neue Sorten', 'New coffees'), {});
    await tx.execute`
      INSERT INTO consent.notice (id, brand_id, key, version, language, wording, hash)
      VALUES (${randomUUID()}, ${this.brandId}, 'form', 1, 'de',
              'Ja, Nordlicht Kaffee darf mir per E-Mail schreiben. Abmelden kann ich mich jederzeit, mit dem Link in jeder E-Mail.',
              ${Buffer.alloc(32, 1)})`;
  }
}
