import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeOptOutToken } from '#lib/consent';
import type { ContactPointId, MessageId } from '#lib/kernel';
import { Database, KEY_RING, type KeyRing, newId } from '#lib/platform';
import { SomeBrand } from '../testing/some-brand.js';

const TIPS = { purpose: 'service', topic: 'tips' };

describe('a no at an address that somebody had before', () => {
  let brand: SomeBrand;
  let tips: string | undefined;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    const labels = { de: 'Hinweise', en: 'Tips' };
    const service = { enforcement: 'permissive', legalBasis: 'legitimate_interest', labels };
    await brand.send('PUT', '/v1/purposes/service', service);
    await brand.send('PUT', '/v1/topics/tips', { purpose: 'service', labels });
    const { tx } = brand.api.app.get(Database, { strict: false });
    [tips] = (await tx.sql<{ id: string }>`SELECT id FROM consent.topic WHERE key = 'tips'`).map(({ id }) => id);
  });
  afterAll(() => brand.stop());

  /** Somebody who was written to at one address, has another now, and agreed there again. */
  const mover = async (id: string): Promise<{ readonly token: string; readonly old: string }> => {
    const old = `${id}-old@people.example`;
    const put = await brand.contact(id, old);
    await brand.say(id, 'granted');
    const [point] = put.json<{ contactPoints: { id: ContactPointId }[] }>().contactPoints;
    await brand.contact(id, `${id}-new@people.example`);
    await brand.say(id, 'granted');
    expect([await brand.reason(id), await brand.reason(id, TIPS)]).toEqual([null, null]);
    const link = {
      contactPointId: point?.id ?? ('' as ContactPointId),
      scopeId: tips ?? '',
      messageId: newId<MessageId>(),
    };
    return { old, token: makeOptOutToken(brand.api.app.get<KeyRing>(KEY_RING, { strict: false }).links, link) };
  };
  const mail = async (from: string, subject: string): Promise<unknown> => {
    const answer = await brand.api.send('POST', '/v1/inbound/mail', {
      key: brand.key,
      raw: `From: ${from}\r\nTo: leave@acme.example\r\nSubject: ${subject}\r\n\r\n${subject}`,
      headers: { 'content-type': 'message/rfc822' },
    });
    return answer.json();
  };

  const importRows = (rows: string, query = '') =>
    brand.api.send('POST', `/v1/contacts:import${query}`, {
      key: brand.key,
      raw: rows,
      headers: { 'content-type': 'application/x-ndjson' },
    });

  it('by the link of a mail reaches the one in use, and again after a new yes', async () => {
    const { token } = await mover('link');
    expect(await mail('somebody@else.example', token)).toMatchObject({ outcome: 'left', changed: true });
    expect([await brand.reason('link', TIPS), await brand.reason('link')]).toEqual(['consent_withdrawn', null]);
    expect(await mail('somebody@else.example', token)).toMatchObject({ outcome: 'left', changed: false });
    const again = { purpose: 'service', topics: ['tips'], occurredAt: new Date().toISOString(), wording: 'Yes' };
    expect((await brand.say('link', 'granted', again)).status).toBe(201);
    expect(await brand.reason('link', TIPS)).toBeNull();
    expect(await mail('somebody@else.example', token)).toMatchObject({ changed: true });
    expect(await brand.reason('link', TIPS)).toBe('consent_withdrawn');
  });

  it('by words reaches the one in use, where nobody else has the old one', async () => {
    const { old } = await mover('words');
    expect(await mail(old, 'unsubscribe me from everything')).toMatchObject({ outcome: 'left', changed: true });
    expect(await brand.reason('words')).toBe('consent_withdrawn');
    await mover('heir');
    await brand.person('owner', 'granted', 'heir-old@people.example');
    expect(await mail('heir-old@people.example', 'unsubscribe me from everything')).toMatchObject({ changed: true });
    expect([await brand.reason('owner'), await brand.reason('heir')]).toEqual(['consent_withdrawn', null]);
  });

  it('reported by a program reaches the one in use; a yes there is refused', async () => {
    const { old } = await mover('named');
    expect((await brand.say('named', 'granted', { address: old })).status).toBe(400);
    expect((await brand.say('named', 'withdrawn', { address: old })).status).toBe(201);
    expect(await brand.reason('named')).toBe('consent_withdrawn');
    const told = (await brand.send('GET', '/v1/contacts/named/history')).json<{
      contactPoints: { events: { kind: string; method: string }[] }[];
    }>();
    const methods = told.contactPoints.flatMap(({ events }) => events.filter(({ kind }) => kind === 'withdrawn'));
    expect(methods.map(({ method }) => method)).toContain('carried_over');
  });

  it('is heard under the id that somebody had before a merge, a yes is not', async () => {
    const { token } = await mover('before');
    await brand.person('since');
    expect((await brand.send('POST', '/v1/contacts/since/merge', { from: 'before' })).status).toBe(200);
    expect((await brand.say('before', 'granted')).status).toBe(409);
    expect(await mail('somebody@else.example', token)).toMatchObject({ outcome: 'left', changed: true });
    expect(await brand.reason('since', TIPS)).toBe('consent_withdrawn');
    expect(await brand.reason('since')).toBe(null);
    const left = await brand.say('before', 'withdrawn', { topics: [], address: 'since@people.example' });
    expect([left.status, await brand.reason('since')]).toEqual([201, 'consent_withdrawn']);
  });

  it('is no reason to write to the old one first when a list brings it back', async () => {
    await brand.contact('returned', 'returned-old@people.example');
    await brand.contact('returned', 'returned-new@people.example');
    const rows = `${JSON.stringify({ externalId: 'returned', channel: 'email', address: 'returned-old@people.example' })}\n`;
    expect((await importRows(rows)).text).toContain('"outcome":"changed"');
    const { contactPoints } = (await brand.send('GET', '/v1/contacts/returned')).json<{
      contactPoints: { address: string }[];
    }>();
    expect(contactPoints.map(({ address }) => address)).toEqual([
      'returned-new@people.example',
      'returned-old@people.example',
    ]);
  });

  it('on a list reaches the one in use, as its dry run says, and brings the old one back not at all', async () => {
    const { old } = await mover('listed');
    const row = { externalId: 'listed', channel: 'email', address: old, purpose: 'commercial', kind: 'withdrawn' };
    const rows = `${JSON.stringify(row)}\n`;
    const foreseen = await importRows(rows, '?dryRun=true');
    expect((await importRows(rows)).text.split('\n')[0]).toBe(foreseen.text.split('\n')[0]);
    expect(foreseen.text).toContain('"outcome":"changed"');
    expect(await brand.reason('listed')).toBe('consent_withdrawn');
    expect((await brand.send('GET', '/v1/contacts/listed')).text).not.toContain(old);
    expect((await importRows(rows)).text).toContain('"outcome":"unchanged"');
  });

  it('is nothing that the next owner agreed to: a yes from before counts under no id', async () => {
    const address = 'handed-on@people.example';
    const before = new Date(Date.now() - 86_400_000).toISOString();
    await brand.contact('first-owner', address);
    await brand.say('first-owner', 'granted', { occurredAt: before });
    await brand.send('POST', '/v1/contact-points:reassigned', { channel: 'email', address });
    const consent = { purpose: 'commercial', topics: ['newsletter'], kind: 'granted', method: 'form', wording: 'Yes' };
    const row = { externalId: 'next-owner', channel: 'email', address, ...consent, occurredAt: before };
    expect((await importRows(`${JSON.stringify(row)}\n`)).text).toContain('"code":"address_reassigned"');
    for (const more of [{ occurredAt: before }, {}])
      expect((await brand.say('next-owner', 'granted', more)).json()).toMatchObject({ code: 'conflict' });
    expect(await brand.reason('next-owner')).toBe('no_consent');
    const now = new Date(Date.now() + 1_000).toISOString();
    expect((await brand.say('next-owner', 'granted', { occurredAt: now })).status).toBe(201);
    expect(await brand.reason('next-owner')).toBeNull();
  });
});
