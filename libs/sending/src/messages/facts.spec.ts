import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ConsentService, ContactService } from '#lib/consent';
import type { Facts } from '#lib/decision';
import type { MessageId } from '#lib/kernel';
import { Gateway } from '../../../../test/support/gateway.js';

describe('the facts of a decision', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());

  /** As the ledger keeps them, one per decision about the message, oldest first. */
  const factsOf = async (id: MessageId): Promise<Facts[]> => {
    const rows = await gateway.tx.sql<{ entryIds: never[] }>`
      SELECT entry_ids AS "entryIds" FROM sending.message WHERE id = ${id}`;
    const ids = rows[0]?.entryIds ?? [];
    const disclosed = await gateway.ledger.disclosures(gateway.tx, ids);
    return ids.flatMap((entry) => {
      const record = disclosed.get(entry)?.['checks'] as { facts?: Facts } | undefined;
      return record?.facts === undefined ? [] : [record.facts];
    });
  };

  it('hold nothing of what nobody said', async () => {
    const contact = randomUUID();
    await gateway.contact(contact);
    const [facts] = await factsOf(await gateway.accept({ to: contact }));
    expect(facts?.contact).toEqual({ zone: null, erased: false, pausedUntil: null, segments: [] });
    expect(Object.keys(facts?.message ?? {})).toEqual(['class', 'channel', 'sendAt', 'expiresAt', 'acceptedAt']);
    expect(facts?.consent.topic).not.toHaveProperty('basis');
  });

  it('hold where the contact is and what they wish for, and of a telephone number only how it begins', async () => {
    const contact = randomUUID();
    await gateway.contact(contact);
    const wishes = {
      zone: 'America/Chicago',
      quietHours: [{ days: [7 as const], start: '00:00', end: '24:00' }],
      frequency: [{ limit: 9, window: 'P1D', channel: null, topic: null }],
    };
    const input = { region: 'US-TX', postalCode: '73301', deviceZone: 'America/Denver', segments: ['vip'], wishes };
    const contactPoints = [
      { channel: 'email' as const, address: `${contact}@people.example` },
      { channel: 'sms' as const, address: '+12125550123' },
    ];
    await gateway.get(ContactService).put(gateway.brandId, contact, { ...input, contactPoints }, 'spec');
    const [facts] = await factsOf(await gateway.accept({ to: contact, priority: 8 }));
    const { zone: chosenZone, quietHours, frequency } = wishes;
    expect(facts?.contact).toEqual({
      ...{ zone: null, erased: false, pausedUntil: null, phonePrefix: '+1212555', region: 'US-TX' },
      ...{ postalCode: '73301', deviceZone: 'America/Denver', segments: ['vip'], chosenZone, quietHours, frequency },
    });
    expect(facts?.message.priority).toBe(8);
  });

  it('hold how a number begins also of somebody whose clock is known, where a rule asks: of the number that is called', async () => {
    const contact = randomUUID();
    const put = (addresses: readonly string[]) =>
      gateway.get(ContactService).put(
        gateway.brandId,
        contact,
        {
          ...{ zone: 'Europe/Berlin', country: 'DE' },
          contactPoints: [
            { channel: 'email' as const, address: `${contact}@people.example` },
            ...addresses.map((address) => ({ channel: 'sms' as const, address })),
          ],
        },
        'spec',
      );
    await gateway.contact(contact);
    await put(['+13105550123']);
    const prefixOf = async () => (await factsOf(await gateway.accept({ to: contact })))[0]?.contact.phonePrefix;
    expect(await prefixOf()).toBeUndefined();
    await gateway.policy({
      quietHours: [
        {
          ...{
            id: 'night',
            channels: ['sms'],
            classes: ['commercial'],
            action: 'defer',
            when: { phonePrefixes: ['+1'] },
          },
          windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '08:00' }],
        },
      ],
    });
    expect(await prefixOf()).toBe('+1310555');
    await gateway.policy({});
  });

  it('hold the segments of other hand-overs as they were then', async () => {
    const contact = randomUUID();
    await gateway.contact(contact);
    const put = (segments: string[]) => gateway.get(ContactService).put(gateway.brandId, contact, { segments }, 'spec');
    await gateway.policy({
      caps: [
        {
          ...{ id: 'vip', scope: 'segment', segment: 'vip', limit: 5, window: 'P7D', action: 'defer' },
          classes: { bound: ['commercial'], counted: ['commercial'] },
        },
      ],
    });
    await put(['vip']);
    await gateway.attempt(await gateway.accept({ to: contact }));
    await put(['beta']);
    await gateway.attempt(await gateway.accept({ to: contact }));
    const [facts] = await factsOf(await gateway.accept({ to: contact }));
    expect(facts?.capUses.map((use) => use.segments)).toEqual([['vip'], ['beta']]);
    expect(facts?.contact.segments).toEqual(['beta']);

    const nobodys = randomUUID();
    await gateway.contact(nobodys);
    const [free] = await factsOf(await gateway.accept({ to: nobodys }));
    expect(free?.contact.segments).toEqual([]);
    await gateway.policy({});
  });

  it.each([130, 10_050])(
    'hold of %i hand-overs of a kind the newest, and every cap counts as before',
    async (count) => {
      const contact = randomUUID();
      await gateway.contact(contact);
      await gateway.policy({
        caps: [
          {
            ...{ id: 'daily', scope: 'any', limit: 2, window: 'P1D', action: 'defer' },
            classes: { bound: ['commercial'], counted: ['commercial'] },
          },
        ],
      });
      const first = await gateway.accept({ to: contact });
      await gateway.attempt(first);
      const [used] = await gateway.tx.sql<{ at: number }>`
      SELECT at FROM sending.cap_use WHERE message_id = ${first}`;
      // Later than the one that the cap counts, a millisecond apart.
      await gateway.tx.execute`
      INSERT INTO sending.cap_use (contact_id, message_id, at, channel, class, purpose, topic, campaign, segments, test)
      SELECT u.contact_id, gen_random_uuid(), u.at + i * interval '1 ms', 'email', 'transactional', 'service', NULL, NULL, '{}', false
        FROM sending.cap_use u CROSS JOIN generate_series(1, ${count}::int) AS i
       WHERE u.message_id = ${first}`;

      const second = await gateway.accept({ to: contact });
      await gateway.attempt(second);
      expect(await gateway.status(second)).toMatchObject({ status: 'sent' });
      const third = await gateway.accept({ to: contact });
      expect(await gateway.status(third)).toMatchObject({ status: 'queued', reason: 'frequency_cap' });
      const [facts] = await factsOf(third);
      const at = used?.at ?? NaN;
      const newest = Array.from({ length: 100 }, (_, i) => at + count - i);
      const often = facts?.capUses.find((use) => use.class === 'transactional');
      expect([often?.at, ...(often?.alsoAt ?? [])]).toEqual(newest);
      expect(facts?.capUsesLeftOut).toEqual({ told: 100, allSince: newest.at(-1) });
      const counted = facts?.capUses.find((use) => use.class === 'commercial');
      expect([counted?.at, ...(counted?.alsoAt ?? [])]).toEqual(expect.arrayContaining([at]));
      expect(counted?.alsoAt).toHaveLength(1);
      await gateway.policy({});
    },
  );

  it('say of a contact in no segment that a cap about one is not about them', async () => {
    const outside = randomUUID();
    await gateway.contact(outside);
    await gateway.policy({
      caps: [
        {
          ...{ id: 'vip', scope: 'segment', segment: 'vip', limit: 0, window: 'P7D', action: 'drop' },
          classes: { bound: ['commercial'], counted: ['commercial'] },
        },
      ],
    });
    const id = await gateway.accept({ to: outside });
    await gateway.attempt(id);
    expect(await gateway.status(id)).toEqual({ status: 'sent', reason: null });
    await gateway.policy({});
  });

  it('hold who lifted the caps and why', async () => {
    const contact = randomUUID();
    await gateway.contact(contact);
    const override = { caps: true as const, actor: 'key-1', reason: 'recall of a product' };
    const id = await gateway.accept({ to: contact, override });
    await gateway.attempt(id);
    const both = await factsOf(id);
    expect(both.map((facts) => facts.message.override)).toEqual([override, override]);
  });

  it('hold what a consent rests on where a jurisdiction asks', async () => {
    const contact = randomUUID();
    await gateway.contact(contact, { consent: null });
    const enforce = (enforcement: string) =>
      gateway.tx.execute`UPDATE consent.purpose SET enforcement = ${enforcement} WHERE key = 'commercial'`;
    await enforce('permissive');
    await gateway.get(ConsentService).record(
      gateway.brandId,
      contact,
      {
        ...{ channel: 'email', purpose: 'commercial', topics: ['newsletter'], kind: 'granted', method: 'shop' },
        ...{ legalBasis: 'soft_opt_in', evidence: { address_from_sale: true, no_objection: 'yes' } },
      },
      'spec',
    );
    await gateway.policy({ jurisdiction: { packs: 'contact' } });
    const [facts] = await factsOf(await gateway.accept({ to: contact }));
    expect(facts?.consent.topic?.basis).toMatchObject({
      kind: 'soft_opt_in',
      evidence: ['method', 'address_from_sale'],
    });
    await gateway.policy({});
    await enforce('restrictive');
  });
});
