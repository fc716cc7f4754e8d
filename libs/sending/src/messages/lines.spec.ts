import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import pg from 'pg';
import type { EpochMs, MessageId } from '#lib/kernel';
import { itInLongForm } from '../../../../test/support/form.js';
import { Gateway } from '../../../../test/support/gateway.js';
import { NO_LAW } from '../../../../test/support/no-law.js';
import { PolicyBody } from '../policies/policy-body.js';
import { PolicyService } from '../policies/policy.service.js';
import { SendingSetupModule } from '../setup.module.js';
import { AttemptService, type Started } from './attempt.service.js';
import { SweeperService } from './sweeper.service.js';

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
    gateway = await Gateway.start({}, [SendingSetupModule]);
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

  itInLongForm('do not stand in a fast line for as long as in a slow one', async () => {
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

  describe('under a rate that is corrected', () => {
    const publish = async (rates: readonly object[], caps: readonly object[] = []): Promise<void> => {
      const body = PolicyBody.parse({ caps, quietHours: [], rates, jurisdiction: NO_LAW });
      await gateway.get(PolicyService).publish(gateway.brandId, 'default', body, { by: 'spec', at: Date.now() });
    };
    const fresh = async (count: number): Promise<MessageId[]> => {
      const people = Array.from({ length: count }, () => randomUUID());
      for (const to of people) await gateway.contact(to);
      return Promise.all(people.map((to) => gateway.accept({ to })));
    };
    const due = async (ids: readonly MessageId[]): Promise<MessageId[]> => {
      await other.get(SweeperService).sweep();
      const rows = await gateway.tx.sql<{ id: MessageId }>`
        SELECT id FROM sending.message
         WHERE id = ANY (${[...ids]}::uuid[]) AND status = 'queued' AND not_before <= clock_timestamp() ORDER BY due_at`;
      return rows.map(({ id }) => id);
    };

    it('are let go at once by a faster one, one by one, and by a slower one none too many', async () => {
      const id = randomUUID();
      // Somebody typed hours for seconds: four leave, and the rest would for most of a day.
      await publish([rate({ id, permits: 1, interval: 'PT1H', burst: 4 })]);
      const ids = await fresh(12);
      const first = (await Promise.all([attempt(gateway, ids.slice(0, 6)), attempt(other, ids.slice(6))])).flat();
      expect(first).toHaveLength(4);
      expect((await waiting(ids)).at(-1)?.at).toBeGreaterThan(Date.now() + 7 * 3_600_000);
      expect(await due(ids)).toEqual([]);

      await publish([rate({ id, permits: 200, interval: 'PT1M', burst: 4 })]);
      const free = await due(ids);
      expect(free).toHaveLength(8);
      const started = (await Promise.all([attempt(gateway, free.slice(0, 4)), attempt(other, free.slice(4))])).flat();
      // Those whose turn is within a second; the others stand in a line that begins anew.
      expect(started.length).toBeGreaterThanOrEqual(3);
      expect(started.length).toBeLessThan(6);
      expect((await waiting(free)).at(-1)?.at).toBeLessThan(Date.now() + 3_000);
      const places = await gateway.tx.sql<{ at: EpochMs }>`
        SELECT at FROM sending.cap_use WHERE message_id = ANY (${free}::uuid[]) ORDER BY at`;
      expect(Math.min(...gaps(places.map(({ at }) => at)))).toBeGreaterThanOrEqual(299);

      // The last of them counts under the slow one again: three of its burst are left, and then it is an hour.
      await publish([rate({ id, permits: 1, interval: 'PT1H', burst: 4 })]);
      const more = await fresh(5);
      expect(await attempt(other, more)).toHaveLength(3);
      const late = await waiting(more);
      expect(late[0]?.at).toBeGreaterThan(Date.now() + 3_500_000);
    });

    it('are forgiven nothing by another policy that calls a faster rate by the same name, which is warned of', async () => {
      const id = randomUUID();
      await publish([rate({ id, permits: 1, interval: 'PT1H', burst: 3 })]);
      const body = PolicyBody.parse({
        caps: [],
        quietHours: [],
        rates: [rate({ id, permits: 600, interval: 'PT1M', burst: 3 })],
        jurisdiction: NO_LAW,
      });
      const key = `fast-${id.slice(0, 8)}`;
      const change = { by: 'spec', at: Date.now() };
      const { value } = await gateway.get(PolicyService).publish(gateway.brandId, key, body, change);
      expect(value.warnings?.join()).toContain(`"${id}" is also a rate of policy "default"`);
      await gateway.tx.execute`
        INSERT INTO sending.campaign (id, brand_id, key, name, status, policy_key)
        VALUES (${randomUUID()}, ${gateway.brandId}, ${key}, 'Fast', 'active', ${key})`;
      let slow = 0;
      for (const to of await fresh(6)) {
        const fast = randomUUID();
        await gateway.contact(fast);
        await attempt(gateway, [await gateway.accept({ to: fast, campaign: key })]);
        slow += (await attempt(gateway, [to])).length;
      }
      expect(slow).toBe(3);
    });

    it('begin anew under another name, which is warned of', async () => {
      const body = (id: string) =>
        PolicyBody.parse({ caps: [], quietHours: [], rates: [rate({ id })], jurisdiction: NO_LAW });
      const change = { by: 'spec', at: Date.now() };
      const service = gateway.get(PolicyService);
      await service.publish(gateway.brandId, 'renamed', body('first'), change);
      const { value } = await service.publish(gateway.brandId, 'renamed', body('second'), change);
      expect(value.warnings).toEqual([
        'rates[0] "second" counts anew: what "first" has counted is forgotten; keep the id to keep the count',
      ]);
    });

    it('stay where they are when something else of the policy changes', async () => {
      const pace = rate({ permits: 1, interval: 'PT1H', burst: 1 });
      await publish([pace]);
      const ids = await fresh(3);
      await attempt(gateway, ids);
      const before = await waiting(ids);
      const caps = [{ id: 'weekly', scope: 'any', limit: 9, window: 'P7D', action: 'defer', classes: { bound: ['commercial'], counted: ['commercial'] } }]; // prettier-ignore
      await publish([pace], caps);
      expect(await waiting(ids)).toEqual(before);
      expect(before).toHaveLength(2);
    });

    it('do not keep others from sending while the many of them are let go', async () => {
      const id = randomUUID();
      await publish([rate({ id, permits: 1, interval: 'PT1H', burst: 1 })]);
      const ids = await fresh(2);
      await attempt(gateway, ids);
      const locker = new pg.Client({ connectionString: gateway.database.urls.admin });
      await locker.connect();
      try {
        await locker.query('BEGIN');
        await locker.query('LOCK TABLE sending.message IN SHARE MODE');
        const published = publish([rate({ id, permits: 60, interval: 'PT1M', burst: 1 })]);
        const stuck = async () => (await locker.query(`SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'sending.message'::regclass`)).rowCount === 1; // prettier-ignore
        for (let turn = 0; turn < 500 && !(await stuck()); turn++) await sleep(10);
        expect(await stuck()).toBe(true);
        const { rowCount } = await locker.query('SELECT 1 FROM sending.rate_bucket WHERE rule = $1 FOR UPDATE NOWAIT', [id]); // prettier-ignore
        expect(rowCount).toBe(1);
        await locker.query('COMMIT');
        await published;
      } finally {
        await locker.end();
      }
      expect(await due(ids)).toHaveLength(1);
    });

    it('are judged by the new one also by whoever read the old one and then waited for the bucket', async () => {
      const id = randomUUID();
      await publish([rate({ id, permits: 1, interval: 'PT1H', burst: 1 })]);
      const [taken, ...ids] = await fresh(4);
      expect(await attempt(gateway, [taken!])).toHaveLength(1);
      const locker = new pg.Client({ connectionString: gateway.database.urls.admin });
      await locker.connect();
      try {
        await locker.query('BEGIN');
        await locker.query('SELECT 1 FROM sending.rate_bucket WHERE rule = $1 FOR UPDATE', [id]);
        const started = attempt(other, ids);
        const isBlocked = async (): Promise<boolean> => {
          const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%rate_bucket%'`;
          return (await gateway.asAdmin(sql)).length === 1;
        };
        for (let i = 0; !(await isBlocked()); i++) {
          if (i > 200) throw new Error('nobody waits for the bucket');
          await sleep(20);
        }
        // What publishing does under this lock: the bucket owes what the new rate says.
        await gateway.policy({ rates: [rate({ id, permits: 1000, interval: 'PT1M', burst: 4 })] });
        await locker.query('UPDATE sending.rate_bucket SET tat = spent + 60000 WHERE rule = $1', [id]);
        await locker.query('COMMIT');
        expect(await started).toHaveLength(3);
      } finally {
        await locker.end();
      }
    });
  });

  it('are held by hours that drop, once only their provider held them, whatever holds them later', async () => {
    const now = DateTime.now().setZone('Europe/Berlin');
    const days = [1, 2, 3, 4, 5, 6, 7];
    const around = { days, start: now.minus({ hours: 1 }).toFormat('HH:mm'), end: now.plus({ hours: 1 }).toFormat('HH:mm') }; // prettier-ignore
    const hours = { id: 'hours', channels: ['email'], classes: ['commercial'], windows: [around], action: 'drop' };
    const to = randomUUID();
    await gateway.policy({});
    await gateway.contact(to, { zone: 'Europe/Berlin' });
    const id = await gateway.accept({ to });
    const [{ message, attempt: n, worker, firstStartedAt, provider } = {} as Started] = await attempt(gateway, [id]);
    await gateway.outcomes.record({
      message: { ...message, providerId: provider.id },
      claim: { attempt: n, worker },
      firstStartedAt,
      repeatWindowMs: null,
      result: { kind: 'transient', code: 'http_503', retryAfterMs: null },
      warmUps: [],
    });
    await gateway.policy({ quietHours: [hours] });
    const again = async (): Promise<unknown> => {
      await gateway.asAdmin(`UPDATE sending.message SET not_before = now(), due_at = now() WHERE id = '${id}'`);
      await attempt(other, [id]);
      return gateway.status(id);
    };
    expect(await again()).toEqual({ status: 'queued', reason: 'quiet_hours' });
    // As when its recipient changes something in the middle of those hours.
    expect(await again()).toEqual({ status: 'queued', reason: 'quiet_hours' });
    expect((await waiting([id]))[0]?.at).toBe(now.plus({ hours: 1 }).startOf('minute').toMillis());
    // Whoever comes upon those hours ends.
    expect(await gateway.status(await gateway.accept({ to }))).toEqual({ status: 'dropped', reason: 'quiet_hours' });
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
