import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMs, MessageId } from '#lib/kernel';
import { Gateway } from '../../../../test/support/gateway.js';
import { AttemptService, type Started } from './attempt.service.js';

const rate = (change: object) => ({
  id: randomUUID(),
  scope: 'brand',
  permits: 5,
  interval: 'PT1S',
  burst: 10,
  ...change,
});

describe('those who have waited', () => {
  let gateway: Gateway;
  let other: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start();
    other = await gateway.twin();
  });
  afterAll(async () => {
    await other.stop();
    await gateway.stop();
  });

  /** Messages that were held once, and are not any more. */
  const waited = async (count: number, more: object = {}): Promise<MessageId[]> => {
    const ids: MessageId[] = [];
    for (let i = 0; i < count; i++) {
      const to = randomUUID();
      await gateway.contact(to);
      ids.push(await gateway.accept({ to, sendAt: Date.now() + 3_600_000, ...more }));
    }
    await gateway.asAdmin(
      `UPDATE sending.message SET not_before = now(), due_at = now(), send_at = now() WHERE id = ANY ('{${ids.join()}}')`,
    );
    return ids;
  };
  const attempt = (by: Gateway, ids: readonly MessageId[]): Promise<Started[]> => by.get(AttemptService).attempt(ids);
  const waiting = async (ids: readonly MessageId[]): Promise<{ at: EpochMs; reason: string }[]> =>
    gateway.tx.sql<{ at: EpochMs; reason: string }>`
      SELECT due_at AS at, reason FROM sending.message
       WHERE id = ANY (${[...ids]}::uuid[]) AND status = 'queued' ORDER BY due_at`;
  const gaps = (instants: readonly number[]): number[] => instants.slice(1).map((at, i) => at - (instants[i] ?? 0));

  it('leave one interval apart, by whichever process, and the rest ask again as far apart', async () => {
    await gateway.policy({ rates: [rate({})] });
    const ids = await waited(12);
    const started = (await Promise.all([attempt(gateway, ids.slice(0, 6)), attempt(other, ids.slice(6))])).flat();
    // Those whose turn is within a second: a bucket of ten would have let ten out at once.
    expect(started.length).toBeGreaterThan(1);
    expect(started.length).toBeLessThan(10);
    const entries = await gateway.tx.sql<{ leaf: string }>`
      SELECT convert_from(leaf, 'UTF8') AS leaf FROM ledger.entry
       WHERE id IN (SELECT entry_ids[cardinality(entry_ids)] FROM sending.message
                     WHERE id = ANY (${ids}::uuid[]) AND status = 'started')`;
    const turns = entries
      .map(({ leaf }) => Date.parse((JSON.parse(leaf) as { now: string }).now))
      .sort((a, b) => a - b);
    expect(turns).toHaveLength(started.length);
    expect(Math.min(...gaps(turns))).toBeGreaterThanOrEqual(200);
    const places = await gateway.tx.sql<{ at: EpochMs }>`
      SELECT at FROM sending.cap_use WHERE message_id = ANY (${ids}::uuid[]) ORDER BY at`;
    expect(places.map(({ at }) => at)).toEqual(turns);

    const held = await waiting(ids);
    expect(new Set(held.map(({ reason }) => reason))).toEqual(new Set(['rate_limit']));
    expect(Math.min(...gaps(held.map(({ at }) => at)))).toBeGreaterThanOrEqual(199);
  });

  it('are called in their turn and not before', async () => {
    await gateway.policy({ rates: [rate({ permits: 4 })] });
    const ids = await waited(2);
    const begun = performance.now();
    await gateway.attempt(...ids);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(250);
    for (const id of ids) expect(await gateway.status(id)).toMatchObject({ status: 'sent' });
  });

  it('do not stand in a fast line for as long as in a slow one', async () => {
    const campaign = 'Slow';
    await gateway.tx.execute`
      INSERT INTO sending.campaign (id, brand_id, key, name, status, policy_key)
      VALUES (${randomUUID()}, ${gateway.brandId}, ${campaign}, 'Slow', 'active', 'default')`;
    const slow = rate({ scope: 'campaign', permits: 1, interval: 'PT1H', burst: 1 });
    await gateway.policy({ rates: [rate({ burst: 1 }), slow] });
    const inSlow = await waited(4, { campaign });
    await attempt(gateway, inSlow);
    expect((await waiting(inSlow)).at(-1)?.at).toBeGreaterThan(Date.now() + 2 * 3_600_000);
    const inFast = await waited(12);
    await attempt(gateway, inFast);
    expect((await waiting(inFast)).at(-1)?.at).toBeLessThan(Date.now() + 60_000);
  });

  it('wait, all of them and in every process, until a provider may be asked again', async () => {
    await gateway.policy({});
    const start = async (): Promise<Started> => {
      const to = randomUUID();
      await gateway.contact(to);
      const [started] = await attempt(gateway, [await gateway.accept({ to })]);
      if (started === undefined) throw new Error('nothing was started');
      return started;
    };
    const refuse = ({ message, attempt: n, worker, firstStartedAt, provider }: Started, retryAfterMs: number) =>
      gateway.outcomes.record({
        message: { ...message, providerId: provider.id },
        claim: { attempt: n, worker },
        firstStartedAt,
        repeatWindowMs: null,
        result: { kind: 'transient', code: 'http_429', retryAfterMs },
        warmUps: [],
      });
    const [one, another] = [await start(), await start()];
    const to = randomUUID();
    await gateway.contact(to);
    const fresh = await gateway.accept({ to });
    const begun = Date.now();
    await refuse(one, 5_000);
    // Whoever says less later has not taken back what was said before.
    await refuse(another, 1_000);

    expect(await attempt(other, [fresh])).toEqual([]);
    expect(await other.status(fresh)).toEqual({ status: 'queued', reason: 'provider_backoff' });
    const at = (await waiting([fresh]))[0]?.at ?? 0;
    expect(at - begun).toBeGreaterThanOrEqual(4_990);
    await sleep(at - Date.now() + 50);
    expect(await attempt(other, [fresh])).toHaveLength(1);
  });
});
