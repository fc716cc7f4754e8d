import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { MessageId } from '#lib/kernel';
import { Gateway } from '../../../../test/support/gateway.js';
import { FeedbackService } from '../feedback/feedback.service.js';

const WORKERS = 8;

describe('a warm-up', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());

  /** Of a rule that no other spec uses, in its first days and with no end in sight. */
  const rule = (ceiling: number, change: object = {}) => ({
    id: randomUUID(),
    scope: 'sending_domain',
    startsOn: new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10),
    ceilings: Array.from({ length: 30 }, () => ceiling),
    halt: { bounced: 0.5, complained: 0.5, atLeast: 4, lookBackDays: 3 },
    ...change,
  });
  const accept = async (count: number, test = false, policy = 'default'): Promise<MessageId[]> => {
    const contacts = Array.from({ length: count }, () => randomUUID());
    await Promise.all(contacts.map((contact) => gateway.contact(contact)));
    return Promise.all(contacts.map((contact) => gateway.accept({ to: contact, policy }, test)));
  };
  const bounce = async (ids: readonly MessageId[]) =>
    gateway.get(FeedbackService).report(
      ids.map((messageId) => ({
        id: randomUUID(),
        type: 'bounced',
        messageId,
        at: Date.now(),
        bounce: { kind: 'hard', status: '5.1.1' },
        automated: false,
        link: null,
      })),
      { brandId: gateway.brandId, test: false, actor: 'spec', via: 'api' },
    );
  const statuses = async (ids: readonly MessageId[]) => Promise.all(ids.map((id) => gateway.status(id)));

  it('lets as many leave on a day as it says, however many workers ask', async () => {
    await gateway.policy({ warmUps: [rule(7)] });
    const ids = await accept(24);
    const left = [...ids];
    const worker = async (): Promise<void> => {
      for (let part = left.splice(0, 2); part.length > 0; part = left.splice(0, 2)) await gateway.attempt(...part);
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
    const after = await statuses(ids);
    expect(after.filter(({ status }) => status === 'sent')).toHaveLength(7);
    expect(after.filter(({ reason }) => reason === 'warm_up')).toHaveLength(17);
  });

  it('holds the rest until the brand’s next day', async () => {
    await gateway.policy({ warmUps: [rule(1)] });
    await gateway.attempt(...(await accept(1)));
    const [id] = await accept(1);
    const [row] = await gateway.tx.sql<{ isMidnight: boolean }>`
      SELECT (not_before AT TIME ZONE 'Europe/Berlin')::time = '00:00' AS "isMidnight" FROM sending.message WHERE id = ${id}`;
    expect(row?.isMidnight).toBe(true);
  });

  it('ends no message that expires before that day, and lets it ask whether there is room meanwhile', async () => {
    await gateway.policy({ warmUps: [rule(1)] });
    await gateway.attempt(...(await accept(1)));
    const to = randomUUID();
    await gateway.contact(to);
    const expiresAt = Date.now() + 60_000;
    const id = await gateway.accept({ to, expiresAt });
    const asksAt = async () => (await gateway.tx.sql<{ at: number }>`SELECT due_at AS at FROM sending.message WHERE id = ${id}::uuid`)[0]?.at ?? 0; // prettier-ignore
    for (const _ of ['at first', 'again']) {
      expect(await gateway.status(id)).toEqual({ status: 'queued', reason: 'warm_up' });
      expect(await asksAt()).toBeLessThan(expiresAt - 20_000);
      await gateway.asAdmin(`UPDATE sending.message SET not_before = now(), due_at = now() WHERE id = '${id}'`);
      await gateway.attempt(id);
    }
    // Asking again is no news.
    expect(await gateway.entryTypes(id)).toEqual(['send.accepted']);
  });

  it('halts when too many addresses bounce, and asks anew the next day', async () => {
    const bad = rule(100);
    await gateway.policy({ warmUps: [bad] });
    const ids = await accept(4);
    await gateway.attempt(...ids);
    await bounce(ids.slice(0, 2));
    expect(await statuses(await accept(1))).toEqual([{ status: 'queued', reason: 'warm_up' }]);
  });

  it('does not count what never leaves the machine', async () => {
    await gateway.policy({ warmUps: [rule(1)] });
    const tests = await accept(3, true);
    await gateway.attempt(...tests);
    expect((await statuses(tests)).map(({ status }) => status)).toEqual(['sent', 'sent', 'sent']);
    const ids = await accept(1);
    await gateway.attempt(...ids);
    expect(await statuses(ids)).toEqual([{ status: 'sent', reason: null }]);
  });

  it('counts what leaves by the address under whichever policy, which waits for no ceiling that is not its own', async () => {
    const shared = rule(3);
    await gateway.policy({ warmUps: [shared] });
    await gateway.policy({}, 'plain');
    await gateway.policy({ warmUps: [{ ...shared, halt: { ...shared.halt, lookBackDays: 7 } }, rule(50)] }, 'other');
    const left = [...(await accept(1, false, 'plain')), ...(await accept(1, false, 'other'))];
    await gateway.attempt(...left);
    const own = await accept(2);
    await gateway.attempt(...own);
    const more = await accept(2, false, 'plain');
    await gateway.attempt(...more);
    expect((await statuses([...left, ...own, ...more])).map(({ status }) => status)).toEqual(
      ['sent', 'sent', 'sent', 'queued', 'sent', 'sent'], // prettier-ignore
    );
  });

  it('halts on what bounces of messages under another policy', async () => {
    await gateway.policy({ warmUps: [rule(100)] });
    await gateway.policy({}, 'plain');
    const ids = await accept(4, false, 'plain');
    await gateway.attempt(...ids);
    await bounce(ids.slice(0, 2));
    expect(await statuses(await accept(1))).toEqual([{ status: 'queued', reason: 'warm_up' }]);
  });
});
