import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { ConsentService, ContactService, ErasureService, makeOptOutToken } from '#lib/consent';
import type { BrandId, MessageId } from '#lib/kernel';
import { Database, KEY_RING, type KeyRing, readConfig } from '#lib/platform';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { createApp } from '../create-app.js';

let testDatabase: TestDatabase;
let app: NestFastifyApplication;
let link: string;
/** About something of which nothing is known. */
let otherLink: string;
let history: () => Promise<string[]>;
let erase: () => Promise<unknown>;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: testDatabase.urls.app,
    MASTER_KEY: 'Vq0mB6iT8x1rJ4eZ7yKc2wNf5sHu9aDgLpQoXtRvYbE=',
    LOG_LEVEL: 'silent',
  });
  app = await createApp(config);
  await app.listen(0, '127.0.0.1');

  const brandId = randomUUID() as BrandId;
  const [purposeId, topicId, otherId] = [randomUUID(), randomUUID(), randomUUID()];
  const { tx } = app.get(Database);
  await tx.execute`
    INSERT INTO consent.brand (id, key, name, legal_name, postal_address, default_language, default_zone, country, sender_name, sender_email)
    VALUES (${brandId}, 'b', 'b', 'b', 'b', 'de', 'Europe/Berlin', 'DE', 'b', 'b@b.example')`;
  await tx.execute`
    INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
    VALUES (${purposeId}, ${brandId}, 'marketing', 'restrictive', 'consent', '{}')`;
  await tx.execute`
    INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels) VALUES (${topicId}, ${brandId}, ${purposeId}, 'news', '{}'), (${otherId}, ${brandId}, ${purposeId}, 'other', '{}')`;
  const contactPoints = [{ channel: 'email' as const, address: 'ada@example.org' }];
  const { contact } = await app.get(ContactService).put(brandId, 'ada', { language: 'de', contactPoints }, 'spec');
  const consents = app.get(ConsentService);
  await consents.record(
    brandId,
    'ada',
    {
      channel: 'email',
      purpose: 'marketing',
      topics: ['news'],
      kind: 'granted',
      wording: 'Yes, please.',
      legalBasis: 'consent',
      method: 'form',
      evidence: {},
    },
    'spec',
  );
  const point = contact.contactPoints[0];
  if (point === undefined) throw new Error('the contact has no contact point');
  const keys = app.get<KeyRing>(KEY_RING);
  const messageId = randomUUID() as MessageId;
  const url = `${await app.getUrl()}/u`;
  const linkAbout = (scopeId: string) =>
    `${url}/${makeOptOutToken(keys.links, { contactPointId: point.id, scopeId, messageId })}`;
  [link, otherLink] = [linkAbout(topicId), linkAbout(otherId)];
  history = async () =>
    ((await consents.history(brandId, 'ada')) ?? []).flatMap(({ events }) =>
      events.map((event) => `${event.kind} ${event.method}`),
    );
  const request = { basis: 'gdpr_17_1_b', reason: null, note: null };
  erase = () => app.get(ErasureService, { strict: false }).erase(brandId, 'ada', request, 'spec');
});
afterAll(async () => {
  await app.close();
  await testDatabase.drop();
});

it('looking changes nothing, one click leaves, and a second click is told so and recorded', async () => {
  const before = await history();
  for (const method of ['GET', 'HEAD', 'OPTIONS']) expect((await fetch(link, { method })).ok).toBe(true);
  expect(await history()).toEqual(before);

  const body = new FormData();
  body.set('List-Unsubscribe', 'One-Click');
  for (const words of ['Das gilt ab sofort', 'Es bleibt dabei']) {
    const answer = await fetch(link, { method: 'POST', body, redirect: 'manual' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(words);
  }
  const after = await history();
  expect(after.slice(before.length)).toEqual(['withdrawn one_click', 'withdrawn one_click']);
});

it('answers whoever was erased as having left, and writes nothing', async () => {
  const count = async () =>
    (
      await app.get(Database).tx.sql<{ events: number; entries: number }>`
        SELECT (SELECT count(*) FROM consent.consent_event)::int AS events, (SELECT count(*) FROM ledger.entry)::int AS entries`
    )[0];
  await erase();
  const before = await count();
  const answer = await fetch(otherLink, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'user-agent': 'Ada', 'accept-language': 'de' },
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Es bleibt dabei')]);
  expect(await count()).toEqual(before);
});

it('is ready when its database is', async () => {
  expect((await fetch(new URL('/readyz', link))).status).toBe(200);
});
