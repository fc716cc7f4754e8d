import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../testing/running-api.js';

describe('a contact', () => {
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
  });
  afterAll(async () => api.stop());

  const put = (contact: string, body: unknown) => api.send('PUT', `/v1/contacts/${contact}`, { key, body });
  const WISHES = {
    zone: 'America/New_York',
    quietHours: [{ days: [6, 7], start: '00:00', end: '24:00' }],
    frequency: [{ limit: 2, window: 'P7D', channel: null, topic: null }],
  };

  it('keeps where they are and what they wish for, and changes only what is named', async () => {
    const places = { country: 'US', region: 'US-NY', postalCode: '10001', deviceZone: 'America/Chicago' };
    const created = await put('ann', {
      ...places,
      segments: ['vip', 'beta', 'vip'],
      wishes: WISHES,
      pausedUntil: '2027-01-01T00:00:00+01:00',
    });
    expect(created.status).toBe(201);
    const kept = { ...places, segments: ['beta', 'vip'], wishes: WISHES, pausedUntil: '2026-12-31T23:00:00.000Z' };
    expect(created.json()).toMatchObject(kept);

    await put('ann', { language: 'en', pausedUntil: null });
    const read = await api.send('GET', '/v1/contacts/ann', { key });
    expect(read.json()).toMatchObject({ ...kept, language: 'en', pausedUntil: null });
  });

  it('is changed by a test key as by any other, which is named, and never in the place of what they chose', async () => {
    const testKey = await api.key({ brand: 'acme', test: true });
    const tryOut = (body: object) => api.send('PUT', '/v1/contacts/tried', { key: testKey, body });
    await put('tried', { language: 'fr', saidAt: new Date().toISOString() });
    const changed = await tryOut({ language: 'pl', country: 'FR' });
    expect([changed.status, changed.json<object>()]).toMatchObject([
      200,
      { language: 'fr', country: 'FR', kept: ['language'] },
    ]);
    const claimed = await tryOut({ language: 'pl', saidAt: new Date().toISOString() });
    expect(claimed.json()).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/saidAt' }] });
    expect((await api.send('GET', '/v1/contacts/tried', { key })).json()).toMatchObject({ language: 'fr' });
  });

  it('of whom nothing is said has no places and no wishes', async () => {
    const nothing = { country: null, region: null, postalCode: null, deviceZone: null, segments: [], wishes: {} };
    expect((await put('bob', {})).json()).toMatchObject(nothing);
  });

  it.each([
    ['a zone of wishes that is none', { wishes: { zone: 'Europe/Atlantis' } }, 'invalid_zone', '/wishes/zone'],
    ['a device zone that is an offset', { deviceZone: '+02:00' }, 'invalid_zone', '/deviceZone'],
    ['a region without its country', { region: 'BY' }, 'invalid_request', '/region'],
    ['a country that is none', { country: 'UK' }, 'invalid_request', '/country'],
    ['a region that its country does not have', { region: 'US-ZZ' }, 'invalid_request', '/region'],
    ['a zone that is an offset in the database too', { zone: 'Etc/GMT+5' }, 'invalid_zone', '/zone'],
    [
      'quiet hours without a length',
      { wishes: { quietHours: [{ days: [1], start: '08:00', end: '08:00' }] } },
      'invalid_request',
      '/wishes/quietHours',
    ],
    [
      'a frequency over a month, which has no one length',
      { wishes: { frequency: [{ limit: 1, window: 'P1M' }] } },
      'invalid_request',
      '/wishes/frequency/0/window',
    ],
  ])('is refused with %s', async (_name, body, code, pointer) => {
    const answer = await put('cy', body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.json()).toMatchObject({ code, errors: [{ pointer }] });
  });

  it.each([
    ['EST', '"EST" is an offset, which knows no summer time'],
    ['GMT-5', '"GMT-5" is an offset, which knows no summer time'],
    ['+02:00', '"+02:00" is an offset, which knows no summer time'],
    ['PST', '"PST" is an abbreviation that stands for several zones or none'],
    ['europe/berlin', '"europe/berlin" is not written as in the IANA database; write Europe/Berlin'],
    ['Foo/Bar', '"Foo/Bar" is not in the IANA database'],
  ])('in the zone %s is told what to write instead, whoever named it', async (zone, detail) => {
    for (const [body, pointer] of [
      [{ zone }, '/zone'],
      [{ deviceZone: zone }, '/deviceZone'],
      [{ wishes: { zone } }, '/wishes/zone'],
    ] as const) {
      const answer = await put('dee', body);
      expect([answer.status, answer.json()]).toMatchObject([
        422,
        { code: 'invalid_zone', errors: [{ pointer, detail: expect.stringContaining(detail) as unknown }] },
      ]);
      expect(answer.text).toMatch(/write /);
    }
  });

  it('may live in a zone by its old name', async () => {
    expect((await put('eve', { zone: 'Europe/Kiev' })).json()).toMatchObject({ zone: 'Europe/Kiev' });
  });
});
