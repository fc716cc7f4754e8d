import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { MessageId } from '#lib/kernel';
import { everyNth } from '../../../../test/support/form.js';
import { Gateway } from '../../../../test/support/gateway.js';

/** A bucket that is full at first and does not fill again while the spec runs. */
const bucketOf = (burst: number) => ({
  rates: [{ id: randomUUID(), scope: 'brand', permits: 1, interval: 'PT1H', burst }],
});

/** More than the first bucket has tokens, and fewer than the gateway has connections. */
const WORKERS = 16;

describe('a rate limit', () => {
  let gateway: Gateway;

  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());

  const accept = async (count: number, test = false): Promise<MessageId[]> => {
    const contacts = Array.from({ length: count }, () => randomUUID());
    await Promise.all(contacts.map((contact) => gateway.contact(contact)));
    return Promise.all(contacts.map((contact) => gateway.accept({ to: contact }, test)));
  };

  it('holds test messages like the others, in buckets of their own', async () => {
    await gateway.policy(bucketOf(3));
    const [tried, meant] = [await accept(5, true), await accept(5)];
    // The test messages come first, and take nothing away.
    await gateway.attempt(...tried);
    await gateway.attempt(...meant);
    for (const ids of [tried, meant]) {
      const ends = await Promise.all(ids.map((id) => gateway.status(id)));
      expect(ends.filter(({ status }) => status === 'sent')).toHaveLength(3);
      expect(ends.filter(({ reason }) => reason === 'rate_limit')).toHaveLength(2);
    }
  });

  it('never ends a message before it expires, although its turn comes later', async () => {
    await gateway.policy(bucketOf(1));
    const [first] = await accept(1);
    await gateway.attempt(first!);
    const contact = randomUUID();
    await gateway.contact(contact);
    const expiresAt = Date.now() + 1_500;
    const id = await gateway.accept({ to: contact, expiresAt });
    expect(await gateway.status(id)).toEqual({ status: 'queued', reason: 'rate_limit' });
    const asked = async () => (await gateway.tx.sql<{ at: number }>`SELECT due_at AS at FROM sending.message WHERE id = ${id}::uuid`)[0]?.at ?? 0; // prettier-ignore
    // Somebody else's turn may come free before the end.
    expect(await asked()).toBeLessThan(expiresAt);
    await setTimeout((await asked()) - Date.now() + 20);
    await gateway.attempt(id);
    expect(await gateway.status(id)).toEqual({ status: 'queued', reason: 'rate_limit' });
    expect(await asked()).toBe(expiresAt);
    await setTimeout(expiresAt - Date.now() + 20);
    await gateway.attempt(id);
    expect(await gateway.status(id)).toEqual({ status: 'dropped', reason: 'expired' });
  });

  it('is shared by whoever is with the same mail server, and by nobody else', async () => {
    await gateway.policy({ rates: [{ ...bucketOf(2).rates[0], scope: 'mailbox_domain' }] });
    const to = async (domain: string): Promise<MessageId> => {
      const contact = randomUUID();
      await gateway.contact(contact, { address: `${contact}@${domain}` });
      return gateway.accept({ to: contact });
    };
    const [one, other] = [`${randomUUID()}.example`, `${randomUUID()}.example`];
    const ids = [await to(one), await to(one), await to(one.toUpperCase()), await to(other)];
    await gateway.attempt(...ids);
    const ends = await Promise.all(ids.map((id) => gateway.status(id)));
    expect(ends.slice(0, 3).filter(({ status }) => status === 'sent')).toHaveLength(2);
    expect(ends.slice(0, 3).filter(({ reason }) => reason === 'rate_limit')).toHaveLength(1);
    expect(ends[3]).toMatchObject({ status: 'sent' });
  });

  // The short form makes the second alone.
  it.each(
    everyNth(
      2,
      [
        // Ample for one message at a time: several are decided without a lock, and find the bucket drained.
        ['decided one by one by many workers', 12, 1],
        ['decided in batches by many workers', 40, 4],
        ['that could run short at once', 3, 4],
      ] as const,
      1,
    ),
  )('is never exceeded by messages %s', async (_name, burst, batch) => {
    await gateway.policy(bucketOf(burst));
    const ids = await accept(60);
    const batches = Array.from({ length: ids.length / batch }, (_, i) => ids.slice(i * batch, (i + 1) * batch));
    const worker = async (): Promise<void> => {
      for (let part = batches.shift(); part !== undefined; part = batches.shift()) await gateway.attempt(...part);
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));

    const statuses = await Promise.all(ids.map((id) => gateway.status(id)));
    expect(statuses.filter(({ status }) => status === 'sent')).toHaveLength(burst);
    const held = await gateway.tx.sql<{ dueAt: number }>`
      SELECT due_at AS "dueAt" FROM sending.message WHERE id = ANY (${ids}::uuid[]) AND reason = 'rate_limit'`;
    expect(new Set(held.map(({ dueAt }) => dueAt)).size).toBe(ids.length - burst);
  });
});
