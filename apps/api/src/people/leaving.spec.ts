import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

describe('whoever wants nothing more', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    ({ api, key } = brand);
    await send('PUT', '/v1/purposes/offers', {
      enforcement: 'disabled',
      legalBasis: 'legitimate_interest',
      labels: { de: 'Angebote', en: 'Offers' },
    });
  });
  afterAll(async () => brand.stop());

  const send = (method: string, url: string, body: object) => brand.send(method, url, body);
  const contact = (id: string, address?: string) => brand.contact(id, address);
  const yes = (id: string, more: object = {}) => brand.say(id, 'granted', more);
  const reason = (to: string, about: object) => brand.reason(to, about);
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
