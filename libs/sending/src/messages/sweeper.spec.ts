import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import { AttemptService, type Started } from './attempt.service.js';
import { laneOf } from './domain/lane.js';
import { dueStore } from './due.store.js';
import { WakeUps } from './wake-ups.js';

const USUAL = {
  commercial: laneOf({ class: 'commercial', priority: 5 }),
  transactional: laneOf({ class: 'transactional', priority: 5 }),
};

const RECEIPT = { template: 'receipt', topic: undefined, purpose: 'transactional' };

/** What a worker reports of a message that its provider took. */
function takenBy({ message, attempt, worker, firstStartedAt }: Started) {
  const result = { kind: 'accepted', providerRef: null } as const;
  return { message, claim: { attempt, worker }, firstStartedAt, repeatWindowMs: null, result, warmUps: [] };
}

describe('what was left behind', () => {
  let gateway: Gateway;
  let contact: string;

  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());
  beforeEach(async () => {
    contact = `c-${randomUUID()}`;
    await gateway.policy({});
  });

  it('settles as unknown what a vanished worker had started with a provider without keys', async () => {
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    const [started] = await gateway.get(AttemptService).attempt([id]);
    await gateway.tx
      .execute`UPDATE sending.message SET due_at = clock_timestamp() - interval '1 second' WHERE id = ${id}`;
    expect(await gateway.sweeper.reap()).toBe(1);
    expect(await gateway.status(id)).toEqual({ status: 'unknown', reason: null });

    // The worker was only asleep: what it reports now is recorded and changes nothing.
    if (started === undefined) throw new Error('nothing was started');
    const late = takenBy(started);
    expect(await gateway.outcomes.record(late)).toBe(false);
    expect(await gateway.status(id)).toEqual({ status: 'unknown', reason: null });
    expect(await gateway.entryTypes(id)).toEqual(['send.accepted', 'send.handover_started', 'send.ended']);
    expect(await gateway.countEntries('send.stale_outcome')).toBe(1);
  });

  it('says nothing twice when an outcome is reported twice or two reapers find the same message', async () => {
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    const [started] = await gateway.get(AttemptService).attempt([id]);
    if (started === undefined) throw new Error('nothing was started');
    const stale = await gateway.countEntries('send.stale_outcome');
    const outcome = takenBy(started);
    expect(await gateway.outcomes.record(outcome)).toBe(true);
    expect(await gateway.outcomes.record(outcome)).toBe(false);
    expect(await gateway.outcomes.record({ ...outcome, result: null })).toBe(false);
    expect(await gateway.status(id)).toEqual({ status: 'sent', reason: null });
    expect(await gateway.countEntries('send.stale_outcome')).toBe(stale);
    expect(await gateway.tx.sql`SELECT 1 FROM sending.touch WHERE message_id = ${id}`).toHaveLength(1);
  });

  it('wakes messages whose wake-up was lost', async () => {
    await gateway.contact(contact);
    const id = await gateway.accept({ to: contact });
    await gateway.tx
      .execute`UPDATE sending.message SET due_at = clock_timestamp() - interval '1 second' WHERE id = ${id}`;
    expect(await gateway.sweeper.sweep()).toBeGreaterThanOrEqual(1);
    const rows = await gateway.tx.sql<{
      dueAt: number;
      now: number;
    }>`SELECT due_at AS "dueAt", clock_timestamp() AS now FROM sending.message WHERE id = ${id}`;
    expect((rows[0]?.dueAt ?? 0) - (rows[0]?.now ?? 0)).toBeGreaterThan(20_000);
  });

  it('wakes a live message in the first round, whatever became due before it', async () => {
    await gateway.contact(contact);
    await gateway.tx
      .execute`UPDATE sending.message SET due_at = clock_timestamp() + interval '1 hour' WHERE status = 'queued'`;
    const news = [await gateway.accept({ to: contact }), await gateway.accept({ to: contact })];
    const receipt = await gateway.accept({ to: contact, ...RECEIPT });
    await gateway.tx
      .execute`UPDATE sending.message SET due_at = clock_timestamp() - interval '1 minute' WHERE id = ANY (${news}::uuid[])`;
    await gateway.tx.execute`UPDATE sending.message SET due_at = clock_timestamp() WHERE id = ${receipt}`;
    const now = Date.now() + 1_000;
    const round = async () => (await dueStore.take(gateway.tx, now, () => now + 60_000, 1)).map(({ id }) => id).sort();
    const first = await round();
    expect(first).toHaveLength(2);
    expect(first).toContain(receipt);
    expect(await round()).toEqual(news.filter((id) => !first.includes(id)));
    expect(await round()).toEqual([]);
  });

  describe('wakes a message again only when what stands before it', () => {
    /** For how many seconds the sweeper puts each of these messages off when it has woken it. */
    const putOff = async (...ids: string[]): Promise<(number | undefined)[]> => {
      await gateway.tx
        .execute`UPDATE sending.message SET due_at = clock_timestamp() - interval '1 second' WHERE id = ANY (${ids}::uuid[])`;
      await gateway.sweeper.sweep();
      const rows = await gateway.tx.sql<{ id: string; seconds: number }>`
        SELECT id, extract(epoch FROM due_at - clock_timestamp())::float AS seconds
          FROM sending.message WHERE id = ANY (${ids}::uuid[])`;
      return ids.map((id) => rows.find((row) => row.id === id)?.seconds);
    };

    it('in the queue was taken up', async () => {
      await gateway.contact(contact);
      const id = await gateway.accept({ to: contact });
      const wakeUps = gateway.get(WakeUps);
      wakeUps.tookUp('email', USUAL.commercial, 120_000);
      expect((await putOff(id))[0]).toBeGreaterThan(200);
      wakeUps.tookUp('sms', USUAL.commercial, 120_000); // Another queue.
      wakeUps.tookUp('email', USUAL.commercial, 3);
      expect((await putOff(id))[0]).toBeLessThan(31);
    });

    it('in its lane was taken up: that the urgent have short turns says nothing about a mailing', async () => {
      await gateway.contact(contact);
      const news = await gateway.accept({ to: contact });
      const preferred = await gateway.accept({ to: contact, priority: 9 });
      const receipt = await gateway.accept({ to: contact, ...RECEIPT });
      const wakeUps = gateway.get(WakeUps);
      wakeUps.tookUp('email', USUAL.commercial, 120_000);
      wakeUps.tookUp('email', laneOf({ class: 'commercial', priority: 9 }), 50_000);
      wakeUps.tookUp('email', USUAL.transactional, 3);
      const [ofNews, ofPreferred, ofReceipt] = await putOff(news, preferred, receipt);
      expect(ofNews).toBeGreaterThan(200);
      expect(ofPreferred).toBeGreaterThan(90);
      expect(ofPreferred).toBeLessThan(101);
      expect(ofReceipt).toBeLessThan(31);

      // Where even the urgent wait, whatever stands behind them waits as long.
      wakeUps.tookUp('email', USUAL.commercial, 3);
      wakeUps.tookUp('email', USUAL.transactional, 120_000);
      expect((await putOff(news))[0]).toBeGreaterThan(200);
    });
  });
});
