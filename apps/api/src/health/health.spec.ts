import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { tzdb } from '#lib/platform';
import { RunningApi } from '../testing/running-api.js';
import type { HealthCheckResult } from '@nestjs/terminus';

describe('watching the API', () => {
  let api: RunningApi;

  beforeAll(async () => {
    api = await RunningApi.start();
  });
  afterAll(() => api.stop());

  const asAdmin = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: api.database.urls.admin });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const ready = async () => {
    const answer = await api.send('GET', '/readyz');
    return { status: answer.status, details: answer.json<HealthCheckResult>().details };
  };

  it('says that it lives without asking anybody', async () => {
    const answer = await api.send('GET', '/livez');
    expect([answer.status, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('says what it found ready', async () => {
    const { status, details } = await ready();
    expect(status).toBe(200);
    expect(details).toMatchObject({
      // The test server gives durability away for speed, which only a test may.
      database: { status: 'degraded' },
      migrations: { status: 'up' },
      queues: { status: 'up', backend: 'postgres' },
      zones: { status: 'up', version: tzdb.version, node: process.versions['tz'] },
      ledger: { status: 'up' },
    });
  });

  it('is not ready while a migration is missing or unknown', async () => {
    await asAdmin("UPDATE public._prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%_consent'");
    expect(await ready()).toMatchObject({
      status: 503,
      details: { migrations: { status: 'down', message: expect.stringContaining('_consent') } },
    });
    await asAdmin('UPDATE public._prisma_migrations SET finished_at = now()');
    await asAdmin(
      "INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '20990101000000_future', now())",
    );
    expect(await ready()).toMatchObject({
      status: 503,
      details: { migrations: { status: 'down', message: expect.stringContaining('newer') } },
    });
    await asAdmin("DELETE FROM public._prisma_migrations WHERE id = 'x'");
    expect((await ready()).status).toBe(200);
  });

  it('is not ready while the ledger could be changed', async () => {
    await asAdmin('ALTER TABLE ledger.entry DISABLE TRIGGER append_only');
    expect(await ready()).toMatchObject({ status: 503, details: { ledger: { status: 'down' } } });
    await asAdmin('ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only');
  });

  it('gives figures to an operator key alone', async () => {
    await api.brand('measured');
    const key = await api.key({ scopes: ['metrics:read'] });
    const answer = await api.send('GET', '/metrics', { key });
    expect(answer.status).toBe(200);
    // The start of the log, the brand, and the two keys.
    expect(answer.text).toContain('gateway_ledger_pending_entries 4\n');
    expect(answer.text).toMatch(/gateway_http_request_seconds_count\{method="GET",route="\/readyz",status="200"/);
    await expect(api.key({ brand: 'measured', scopes: ['metrics:read'] })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('sends no banner, and headers that keep a browser from doing anything with an answer', async () => {
    for (const url of ['/livez', '/nowhere', '/v1/brands', '/%']) {
      const { headers } = await api.send('GET', url);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect([headers['x-powered-by'], headers['server']]).toEqual([undefined, undefined]);
    }
  });
});
