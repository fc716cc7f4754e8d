import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deriveKeys } from '#lib/platform';
import { Sequencer } from '#lib/ledger';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';
import { NO_LAW } from '../../../../test/support/no-law.js';

const NOTHING = { bound: ['commercial'], counted: ['commercial'] };
const NEVER = { id: 'never', scope: 'any', limit: 0, window: 'P1D', action: 'drop', classes: NOTHING };
const FREE = { jurisdiction: NO_LAW };

describe('POST /v1/policies:backtest', () => {
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    await setUpSending(api, key);
    const body = { to: 'ada', template: 'news', topic: 'newsletter' };
    const sent = await api.send('POST', '/v1/messages', { key, body, headers: { 'idempotency-key': 'one' } });
    expect(sent.status).toBe(202);
    const { ledgerKek: kek, ledgerMac: macKey } = deriveKeys(api.config.MASTER_KEY);
    const sequencer = new Sequencer({ url: api.database.urls.sequencer, keys: { kek, macKey } });
    while ((await sequencer.runOnce()) > 0);
    await sequencer.stop();
  });
  afterAll(() => api.stop());

  const ask = (body: object, as = key) => api.send('POST', '/v1/policies:backtest', { key: as, body });

  it('answers what would have been under the draft', async () => {
    const answer = await ask({ policy: { caps: [NEVER], jurisdiction: NO_LAW } });
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      {
        decisions: 1,
        complete: true,
        total: { messages: 1, happened: { held: 1 }, would: { dropped: 1 } },
        reasons: expect.arrayContaining([{ key: 'frequency_cap', happened: 0, would: 1 }]),
      },
    ]);
    const free = await ask({ policy: FREE, from: '2020-01-01T00:00:00Z' });
    expect(free.json()).toMatchObject({ total: { would: { sent: 1 }, gained: 1 }, from: '2020-01-01T00:00:00.000Z' });
  });

  it('keeps brands apart, and lets an operator name one', async () => {
    const other = await api.brand('other');
    expect((await ask({ policy: FREE }, other)).json()).toMatchObject({ decisions: 0 });
    expect((await ask({ policy: FREE, brand: 'acme' }, other)).status).toBe(404);
    const operator = await api.key({});
    expect((await ask({ policy: FREE, brand: 'acme' }, operator)).json()).toMatchObject({ decisions: 1 });
    expect((await ask({ policy: FREE }, operator)).json()).toMatchObject({ errors: [{ pointer: '/brand' }] });
  });

  it('refuses rules that make no sense, and a key without the scope', async () => {
    const answer = await ask({ policy: { ...FREE, caps: [{ ...NEVER, window: 'P1M' }] } });
    expect([answer.status, answer.json()]).toMatchObject([400, { errors: [{ pointer: '/policy/caps/0/window' }] }]);
    expect((await ask({ policy: FREE }, await api.key({ brand: 'acme', scopes: ['messages:read'] }))).status).toBe(403);
  });
});
