import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiscoveryService } from '@nestjs/core';
import { SCOPES } from '#lib/platform';
import { RunningApi } from '../testing/running-api.js';
import { controllersOf, type Route, routeTable } from './route.js';

const ID = '019aa4d6-0c00-7000-8000-000000000000';

/** A path that fits the route. */
function urlOf({ path }: Route): string {
  return path
    .replaceAll('::', '\0')
    .replace(/:id\b/, ID)
    .replace(/:[A-Za-z]+/g, 'some-key')
    .replaceAll('\0', ':');
}

describe('access to every route', () => {
  let api: RunningApi;
  let routes: Route[];
  let guarded: Route[];

  beforeAll(async () => {
    api = await RunningApi.start();
    routes = routeTable(controllersOf(api.app.get(DiscoveryService, { strict: false })));
    guarded = routes.filter(({ access }) => access !== 'public');
  });
  afterAll(() => api.stop());

  it('is declared for each, and public for those of operations, of the published log and of pages alone', () => {
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
    const open = routes.filter(({ access }) => access === 'public').map(({ method, path }) => `${method} ${path}`);
    expect(open).toEqual([
      'GET /docs',
      'GET /docs/openapi.json',
      'GET /ledger/checkpoint',
      'GET /ledger/consistency',
      'GET /ledger/tile/*',
      'GET /livez',
      'GET /readyz',
      // By a session instead of a key: report-pages.spec.ts opens each without one.
      'GET /reports',
      'GET /reports/:report',
      'GET /reports/accounts/touches',
      'GET /reports/attribution/touches',
      'GET /reports/consents/said',
      'GET /reports/entries/:id',
      'GET /reports/entries/:id/proof',
      'GET /reports/exits/messages',
      'GET /reports/figure',
      'GET /reports/funnel/leads',
      'GET /reports/messages/:id',
      'GET /reports/pages/engagements',
      'GET /reports/sales/deals',
      'GET /reports/sign-in',
      'POST /reports/sign-in',
      'POST /reports/sign-out',
      'GET /reports/variants/outcomes',
      // Signed by the provider, each request.
      'GET /v1/webhooks/:provider',
      'POST /v1/webhooks/:provider',
    ]);
  });

  it('is refused without a key, with a mistyped one and with one that was never issued', async () => {
    const issued = await api.key({});
    const keys = [
      undefined,
      '',
      'cg_live_x',
      issued.slice(0, -1),
      `${issued.slice(0, -1)}${issued.endsWith('0') ? '1' : '0'}`,
    ];
    for (const route of guarded) {
      const answers = await Promise.all(
        keys.map((key) => api.send(route.method, urlOf(route), { ...(key === undefined ? {} : { key }), body: {} })),
      );
      expect([route.path, answers.map(({ status }) => status)]).toEqual([route.path, keys.map(() => 401)]);
      expect(answers[0]?.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
      const basic = route.path.startsWith('/odata') ? 'Basic realm="feeds", charset="UTF-8", ' : '';
      expect(answers[0]?.headers['www-authenticate']).toBe(`${basic}Bearer`);
    }
  });

  it('is refused with every other scope', async () => {
    await api.brand('scoped');
    for (const scope of new Set(guarded.map(({ access }) => access))) {
      const others = SCOPES.filter((other) => other !== scope);
      const key = await api.key({ scopes: others });
      for (const route of guarded.filter(({ access }) => access === scope)) {
        const answer = await api.send(route.method, urlOf(route), { key, body: {} });
        expect([route.path, answer.status, answer.json()['code']]).toEqual([route.path, 403, 'forbidden']);
      }
    }
  });

  it('is not won by another method, spelling or encoding of the path', async () => {
    for (const route of guarded) {
      const url = urlOf(route);
      const variants: [string, string][] = [
        ['HEAD', url],
        ['OPTIONS', url],
        ['TRACE', url],
        [route.method, `${url}/`],
        [route.method, `/${url}`],
        [route.method, `//x${url}`],
        [route.method, url.toUpperCase()],
        [route.method, url.replace('/v1/', '/v1//')],
        [route.method, url.replace('/v1/', '/v1/%2e/')],
        [route.method, url.replace('/v1/', '/v1%2f')],
        [route.method, url.replace('/v1/', '/%76%31/')],
        [route.method, `${url}%00`],
        [route.method, `${url};a=b`],
        [route.method, `${url}%`],
        [route.method, `${url}#x`],
        [route.method, `/x/..${url}`],
      ];
      const answers = await Promise.all(
        variants.map(([method, variant]) => api.send(method, variant, method === 'OPTIONS' ? {} : { body: {} })),
      );
      const statuses = answers.map(({ status }, i) => `${variants[i]?.join(' ')} ${status}`);
      expect(statuses.filter((line) => !/ (401|404|400|405)$/.test(line))).toEqual([]);
    }
  });

  it('ends for a key at the instant it is revoked or expires', async () => {
    const operator = await api.key({});
    const expiresAt = Date.now() + 3_000;
    const key = await api.key({ brand: 'scoped', expiresAt });
    expect((await api.send('GET', '/v1/brands', { key })).status).toBe(200);
    const revoked = await api.key({ brand: 'scoped' });
    expect((await api.send('GET', '/v1/brands', { key: revoked })).status).toBe(200);
    const { items } = (await api.send('GET', '/v1/keys', { key: operator })).json<{
      items: { id: string; publicId: string }[];
    }>();
    const id = items.find(({ publicId }) => revoked.includes(publicId))?.id;
    expect((await api.send('DELETE', `/v1/keys/${id}`, { key: operator })).status).toBe(204);
    expect((await api.send('GET', '/v1/brands', { key: revoked })).status).toBe(401);
    expect((await api.send('DELETE', `/v1/keys/${id}`, { key: operator })).status).toBe(204);

    await new Promise((resolve) => setTimeout(resolve, expiresAt - Date.now() + 20));
    expect((await api.send('GET', '/v1/brands', { key })).status).toBe(401);
  });

  it('is not given to an operator key where something belongs to one brand', async () => {
    const operator = await api.key({});
    const answer = await api.send('GET', '/v1/purposes', { key: operator });
    expect([answer.status, answer.json()]).toMatchObject([403, { code: 'forbidden' }]);
  });
});
