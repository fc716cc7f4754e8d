import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { everyNth } from '../../../../test/support/form.js';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** PostgreSQL ends a wait with another error for each: 55P03, 57014. The short form makes the first. */
const LIMITS = everyNth(2, ['lock_timeout', 'statement_timeout']);

describe.each(LIMITS)('a request that waits for a lock beyond %s', (limit) => {
  let api: RunningApi;
  let key: string;
  let holder: pg.Client;

  beforeAll(async () => {
    api = await RunningApi.start({}, { [limit]: '400ms' });
    key = await api.brand('north');
    await setUpSending(api, key);
    holder = new pg.Client({ connectionString: api.database.urls.admin });
    await holder.connect();
  });
  afterEach(() => holder.query('ROLLBACK'));
  afterAll(async () => {
    await holder.end();
    await api.stop();
  });

  const message = { to: 'ada', template: 'news', topic: 'newsletter' };
  const hold = async (table: string): Promise<void> => {
    await holder.query('BEGIN');
    await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  };
  /** Requests that meet the lock in SQL of our own and through Prisma's models. */
  const REQUESTS: [string, string, () => Promise<Awaited<ReturnType<RunningApi['send']>>>][] = [
    [
      'POST /v1/messages',
      'sending.message',
      () => api.send('POST', '/v1/messages', { key, body: message, headers: { 'idempotency-key': 'waits' } }),
    ],
    [
      'PUT /v1/topics/newsletter',
      'consent.topic',
      () =>
        api.send('PUT', '/v1/topics/newsletter', {
          key,
          body: { purpose: 'commercial', labels: { de: 'N', en: 'M' } },
        }),
    ],
    ['GET /v1/templates', 'sending.template', () => api.send('GET', '/v1/templates', { key })],
  ];
  const again = { status: 503, code: 'unavailable', retryAfterSeconds: 2 };

  it.each(REQUESTS)('is answered 503, and taken when the lock is gone: %s', async (_what, table, request) => {
    await hold(table);
    const answer = await request();
    await holder.query('ROLLBACK');
    expect([answer.status, answer.json()]).toMatchObject([503, again]);
    expect(answer.headers['retry-after']).toBe('2');
    expect((await request()).status).toBeLessThan(300);
  });

  it('is told to all lines of a batch at once, and they are taken when the lock is gone', async () => {
    await hold('sending.message');
    const raw = Array.from({ length: 20 }, () => JSON.stringify({ idempotencyKey: randomUUID(), ...message })).join(
      '\n',
    );
    const headers = { 'content-type': 'application/x-ndjson' };
    const bulk = async () =>
      (await api.send('POST', '/v1/messages:bulk', { key, raw, headers })).text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { status: number; error?: object });
    const one = await timed(() =>
      api.send('POST', '/v1/messages', { key, body: message, headers: { 'idempotency-key': randomUUID() } }),
    );
    let answers: Awaited<ReturnType<typeof bulk>> = [];
    const all = await timed(async () => void (answers = await bulk()));
    // One by one they would have waited twenty times as long as one; the machine may be as slow as it likes.
    expect(one).toBeGreaterThan(100);
    expect(all).toBeLessThan(10 * one);
    expect(answers).toHaveLength(20);
    for (const answer of answers) expect(answer).toMatchObject({ status: 503, error: again });
    await holder.query('ROLLBACK');
    expect(new Set((await bulk()).map(({ status }) => status))).toEqual(new Set([202]));
  });
});
