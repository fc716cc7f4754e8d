import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  ConsentService,
  ContactService,
  eachReachable,
  InboundService,
  type ReachablePoint,
  recipientStore,
  StandingService,
  SuppressionService,
} from '#lib/consent';
import type { Channel, ContactId, ContactPointId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';

/** Who left the purpose, and what they said of it, or of topics of it, in which month, in the order in which it is told. */
const BACK: Record<string, [kind: 'granted' | 'withdrawn', topics: string[], month: number][]> = {
  'back-one': [
    ['withdrawn', [], 1],
    ['granted', ['newsletter'], 2],
  ],
  'back-none': [
    ['withdrawn', [], 1],
    ['granted', ['newsletter'], 2],
    ['withdrawn', ['newsletter'], 3],
  ],
  'back-other': [
    ['withdrawn', [], 1],
    ['granted', ['newsletter', 'events'], 2],
    ['withdrawn', ['newsletter'], 3],
  ],
  'back-whole': [
    ['withdrawn', [], 1],
    ['granted', ['newsletter'], 3],
    ['withdrawn', ['newsletter'], 4],
    ['granted', [], 2],
  ],
};

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
  const people: Record<string, object> = {
    plain: {},
    placed: { country: 'CA', region: 'CA-QC', postalCode: 'H2X', zone: 'America/Toronto' },
    choosing: { wishes: { zone: 'Asia/Tokyo' }, deviceZone: 'Europe/Paris' },
    odd: { postalCode: 'a|b;c"\\', country: 'DE' },
    callers: { phones: ['+14165550101', '+493012345678'] },
    'shared-1': { address: 'shared@people.example' },
    'shared-2': { address: 'shared@people.example' },
    everything: {},
    complained: {},
    erased: {},
    silent: {},
    gone: {},
    ...Object.fromEntries(Object.keys(BACK).map((name) => [name, {}])),
  };
  for (const [name, { address = `${name}@people.example`, phones = [], ...profile }] of Object.entries(people) as [
    string,
    { address?: string; phones?: string[] },
  ][]) {
    const contactPoints = [
      { channel: 'email' as const, address },
      ...phones.map((phone) => ({ channel: 'sms' as const, address: phone })),
    ];
    await gateway.get(ContactService).put(gateway.brandId, name, { contactPoints, ...profile }, 'spec');
    if (name !== 'silent' && !(name in BACK)) await gateway.consent(name, 'granted');
  }
  await gateway.consent('placed', 'granted', ['events']);
  await gateway.consent('shared-2', 'withdrawn', []);
  await gateway.consent('shared-2', 'granted', ['events']);
  await gateway.get(InboundService).text(gateway.brandId, 'email', 'everything@people.example', 'STOP');
  for (const [name, said] of Object.entries(BACK))
    for (const [kind, topics, on] of said)
      await gateway.get(ConsentService).record(
        gateway.brandId,
        name,
        {
          ...{ channel: 'email', purpose: 'commercial', topics, kind, legalBasis: 'consent', method: 'spec' },
          ...{ source: 'spec', evidence: {}, occurredAt: Date.parse(`2026-0${on}-01T00:00:00Z`) },
        },
        'spec',
      );
  const complained = { channel: 'email', address: 'complained@people.example' } as const;
  await gateway.get(SuppressionService).suppress(gateway.brandId, complained, 'complaint', null, 'spec');
  await gateway.get(ContactService).put(gateway.brandId, 'gone', { contactPoints: [] }, 'spec');
  await gateway.asAdmin(`UPDATE consent.contact SET erased_at = now() WHERE external_id = 'erased'`);
});
afterAll(async () => gateway.stop());

const read = async (channel: Channel | null, asksBases = true): Promise<ReachablePoint[]> => {
  const points: ReachablePoint[] = [];
  const asked = { brandId: gateway.brandId, channel, at: Date.now(), asksBases };
  await gateway.get(Database).transaction((tx) => eachReachable(tx, asked, (point) => points.push(point)));
  return points;
};
/** In an order of their own, because neither reading has one. */
const sorted = (points: readonly unknown[]): string[] => points.map((point) => JSON.stringify(point)).toSorted();
const plain = ({ channel, where, states, bases }: ReachablePoint) => ({
  ...{ channel, where },
  states: [...states].toSorted(),
  bases: [...bases].toSorted(),
});

it('tells of everybody what decisions read of each', async () => {
  const { tx } = gateway.get(Database);
  const rows = (await gateway.asAdmin(`
    SELECT p.id AS "pointId", p.contact_id AS "contactId", p.channel FROM consent.contact_point p
      JOIN consent.contact c ON c.id = p.contact_id AND c.erased_at IS NULL
     WHERE p.brand_id = '${gateway.brandId}' AND p.ended_at IS NULL`)) as {
    pointId: ContactPointId;
    contactId: ContactId;
    channel: Channel;
  }[];
  const ids = rows.map(({ pointId }) => pointId);
  const recipients = await recipientStore.load(tx, rows, true);
  const suppressed = await recipientStore.suppressions(tx, ids, Date.now());
  const consents = await recipientStore.consents(tx, ids);
  const expected: object[] = [];
  for (const [i, { pointId, channel }] of rows.entries()) {
    const recipient = recipients[i];
    if (recipient == null || suppressed.has(pointId)) continue;
    const { zone, deviceZone, country, region, postalCode, phonePrefix, wishes } = recipient;
    const states = consents.get(pointId) ?? new Map<string, never>();
    const yes = [...states.values()].filter(({ status }) => status === 'granted' || status === 'confirmed');
    const bases = await recipientStore.bases(
      tx,
      yes.map(({ eventId }) => eventId),
    );
    const where = { zone, chosenZone: wishes.zone ?? null, deviceZone, country, region, postalCode, phonePrefix };
    expected.push({ channel, where, states: [...states].toSorted(), bases: [...bases].toSorted() });
  }
  const found = (await read(null)).map(({ bases, states, ...point }) => {
    // Of what no longer stands the basis does not matter.
    const relied = new Set([...states.values()].map(({ eventId }) => eventId));
    const yes = [...states.values()].filter(({ status }) => status === 'granted' || status === 'confirmed');
    const kept = new Map([...bases].filter(([id]) => relied.has(id) && yes.some(({ eventId }) => eventId === id)));
    return plain({ ...point, states, bases: kept });
  });
  expect(expected.length).toBe(15);
  expect(sorted(found)).toEqual(sorted(expected));
});

it('has whoever came back with a topic for what is about none while they agree to a topic, or had said so of the whole', async () => {
  const stand: Record<string, unknown> = {};
  for (const name of Object.keys(BACK)) {
    const [row] = await gateway.tx.sql<{ id: ContactPointId; purpose: string }>`
      SELECT p.id, u.id AS purpose FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id
        JOIN consent.purpose u ON u.brand_id = p.brand_id AND u.key = 'commercial'
       WHERE c.external_id = ${name}`;
    if (row === undefined) throw new Error('nobody');
    const states = (await recipientStore.consents(gateway.tx, [row.id])).get(row.id);
    const told = (await gateway.get(StandingService).find(gateway.brandId, name))?.points[0]?.states ?? [];
    stand[name] = [
      states?.get(row.purpose)?.status,
      told.find(({ purpose, topic }) => purpose === 'commercial' && topic === null)?.status,
    ];
  }
  expect(stand).toEqual({
    'back-one': ['granted', 'granted'],
    'back-none': ['withdrawn', 'withdrawn'],
    'back-other': ['granted', 'granted'],
    'back-whole': ['granted', 'granted'],
  });
});

it('is about one channel where that is asked, and reads nobody’s bases where no law asks', async () => {
  expect((await read('sms')).map(({ where }) => where.phonePrefix).toSorted()).toEqual(['+1416555', '+4930123']);
  expect((await read('email', false)).every(({ bases }) => bases.size === 0)).toBe(true);
});
