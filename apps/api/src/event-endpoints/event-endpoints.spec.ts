import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import pg from 'pg';
import { Sequencer } from '#lib/ledger';
import { deriveKeys } from '#lib/platform';
import { EventDispatcher } from '#lib/sending';
import {
  type ArrivedRequest,
  type HttpProviderServer,
  startHttpProvider,
} from '../../../../test/support/http-provider.js';
import { until } from '../../../../test/support/until.js';
import { RunningApi } from '../testing/running-api.js';

const ADDRESS = 'ada@people.example';

interface Event {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly data: Record<string, unknown>;
}
interface Delivery {
  readonly entry: string;
  readonly status: string;
  readonly attempts: number;
  readonly tries: readonly { readonly at: string; readonly answer: string }[];
  readonly answer: string | null;
  readonly nextTryAt: string | null;
}

describe('an endpoint of events', () => {
  let api: RunningApi;
  let http: HttpProviderServer;
  let sequencer: Sequencer;
  let key: string;
  let n = 0;

  beforeAll(async () => {
    http = await startHttpProvider(() => ({ status: 204 }));
    api = await RunningApi.start({ EVENT_HOSTS: http.host });
    const { ledgerKek: kek, ledgerMac: macKey } = deriveKeys(api.config.MASTER_KEY);
    sequencer = new Sequencer({ url: api.database.urls.sequencer, keys: { kek, macKey } });
    key = await api.brand('acme');
    await api.brand('other');
    const labels = { de: 'Werbung', en: 'Marketing' };
    await send('PUT', '/v1/purposes/marketing', { enforcement: 'restrictive', legalBasis: 'consent', labels });
    await send('PUT', '/v1/topics/news', { purpose: 'marketing', labels });
  });
  afterAll(async () => {
    await sequencer.stop();
    await api.stop();
    await http.close();
  });
  beforeEach(() => {
    http.react = () => ({ status: 204 });
    http.arrived.length = 0;
  });

  const send = (method: string, path: string, body?: unknown) => api.send(method, path, { key, body });
  const asAdmin = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: api.database.urls.admin });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const makeDue = () => asAdmin(`UPDATE sending.event_delivery SET due_at = now() WHERE status = 'waiting'`);

  /** A new endpoint, the only one that is enabled; answers its key and its secret. */
  const endpoint = async (more: object = {}): Promise<{ name: string; secret: string }> => {
    await asAdmin('UPDATE sending.event_endpoint SET enabled = false');
    const name = `hook-${++n}`;
    const answer = await send('PUT', `/v1/event-endpoints/${name}`, { url: `${http.url}/${name}`, ...more });
    expect(answer.status).toBe(201);
    return { name, secret: answer.json<{ secret: string }>().secret };
  };
  /** Somebody new agrees, and leaves; answers their external id. */
  const comeAndGo = async (): Promise<string> => {
    const id = `crm-${++n}`;
    await send('PUT', `/v1/contacts/${id}`, { contactPoints: [{ channel: 'email', address: ADDRESS }] });
    const event = (kind: string) => ({
      channel: 'email',
      topics: ['news'],
      purpose: 'marketing',
      kind,
      legalBasis: 'consent',
      occurredAt: new Date().toISOString(),
      method: 'form',
      wording: 'Yes, please.',
    });
    for (const kind of ['granted', 'withdrawn'])
      expect((await send('POST', `/v1/contacts/${id}/consents`, event(kind))).status).toBeLessThan(300);
    return id;
  };
  const tell = async (): Promise<void> => {
    while ((await sequencer.runOnce()) > 0);
    const events = api.app.get(EventDispatcher, { strict: false });
    await events.round();
    await events.idle();
  };
  const open = ({ body, headers }: ArrivedRequest, secret: string): Event =>
    new Webhook(secret).verify(body.toString(), headers as Record<string, string>) as Event;
  const deliveries = async (name: string): Promise<Delivery[]> =>
    (await send('GET', `/v1/event-endpoints/${name}/deliveries`)).json<{ items: Delivery[] }>().items;

  it('is told what people express, signed, in CloudEvents, with keys and ids and no address', async () => {
    const before = await comeAndGo();
    while ((await sequencer.runOnce()) > 0);
    const { name, secret } = await endpoint();
    const contact = await comeAndGo();
    await tell();

    const events = http.arrived.map((request) => open(request, secret));
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['consent.granted', 'consent.withdrawn']));
    const withdrawn = events.find(({ type }) => type === 'consent.withdrawn');
    expect(withdrawn).toMatchObject({
      specversion: '1.0',
      source: '/v1/brands/acme',
      subject: contact,
      datacontenttype: 'application/json',
      data: { contact, channel: 'email', purpose: 'marketing', topic: 'news', legalBasis: 'consent', via: 'form' },
    });
    const { contactPoints } = (await send('GET', `/v1/contacts/${contact}/history`)).json<{
      contactPoints: { events: { id: string; kind: string; topic: string | null }[] }[];
    }>();
    const said = contactPoints.flatMap((point) => point.events).filter(({ kind }) => kind === 'withdrawn');
    expect(said.map(({ id }) => id)).toContain(withdrawn?.data['event']);
    expect(http.arrived.map(({ headers }) => headers['webhook-id'])).toEqual(events.map(({ id }) => id));
    expect(http.arrived[0]?.headers['content-type']).toBe('application/cloudevents+json');
    const all = http.arrived.map(({ body }) => body.toString()).join();
    expect([all.includes('people.example'), all.includes(`"${before}"`)]).toEqual([false, false]);

    await tell();
    expect(http.arrived).toHaveLength(events.length);
    expect(await deliveries(name)).toHaveLength(events.length);
    for (const one of await deliveries(name))
      expect(one).toMatchObject({ status: 'delivered', attempts: 1, answer: '204' });
    const entry = await send('GET', `/v1/ledger/entries/${withdrawn?.id ?? ''}`);
    expect(entry.json()).toMatchObject({ status: 'integrated', position: withdrawn?.data['position'] });
  });

  it('is told of what it wants alone, and nothing of another brand', async () => {
    const { secret } = await endpoint({ types: ['consent.withdrawn'] });
    await comeAndGo();
    key = await api.key({ brand: 'other' });
    await send('PUT', '/v1/contacts/x', { contactPoints: [{ channel: 'email', address: ADDRESS }] });
    key = await api.key({ brand: 'acme' });
    await tell();
    expect(new Set(http.arrived.map((request) => open(request, secret).type))).toEqual(new Set(['consent.withdrawn']));
  });

  it('shows its signing key once, and while keys change both sign', async () => {
    const { name, secret } = await endpoint();
    for (const shown of [
      await send('GET', `/v1/event-endpoints/${name}`),
      await send('GET', '/v1/event-endpoints'),
      await send('PUT', `/v1/event-endpoints/${name}`, { url: `${http.url}/${name}` }),
    ])
      expect([shown.status, shown.text.includes('whsec_')]).toEqual([200, false]);

    const second = (await send('POST', `/v1/event-endpoints/${name}/rotate`, {})).json<{ secret: string }>().secret;
    await comeAndGo();
    await tell();
    for (const request of http.arrived) expect(open(request, secret)).toEqual(open(request, second));
    const third = await send('POST', `/v1/event-endpoints/${name}/rotate`, { overlapHours: 0 });
    http.arrived.length = 0;
    await comeAndGo();
    await tell();
    expect(http.arrived.length).toBeGreaterThan(0);
    for (const request of http.arrived) {
      expect(open(request, third.json<{ secret: string }>().secret)).toBeDefined();
      expect(() => open(request, second)).toThrow();
    }
  });

  it('is told again under the same id until it answers, also by another worker when the first one died', async () => {
    const { name, secret } = await endpoint({ types: ['consent.withdrawn'] });
    http.react = () => ({ status: 500 });
    await comeAndGo();
    const begun = Date.now();
    await tell();
    const [first] = await deliveries(name);
    expect(first).toMatchObject({ status: 'waiting', attempts: 1, answer: '500' });
    const pause = Date.parse(first?.nextTryAt ?? '') - begun;
    expect(pause).toBeGreaterThan(4_000);
    expect(pause).toBeLessThan(10_000);
    const tries = http.arrived.length;
    await tell();
    expect(http.arrived).toHaveLength(tries);

    // A worker that died has taken it and said nothing more.
    await asAdmin(`UPDATE sending.event_delivery SET attempts = 2, due_at = now() + interval '1 minute'
                    WHERE status = 'waiting'`);
    http.react = () => ({ status: 200 });
    await tell();
    expect(http.arrived).toHaveLength(tries);
    await makeDue();
    await tell();
    expect((await deliveries(name)).map(({ status, attempts }) => ({ status, attempts }))).toEqual(
      Array(tries).fill({ status: 'delivered', attempts: 3 }),
    );
    // The worker that died said nothing of its try; a replay begins anew and forgets none.
    const answers = async () => (await deliveries(name)).map((one) => one.tries.map(({ answer }) => answer).join());
    expect(await answers()).toEqual(Array(tries).fill('500,200'));
    const ids = http.arrived.map((request) => open(request, secret).id);
    const entries = (await deliveries(name)).map(({ entry }) => entry);
    expect((await send('POST', `/v1/event-endpoints/${name}/replay`, { entries })).status).toBeLessThan(300);
    await tell();
    expect(await answers()).toEqual(Array(tries).fill('500,200,200'));
    expect(new Set(ids.slice(0, tries))).toEqual(new Set(ids.slice(tries)));
  });

  it('is left alone after 410, and goes on where it stood when it is put anew', async () => {
    const { name, secret } = await endpoint({ types: ['consent.withdrawn'] });
    http.react = () => ({ status: 410 });
    const gone = await comeAndGo();
    await tell();
    const standing = await send('GET', `/v1/event-endpoints/${name}`);
    expect(standing.json()).toMatchObject({ enabled: false, disabledAs: 'gone' });
    const meanwhile = await comeAndGo();
    http.react = () => ({ status: 204 });
    http.arrived.length = 0;
    await makeDue();
    await tell();
    expect(http.arrived).toEqual([]);

    await send('PUT', `/v1/event-endpoints/${name}`, { url: `${http.url}/${name}`, types: ['consent.withdrawn'] });
    await tell();
    const told = http.arrived.map((request) => open(request, secret).subject);
    expect(new Set(told)).toEqual(new Set([gone, meanwhile]));
  });

  it('is not left alone for what its address of before said, and events begin anew at the next', async () => {
    const { name } = await endpoint({ types: ['consent.withdrawn'] });
    http.react = ({ path }) => (path.endsWith('/new') ? { status: 500 } : { status: 410, delayMs: 4_000 });
    await comeAndGo();
    const telling = tell();
    await until('a call to the address of before', () => http.arrived.length > 0);
    const put = await send('PUT', `/v1/event-endpoints/${name}`, {
      url: `${http.url}/new`,
      types: ['consent.withdrawn'],
    });
    expect(put.status).toBe(200);
    await telling;
    const standing = await send('GET', `/v1/event-endpoints/${name}`);
    expect(standing.json()).toMatchObject({ enabled: true, disabledAs: null });
    await makeDue();
    await tell();
    const told = await deliveries(name);
    expect(told.map(({ attempts, tries }) => [attempts, ...tries.map(({ answer }) => answer)])).toEqual(
      told.map(() => [1, '410', '500']),
    );
    expect(told.length).toBeGreaterThan(0);
  });

  it('is told again what it asks for: some, what failed, or all from a position on', async () => {
    const { name, secret } = await endpoint({ types: ['consent.withdrawn'] });
    await comeAndGo();
    await tell();
    const replay = async (body: object): Promise<Event[]> => {
      http.arrived.length = 0;
      const answer = await send('POST', `/v1/event-endpoints/${name}/replay`, body);
      expect(answer.status).toBe(200);
      await tell();
      expect(answer.json<{ again: number }>().again).toBeLessThanOrEqual(http.arrived.length);
      return http.arrived.map((request) => open(request, secret));
    };
    const [one] = await deliveries(name);
    expect((await replay({ entries: [one?.entry] })).map(({ id }) => id)).toEqual([one?.entry]);
    expect(await replay({ failed: true })).toEqual([]);
    await asAdmin(`UPDATE sending.event_delivery SET status = 'failed' WHERE entry_id = '${one?.entry ?? ''}'`);
    expect((await replay({ failed: true })).map(({ id }) => id)).toEqual([one?.entry]);
    const all = await replay({ after: -1 });
    expect(all.length).toBeGreaterThan(2);
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(['consent.withdrawn']));
  });

  it.each([
    'http://127.0.0.1:1/',
    'https://127.0.0.1/',
    'https://10.1.2.3/',
    'https://[::1]/',
    'http://example.org/',
    'https://user:pass@example.org/',
    'https://example.org:5432/',
  ])('is not put at %s', async (url) => {
    const answer = await send('PUT', '/v1/event-endpoints/inside', { url });
    expect([answer.status, answer.json()['code']]).toEqual([400, 'invalid_request']);
  });

  it('is told the others while it is slow with one', async () => {
    for (let i = 0; i < 14; i++) await comeAndGo();
    while ((await sequencer.runOnce()) > 0);
    const { name } = await endpoint({ types: ['consent.granted', 'consent.withdrawn'] });
    await send('POST', `/v1/event-endpoints/${name}/replay`, { after: -1 });
    let slow: string | undefined;
    http.react = ({ headers }) =>
      (slow ??= String(headers['webhook-id'])) === headers['webhook-id']
        ? { status: 204, delayMs: 3_000 }
        : { status: 204 };
    const events = api.app.get(EventDispatcher, { strict: false });
    await events.round();
    const waiting = async () => (await deliveries(name)).filter(({ status }) => status === 'waiting');
    await until('the others', async () => http.arrived.length >= 28 && (await waiting()).length === 1, 2_500);
    expect(await waiting()).toMatchObject([{ entry: slow }]);
    await events.idle();
    expect(await waiting()).toEqual([]);
  });

  it('is not called at a name that leads inside', async () => {
    const { name } = await endpoint({ types: ['consent.withdrawn'], url: 'https://localhost/' });
    await comeAndGo();
    await tell();
    expect((await deliveries(name))[0]).toMatchObject({ status: 'waiting', answer: 'not_a_public_address' });
  });

  it('is one of fifty at most', async () => {
    const { name } = await endpoint();
    await asAdmin(`
      INSERT INTO sending.event_endpoint
      SELECT (jsonb_populate_record(NULL::sending.event_endpoint, to_jsonb(e) || jsonb_build_object('id', gen_random_uuid(), 'key', 'more-' || g, 'enabled', false))).*
        FROM (SELECT * FROM sending.event_endpoint LIMIT 1) e
        CROSS JOIN generate_series(1, 50 - (SELECT count(*)::int FROM sending.event_endpoint)) g`);
    const answer = await send('PUT', '/v1/event-endpoints/one-more', { url: `${http.url}/one-more` });
    expect([answer.status, answer.json()]).toMatchObject([409, { code: 'conflict' }]);
    const changed = await send('PUT', `/v1/event-endpoints/${name}`, { url: `${http.url}/changed` });
    expect(changed.status).toBe(200);
  });
});
