import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BRAND, RunningApi, SET_UP_BODIES } from '../testing/running-api.js';

describe('what people are handed', () => {
  let api: RunningApi;
  let key: string;
  let eventId: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    for (const { method, path, body } of SET_UP_BODIES.slice(1, 4)) await api.send(method, path, { key, body });
    const contactPoints = [{ channel: 'email', address: 'ada@people.example' }];
    await api.send('PUT', '/v1/contacts/ada', { key, body: { contactPoints, language: 'de' } });
    const body = {
      channel: 'email',
      purpose: 'marketing',
      topics: ['news'],
      kind: 'granted',
      legalBasis: 'consent',
      method: 'web_form',
      notice: { key: 'terms', version: 1, language: 'de' },
      evidence: { ip: '192.0.2.77' },
    };
    const recorded = await api.send('POST', '/v1/contacts/ada/consents', { key, body });
    eventId = recorded.json<{ events: { id: string }[] }>().events[0]?.id ?? '';
  });
  afterAll(async () => api.stop());

  it('is everything about them, as a file', async () => {
    const answer = await api.send('GET', '/v1/contacts/ada/export', { key });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="personal-data.json"');
    const data = answer.json<{ contactPoints: { history: { evidence: object; notice: { wording: string } }[] }[] }>();
    expect(data.contactPoints[0]?.history[0]).toMatchObject({
      evidence: { ip: '192.0.2.77' },
      notice: { wording: 'Ja, gern.' },
    });
  });

  it('holds what other systems reported about them in every version, and nothing about anybody else', async () => {
    await api.send('PUT', '/v1/contacts/eve', {
      key,
      body: { contactPoints: [{ channel: 'email', address: 'eve@people.example' }] },
    });
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const roles = [
      { contact: 'ada', role: 'buyer' },
      { contact: 'eve', role: 'user' },
    ];
    const deal = { type: 'opportunity', id: 'd1', at, status: 'open', account: 'Acme', roles };
    const events = [
      { type: 'visit', id: 'v1', at, contact: 'ada', channel: 'fair' },
      { type: 'visit', id: 'v2', at, contact: 'eve', channel: 'webinar' },
      { ...deal, value: { amount: 500, currency: 'EUR' } },
      { ...deal, value: { amount: 700, currency: 'EUR' } },
      { type: 'retraction', id: 'v1', of: 'visit' },
    ];
    const kept = await api.send('POST', '/v1/events', { key, body: { events } });
    expect(kept.json<{ results: { result: string }[] }>().results.map(({ result }) => result)).toEqual(
      events.map(() => 'kept'),
    );
    const { facts } = (await api.send('GET', '/v1/contacts/ada/export', { key })).json<{ facts: object[] }>();
    expect(facts).toMatchObject([
      { kind: 'opportunity', id: 'd1', version: 1, role: 'buyer', isOver: true, said: { value: { amount: 500 } } },
      { kind: 'opportunity', id: 'd1', version: 2, role: 'buyer', isOver: false, said: { value: { amount: 700 } } },
      { kind: 'visit', id: 'v1', version: 1, role: null, at, isOver: true, said: { channel: 'fair' } },
      { kind: 'visit', id: 'v1', version: 2, role: null, isOver: true },
    ]);
    expect(JSON.stringify(facts)).not.toMatch(/contactId|roles|webinar/);
    const page = await api.send('GET', '/v1/contacts/ada/export?format=html&language=de', { key });
    expect(page.text).toContain('Was andere Systeme über Sie gemeldet haben');
    const { facts: none } = (await api.send('GET', '/v1/contacts/eve/export', { key })).json<{ facts: object[] }>();
    expect(none).toHaveLength(3);
  });

  it('is a page to read, under a policy that lets nothing run', async () => {
    const page = await api.send('GET', '/v1/contacts/ada/export?format=html&language=de', { key });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; frame-ancestors 'none'$/,
    );
    expect(page.text).toContain('Was wir über Sie gespeichert haben');
    expect(page.text).toContain('ada@people.example');
  });

  it('needs a key that may export, which a key that only reads may not', async () => {
    const reader = await api.key({ brand: 'acme', scopes: ['contacts:read', 'contacts:write'] });
    expect((await api.send('GET', '/v1/contacts/ada/export', { key: reader })).status).toBe(403);
    const other = await api.brand('other');
    for (const path of ['/v1/contacts/ada/export', `/v1/contacts/ada/consents/${eventId}/receipt`]) {
      expect((await api.send('GET', path, { key: other })).status).toBe(404);
    }
  });

  it('is a receipt of each consent, in two shapes', async () => {
    const iso = await api.send('GET', `/v1/contacts/ada/consents/${eventId}/receipt`, { key });
    expect(iso.json()).toMatchObject({
      'dct:identifier': eventId,
      'dpv:hasRecordOfActivity': {
        'dct:identifier': eventId,
        'dpv:hasConsentStatus': { '@type': ['dpv:ConsentGiven', 'dpv:ExpressedConsent'] },
      },
    });
    const kantara = await api.send('GET', `/v1/contacts/ada/consents/${eventId}/receipt?profile=kantara`, { key });
    expect(kantara.json()).toMatchObject({ version: 'KI-CR-v1.1.0', consentReceiptID: eventId, piiPrincipalId: 'ada' });
    const none = await api.send('GET', '/v1/contacts/ada/consents/019aa4d6-0c00-7000-8000-000000000000/receipt', {
      key,
    });
    expect(none.status).toBe(404);
  });

  it('says in a receipt where the brand keeps data, or that it did not say', async () => {
    const receipt = async () =>
      JSON.stringify((await api.send('GET', `/v1/contacts/ada/consents/${eventId}/receipt`, { key })).json());
    expect(await receipt()).toContain('"dpv:hasLocation":"not stated by the controller"');
    const body = { ...BRAND, storageLocations: ['DE', 'IE'] };
    expect((await api.send('PUT', '/v1/brands/acme', { key, body })).json()).toMatchObject(body);
    expect(await receipt()).toContain('"dpv:hasLocation":["DE","IE"]');
    const twice = await api.send('PUT', '/v1/brands/acme', { key, body: { ...BRAND, storageLocations: ['DE', 'DE'] } });
    expect(twice.status).toBe(400);
  });
});
