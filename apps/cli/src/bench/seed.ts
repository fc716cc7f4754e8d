import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DateTime } from 'luxon';
import { BrandService, ConsentSetupModule, KeyService, PurposeService, TopicService } from '#lib/consent';
import type { BrandId, ContactId, ContactPointId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import { LedgerModule, LedgerService, type NewEntry } from '#lib/ledger';
import {
  Database,
  hashAddress,
  KEY_RING,
  type KeyRing,
  newId,
  PlatformModule,
  readConfig,
  systemClock,
  toIso,
  tzdb,
} from '#lib/platform';
import {
  CampaignService,
  type PolicyBody,
  PolicyService,
  ProviderService,
  SendingSetupModule,
  TemplateService,
} from '#lib/sending';

/** What the bench's brand is called in requests. */
export const NAMES = { template: 'news', topic: 'newsletter', campaign: 'spring', step: 'welcome' } as const;

const ZONE = 'Europe/Berlin';
/** Contacts of one transaction. */
const BATCH = 1_000;

/** Text of an API key that may send for the brand. */
export interface Seeded {
  readonly apiKey: string;
}

/** External id of contact number `i`. */
export const contactKey = (i: number): string => `contact-${i}`;

/**
 * Sets up one brand through the product's own services, and people with an address and a consent who may all be
 * written to. People are written many at a time; every row and ledger entry is what ContactService and
 * ConsentService would have written.
 */
export async function seed(settings: Readonly<Record<string, string>>, contacts: number): Promise<Seeded> {
  const config = readConfig({ ...settings });
  @Module({ imports: [PlatformModule.forRoot(config, 'bench'), LedgerModule, ConsentSetupModule, SendingSetupModule] })
  class SeedModule {}
  const app = await NestFactory.createApplicationContext(SeedModule, { logger: ['error'], abortOnError: false });
  try {
    const get = <T>(token: abstract new (...args: never[]) => T): T => app.get<T>(token, { strict: false });
    const change = { by: 'operator', at: systemClock.now() };
    const { value: brand } = await get(BrandService).put(
      'bench',
      {
        name: 'Bench',
        legalName: 'Bench GmbH',
        postalAddress: 'Weg 1, 10115 Berlin',
        defaultLanguage: 'en',
        defaultZone: ZONE,
        country: 'DE',
        senderName: 'Bench',
        senderEmail: 'news@bench.example',
      },
      change,
      null,
    );
    await get(PurposeService).put(
      brand.id,
      'commercial',
      { enforcement: 'restrictive', legalBasis: 'consent', labels: { en: 'Marketing' } },
      change,
    );
    await get(TopicService).put(brand.id, NAMES.topic, { purpose: 'commercial', labels: { en: 'Newsletter' } }, change);
    await get(TemplateService).publish(
      brand.id,
      NAMES.template,
      {
        channel: 'email',
        class: 'commercial',
        defaultLanguage: 'en',
        contents: {
          en: {
            subject: 'News for {{name}}',
            html: '<p>Hello {{name}}, here is what is new.</p><p><a href="{{unsubscribeUrl}}">Leave</a></p>',
            text: 'Hello {{name}}, here is what is new. Leave: {{unsubscribeUrl}}',
          },
        },
      },
      change,
    );
    await get(PolicyService).publish(brand.id, 'default', policy(change.at), change);
    await get(CampaignService).put(brand.id, NAMES.campaign, { name: 'Spring', policy: 'default' }, change);
    await get(ProviderService).put(
      brand.id,
      'none',
      { channel: 'email', kind: 'null', settings: {}, enabled: true, priority: 1, atLeastOnce: [] },
      change,
    );
    const { text: apiKey } = await get(KeyService).issue(
      {
        brand: 'bench',
        name: 'bench',
        scopes: ['messages:send', 'messages:read', 'consents:write', 'setup:write'],
        test: false,
        expiresAt: null,
      },
      change,
      null,
    );
    const people = new People(get(Database), get(LedgerService), app.get<KeyRing>(KEY_RING, { strict: false }));
    await people.write(brand.id, contacts);
    return { apiKey };
  } finally {
    await app.close();
  }
}

/** Rules of every kind that all have to be looked at and that all let pass. */
function policy(now: EpochMs): PolicyBody {
  const classes: PolicyBody['caps'][number]['classes'] = { bound: ['commercial'], counted: ['commercial'] };
  const local = DateTime.fromMillis(now, { zone: tzdb.zone(ZONE) ?? 'utc' });
  const clock = (hours: number): string => local.plus({ hours }).toFormat('HH:00');
  return {
    caps: [
      { id: 'weekly', scope: 'topic', limit: 10_000, window: 'P7D', action: 'drop', classes },
      { id: 'daily', scope: 'any', limit: 10_000, window: 'P1D', action: 'defer', classes },
    ],
    quietHours: [
      {
        id: 'night',
        channels: ['email'],
        classes: ['commercial'],
        // Far from now on both sides, so that a long run does not wander into it.
        windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: clock(8), end: clock(16) }],
        action: 'defer',
      },
    ],
    rates: [
      { id: 'house', scope: 'brand', permits: 1_000_000, interval: 'PT1S', burst: 1_000_000 },
      { id: 'way-out', scope: 'provider', permits: 1_000_000, interval: 'PT1S', burst: 1_000_000 },
    ],
    jurisdiction: { packs: 'none', reason: 'nobody is written to', actor: 'bench' },
  };
}

interface Person {
  readonly id: ContactId;
  readonly externalId: string;
  readonly subjectId: SubjectId;
  readonly pointId: ContactPointId;
  readonly address: string;
  readonly consents: readonly { eventId: string; entryId: EntryId; purposeId: string; topicId: string | null }[];
}

class People {
  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
    private readonly keys: KeyRing,
  ) {}

  async write(brandId: BrandId, count: number): Promise<void> {
    const [scope] = await this.database.tx.sql<{ purposeId: string; topicId: string }>`
      SELECT purpose_id AS "purposeId", id AS "topicId" FROM consent.topic WHERE brand_id = ${brandId}`;
    if (scope === undefined) throw new Error('the topic of the bench is not there');
    for (let from = 0; from < count; from += BATCH) {
      await this.writeBatch(brandId, scope, from, Math.min(count, from + BATCH));
    }
  }

  private async writeBatch(
    brandId: BrandId,
    { purposeId, topicId }: { purposeId: string; topicId: string },
    from: number,
    to: number,
  ): Promise<void> {
    const now = systemClock.now();
    await this.database.transaction(async (tx) => {
      const subjects = await this.ledger.createSubjects(tx, to - from);
      const people = subjects.map((subjectId, i): Person => {
        const externalId = contactKey(from + i);
        const consents = [null, topicId].map((topic) => ({
          eventId: newId(),
          entryId: newId<EntryId>(),
          purposeId,
          topicId: topic,
        }));
        const [id, pointId] = [newId<ContactId>(), newId<ContactPointId>()];
        return { id, externalId, subjectId, pointId, address: `${externalId}@people.example`, consents };
      });
      const consents = people.flatMap((person) => person.consents.map((consent) => ({ ...consent, person })));
      await tx.execute`
        INSERT INTO consent.contact (id, brand_id, external_id, subject_id, zone)
        SELECT id, ${brandId}, external_id, subject_id, ${ZONE}
          FROM unnest(${people.map((p) => p.id)}::uuid[], ${people.map((p) => p.externalId)}::text[],
                      ${people.map((p) => p.subjectId)}::uuid[]) AS p (id, external_id, subject_id)`;
      await tx.execute`
        INSERT INTO consent.contact_point (id, brand_id, contact_id, channel, address, address_hash)
        SELECT id, ${brandId}, contact_id, 'email', address, address_hash
          FROM unnest(${people.map((p) => p.pointId)}::uuid[], ${people.map((p) => p.id)}::uuid[],
                      ${people.map((p) => p.address)}::text[],
                      ${people.map((p) => hashAddress(this.keys.addresses, brandId, 'email', p.address))}::bytea[])
               AS p (id, contact_id, address, address_hash)`;
      await tx.execute`
        INSERT INTO consent.consent_event (id, brand_id, contact_point_id, purpose_id, topic_id, kind, legal_basis, method,
                                           actor, occurred_at, recorded_at, effective, entry_id)
        SELECT id, ${brandId}, point_id, ${purposeId}, topic_id, 'granted', 'consent', 'api', 'operator', ${toIso(now)},
               ${toIso(now)}, true, entry_id
          FROM unnest(${consents.map((c) => c.eventId)}::uuid[], ${consents.map((c) => c.person.pointId)}::uuid[],
                      ${consents.map((c) => c.topicId)}::uuid[], ${consents.map((c) => c.entryId)}::uuid[])
               AS c (id, point_id, topic_id, entry_id)`;
      await tx.execute`
        INSERT INTO consent.consent_state (contact_point_id, scope_id, purpose_id, status, since, imported, event_id)
        SELECT point_id, scope_id, ${purposeId}::uuid, 'granted', ${toIso(now)}, false, event_id
          FROM unnest(${consents.map((c) => c.person.pointId)}::uuid[],
                      ${consents.map((c) => c.topicId ?? c.purposeId)}::uuid[], ${consents.map((c) => c.eventId)}::uuid[])
               AS c (point_id, scope_id, event_id)`;
      await this.ledger.append(
        tx,
        people.flatMap((person) => entriesOf(person, brandId, now)),
      );
    });
  }
}

function entriesOf(person: Person, brandId: BrandId, at: EpochMs): NewEntry[] {
  const about = { subjectId: person.subjectId, brandId, at };
  const actor = 'operator';
  const point = { id: person.id, point: person.pointId };
  const fields = { language: null, zone: ZONE, country: null, account: null, attributes: {} };
  return [
    {
      ...about,
      type: 'contact.changed',
      clear: {},
      disclosed: {
        contact: { id: person.id, externalId: person.externalId },
        change: { created: true, ...fields },
        actor,
      },
    },
    {
      ...about,
      type: 'contact_point.changed',
      clear: { ch: 'email' },
      disclosed: { contact: point, change: { change: 'added', address: person.address }, actor },
    },
    ...person.consents.map(({ eventId, entryId, purposeId, topicId }): NewEntry => ({
      ...about,
      id: entryId,
      type: 'consent.granted',
      clear: { ch: 'email', basis: 'consent', via: 'api' },
      disclosed: {
        contact: point,
        topic: { purpose: purposeId, topic: topicId },
        event: { id: eventId, occurredAt: toIso(at), validUntil: null, effective: true, source: null, notice: null },
        wording: null,
        evidence: {},
        actor,
      },
    })),
  ];
}
