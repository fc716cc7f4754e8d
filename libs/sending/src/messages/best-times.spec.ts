import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import type { MessageId } from '#lib/kernel';
import { tzdb } from '#lib/platform';
import { bestTimeStore } from './best-time.store.js';
import type { Message, SendRequest } from './domain/message.js';
import { MessageService } from './message.service.js';

const HOUR = 3_600_000;
const BERLIN = 'Europe/Berlin';
const RULE = { id: 'night', channels: ['email'], classes: ['commercial'], windows: [], action: 'defer' };

interface Kept {
  readonly goal: string;
  readonly earliest: boolean;
  readonly propensity: number;
  readonly parts: readonly { part: number; times: number; tried: number; met: number; propensity: number }[];
  readonly days: readonly { day: number; times: number; tried: number; met: number; propensity: number }[];
}

describe('a message that leaves when it works best', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
    await gateway.policy({
      quietHours: [{ ...RULE, windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '20:00', end: '09:00' }] }],
    });
  });
  afterAll(() => gateway.stop());

  const accept = async (more: Partial<SendRequest> = {}): Promise<Message> => {
    const to = more.to ?? randomUUID();
    if (more.to === undefined) await gateway.contact(to, { zone: BERLIN });
    const id = await gateway.accept({ to, bestTime: { withinMs: 24 * HOUR }, ...more });
    return (await gateway.get(MessageService).view(gateway.brandId, id)).message;
  };
  const many = (count: number, more: Partial<SendRequest> = {}): Promise<Message[]> =>
    Promise.all(Array.from({ length: count }, () => accept(more)));
  const kept = async (message: Message): Promise<Kept | undefined> => {
    const disclosed = await gateway.ledger.disclosures(gateway.tx, message.entryIds);
    const said = disclosed.get(message.entryIds[0] ?? ('' as never))?.['message'] as { time?: Kept };
    return said.time;
  };
  const hourIn = (at: number): number => new Date(at + (tzdb.zone(BERLIN)?.offset(at) ?? 0) * 60_000).getUTCHours();
  const makeDue = (id: MessageId) =>
    gateway.asAdmin(`UPDATE sending.message SET send_at = NULL, not_before = now(), due_at = now() WHERE id = '${id}'`);

  it('leaves within its window, when the whole pipeline lets it go, and the ledger says how likely each time was', async () => {
    const before = Date.now();
    const messages = await many(20);
    const drawn = messages.filter(({ sendAt }) => sendAt !== null);
    for (const { sendAt, status, reason, notBefore } of drawn) {
      expect(sendAt).toBeLessThanOrEqual(Date.now() + 24 * HOUR);
      expect(sendAt).toBeGreaterThanOrEqual(before);
      expect(hourIn(sendAt ?? 0)).toBeGreaterThanOrEqual(9);
      expect(hourIn(sendAt ?? 0)).toBeLessThan(20);
      expect({ status, reason }).toEqual({ status: 'queued', reason: 'send_time' });
      expect(notBefore).toBe(sendAt);
    }
    expect(new Set(drawn.map(({ sendAt }) => sendAt)).size).toBeGreaterThan(5);
    for (const message of messages) {
      const time = await kept(message);
      expect(time).toMatchObject({ goal: 'clicked', earliest: message.sendAt === null });
      expect(Math.abs((time?.parts ?? []).reduce((sum, { propensity }) => sum + propensity, 0) - 1e6)).toBeLessThan(10);
      expect(time?.parts.map(({ part }) => part)).toEqual(expect.arrayContaining([5, 6, 7, 8, 9]));
      for (const { part } of time?.parts ?? []) expect([4, 5, 6, 7, 8, 9]).toContain(part);
    }
    const rows = await gateway.asAdmin(`SELECT part FROM sending.best_time`);
    expect(rows).toHaveLength(20);
  });

  it('is asked for again under the same key, and leaves at the same time', async () => {
    const to = randomUUID();
    await gateway.contact(to, { zone: BERLIN });
    const key = randomUUID();
    const request = { to, bestTime: { withinMs: 48 * HOUR } };
    const [one, two] = [await gateway.send(request, key), await gateway.send(request, key)];
    expect(two).toEqual({ ...one, replayed: true });
  });

  it('does not outlive its end, and begins no earlier than it may', async () => {
    const [sendAt, expiresAt] = [Date.now() + 30 * HOUR, Date.now() + 56 * HOUR];
    for (const message of await many(8, { sendAt, expiresAt, bestTime: { withinMs: 72 * HOUR } })) {
      expect(message.sendAt).toBeGreaterThanOrEqual(sendAt);
      expect(message.sendAt).toBeLessThan(expiresAt);
      expect(message.expiresAt).toBe(expiresAt);
    }
  });

  it('leaves as soon as it may where no time in the window is allowed', async () => {
    const resumeAt = Date.now() + 72 * HOUR;
    await gateway.policy({ quietHours: [{ ...RULE, dates: [{ from: dateIn(0), to: dateIn(2) }] }] }, 'closed');
    const message = await accept({ policy: 'closed', bestTime: { withinMs: 12 * HOUR } });
    expect(message).toMatchObject({ status: 'queued', reason: 'quiet_hours' });
    expect(message.notBefore).toBeLessThan(resumeAt);
    expect(await kept(message)).toBeUndefined();
  });

  it('is decided about again when its time has come', async () => {
    const to = randomUUID();
    await gateway.contact(to, { zone: BERLIN });
    const { id } = await accept({ to });
    await gateway.consent(to, 'withdrawn');
    await makeDue(id);
    await gateway.attempt(id);
    expect(await gateway.status(id)).toEqual({ status: 'dropped', reason: 'consent_withdrawn' });
  });

  it('is refused at once where it can never pass', async () => {
    const to = randomUUID();
    await gateway.contact(to, { consent: null });
    const message = await accept({ to });
    expect(message).toMatchObject({ status: 'dropped', reason: 'no_consent' });
    expect(await kept(message)).toBeUndefined();
  });

  it('learns from what came of the times that were drawn within a day, and of no younger ones', async () => {
    await gateway.policy({});
    const goal = 'opened' as const;
    const ids = (await many(8, { bestTime: { withinMs: 24 * HOUR, goal } })).map(({ id }) => id);
    for (const id of ids) await makeDue(id);
    await gateway.attempt(...ids);
    const results = () => bestTimeStore.results(gateway.tx, gateway.brandId, goal);
    const sums = async () => {
      const rows = await results();
      return [rows.reduce((sum, { tried }) => sum + tried, 0), rows.reduce((sum, { met }) => sum + met, 0)];
    };
    expect(await sums()).toEqual([0, 0]);
    const [early, late] = ids;
    const list = ids.map((id) => `'${id}'`).join(',');
    await gateway.asAdmin(`
      ALTER TABLE sending.message DISABLE TRIGGER USER;
      UPDATE sending.message SET ended_at = ended_at - interval '3 days' WHERE id IN (${list});
      UPDATE sending.best_time SET created_at = created_at - interval '3 days' WHERE message_id IN (${list});
      ALTER TABLE sending.message ENABLE ALWAYS TRIGGER message_ends_once, ENABLE ALWAYS TRIGGER message_stays`);
    for (const [id, hours] of [
      [early, 71],
      [late, 47],
    ])
      await gateway.asAdmin(`
        INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, event)
        SELECT id, 'opened', now() - interval '${hours} hours', brand_id, contact_id, channel, test, '${id}'
          FROM sending.message WHERE id = '${id}'`);
    expect(await sums()).toEqual([8, 1]);
    // Who refused to be counted teaches nothing.
    await gateway.asAdmin(`
      INSERT INTO sending.touch (message_id, type, at, brand_id, contact_id, channel, test, event, untracked)
      SELECT id, 'opened', now() - interval '71 hours', brand_id, contact_id, channel, test, '${randomUUID()}', true
        FROM sending.message WHERE id = '${ids[2]}'`);
    expect(await sums()).toEqual([8, 1]);
    // As many as count, drawn just now, make nobody forget them; and what failed then was a try.
    await many(8, { bestTime: { withinMs: 24 * HOUR, goal } });
    await gateway.asAdmin(`
      ALTER TABLE sending.message DISABLE TRIGGER USER;
      UPDATE sending.message SET status = 'failed', reason = 'provider_rejected' WHERE id = '${late}';
      ALTER TABLE sending.message ENABLE ALWAYS TRIGGER message_ends_once, ENABLE ALWAYS TRIGGER message_stays`);
    const few = await bestTimeStore.results(gateway.tx, gateway.brandId, goal, 8);
    expect(few.reduce((sum, { tried }) => sum + tried, 0)).toBe(8);

    const fresh = await gateway.twin();
    try {
      const to = randomUUID();
      await fresh.contact(to, { zone: BERLIN });
      const id = await fresh.accept({ to, bestTime: { withinMs: 24 * HOUR, goal } });
      const time = await kept((await fresh.get(MessageService).view(gateway.brandId, id)).message);
      const known = await results();
      const sum = (of: readonly { tried: number }[]): number => of.reduce((all, { tried }) => all + tried, 0);
      for (const { part, tried } of time?.parts ?? [])
        expect(tried).toBe(sum(known.filter((one) => one.part === part)));
      for (const { day, tried } of time?.days ?? []) expect(tried).toBe(sum(known.filter((one) => one.day === day)));
      expect(sum(time?.parts ?? [])).toBeGreaterThan(0);
      expect(sum(time?.days ?? [])).toBeGreaterThan(0);
    } finally {
      await fresh.stop();
    }
  });
});

/** The date in so many days, in Berlin. */
function dateIn(days: number): string {
  const at = Date.now() + days * 24 * HOUR;
  return new Date(at + (tzdb.zone(BERLIN)?.offset(at) ?? 0) * 60_000).toISOString().slice(0, 10);
}
