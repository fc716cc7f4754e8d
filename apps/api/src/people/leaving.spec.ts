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
    const text = { defaultLanguage: 'en', contents: { en: { text: 'Hello from {{brand.name}}' } } };
    await send('POST', '/v1/templates', { key: 'news-sms', channel: 'sms', class: 'commercial', ...text });
    const receipt = { en: { subject: 'Receipt', html: '<p>Paid</p>', text: 'Paid' } };
    const mailed = { channel: 'email', class: 'transactional', defaultLanguage: 'en', contents: receipt };
    await send('POST', '/v1/templates', { key: 'receipt', ...mailed });
    await send('PUT', '/v1/providers/text', { channel: 'sms', kind: 'null', settings: {}, enabled: true });
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

  it.each([
    ['was erased', 'erased', (id: string) => send('POST', `/v1/contacts/${id}/erasure`, { basis: 'gdpr_17_1_b' })],
    ['left under another id', 'twice', (id: string) => stop(`${id}@people.example`)],
  ])('and %s has left as well where a program that knows the old address alone changes it', async (_how, id, leave) => {
    await contact(id);
    await leave(id);
    const again = id === 'erased' ? id : `${id}-again`;
    await contact(again, `${id}@people.example`);
    expect(await reason(again, OFFERS)).toBe('objection');
    await contact(again, `new-${id}@people.example`);
    expect(await reason(again, OFFERS)).toBe('objection');
    await yes(again, { occurredAt: new Date().toISOString() });
    expect(await reason(again, { topic: 'newsletter' })).toBeNull();
  });

  it('has objected to it by an erasure, for whoever has the address afterwards', async () => {
    await contact('gone');
    await yes('gone');
    await send('POST', '/v1/contacts/gone/erasure', { basis: 'gdpr_17_1_b' });
    await contact('again', 'gone@people.example');
    expect(await reason('again', OFFERS)).toBe('objection');
  });

  const later = async (name: string, more: object = {}) => {
    const labels = { de: name, en: name };
    const body = { enforcement: 'permissive', legalBasis: 'legitimate_interests', labels, ...more };
    expect((await send('PUT', `/v1/purposes/${name}`, body)).status).toBeLessThan(300);
    return { purpose: name };
  };
  const carry = async (line: string): Promise<{ outcome: string; code: string | null }> => {
    const raw = `externalId,channel,address,purpose,topics,kind,occurredAt,wording,method\n${line}\n`;
    const answer = await api.send('POST', '/v1/contacts:import', { key, raw, headers: { 'content-type': 'text/csv' } });
    return JSON.parse(answer.text.split('\n')[0] ?? '');
  };

  it('gets nothing under a purpose that is added later, or can be left only later, whichever way they left', async () => {
    for (const id of ['later-mail', 'later-stop', 'later-gone', 'later-none']) await contact(id);
    const contract = await later('orders', { enforcement: 'disabled', legalBasis: 'contract' });
    expect((await mail('later-mail@people.example', 'unsubscribe me from everything')).status).toBe(200);
    await stop('later-stop@people.example');
    await send('POST', '/v1/contacts/later-gone/erasure', { basis: 'gdpr_17_1_b' });
    await contact('later-back', 'later-gone@people.example');

    const added = await later('added');
    const claimed = await later('claimed', { enforcement: 'disabled' });
    await later('orders');
    for (const id of ['later-mail', 'later-stop', 'later-back']) {
      for (const [about, why] of [
        [added, 'consent_withdrawn'],
        [claimed, 'objection'],
        [contract, 'consent_withdrawn'],
      ] as const)
        expect([id, about, await reason(id, about)]).toEqual([id, about, why]);
    }
    expect(await reason('later-none', added)).toBeNull();
  });

  it('is written to again under what they say yes to afterwards, and under nothing else', async () => {
    await contact('back');
    const before = new Date().toISOString();
    await stop('back@people.example');
    const [one, another] = [await later('one'), await later('another')];
    const said = { purpose: 'one', topics: [] };
    expect((await yes('back', { ...said })).status).toBe(409);
    expect((await yes('back', { ...said, occurredAt: before })).status).toBe(409);
    expect(await carry(`back,email,back@people.example,one,,granted,${before},Yes,form`)).toMatchObject({
      outcome: 'blocked',
      code: 'later_opt_out',
    });
    expect(await reason('back', one)).toBe('consent_withdrawn');
    expect((await yes('back', { ...said, occurredAt: new Date().toISOString() })).status).toBe(201);
    expect(await reason('back', one)).toBeNull();
    expect(await reason('back', another)).toBe('consent_withdrawn');
  });

  it('has left it at another address, and by the telephone that a merge brings', async () => {
    await contact('moved');
    await stop('moved@people.example');
    await contact('moved', 'elsewhere@people.example');
    await contact('kept');
    await stop('kept@people.example');
    const contactPoints = [{ channel: 'sms', address: '+4915112345678' }];
    await send('PUT', '/v1/contacts/called', { contactPoints });
    expect((await send('POST', '/v1/contacts/kept/merge', { from: 'called' })).status).toBe(200);
    const about = await later('moved-to');
    expect(await reason('moved', about)).toBe('consent_withdrawn');
    expect(await reason('kept', about)).toBe('consent_withdrawn');
    expect(await reason('kept', { ...about, template: 'news-sms' })).toBe('consent_withdrawn');
  });

  it.each([
    ['a keyword', (id: string) => stop(`${id}@people.example`)],
    ['what a program reports', (id: string) => brand.say(id, 'withdrawn', { topics: [] })],
    ...(['complaint', 'objection'] as const).map(
      (reason) =>
        [
          `a ${reason}`,
          (id: string) =>
            send('POST', '/v1/suppressions', { channel: 'email', address: `${id}@people.example`, reason }),
        ] as const,
    ),
  ])('by %s at an address that is theirs no more has left it also for whom they turn out to be', async (how, leave) => {
    const name = how.replaceAll(' ', '-');
    const one = async (id: string) => {
      await contact(id);
      await yes(id, { occurredAt: '2026-05-01T00:00:00Z' });
    };
    for (const [into, from] of [
      [`${name}-kept`, `${name}-gone`],
      [`${name}-gone-too`, `${name}-kept-too`],
    ] as const) {
      const [gone, kept] = into.includes('gone') ? [into, from] : [from, into];
      await one(gone);
      await one(kept);
      await leave(gone);
      await send('PUT', `/v1/contacts/${gone}`, { contactPoints: [] });
      expect(await reason(kept, { topic: 'newsletter' })).toBeNull();
      expect((await send('POST', `/v1/contacts/${into}/merge`, { from })).status).toBe(200);
      expect([into, await reason(into, { topic: 'newsletter' })]).toEqual([into, 'consent_withdrawn']);
      // Somebody who has said yes since speaks for themselves.
      await yes(into, { occurredAt: new Date().toISOString() });
      expect(await reason(into, { topic: 'newsletter' })).toBeNull();
    }
  });

  it('gets no advertising that is filed under what cannot be left, and whatever else is sent under it', async () => {
    await contact('filed');
    const about = await later('invoices', { enforcement: 'disabled', legalBasis: 'contract' });
    expect(await reason('filed', about)).toBeNull();
    await stop('filed@people.example');
    expect(await reason('filed', about)).toBe('objection');
    expect(await reason('filed', { ...about, template: 'receipt' })).toBeNull();
  });

  it('is one purpose that no brand defines, lists or sends under', async () => {
    expect((await api.send('GET', '/v1/purposes', { key })).text).not.toContain('"*"');
    expect((await api.send('GET', '/v1/purposes/*', { key })).status).toBe(404);
    const all = { enforcement: 'restrictive', legalBasis: 'consent', labels: { de: 'x', en: 'x' } };
    expect((await send('PUT', '/v1/purposes/*', all)).status).toBe(404);
    expect((await yes('back', { purpose: '*', topics: [], occurredAt: new Date().toISOString() })).status).toBe(400);
    expect(await carry(`back,email,back@people.example,*,,withdrawn,,,`)).toMatchObject({ outcome: 'refused' });
  });
});
