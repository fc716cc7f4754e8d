import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { createTestDatabase } from '../../../test/support/database.js';
import { until } from '../../../test/support/until.js';
import { readConfig } from '#lib/platform';
import { createApp } from './create-app.js';
import { BRAND, RunningApi } from './testing/running-api.js';

describe('the machines’ door', () => {
  let api: RunningApi;
  let admin: pg.Client;

  beforeAll(async () => {
    api = await RunningApi.start();
    admin = new pg.Client({ connectionString: api.database.urls.admin });
    // The database is dropped under it at the end of a test that fails early.
    admin.on('error', () => undefined);
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await api.stop();
  });

  it('answers a fault without a word about its cause', async () => {
    const key = await api.brand('acme');
    await admin.query('ALTER TABLE consent.purpose RENAME TO canary_purpose');
    const answer = await api.send('GET', '/v1/purposes', { key });
    await admin.query('ALTER TABLE consent.canary_purpose RENAME TO purpose');
    expect([answer.status, answer.json()]).toMatchObject([500, { code: 'internal' }]);
    expect(answer.text).not.toMatch(/prisma|relation|purpose|select|postgres|\.ts|\.js|at /i);
  });

  it.each([
    ['no HTTP at all', 'HELO gateway\r\n\r\n', [400, 'unreadable_request']],
    [
      'two lengths',
      'POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n',
      [400, 'unreadable_request'],
    ],
    [
      '20 kB of header',
      `GET /livez HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${'x'.repeat(20_000)}\r\n\r\n`,
      [431, 'headers_too_large'],
    ],
  ])('answers %s with a problem', async (_what, bytes, expected) => {
    await api.app.listen(0, '127.0.0.1').catch(() => undefined);
    const socket = connect(Number(new URL(await api.app.getUrl()).port), '127.0.0.1');
    socket.write(bytes);
    const answer = await text(socket);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
    expect([status, (JSON.parse(body) as { code: string }).code]).toEqual(expected);
    expect(head).toContain('content-type: application/problem+json');
  });

  it('does not open on a database on which it could change history', async () => {
    const database = await createTestDatabase();
    const settings = { NODE_ENV: 'test', LOG_LEVEL: 'silent', MASTER_KEY: api.config.MASTER_KEY.toString('base64') };
    const app = await createApp(readConfig({ ...settings, DATABASE_URL: database.urls.admin }));
    await expect(app.init()).rejects.toThrow(/must connect as a role that can only append/);
    await app.close();
    await database.drop();
  });

  it('ends the requests it has begun before it closes, and begins no others', async () => {
    const closing = await RunningApi.start();
    const key = await closing.key({});
    await closing.brand('slow');
    const url = await closing.app.listen(0, '127.0.0.1').then(() => closing.app.getUrl());

    const holder = new pg.Client({ connectionString: closing.database.urls.admin });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query("SELECT 1 FROM consent.brand WHERE key = 'slow' FOR UPDATE");
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const slow = fetch(`${url}/v1/brands/slow`, {
      method: 'PUT',
      headers,
      body: JSON.stringify({ ...BRAND, name: 'Slow' }),
    });
    await until('the request to wait for the row', async () => {
      const { rows } = await holder.query<{ n: string }>(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      );
      return rows[0]?.n === '1';
    });
    const closed = closing.app.close();
    await until('the door to be closed', () =>
      fetch(`${url}/livez`).then(
        () => false,
        () => true,
      ),
    );
    await holder.query('COMMIT');
    await holder.end();

    const answer = await slow;
    expect([answer.status, await answer.json()]).toMatchObject([200, { name: 'Slow' }]);
    await closed;
    await closing.database.drop();
  });
});
