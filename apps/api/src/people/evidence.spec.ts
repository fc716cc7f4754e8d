import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

interface State {
  readonly topic: string | null;
  readonly status: string;
  readonly event: string;
  readonly elsewhere: boolean;
  readonly dpv: string;
  readonly explanation: { readonly de: string; readonly en: string };
}

describe('the evidence of a consent', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    ({ api, key } = brand);
    await api.send('POST', '/v1/notices', {
      key,
      body: { key: 'terms', wordings: { de: 'Ja, ich will Neuigkeiten.', en: 'Yes, send me news.' } },
    });
  });
  afterAll(async () => brand.stop());

  const contact = (id: string, address?: string, more?: object) => brand.contact(id, address, more);
  const record = (id: string, body: object) => brand.say(id, 'granted', body);
  const states = async (id: string, query = ''): Promise<State[]> => {
    const answer = await api.send('GET', `/v1/contacts/${id}/consents${query}`, { key });
    return answer.json<{ contactPoints: { states: State[] }[] }>().contactPoints.flatMap((point) => point.states);
  };
  const newsletter = async (id: string, query = '') =>
    (await states(id, query)).find(({ topic }) => topic === 'newsletter');

  it('says what was served, the wording with its hash, where the person was, and never shows where it came from', async () => {
    await contact('eve', undefined, { country: 'US', region: 'US-CA' });
    const notice = { key: 'terms', version: 1, language: 'en' };
    const served = await api.send('POST', '/v1/served-notices', {
      key,
      body: { notice, method: 'web_form', source: 'https://acme.example/join' },
    });
    expect(served.status).toBe(201);
    const evidence = { ip: '192.0.2.77', userAgent: 'Mozilla/5.0 Secretive', address_from_sale: true };
    const { id } = served.json<{ id: string }>();
    expect((await record('eve', { served: id, wording: 'I want news', evidence })).status).toBe(201);

    const history = await api.send('GET', '/v1/contacts/eve/history', { key });
    const events = history.json<{ contactPoints: { events: Record<string, unknown>[] }[] }>().contactPoints[0]?.events;
    expect(events?.[1]).toMatchObject({
      topic: 'newsletter',
      kind: 'granted',
      wording: 'I want news',
      served: id,
      jurisdiction: 'US-CA',
      stated: { address_from_sale: true },
      notice: { ...notice, hash: served.json()['hash'] },
    });
    expect(history.text).not.toContain('192.0.2.77');
    expect(history.text).not.toContain('Secretive');
    const proof = await api.send('GET', `/v1/contacts/eve/consents/${String(events?.[1]?.['id'])}`, { key });
    expect(proof.json()).toMatchObject({
      notice: 'Yes, send me news.',
      evidence: { ip: '192.0.2.77', userAgent: 'Mozilla/5.0 Secretive' },
      retainedBy: expect.stringMatching(/^(purpose|us)/) as unknown,
      request: null,
    });
    const [stored] = await rows(
      `SELECT evidence::text AS evidence FROM consent.consent_event WHERE served_id = '${id}' AND topic_id IS NOT NULL`,
    );
    expect(stored).toEqual({ evidence: '{"address_from_sale": true}' });
    const [entry] = await rows(
      `SELECT convert_from(leaf, 'UTF8') AS leaf FROM ledger.entry WHERE id = '${String(events?.[1]?.['entry'])}'`,
    );
    expect(String(entry?.['leaf'])).toContain(String(served.json()['hash']));
    expect(String(entry?.['leaf'])).not.toContain('192.0.2.77');
  });

  it.each([
    ['a notice that was never served', { served: '019aa4d6-0c00-7000-8000-000000000000' }, 'unknown_notice'],
    [
      'a request that was never made',
      { kind: 'confirmed', request: '019aa4d6-0c00-7000-8000-000000000000' },
      'invalid_request',
    ],
  ])('is not recorded on %s', async (_what, body, code) => {
    await contact('fay');
    expect((await record('fay', body)).json()).toMatchObject({ code });
  });

  it('is not recorded on what was served after it, nor on what is served tomorrow', async () => {
    await contact('ida');
    const notice = { key: 'terms', version: 1, language: 'en' };
    const serve = (more: object = {}) =>
      api.send('POST', '/v1/served-notices', { key, body: { notice, method: 'web_form', ...more } });
    const { id } = (await serve()).json<{ id: string }>();
    const before = new Date(Date.now() - 3_600_000).toISOString();
    expect((await record('ida', { served: id, occurredAt: before })).json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/served' }],
    });
    expect((await record('ida', { served: id })).status).toBe(201);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect((await serve({ servedAt: tomorrow })).json()).toMatchObject({ errors: [{ pointer: '/servedAt' }] });
  });

  it('is not recorded on what was served to somebody else, also when both come at once', async () => {
    for (const who of ['kim', 'leo', 'mia', 'noa']) await contact(who);
    const notice = { key: 'terms', version: 1, language: 'en' };
    const serve = async (): Promise<string> => {
      const made = await api.send('POST', '/v1/served-notices', { key, body: { notice, method: 'web_form' } });
      return made.json<{ id: string }>().id;
    };
    const served = await serve();
    expect((await record('kim', { served })).status).toBe(201);
    expect((await record('kim', { served, topics: [] })).status).toBe(201);
    const answer = await record('leo', { served });
    expect([answer.status, answer.json()]).toMatchObject([400, { code: 'invalid_request', errors: [{ pointer: '/served' }] }]); // prettier-ignore
    expect((await record('leo', { served, kind: 'withdrawn' })).status).toBe(201);
    for (let i = 0; i < 5; i++) {
      const both = { served: await serve() };
      const answers = await Promise.all(['mia', 'noa'].map((who) => record(who, both)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 400]);
    }
  });

  it('is not recorded on a notice that was published after it', async () => {
    await contact('oli');
    const notice = { key: 'terms', version: 1, language: 'en' };
    const longAgo = '2024-05-01T10:00:00Z';
    const answer = await record('oli', { notice, occurredAt: longAgo });
    expect([answer.status, answer.json()]).toMatchObject([400, { code: 'invalid_request', errors: [{ pointer: '/notice' }] }]); // prettier-ignore
    const body = { notice, method: 'web_form', servedAt: longAgo };
    expect((await api.send('POST', '/v1/served-notices', { key, body })).json()).toMatchObject({
      errors: [{ pointer: '/servedAt' }],
    });
    expect((await record('oli', { wording: 'Yes', occurredAt: longAgo })).status).toBe(201);
    expect((await record('oli', { notice, kind: 'withdrawn', occurredAt: longAgo })).status).toBe(201);
    const row = { externalId: 'oli', channel: 'email', address: 'oli@people.example', purpose: 'commercial', topics: ['newsletter'], kind: 'granted', method: 'paper', notice, occurredAt: longAgo }; // prettier-ignore
    const listed = await api.send('POST', '/v1/contacts:import', { key, raw: JSON.stringify(row), headers: { 'content-type': 'application/x-ndjson' } }); // prettier-ignore
    expect(listed.text).toContain('published after the consent');
  });

  it('has a receipt that says whether it renewed another', async () => {
    await contact('jon');
    const receiptOf = async (answer: Awaited<ReturnType<typeof record>>) => {
      const event = answer.json<{ events: { id: string; topic: string | null }[] }>().events.at(-1)?.id ?? '';
      const receipt = await api.send('GET', `/v1/contacts/jon/consents/${event}/receipt`, { key });
      return receipt.json<{ 'dpv:hasRecordOfActivity': object }>()['dpv:hasRecordOfActivity'];
    };
    const given = (status: string) => ({ 'dpv:hasConsentStatus': { '@type': [status, 'dpv:ExpressedConsent'] } });
    expect(await receiptOf(await record('jon', {}))).toMatchObject(given('dpv:ConsentGiven'));
    const again = await receiptOf(await record('jon', { wording: 'Yes, again' }));
    expect(again).toMatchObject(given('dpv:RenewedConsentGiven'));
  });

  it('rests on something that there is: another word is refused, and the answer names those that are known', async () => {
    await contact('odd-basis');
    for (const legalBasis of ['blah', 'Consent', 'withdrawal']) {
      const answer = await record('odd-basis', { legalBasis });
      expect([answer.status, answer.json()]).toMatchObject([400, { errors: [{ pointer: '/legalBasis' }] }]);
      expect(answer.text).toMatch(/one of consent, express, implied_purchase, .*legitimate_interests/);
    }
    expect((await record('odd-basis', { kind: 'withdrawn', legalBasis: 'withdrawal' })).status).toBe(201);
    const raw = JSON.stringify({ externalId: 'odd-basis', channel: 'email', address: 'x@people.example', purpose: 'commercial', legalBasis: 'blah' }); // prettier-ignore
    const listed = await api.send('POST', '/v1/contacts:import', { key, raw, headers: { 'content-type': 'application/x-ndjson' } }); // prettier-ignore
    expect(listed.text).toMatch(/"code":"invalid".*legalBasis: must be one of consent, express/);
    for (const [legalBasis, status] of [
      ['blah', 400],
      ['eu-gdpr:A6-1-f', 201],
    ] as const) {
      const body = { enforcement: 'permissive', legalBasis, labels: { de: 'Tipps', en: 'Tips' } };
      const answer = await api.send('PUT', '/v1/purposes/odd-tips', { key, body });
      expect([answer.status, status === 201 || answer.text.includes('must be one of consent')]).toEqual([status, true]);
    }
    // What a list says nothing of rests on what its purpose does, and no court reads of a consent.
    await contact('listed-tips', 'tips@people.example');
    const row = { externalId: 'listed-tips', channel: 'email', address: 'tips@people.example', purpose: 'odd-tips' };
    await api.send('POST', '/v1/contacts:import', { key, raw: JSON.stringify(row), headers: { 'content-type': 'application/x-ndjson' } }); // prettier-ignore
    const history = await api.send('GET', '/v1/contacts/listed-tips/history', { key });
    const [event] = history.json<{ contactPoints: { events: { id: string; legalBasis: string }[] }[] }>().contactPoints.flatMap((point) => point.events); // prettier-ignore
    expect(event?.legalBasis).toBe('legitimate_interests');
    const receipt = await api.send('GET', `/v1/contacts/listed-tips/consents/${event?.id}/receipt`, { key });
    expect(receipt.text).toContain('dpv:LegitimateInterestNotObjected');
    expect((await states('listed-tips'))[0]?.dpv).toBe('https://w3id.org/dpv#LegitimateInterestNotObjected');
    // Taken back, it never was: the no that follows ends nothing.
    const imports = (await api.send('GET', '/v1/imports', { key })).json<{ items: { id: string }[] }>().items;
    await api.send('POST', `/v1/imports/${imports[0]?.id}/undo`, { key });
    const { events } = (await brand.say('listed-tips', 'withdrawn', { purpose: 'odd-tips', topics: [] })).json<{ events: { id: string }[] }>(); // prettier-ignore
    const no = await api.send('GET', `/v1/contacts/listed-tips/consents/${events[0]?.id}/receipt`, { key });
    expect(no.text).toContain('dpv:ConsentRefused');
  });

  it('to a purpose as a whole is withdrawn for a topic, and one that was never given is refused', async () => {
    const no = async (id: string) => {
      const { events } = (await brand.say(id, 'withdrawn')).json<{ events: { id: string }[] }>();
      const receipt = await api.send('GET', `/v1/contacts/${id}/consents/${events.at(-1)?.id}/receipt`, { key });
      return [receipt.text.includes('eu-gdpr:A7-3'), (await newsletter(id))?.dpv.split('#')[1]];
    };
    await contact('whole');
    await record('whole', { topics: [] });
    expect(await no('whole')).toEqual([true, 'ConsentWithdrawn']);
    await contact('customer');
    const enforce = (enforcement: string) => {
      const body = { enforcement, legalBasis: 'consent', labels: { de: 'Neuigkeiten', en: 'News' } };
      return api.send('PUT', '/v1/purposes/commercial', { key, body });
    };
    await enforce('permissive');
    expect((await record('customer', { legalBasis: 'soft_opt_in' })).status).toBe(201);
    await enforce('restrictive');
    expect(await no('customer')).toEqual([false, 'ConsentRefused']);
    await contact('never');
    expect(await no('never')).toEqual([false, 'ConsentRefused']);
  });

  it('by mail proves nothing about a number', async () => {
    await api.send('PUT', '/v1/contacts/gil', {
      key,
      body: {
        contactPoints: [
          { channel: 'email', address: 'gil@people.example' },
          { channel: 'phone', address: '+4930123456' },
        ],
      },
    });
    const requested = await record('gil', { kind: 'requested' });
    const request = requested.json<{ events: { id: string }[] }>().events[1]?.id;
    const claim = { kind: 'confirmed', request };
    expect((await record('gil', { ...claim, channel: 'phone' })).json()).toMatchObject({ code: 'invalid_request' });
    expect((await record('gil', claim)).status).toBe(201);
    expect((await newsletter('gil'))?.status).toBe('confirmed');
  });

  it('stands as of any instant, as it was known at any other, and says so in a sentence', async () => {
    await contact('hal');
    const day = (n: number) => `2026-03-0${n}T12:00:00Z`;
    await record('hal', { occurredAt: day(1) });
    const beforeTold = new Date().toISOString();
    await record('hal', { kind: 'withdrawn', occurredAt: day(3), method: 'phone' });

    expect(await newsletter('hal', `?at=${day(2)}`)).toMatchObject({ status: 'granted' });
    expect(await newsletter('hal', `?at=${day(4)}`)).toMatchObject({
      status: 'withdrawn',
      dpv: 'https://w3id.org/dpv#ConsentWithdrawn',
      explanation: { de: 'Am 3. März 2026 am Telefon widerrufen.', en: 'Withdrawn on 3 March 2026 on the phone.' },
    });
    expect(await newsletter('hal', `?at=${day(4)}&asKnownAt=${beforeTold}`)).toMatchObject({ status: 'granted' });
    expect(await states('hal', '?at=2026-02-01T00:00:00Z')).toEqual([]);
    expect(await states('hal', `?asKnownAt=${day(4)}`)).toEqual([]);
    expect((await newsletter('hal'))?.status).toBe('withdrawn');
  });

  it('of one who left counts for another with the same address', async () => {
    await contact('ida', 'shared@people.example');
    await contact('jon', 'shared@people.example');
    await record('jon', {});
    await record('ida', { kind: 'withdrawn' });
    expect(await newsletter('jon')).toMatchObject({ status: 'withdrawn', elsewhere: true });
    expect(await newsletter('ida')).toMatchObject({ status: 'withdrawn', elsewhere: false });
  });

  it('given again is renewed', async () => {
    await contact('kim');
    await record('kim', {});
    await record('kim', { kind: 'withdrawn' });
    await record('kim', { occurredAt: new Date(Date.now() + 1_000).toISOString() });
    expect(await newsletter('kim')).toMatchObject({ dpv: 'https://w3id.org/dpv#RenewedConsentGiven' });
  });

  async function rows(sql: string): Promise<Record<string, unknown>[]> {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: api.database.urls.admin });
    await client.connect();
    try {
      return (await client.query(sql)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }
});
