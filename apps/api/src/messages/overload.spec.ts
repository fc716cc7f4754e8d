import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Sequencer } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing } from '#lib/platform';
import { until } from '../../../../test/support/until.js';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

describe('a ledger that is behind', () => {
  let api: RunningApi;
  let key: string;

  beforeAll(async () => {
    api = await RunningApi.start({ MAX_PENDING_ENTRIES: '100' });
    key = await api.brand('north');
    await setUpSending(api, key);
  });
  afterAll(async () => api.stop());

  const message = { to: 'ada', template: 'news', topic: 'newsletter' };
  const send = (idempotencyKey: string) =>
    api.send('POST', '/v1/messages', { key, body: message, headers: { 'idempotency-key': idempotencyKey } });
  const bulk = async (keys: readonly string[]) => {
    const raw = keys.map((idempotencyKey) => JSON.stringify({ idempotencyKey, ...message })).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const { text } = await api.send('POST', '/v1/messages:bulk', { key, raw, headers });
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: number; replayed?: boolean });
  };
  const count = async (): Promise<unknown> =>
    api.app.get(Database, { strict: false }).tx.sql`
      SELECT (SELECT count(*) FROM sending.message) AS messages, (SELECT count(*) FROM sending.idempotency) AS keys,
             (SELECT count(*) FROM ledger.entry) AS entries`;

  it('is told by every request and line, takes nothing of them, and takes the same keys once it has caught up', async () => {
    const first = Array.from({ length: 120 }, () => randomUUID());
    expect(new Set((await bulk(first)).map(({ status }) => status))).toEqual(new Set([202]));

    // The api looks at the backlog once a second.
    const { alone, refused } = await until(
      'the api to notice',
      async () => {
        const idempotencyKey = randomUUID();
        const answer = await send(idempotencyKey);
        return answer.status === 202 ? undefined : { alone: idempotencyKey, refused: answer };
      },
      10_000,
    );
    expect([refused.status, refused.json()]).toMatchObject([503, { code: 'overloaded', retryAfterSeconds: 5 }]);
    expect(refused.headers['retry-after']).toBe('5');

    const before = await count();
    const keys = Array.from({ length: 700 }, () => randomUUID());
    const lines = await bulk(keys);
    expect(lines).toHaveLength(700);
    const told = { status: 503, error: { code: 'overloaded', retryAfterSeconds: 5 } };
    for (const line of [lines[0], lines[499], lines[500], lines[699]]) expect(line).toMatchObject(told);
    expect(lines.filter(({ status }) => status !== 503)).toEqual([]);
    expect((await send(first[0]!)).status).toBe(503);
    expect(await count()).toEqual(before);

    const { ledgerKek, ledgerMac } = api.app.get<KeyRing>(KEY_RING, { strict: false });
    const sequencer = new Sequencer({
      url: api.database.urls.sequencer,
      keys: { kek: ledgerKek, macKey: ledgerMac },
    });
    await until('the ledger to catch up', async () => (await sequencer.runOnce()) === 0);
    await sequencer.stop();

    const taken = await until('the api to notice', async () => {
      const answer = await send(alone);
      return answer.status === 503 ? undefined : answer;
    });
    expect([taken.status, taken.headers['idempotency-replayed']]).toEqual([202, undefined]);
    const again = await bulk(keys.slice(0, 50));
    expect(again.map(({ status, replayed }) => [status, replayed])).toEqual(again.map(() => [202, false]));
    expect((await bulk(first)).every(({ replayed }) => replayed)).toBe(true);
  });
});
