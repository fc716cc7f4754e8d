import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

let api: RunningApi;
let key: string;
let holder: pg.Client;
beforeAll(async () => {
  api = await RunningApi.start();
  key = await api.brand('north');
  await setUpSending(api, key);
  holder = new pg.Client({ connectionString: api.database.urls.admin });
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await api.stop();
});

/** Whether somebody waits for a lock that the holder has. */
async function isHalted(): Promise<boolean> {
  const { rowCount } = await holder.query(
    `SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
  );
  return (rowCount ?? 0) > 0;
}

it('a request whose first sending is still running is answered 409 at once, and the same message when that is done', async () => {
  const post = () =>
    api.send('POST', '/v1/messages', {
      key,
      body: { to: 'ada', template: 'news', topic: 'newsletter' },
      headers: { 'idempotency-key': 'once' },
    });
  // It claims its key first, and is halted where it writes to the ledger.
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE ledger.entry IN EXCLUSIVE MODE');
  const first = post();
  for (let i = 0; i < 500 && !(await isHalted()); i++) await new Promise((resolve) => setTimeout(resolve, 20));

  const second = await post();
  expect([second.status, second.json()]).toMatchObject([
    409,
    { code: 'idempotency_in_progress', retryAfterSeconds: 1 },
  ]);
  expect(second.headers['retry-after']).toBe('1');

  await holder.query('ROLLBACK');
  expect((await first).status).toBe(202);
  const third = await post();
  expect([third.status, third.headers['idempotency-replayed'], third.text]).toEqual([202, 'true', (await first).text]);
});
