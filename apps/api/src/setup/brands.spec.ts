import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BRAND, RunningApi } from '../testing/running-api.js';

describe('brands', () => {
  let api: RunningApi;
  let operator: string;

  beforeAll(async () => {
    api = await RunningApi.start();
    operator = await api.key({});
  });
  afterAll(() => api.stop());

  it('are created, read, replaced and listed by the operator', async () => {
    const created = await api.send('PUT', '/v1/brands/acme', { key: operator, body: BRAND });
    expect([created.status, created.json()]).toMatchObject([201, { key: 'acme', ...BRAND }]);

    const replaced = await api.send('PUT', '/v1/brands/acme', { key: operator, body: { ...BRAND, name: 'Acme' } });
    expect([replaced.status, replaced.json()]).toMatchObject([200, { name: 'Acme' }]);
    expect(replaced.json()['createdAt']).toBe(created.json()['createdAt']);

    const read = await api.send('GET', '/v1/brands/acme', { key: operator });
    expect([read.status, read.json()]).toEqual([200, replaced.json()]);

    const list = await api.send('GET', '/v1/brands', { key: operator });
    expect([list.status, list.json()]).toEqual([200, { items: [replaced.json()], nextCursor: null }]);
  });

  it('come in pages that leave nothing out', async () => {
    for (const n of [1, 2, 3, 4, 5]) await api.brand(`page-${n}`);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await api.send('GET', `/v1/brands?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, {
        key: operator,
      });
      const { items, nextCursor } = page.json<{ items: { key: string }[]; nextCursor: string | null }>();
      seen.push(...items.map(({ key }) => key).filter((key) => key.startsWith('page-')));
      cursor = nextCursor;
    }
    expect(seen).toEqual(['page-1', 'page-2', 'page-3', 'page-4', 'page-5']);
  });

  it('are seen by a key of theirs alone, and another answers like an unknown one', async () => {
    const mine = await api.brand('mine');
    await api.brand('other');
    const [other, unknown] = await Promise.all(
      ['other', 'never-made'].map((key) => api.send('GET', `/v1/brands/${key}`, { key: mine })),
    );
    expect([other?.status, other?.text]).toEqual([404, unknown?.text]);
    const [put, putUnknown] = await Promise.all(
      ['other', 'never-made'].map((key) => api.send('PUT', `/v1/brands/${key}`, { key: mine, body: BRAND })),
    );
    expect([put?.status, put?.text]).toEqual([404, putUnknown?.text]);
    const list = await api.send('GET', '/v1/brands', { key: mine });
    expect(list.json<{ items: { key: string }[] }>().items.map(({ key }) => key)).toEqual(['mine']);
  });

  it('name a zone of the IANA database', async () => {
    const answer = await api.send('PUT', '/v1/brands/acme', {
      key: operator,
      body: { ...BRAND, defaultZone: 'Mars/Olympus' },
    });
    expect([answer.status, answer.json()]).toMatchObject([
      422,
      { code: 'invalid_zone', errors: [{ pointer: '/defaultZone' }] },
    ]);
  });
});
