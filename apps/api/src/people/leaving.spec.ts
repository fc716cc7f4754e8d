import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

describe('whoever wants nothing more', () => {
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    await setUpSending(api, key);
    await send('PUT', '/v1/purposes/offers', {
      enforcement: 'disabled',
      legalBasis: 'legitimate_interest',
      labels: { de: 'Angebote', en: 'Offers' },
    });
  });
  afterAll(async () => api.stop());

  const send = (method: string, url: string, body: object) => api.send(method, url, { key, body });
  const contact = (id: string, address = `${id}@people.example`) =>
    send('PUT', `/v1/contacts/${id}`, { contactPoints: [{ channel: 'email', address }] });
  const yes = (id: string, more: object = {}) =>
    send('POST', `/v1/contacts/${id}/consents`, {
      channel: 'email',
      purpose: 'commercial',
      topics: ['newsletter'],
      kind: 'granted',
      legalBasis: 'consent',
      method: 'web_form',
      ...more,
    });
  const reason = async (to: string, about: object) =>
    (await send('POST', '/v1/decisions', { to, template: 'news', ...about })).json<{ reason: string | null }>().reason;
  const OFFERS = { purpose: 'offers' };
  const mail = (from: string, subject: string) =>
    api.send('POST', '/v1/inbound/mail', {
      key,
      raw: `From: ${from}\r\nTo: leave@acme.example\r\nSubject: ${subject}\r\n\r\n${subject}`,
      headers: { 'content-type': 'message/rfc822' },
    });
  const stop = (from: string) => send('POST', '/v1/inbound/texts', { channel: 'email', from, text: 'STOP' });

  it.each([
    ['a mail', () => mail('mail@people.example', 'unsubscribe me from everything')],
    ['a keyword', () => stop('keyword@people.example')],
  ])('objects by %s to advertising on a legitimate interest too, once', async (how, leave) => {
    const id = how.split(' ').at(-1) ?? '';
    await contact(id);
    expect(await reason(id, OFFERS)).toBeNull();
    expect((await leave()).json()).toMatchObject({ changed: true });
    expect(await reason(id, OFFERS)).toBe('objection');
    expect((await leave()).json()).toMatchObject({ changed: false });
  });

  it.each([
    ['a mail', () => mail('stranger@people.example', 'Unsubscribe')],
    ['a keyword', () => stop('nobody@people.example')],
  ])('is heard by %s before anybody is known by the address', async (how, leave) => {
    const id = how === 'a mail' ? 'stranger' : 'nobody';
    expect((await leave()).json()).toMatchObject({ changed: true });
    expect((await leave()).json()).toMatchObject({ changed: false });
    await contact(id);
    await yes(id, { occurredAt: '2026-01-01T00:00:00Z' });
    expect(await reason(id, { topic: 'newsletter' })).toBe('objection');
  });

  it('has objected to it by an erasure, for whoever has the address afterwards', async () => {
    await contact('gone');
    await yes('gone');
    await send('POST', '/v1/contacts/gone/erasure', { basis: 'gdpr_17_1_b' });
    await contact('again', 'gone@people.example');
    expect(await reason('again', OFFERS)).toBe('objection');
  });
});
