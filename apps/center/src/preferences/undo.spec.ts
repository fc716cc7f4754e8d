import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ConsentService,
  ContactService,
  ErasureOrders,
  ImportService,
  InboundService,
  MergeService,
} from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { newId } from '#lib/platform';
import { Readable } from 'node:stream';
import { CenterWorld, type SomePerson } from '../testing/center-world.js';
import { follow, get, post, undo } from '../testing/page-client.js';

let world: CenterWorld;
beforeAll(async () => {
  world = await CenterWorld.start();
}, 120_000);
afterAll(() => world.end());

const service = <T>(type: abstract new (...args: never[]) => T): T => world.app.get<T>(type, { strict: false });
const record = (person: SomePerson, kind: 'invalidated' | 'expired') =>
  service(ConsentService).record(
    world.brandId,
    person.externalId,
    {
      ...{ channel: 'email', purpose: 'commercial', topics: ['newsletter'], kind, legalBasis: 'audit' },
      ...{ method: 'audit', evidence: {} },
    },
    'spec',
  );

/** What may happen between a change and the wish to take it back. */
const MEANWHILE: Record<string, (person: SomePerson) => Promise<unknown>> = {
  'they asked to be erased': async (person) => post(await world.manage(person), 'erase'),
  'it was ordered that they be erased': (person) =>
    service(ErasureOrders).order(
      world.brandId,
      person.externalId,
      { basis: 'gdpr_17_1_b', reason: null, note: null },
      { messageId: newId<MessageId>(), waitMs: 3_600_000 },
      'spec',
    ),
  'they left once more by one click': (person) => fetch(world.optOut(person), { method: 'POST' }),
  'they wrote STOP': async (person) =>
    service(InboundService).text(world.brandId, 'email', await world.addressOf(person), 'STOP'),
  'somebody else turned out to be them': async (person) => {
    const other = await world.person(['events']);
    await service(MergeService).merge(world.brandId, person.externalId, other.externalId, 'spec');
  },
  'they objected': (person) => world.object(person),
  'their consent was found to be none': (person) => record(person, 'invalidated'),
  'their consent expired': (person) => record(person, 'expired'),
  'the address became somebody else’s': async (person) => {
    const address = await world.addressOf(person);
    await service(MergeService).reassigned(world.brandId, { channel: 'email', address }, null, 'spec');
  },
  'they got another address': (person) => {
    const contactPoints = [{ channel: 'email' as const, address: `new-${person.externalId}@people.example` }];
    return service(ContactService).put(world.brandId, person.externalId, { contactPoints }, 'spec');
  },
};

describe('an undo', () => {
  it.each(Object.keys(MEANWHILE))('gives nothing back when %s since, and says so', async (what) => {
    for (const link of [await world.person(['newsletter']), await world.person(['newsletter'])].entries()) {
      const [by, person] = link;
      const url = by === 0 ? world.optOut(person) : await world.manage(person);
      const { query } = await follow(url, await post(url, 'stop_all'));
      await MEANWHILE[what]?.(person);
      const before = await world.history(person);
      const answer = await fetch(`${url}?act=undo&change=${query.get('done') ?? ''}&undo=${query.get('undo') ?? ''}`, {
        method: 'POST',
        redirect: 'manual',
      });
      // A manage link ends with its address.
      if (answer.status !== 404) expect((await follow(url, answer)).query.get('done')).toBe('not_undone');
      expect(await world.history(person)).toEqual(before);
    }
  });

  it('gives nothing back that a list had brought which is taken back', async () => {
    const { person, importId } = await listed();
    const url = world.optOut(person);
    const { query } = await follow(url, await post(url, 'stop_all'));
    await service(ImportService).undo(world.brandId, importId, 'spec');
    const before = await world.history(person);
    expect((await undo(url, query)).query.get('done')).toBe('not_undone');
    expect(await world.history(person)).toEqual(before);
  });

  it('does not keep what a list had brought when the list is taken back, however often it was given back', async () => {
    const { person, importId } = await listed();
    for (const _time of [1, 2]) {
      const url = world.optOut(person);
      const { query } = await follow(url, await post(url, 'stop_all'));
      expect((await undo(url, query)).query.get('done')).not.toBe('not_undone');
      expect(await stands(person)).toEqual(['commercial granted', 'newsletter granted']);
    }
    await service(ImportService).undo(world.brandId, importId, 'spec');
    expect(await stands(person)).toEqual(['commercial withdrawn', 'newsletter withdrawn']);
    await service(ImportService).undo(world.brandId, importId, 'spec');
    expect(await stands(person)).toEqual(['commercial withdrawn', 'newsletter withdrawn']);
  });

  it('keeps what they had agreed to themselves beside the list', async () => {
    const { person, importId } = await listed(await world.person(['newsletter']));
    const url = world.optOut(person);
    await undo(url, (await follow(url, await post(url, 'stop_all'))).query);
    await service(ImportService).undo(world.brandId, importId, 'spec');
    expect(await stands(person)).toEqual(['commercial granted', 'newsletter granted']);
  });
});

/** Where somebody stands by e-mail. */
async function stands({ externalId }: SomePerson): Promise<string[]> {
  const points = (await service(ConsentService).current(world.brandId, externalId)) ?? [];
  return points
    .filter(({ channel }) => channel === 'email')
    .flatMap(({ states }) => states.map(({ purpose, topic, status }) => `${topic ?? purpose} ${status}`))
    .sort();
}

/** Somebody with a yes to the newsletter that a list brought. */
async function listed(known?: SomePerson): Promise<{ person: SomePerson; importId: string }> {
  const id = known?.externalId ?? `listed-${newId()}`;
  const row = {
    ...{ externalId: id, channel: 'email', purpose: 'commercial' },
    address: known === undefined ? `${id}@people.example` : await world.addressOf(known),
    ...{ topics: ['newsletter'], kind: 'granted', method: 'web_form', wording: 'Yes, please.' },
    occurredAt: known === undefined ? '2026-11-01T10:00:00Z' : new Date().toISOString(),
  };
  const request = { brandId: world.brandId, actor: 'spec', format: 'ndjson' as const, source: null, dryRun: false };
  let importId = '';
  for await (const step of service(ImportService).run(Readable.from([Buffer.from(JSON.stringify(row))]), request))
    if (step.kind === 'end') importId = step.summary.id ?? '';
  const points = (await service(ContactService).find(world.brandId, id))?.contactPoints ?? [];
  const point = points.find(({ channel }) => channel === 'email');
  return { person: { externalId: id, points: { email: point?.id } }, importId };
}

describe('an undo by an opt-out link', () => {
  it('takes a slip back at once, at the address of the mail alone', async () => {
    const person = await world.person(['newsletter']);
    await world.consent(person.externalId, 'granted', ['newsletter'], 'sms');
    const url = world.optOut(person);
    const { html, query } = await follow(url, await post(url, 'stop_all'));
    expect(html).toContain('act&#x3D;undo');
    await undo(url, query);
    const given = (await world.history(person)).filter((line) => line.endsWith(' page_undo'));
    expect(given).toEqual(['email granted commercial page_undo', 'email granted newsletter page_undo']);
  });

  it('needs the secret that the answer to the change told, which no other change has', async () => {
    const [person, another] = [await world.person(['newsletter']), await world.person(['newsletter'])];
    const [url, elsewhere] = [world.optOut(person), world.optOut(another)];
    const { query } = await follow(url, await post(url, 'leave'));
    const other = await follow(elsewhere, await post(elsewhere, 'leave'));
    const before = await world.history(person);
    const change = query.get('done') ?? '';
    for (const secret of ['', 'A'.repeat(43), other.query.get('undo') ?? '']) {
      const made = new URLSearchParams({ done: change, undo: secret });
      expect((await undo(url, made)).query.get('done')).toBe('not_undone');
      expect(await (await get(`${url}?done=${change}&undo=${secret}`)).text()).not.toContain('act&#x3D;undo');
    }
    expect(await world.history(person)).toEqual(before);
    expect((await undo(url, query)).query.get('done')).not.toBe('not_undone');
    // Nothing in the database is the secret.
    expect(await world.everything()).not.toContain(query.get('undo'));
  });
});
