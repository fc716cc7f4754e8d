import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiscoveryService } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { controllersOf, type Route, routeTable } from '../../apps/api/src/http/route.js';
import { type Answered, RunningApi, SET_UP_BODIES } from '../../apps/api/src/testing/running-api.js';
import { consent } from '../support/installation.js';
import { NO_LAW } from '../support/no-law.js';

/** Routes of the API whose answer depends on an identifier in the path; channels and feeds are none, every brand has each. */
const NAMED = /:(?!(?:channel|set)\b)[A-Za-z]+/;
const UNKNOWN_ID = '019aa4d6-0c00-7000-8000-00000000dead';

/** Lists that are asked for with something. */
const NEEDED: Readonly<Record<string, string>> = {
  '/v1/reports/figure': '?report=acquisition&column=leads',
  '/v1/reports/variants/outcomes': '?campaign=x&variant=a&what=won',
};

const KEPT_BYTES = '/v1/reports/snapshots/kept';

describe('a key of another brand', () => {
  let api: RunningApi;
  /** The brand that owns everything, and the one that looks. */
  let owner: string;
  let stranger: string;
  let routes: Route[];
  /** What the owner's things are called, by the first part of a path under /v1. */
  const names = new Map<string, string>();
  /** An event of the owner's contact, for routes that name one too. */
  let eventId: string;

  beforeAll(async () => {
    api = await RunningApi.start();
    owner = await api.brand('acme');
    stranger = await api.brand('other');
    const operator = await api.key({});
    routes = routeTable(controllersOf(api.app.get(DiscoveryService, { strict: false })));
    const ok = async (method: string, path: string, body: object, headers = {}): Promise<Answered> => {
      const answer = await api.send(method, path, {
        key: path.startsWith('/v1/brands') ? operator : owner,
        body,
        headers,
      });
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      return answer;
    };
    for (const { method, path, body } of SET_UP_BODIES) {
      const answer = await ok(method, path, body);
      const made = answer.json<{ key?: string; id?: string }>();
      const kind = path.split('/')[2] ?? '';
      names.set(kind, kind === 'keys' ? (made.id ?? '') : (made.key ?? ''));
    }
    await ok('POST', '/v1/policies', { key: 'default', caps: [], quietHours: [], rates: [], jurisdiction: NO_LAW });
    await ok('PUT', '/v1/contacts/ada', { contactPoints: [{ channel: 'email', address: 'ada@people.example' }] });
    names.set('contacts', 'ada');
    const consented = await ok('POST', '/v1/contacts/ada/consents', {
      ...{ ...consent('granted', ['news']), purpose: 'marketing' },
    });
    eventId = consented.json<{ events: { id: string }[] }>().events[0]?.id ?? '';
    const sent = await ok(
      'POST',
      '/v1/messages',
      { to: 'ada', template: 'Welcome', topic: 'news' },
      { 'idempotency-key': 'owner-1' },
    );
    const messageId = sent.json<{ id: string }>().id;
    names.set('messages', messageId);
    const entries = (await api.send('GET', `/v1/messages/${messageId}`, { key: owner })).json<{
      entries: { id: string }[];
    }>().entries;
    names.set('ledger', entries[0]?.id ?? '');
    const rows = await api.send('POST', '/v1/contacts:import', {
      ...{ key: owner, headers: { 'content-type': 'text/csv' } },
      raw: 'externalId,channel,address\nida,email,ida@people.example',
    });
    const summary = JSON.parse(rows.text.trim().split('\n').at(-1) ?? '') as { import: { id: string } };
    names.set('imports', summary.import.id);
    await ok('PUT', '/v1/double-opt-in/email', { validDays: 3 });
    const ordered = await ok('POST', '/v1/reports/exports', { feed: 'Costs', format: 'ndjson' });
    names.set('reports', ordered.json<{ id: string }>().id);
    names.set('exports', (await ok('POST', '/v1/exports', { contact: 'ada' })).json<{ id: string }>().id);
  }, 60_000);
  afterAll(() => api.stop());

  const kindOf = ({ path }: Route): string => path.split('/')[2] ?? '';
  const fill = ({ path }: Route, name: string): string =>
    path.replaceAll('::', '\0').replace(NAMED, name).replace(':eventId', eventId).replaceAll('\0', ':');
  /** A body that the route takes, so that the answer is about the thing and not about the body. */
  const bodyFor = (route: Route): object | undefined => {
    if (!route.body.used) return undefined;
    if (route.path.endsWith('/consents')) return consent('granted');
    if (route.path.endsWith('/rotate')) return { overlapHours: 0 };
    if (route.path.endsWith('/preview')) return {};
    if (route.path.endsWith('/test-send')) return { to: 'ada', topic: 'news' };
    return SET_UP_BODIES.find(({ path }) => path.startsWith(`/v1/${kindOf(route)}`))?.body ?? {};
  };

  it('finds nothing by the names and ids of the first, exactly as if they did not exist', async () => {
    // A PUT makes a thing of the caller's own under that name; the next test is about those.
    // Webhooks are believed by their signature and by no key; their own spec forges them.
    const tried = routes.filter(
      ({ path, method, access }) => NAMED.test(path.replaceAll('::', '')) && method !== 'PUT' && access !== 'public',
    );
    expect(new Set(tried.map(kindOf))).toEqual(new Set(names.keys()));
    for (const route of tried) {
      const name = names.get(kindOf(route)) ?? '';
      const unknown = /^[0-9a-f-]{36}$/.test(name) ? UNKNOWN_ID : `un${name}`;
      const body = bodyFor(route);
      const request = { key: stranger, ...(body === undefined ? {} : { body }) };
      const foreign = await api.send(route.method, fill(route, name), request);
      const missing = await api.send(route.method, fill(route, unknown), request);
      expect([route.method, route.path, foreign.status, foreign.text]).toEqual([
        route.method,
        route.path,
        missing.status,
        missing.text,
      ]);
      expect(foreign.status).toBeGreaterThanOrEqual(400);
      expect(foreign.status).toBeLessThan(500);
      expect(Object.keys(foreign.headers).sort()).toEqual(Object.keys(missing.headers).sort());
      // The owner is not refused: the answer above is about the brand, not about the request.
      if (route.method !== 'GET') continue;
      const own = await api.send('GET', fill(route, name), { key: owner });
      // Nobody publishes here, so there is no proof or bundle yet; that is told to the owner alone.
      expect([route.path, own.status]).toEqual([route.path, /\/(proof|bundle|file)$/.test(route.path) ? 409 : 200]);
    }
  }, 60_000);

  it('makes things of its own under the same names, and changes none of the first', async () => {
    const read = async (): Promise<string[]> => {
      const lists = routes.filter(({ method, path }) => method === 'GET' && /^\/v1\/[a-z]+$/.test(path));
      expect(lists.length).toBeGreaterThan(7);
      const answers = await Promise.all(
        [
          ...lists.map(({ path }) => path),
          ...['/v1/contacts/ada', '/v1/contacts/ada/history', '/v1/double-opt-in/email', '/v1/erasure-requests'],
        ].map((path) => api.send('GET', path, { key: owner })),
      );
      return answers.map(({ text }) => text);
    };
    const before = await read();
    for (const { method, path, body } of SET_UP_BODIES.filter(
      (one) => one.path !== '/v1/brands/acme' && one.path !== '/v1/keys',
    ))
      expect((await api.send(method, path, { key: stranger, body })).status).toBe(201);
    expect((await api.send('GET', '/v1/double-opt-in/email', { key: stranger })).status).toBe(404);
    await api.send('PUT', '/v1/double-opt-in/email', { key: stranger, body: { validDays: 9 } });
    await api.send('PUT', '/v1/contacts/ada', { key: stranger, body: { language: 'fr', contactPoints: [] } });
    expect((await api.send('PUT', '/v1/brands/acme', { key: stranger, body: SET_UP_BODIES[0]?.body })).status).toBe(
      404,
    );
    expect(await read()).toEqual(before);
  }, 60_000);

  it('cannot send with, to or about what is the first’s', async () => {
    const third = await api.brand('third');
    const ask = (path: string, body: object, idempotencyKey: string = randomUUID()) =>
      api.send('POST', path, { key: third, body, headers: { 'idempotency-key': idempotencyKey } });
    const message = { to: 'ada', template: 'Welcome', topic: 'news', campaign: 'Spring-2027', policy: 'standard' };
    const unknown = { to: 'nobody', template: 'Nothing', topic: 'nothing', campaign: 'Nothing', policy: 'nothing' };
    for (const path of ['/v1/messages', '/v1/decisions'])
      expect((await ask(path, message)).text).toBe((await ask(path, unknown)).text);
    const asOwner = await api.send('POST', '/v1/decisions', { key: owner, body: message });
    expect(asOwner.status).toBe(200);
    // The same Idempotency-Key in two brands is two keys.
    expect((await ask('/v1/messages', message, 'owner-1')).json()).toMatchObject({
      code: expect.stringMatching(/^unknown_/),
    });
    const issued = await api.send('POST', '/v1/keys', {
      key: third,
      body: { name: 'x', brand: 'acme', scopes: ['setup:read'] },
    });
    const nowhere = await api.send('POST', '/v1/keys', {
      key: third,
      body: { name: 'x', brand: 'nowhere', scopes: ['setup:read'] },
    });
    expect([issued.status, issued.text]).toEqual([nowhere.status, nowhere.text]);
    expect(issued.status).toBe(404);
  }, 60_000);

  it('is listed nothing of the first, in the log as little as elsewhere', async () => {
    const fourth = await api.brand('fourth');
    const lists = routes.filter(
      ({ method, path, access }) =>
        method === 'GET' &&
        path.startsWith('/v1/') &&
        !path.includes(':') &&
        access !== 'metrics:read' &&
        path !== KEPT_BYTES,
    );
    // One report of one month is no list: there is none.
    expect((await api.send('GET', `${KEPT_BYTES}?month=2026-01&report=sales`, { key: fourth })).status).toBe(404);
    expect(lists.length).toBeGreaterThan(8);
    for (const { path } of lists) {
      const { status, text } = await api.send('GET', `${path}${NEEDED[path] ?? ''}`, { key: fourth });
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toContain('acme');
      for (const [kind, name] of names)
        if (kind !== 'contacts') expect([path, kind, text.includes(`"${name}"`)]).toEqual([path, kind, false]);
    }
  }, 60_000);
});
