import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Gateway } from '../../../../test/support/gateway.js';

const CLASSES = { bound: ['commercial'], counted: ['commercial'] };
const ALL_DAY = [{ days: [1, 2, 3, 4, 5, 6, 7], start: '00:00', end: '00:00' }];

describe('the answer to a repeated request', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());

  const contact = async (consent?: null): Promise<string> => {
    const externalId = `c-${randomUUID()}`;
    await gateway.contact(externalId, consent === null ? { consent } : { zone: 'America/New_York' });
    return externalId;
  };

  it.each([
    ['of a message that could leave', {}, undefined, 'pass'],
    ['of one that was dropped', {}, null, 'drop'],
    [
      'of one that was held',
      {
        quietHours: [
          {
            id: 'weekend',
            channels: ['email'],
            classes: ['commercial'],
            windows: ALL_DAY.map(quietNow),
            action: 'defer',
          },
        ],
        caps: [{ id: 'daily', scope: 'any', limit: 2, window: 'P1D', action: 'defer', classes: CLASSES }],
        rates: [{ id: 'house', scope: 'brand', permits: 10, interval: 'PT1S', burst: 10 }],
      },
      undefined,
      'defer',
    ],
  ] as const)('%s is the first one, whatever happened since', async (_what, policy, consent, outcome) => {
    await gateway.policy(policy);
    const to = await contact(consent);
    const key = randomUUID();
    const first = await gateway.send({ to }, key);
    expect(first).toMatchObject({ accepted: { decision: { outcome } } });

    await gateway.policy({
      caps: [{ id: 'none', scope: 'any', limit: 0, window: 'P1D', action: 'drop', classes: CLASSES }],
    });
    await gateway.consent(to, 'withdrawn');
    if (first.kind === 'accepted') await gateway.attempt(first.accepted.id);
    const again = await gateway.send({ to }, key);
    expect(JSON.stringify(again)).toBe(JSON.stringify({ ...first, replayed: true }));
  });

  it('is a refusal that says so once its person was erased, and never a second message', async () => {
    await gateway.policy({});
    const to = await contact();
    const key = randomUUID();
    await gateway.send({ to }, key);
    await gateway.asAdmin(`
      UPDATE ledger.subject SET secret = NULL
       WHERE id = (SELECT subject_id FROM consent.contact WHERE external_id = '${to}')`);
    const error = { code: 'answer_erased', message: expect.stringContaining('was answered before') };
    expect(await gateway.send({ to }, key)).toMatchObject({ kind: 'refused', error });
    const [count] = await gateway.tx.sql<{ n: number }>`
      SELECT count(*) AS n FROM sending.message m JOIN consent.contact c ON c.id = m.contact_id WHERE c.external_id = ${to}`;
    expect(count).toEqual({ n: 1 });
  });
});

/** The whole of each day but one minute half a day away from now, so that it is quiet whenever this runs. */
function quietNow(window: { readonly days: readonly number[] }) {
  const away = new Date(Date.now() + 12 * 3_600_000);
  const clock = (minutes: number): string => new Date(away.getTime() + minutes * 60_000).toISOString().slice(11, 16);
  return { days: [...window.days], start: clock(1), end: clock(0) };
}
