import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, publicIdOf } from '#lib/platform';
import type { EntryId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { KeyService } from '#lib/consent';
import { RunningApi } from '../testing/running-api.js';

interface Issued {
  readonly id: string;
  readonly key: string;
  readonly expiresAt: string | null;
}

describe('API keys', () => {
  let api: RunningApi;
  let operator: string;
  let brand: string;

  beforeAll(async () => {
    api = await RunningApi.start();
    operator = await api.key({});
    brand = await api.brand('acme');
    await api.brand('other');
  });
  afterAll(() => api.stop());

  const issue = async (key: string, body: object) =>
    api.send('POST', '/v1/keys', { key, body: { name: 'k', ...body } });
  const works = async (key: string) => (await api.send('GET', '/v1/brands', { key })).status === 200;

  it('are shown once and stored as a hash', async () => {
    const answer = await issue(operator, { brand: 'acme', scopes: ['setup:read'] });
    expect([answer.status, answer.json()]).toMatchObject([
      201,
      { brand: 'acme', scopes: ['setup:read'], test: false, expiresAt: null },
    ]);
    const { key, id } = answer.json<Issued>();
    expect(key).toMatch(/^cg_live_/);
    expect(await works(key)).toBe(true);

    const secret = key.slice(-38);
    const later = [
      await api.send('GET', `/v1/keys/${id}`, { key: operator }),
      await api.send('GET', '/v1/keys', { key: operator }),
    ];
    expect(later.map(({ text }) => text).join()).not.toContain(secret);
    const dump = await api.app.get(Database).tx.sql<{
      row: string;
    }>`SELECT to_jsonb(k)::text AS row FROM consent.api_key k`;
    expect(dump.map(({ row }) => row).join()).not.toContain(secret);
  });

  it('belong to the brand of the key that issued them when none is named', async () => {
    expect((await issue(brand, { scopes: ['setup:read'] })).json()).toMatchObject({ brand: 'acme' });
    expect((await issue(operator, { scopes: ['setup:read'] })).json()).toMatchObject({ brand: null });
  });

  it('are told apart as test keys by their text and by what they say of themselves', async () => {
    const { key } = (await issue(operator, { brand: 'acme', scopes: ['messages:send'], test: true })).json<Issued>();
    expect(key).toMatch(/^cg_test_/);
    const principal = await api.app.get(KeyService, { strict: false }).authenticate(key);
    expect(principal).toMatchObject({ test: true, scopes: ['messages:send'] });
  });

  it('never give more than their issuer has', async () => {
    const narrow = await api.key({ brand: 'acme', scopes: ['keys:write', 'setup:read'] });
    const test = await api.key({ brand: 'acme', test: true });
    const refused = [
      await issue(narrow, { scopes: ['setup:write'] }),
      await issue(narrow, { scopes: ['setup:read'], brand: null }),
      await issue(test, { scopes: ['setup:read'], test: false }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403]);
    const [other, unknown] = [
      await issue(narrow, { scopes: ['setup:read'], brand: 'other' }),
      await issue(narrow, { scopes: ['setup:read'], brand: 'never-made' }),
    ];
    expect([other.status, other.text]).toEqual([404, unknown.text]);
    expect((await issue(operator, { brand: 'acme', scopes: ['metrics:read'] })).status).toBe(400);

    const { id } = (await issue(operator, { brand: 'acme', scopes: ['setup:write'] })).json<Issued>();
    const rotate = await api.send('POST', `/v1/keys/${id}/rotate`, { key: narrow, body: {} });
    expect(rotate.status).toBe(403);
  });

  it('of another brand are unknown', async () => {
    const { id } = (await issue(operator, { brand: 'other', scopes: ['setup:read'] })).json<Issued>();
    const never = '019aa4d6-0c00-7000-8000-000000000000';
    for (const [method, suffix] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/rotate'],
    ] as const) {
      const [other, unknown] = await Promise.all(
        [id, never].map((which) =>
          api.send(method, `/v1/keys/${which}${suffix}`, { key: brand, ...(method === 'POST' ? { body: {} } : {}) }),
        ),
      );
      expect([method, other?.status, other?.text]).toEqual([method, 404, unknown?.text]);
    }
    const { items } = (await api.send('GET', '/v1/keys', { key: brand })).json<{ items: { brand: string }[] }>();
    expect(new Set(items.map((item) => item.brand))).toEqual(new Set(['acme']));
  });

  it('work side by side while a rotation overlaps', async () => {
    const first = (await issue(operator, { brand: 'acme', scopes: ['setup:read'] })).json<Issued>();
    const rotation = await api.send('POST', `/v1/keys/${first.id}/rotate`, {
      key: operator,
      body: { overlapHours: 1 },
    });
    expect([rotation.status, rotation.json()]).toMatchObject([
      201,
      { replacesId: first.id, scopes: ['setup:read'], brand: 'acme' },
    ]);
    const second = rotation.json<Issued>();
    expect([await works(first.key), await works(second.key)]).toEqual([true, true]);

    const { expiresAt } = (await api.send('GET', `/v1/keys/${first.id}`, { key: operator })).json<{
      expiresAt: string;
    }>();
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    const again = await api.send('POST', `/v1/keys/${first.id}/rotate`, { key: operator, body: {} });
    expect([again.status, again.json()]).toMatchObject([409, { code: 'conflict' }]);

    const third = await api.send('POST', `/v1/keys/${second.id}/rotate`, { key: operator, body: { overlapHours: 0 } });
    expect(third.status).toBe(201);
    expect([await works(second.key), await works(third.json<Issued>().key)]).toEqual([false, true]);
  });

  it('rotated at once twice have one successor', async () => {
    const { id } = (await issue(operator, { brand: 'acme', scopes: ['setup:read'] })).json<Issued>();
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => api.send('POST', `/v1/keys/${id}/rotate`, { key: operator, body: {} })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('can be revoked by themselves', async () => {
    const key = await api.key({ brand: 'acme' });
    const { items } = (await api.send('GET', '/v1/keys?limit=500', { key: operator })).json<{
      items: { id: string; publicId: string }[];
    }>();
    const id = items.find(({ publicId }) => publicId === publicIdOf(key))?.id;
    expect((await api.send('DELETE', `/v1/keys/${id}`, { key })).status).toBe(204);
    expect(await works(key)).toBe(false);
  });

  it('end only in the future', async () => {
    const answer = await issue(operator, { scopes: ['setup:read'], expiresAt: '2020-01-01T00:00:00Z' });
    expect([answer.status, answer.json()]).toMatchObject([400, { errors: [{ pointer: '/expiresAt' }] }]);
  });

  it('leave an entry in the ledger for each step, without a secret', async () => {
    const issued = (await issue(operator, { brand: 'acme', scopes: ['setup:read'] })).json<Issued>();
    await api.send('POST', `/v1/keys/${issued.id}/rotate`, { key: operator, body: {} });
    await api.send('DELETE', `/v1/keys/${issued.id}`, { key: operator });
    const { tx } = api.app.get(Database);
    const leaves = await tx.sql<{ id: EntryId; leaf: Buffer }>`SELECT id, leaf FROM ledger.entry ORDER BY n`;
    const last = leaves.map(({ leaf }) => JSON.parse(leaf.toString()) as { t: string }).slice(-3);
    expect(last.map(({ t }) => t)).toEqual(['key.issued', 'key.rotated', 'key.revoked']);
    const disclosed = await api.app.get(LedgerService, { strict: false }).disclosures(
      tx,
      leaves.slice(-3).map(({ id }) => id),
    );
    const said = JSON.stringify([...disclosed.values()]);
    expect(said).toContain(issued.id);
    expect(said).not.toContain(issued.key.slice(-38));
  });
});
