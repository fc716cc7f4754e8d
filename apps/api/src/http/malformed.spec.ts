import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiscoveryService } from '@nestjs/core';
import { everyNth, LONG } from '../../../../test/support/form.js';
import { RunningApi, SET_UP_BODIES } from '../testing/running-api.js';
import { likelyValues, seeded } from '../testing/likely-values.js';
import { controllersOf, type Route, routeTable } from './route.js';

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

/** Bodies that no route takes, whatever it is about. */
const HOSTILE: [string, string][] = [
  ['nothing', ''],
  ['half an object', '{"key":'],
  ['no JSON', 'key=value'],
  ['XML', '<a/>'],
  ['a number', '1'],
  ['a string', '"x"'],
  ['null', 'null'],
  ['true', 'true'],
  ['an array', '[]'],
  ['an array of objects', '[{}]'],
  ['an unknown property', '{"tenantId":"x","status":"sent"}'],
  ['__proto__', '{"__proto__":{"isAdmin":true}}'],
  ['__proto__ in escapes', '{"\\u005f_proto__":{"isAdmin":true}}'],
  ['constructor.prototype', '{"constructor":{"prototype":{"isAdmin":true}}}'],
  ['__proto__ deep inside', '{"labels":{"de":{"__proto__":{"x":1}}}}'],
  ['21 levels', `{"a":${deep(20)}}`],
  ['100,000 levels', deep(100_000)],
  ['two byte order marks', '\ufeff\ufeff{}'],
  ['a byte order mark inside', '{\ufeff}'],
  ['nothing but a byte order mark', '\ufeff'],
  ['NUL in a name', '{"a\\u0000":1}'],
  ['NUL in a value', '{"name":"a\\u0000b"}'],
  ['half a surrogate pair', '{"name":"\\ud800"}'],
  ['a number beyond doubles', '{"limit":1e400}'],
  ['a comment', '{/* */}'],
  ['a trailing comma', '{"a":1,}'],
  ['NaN', '{"a":NaN}'],
  ['a duplicate name', '{"key":"a","key":{}}'],
  ['an operator object', '{"key":{"$ne":null},"name":{"not":""}}'],
  ['300 kB', `{"name":"${'x'.repeat(300_000)}"}`],
  ['10,000 properties', `{${Array.from({ length: 10_000 }, (_, i) => `"p${i}":1`).join(',')}}`],
];

/** In place of each value of a good body. */
const WRONG: unknown[] = [
  null,
  0,
  1.5,
  2 ** 53,
  3_000_000_000,
  '',
  'x'.repeat(70_000),
  "'; DROP TABLE consent.brand; --",
  [null],
  { $gt: '' },
  '\u202e\u0007',
];

const MESSAGE = {
  ...{
    to: 'ada',
    template: 'news',
    templateVersion: 1,
    topic: 'newsletter',
    campaign: 'spring',
    step: 'one',
    variant: 'a',
  },
  ...{ language: 'en', variables: { name: 'Ada' }, priority: 5, policy: 'default' },
  ...{ sendAt: '2030-01-01T00:00:00Z', expiresAt: '2030-01-02T00:00:00Z' },
};
/** What is sent all day, each with all it may say. */
const EVERYDAY_BODIES: { method: 'POST' | 'PUT'; path: string; body: object }[] = [
  { method: 'POST', path: '/v1/messages', body: MESSAGE },
  { method: 'POST', path: '/v1/decisions', body: MESSAGE },
  {
    method: 'PUT',
    path: '/v1/contacts/ada',
    body: {
      ...{ language: 'en', zone: 'Europe/Berlin', country: 'DE', region: 'DE-BY', postalCode: '80331', account: 'a' },
      ...{
        segments: ['vip'],
        attributes: { tier: 1 },
        contactPoints: [{ channel: 'email', address: 'ada@people.example' }],
      },
    },
  },
  {
    method: 'POST',
    path: '/v1/contacts/ada/consents',
    body: {
      ...{ channel: 'email', purpose: 'commercial', topics: ['newsletter'], kind: 'granted', legalBasis: 'consent' },
      ...{ method: 'form', source: 'site', occurredAt: '2026-01-01T00:00:00Z', validUntil: '2030-01-01T00:00:00Z' },
      ...{ wording: 'Yes', notice: { key: 'signup', version: 1, language: 'en' }, evidence: { ip: '192.0.2.1' } },
    },
  },
];

/** Draws for each route. */
const HOW_OFTEN = LONG ? 200 : 10;

describe('malformed requests', () => {
  let api: RunningApi;
  let key: string;
  let operator: string;
  let routes: Route[];

  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    operator = await api.key({});
    routes = routeTable(controllersOf(api.app.get(DiscoveryService, { strict: false })));
  });
  afterAll(() => api.stop());

  const keyFor = (path: string) => (path.startsWith('/v1/brands') ? operator : key);

  it('are answered with a problem on every route that takes a body', async () => {
    const taking = routes.filter(({ body }) => body.used);
    const answers: string[] = [];
    let sent = 0;
    for (const [i, route] of taking.entries()) {
      const url = route.path
        .replaceAll('::', '\0')
        .replace(/:[A-Za-z]+/g, '019aa4d6-0c00-7000-8000-000000000000')
        .replaceAll('\0', ':');
      // In the short form every fourth of them, on four routes in a row all of them.
      for (const [name, raw] of everyNth(4, HOSTILE, i)) {
        const headers = { 'idempotency-key': 'k' };
        const answer = await api.send(route.method, url, { key: keyFor(route.path), raw, headers });
        sent += 1;
        const isProblem = String(answer.headers['content-type']).startsWith('application/problem+json');
        if (answer.status < 400 || answer.status >= 500 || !isProblem)
          answers.push(`${route.method} ${route.path} ${name}: ${answer.status}`);
      }
    }
    expect(sent).toBeGreaterThanOrEqual(200);
    expect(answers).toEqual([]);
  });

  it('never end in a fault where a body or a query might be right, on every route', async () => {
    const faults: string[] = [];
    const statuses = new Set<number>();
    const random = seeded(Number(process.env['PROPERTY_SEED'] ?? 1));
    const taking = routes.filter(({ body, query, path }) => (body.used || query.used) && !path.includes('webhooks'));
    for (const route of taking) {
      const drawBody = route.body.schema && likelyValues(route.body.schema, random);
      const drawQuery = route.query.schema && likelyValues(route.query.schema, random);
      const path = (): string =>
        route.path
          .replaceAll('::', '\0')
          .replace(/:[A-Za-z]+/g, () => (random() < 0.5 ? 'ada' : '019aa4d6-0c00-7000-8000-000000000000'))
          .replaceAll('\0', ':');
      for (let i = 0; i < HOW_OFTEN; i++) {
        const query = Object.entries(drawQuery?.() ?? {}).map(([k, v]): [string, string] => [k, String(v)]);
        const search = new URLSearchParams(query).toString();
        const url = `${path()}${search === '' ? '' : `?${search}`}`;
        const body = drawBody?.();
        const headers = { 'idempotency-key': randomUUID() };
        const raw = body === undefined ? {} : { raw: JSON.stringify(body) };
        const answer = await api.send(route.method, url, { key: keyFor(route.path), headers, ...raw });
        statuses.add(answer.status);
        if (answer.status >= 500) faults.push(`${route.method} ${url} ${JSON.stringify(body)}: ${answer.text}`);
      }
    }
    expect(faults).toEqual([]);
    // They are neither all refused for their form nor all taken.
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 404, 422]));
  }, 240_000);

  it('include a body where none is read', async () => {
    const refused = async (raw: string): Promise<number> =>
      (await api.send('POST', `/v1/messages/${randomUUID()}/cancel`, { key, raw })).status;
    for (const raw of ['{"unknown":1}', '[1]', '"x"', '0', deep(19)])
      expect([raw, await refused(raw)]).toEqual([raw, 400]);
    for (const raw of ['', '{}']) expect([raw, await refused(raw)]).toEqual([raw, 404]);
  });

  it('never end in a fault, whatever stands in place of one value', async () => {
    const faults: string[] = [];
    for (const [i, { method, path, body }] of [...SET_UP_BODIES, ...EVERYDAY_BODIES].entries()) {
      for (const [place, wrong] of everyNth(3, [...mutations(body)], i)) {
        const headers = { 'idempotency-key': randomUUID() };
        const answer = await api.send(method, path, { key: keyFor(path), body: wrong, headers });
        if (answer.status >= 500) faults.push(`${method} ${path} ${place}: ${answer.text}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it('name the place of each mistake by a JSON pointer', async () => {
    const body = { name: 5, legal_name: 'x', 'a/b~c': 1 };
    const answer = await api.send('PUT', '/v1/brands/acme', { key, body });
    const { errors } = answer.json<{ errors: { pointer: string }[] }>();
    expect(errors.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/name', '/legalName', '/legal_name', '/a~1b~0c']),
    );
  });

  it.each<[string, string, number]>([
    ['a media type that is not JSON', 'text/plain', 415],
    ['a form', 'application/x-www-form-urlencoded', 415],
    ['a media type with a tab (CVE-2026-25223)', 'application/json\ta', 415],
    ['a media type that only starts like JSON', 'application/jsonx', 415],
    ['a stream where an object is taken', 'application/x-ndjson', 415],
    ['JSON with a charset', 'application/json; charset=utf-8', 201],
    ['JSON with its charset in quotes', 'application/json; Charset="UTF-8"', 201],
    ['JSON in another charset', 'application/json; charset=iso-8859-1', 415],
    ['JSON in UTF-16', 'application/json; charset=utf-16', 415],
    ['a stream in another charset', 'application/x-ndjson; charset=windows-1252', 415],
  ])('%s is told by its type', async (name, type, status) => {
    const path = `/v1/purposes/typed-${name.length}`;
    const body = JSON.stringify({ enforcement: 'permissive', legalBasis: 'consent', labels: { de: 'x' } });
    const answer = await api.send('PUT', path, { key, raw: body, headers: { 'content-type': type } });
    expect(answer.status).toBe(status);
    if (status === 415) expect(answer.json()).toMatchObject({ code: 'unsupported_media_type' });
  });

  it('do not include a body that starts with a byte order mark, as exported files do', async () => {
    const body = { enforcement: 'permissive', legalBasis: 'consent', labels: { de: 'Größe' } };
    const answer = await api.send('PUT', '/v1/purposes/marked', { key, raw: `\ufeff${JSON.stringify(body)}` });
    expect([answer.status, answer.json()]).toMatchObject([201, body]);
  });

  it('include a body whose bytes are not UTF-8', async () => {
    const body = { enforcement: 'permissive', legalBasis: 'consent', labels: { de: 'Größe' } };
    const raw = Buffer.from(JSON.stringify(body), 'latin1');
    const answer = await api.send('PUT', '/v1/purposes/latin', { key, raw });
    expect([answer.status, answer.json()]).toMatchObject([400, { code: 'malformed_json' }]);
    expect(answer.text).toContain('UTF-8');
  });

  it.each([
    ['gzip', 415],
    ['br', 415],
    ['gzip, identity', 415],
    ['identity', 201],
    ['Identity', 201],
  ])('a body with the Content-Encoding %s is told by it', async (coding, status) => {
    const body = JSON.stringify({ enforcement: 'permissive', legalBasis: 'consent', labels: { de: 'x' } });
    const path = `/v1/purposes/coded-${coding.replace(/\W/g, '').toLowerCase()}${coding.length}-${coding.charCodeAt(0)}`;
    const answer = await api.send('PUT', path, { key, raw: body, headers: { 'content-encoding': coding } });
    expect(answer.status).toBe(status);
    if (status !== 415) return;
    expect(answer.json()).toMatchObject({
      code: 'unsupported_media_type',
      detail: expect.stringContaining('without compression'),
    });
    expect(answer.headers['accept-encoding']).toBe('identity');
  });

  it.each([
    '?limit=1&limit=2',
    '?limit=0',
    '?limit=x',
    '?limit=',
    '?cursor=x',
    '?cursor=%00',
    '?unknown=1',
    '?__proto__=1',
    '?limit[]=1',
    '?cursor=Zm9v%0a',
  ])('a list refuses the query %s', async (query) => {
    const answer = await api.send('GET', `/v1/purposes${query}`, { key });
    if (query === '?cursor=x') expect(answer.status).toBe(400);
    expect([answer.status, answer.json()]).toMatchObject([400, { code: 'invalid_request' }]);
  });

  it('a route without a query refuses one', async () => {
    const answer = await api.send('GET', '/v1/brands/acme?verbose=1', { key });
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { errors: [{ detail: 'query parameter verbose: is not known here' }] },
    ]);
  });

  it.each([
    '/v1/purposes/A',
    '/v1/purposes/%00',
    '/v1/purposes/..',
    `/v1/purposes/${'a'.repeat(64)}`,
    `/v1/purposes/${'a'.repeat(600)}`,
    '/v1/keys/1',
    '/v1/purposes/%F0%28',
  ])('nothing is found under %s', async (url) => {
    expect([400, 404, 414]).toContain((await api.send('GET', url, { key })).status);
  });

  it('leave prototypes as they were', () => {
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });
});

/** The body with each of its values replaced in turn, and each of its objects given a member too many. */
function* mutations(body: unknown, place = ''): Generator<[string, unknown]> {
  for (const wrong of WRONG) yield [`${place} ${JSON.stringify(wrong)?.slice(0, 30)}`, wrong];
  if (typeof body !== 'object' || body === null) return;
  for (const [name, value] of Object.entries(body)) {
    for (const [where, mutated] of mutations(value, `${place}/${name}`)) {
      yield [where, Array.isArray(body) ? body.with(Number(name), mutated) : { ...body, [name]: mutated }];
    }
  }
  if (!Array.isArray(body)) yield [`${place} +tenantId`, { ...body, tenantId: 'x' }];
}
