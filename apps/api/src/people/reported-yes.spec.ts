import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

describe('a yes that comes after an opt-out', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    ({ api, key } = brand);
    await brand.topic('events', { de: 'Termine', en: 'Events' });
    await brand.send('PUT', '/v1/purposes/advice', {
      ...{ enforcement: 'permissive', legalBasis: 'legitimate_interests', labels: { de: 'Ratgeber', en: 'Advice' } },
    });
  });
  afterAll(async () => brand.stop());

  const contact = (id: string, address?: string) => brand.contact(id, address);
  const say = (id: string, kind: string, more?: object) => brand.say(id, kind, more);
  const reasonFor = (to: string, topic = 'newsletter') => brand.reason(to, { topic });
  const soon = (): string => new Date(Date.now() + 1_000).toISOString();

  it('brings nothing back when the request that recorded it is repeated, and says what is missing', async () => {
    await contact('ann');
    expect((await say('ann', 'granted')).status).toBe(201);
    expect((await say('ann', 'withdrawn')).status).toBe(201);
    const repeated = await say('ann', 'granted');
    expect([repeated.status, repeated.json()]).toMatchObject([
      409,
      {
        code: 'conflict',
        detail: expect.stringContaining('send occurredAt'),
        errors: [{ pointer: '/occurredAt', detail: 'required after an opt-out' }],
      },
    ]);
    expect(await reasonFor('ann')).toBe('consent_withdrawn');
  });

  it('counts when it says that it was given afterwards, and not when it was given before', async () => {
    await contact('bob');
    const given = new Date(Date.now() - 60_000).toISOString();
    await say('bob', 'granted', { occurredAt: given });
    await say('bob', 'withdrawn');
    const old = await say('bob', 'granted', { occurredAt: given });
    expect([old.status, old.json()]).toMatchObject([
      409,
      { code: 'conflict', errors: [{ pointer: '/occurredAt', detail: 'lies before an opt-out' }] },
    ]);
    expect(await reasonFor('bob')).toBe('consent_withdrawn');
    expect((await say('bob', 'granted', { occurredAt: soon() })).status).toBe(201);
    expect(await reasonFor('bob')).toBeNull();
  });

  const standing = async (id: string): Promise<string[]> => {
    const answer = await brand.send('GET', `/v1/contacts/${id}/consents`);
    type Points = { contactPoints: { states: { topic: string | null; status: string }[] }[] };
    const [point] = answer.json<Points>().contactPoints;
    return (point?.states ?? []).map(({ topic, status }) => `${topic ?? 'purpose'} ${status}`);
  };

  it.each(['granted', 'confirmed', 'imported'])(
    'brings along no purpose to a topic that was left since, when it is %s',
    async (kind) => {
      const id = `late-${kind}`;
      const given = new Date(Date.now() - 60_000).toISOString();
      await contact(id);
      await say(id, 'withdrawn');
      const late = await say(id, kind, { occurredAt: given });
      expect([late.status, late.json()]).toMatchObject([409, { errors: [{ pointer: '/occurredAt' }] }]);
      expect([await standing(id), await brand.reason(id, { purpose: 'commercial' })]).toEqual([
        ['newsletter withdrawn'],
        'no_consent',
      ]);
    },
  );

  it('that is imported where the topic was left brings along no purpose, whenever it was given', async () => {
    await contact('ida');
    await say('ida', 'withdrawn');
    for (const more of [{}, { occurredAt: soon() }]) {
      expect((await say('ida', 'imported', more)).json()).toMatchObject({ events: [{ effective: false }] });
      expect([await standing('ida'), await brand.reason('ida', { purpose: 'commercial' })]).toEqual([
        ['newsletter withdrawn'],
        'no_consent',
      ]);
    }
  });

  it('to two topics, of which one was left since, counts for the other', async () => {
    await contact('jo');
    const given = new Date(Date.now() - 60_000).toISOString();
    await say('jo', 'withdrawn');
    expect((await say('jo', 'granted', { topics: ['newsletter', 'events'], occurredAt: given })).status).toBe(201);
    expect(await standing('jo')).toEqual(['purpose granted', 'events granted', 'newsletter withdrawn']);
    expect([await reasonFor('jo', 'events'), await reasonFor('jo')]).toEqual([null, 'consent_withdrawn']);
  });

  it.each(['contract', 'legitimate_interest', 'soft_opt_in'])(
    'that rests on %s takes no opt-out back, and counts where there is none',
    async (legalBasis) => {
      const id = `by-${legalBasis.replaceAll('_', '-')}`;
      const advice = { purpose: 'advice', topics: [] };
      const reason = () => brand.reason(id, { purpose: 'advice' });
      await contact(id);
      expect((await say(id, 'granted', { ...advice, legalBasis })).status).toBe(201);
      await say(id, 'withdrawn', advice);
      const claimed = await say(id, 'granted', { ...advice, legalBasis, occurredAt: soon() });
      expect([claimed.status, claimed.json()]).toMatchObject([
        409,
        { errors: [{ pointer: '/legalBasis', detail: 'is no express consent' }] },
      ]);
      expect(await reason()).toBe('consent_withdrawn');
      expect((await say(id, 'granted', { ...advice, occurredAt: soon() })).status).toBe(201);
      expect(await reason()).toBeNull();
    },
  );

  it.each(['contract', 'legitimate_interest', 'soft_opt_in', 'implied_purchase', 'implied_inquiry'])(
    'to a purpose that asks for one cannot rest on %s, also where no opt-out was said',
    async (legalBasis) => {
      const id = `asked-${legalBasis.replaceAll('_', '-')}`;
      await contact(id);
      for (const kind of ['granted', 'confirmed', 'imported']) {
        const claimed = await say(id, kind, { legalBasis });
        expect([claimed.status, claimed.json()]).toMatchObject([
          400,
          { code: 'invalid_request', errors: [{ pointer: '/legalBasis', detail: expect.stringContaining('consent') }] },
        ]);
      }
      expect(await reasonFor(id)).toBe('no_consent');
      expect((await say(id, 'granted', { legalBasis: 'express' })).status).toBe(201);
      expect(await reasonFor(id)).toBeNull();
      // A no is believed, whatever it names.
      expect((await say(id, 'withdrawn', { legalBasis })).status).toBe(201);
      expect(await reasonFor(id)).toBe('consent_withdrawn');
    },
  );

  it('to a topic does not pass by a later opt-out of the whole purpose, whatever is agreed to since', async () => {
    await contact('cy');
    await say('cy', 'withdrawn', { topics: [] });
    await say('cy', 'granted', { topics: [], occurredAt: soon() });
    const old = await say('cy', 'granted', { occurredAt: '2026-01-01T00:00:00Z' });
    expect([old.status, old.json()]).toMatchObject([409, { code: 'conflict', errors: [{ pointer: '/occurredAt' }] }]);
    expect(await reasonFor('cy')).toBe('no_consent');
  });

  it('to another topic does not bring back one that is told afterwards and was from before', async () => {
    await contact('fay');
    await say('fay', 'granted', { topics: ['events'] });
    await say('fay', 'withdrawn', { topics: [] });
    expect((await say('fay', 'granted', { occurredAt: '2025-01-01T00:00:00Z' })).status).toBe(409);
    await say('fay', 'granted', { topics: ['events'], occurredAt: soon() });
    expect((await say('fay', 'granted', { occurredAt: '2025-01-01T00:00:00Z' })).status).toBe(409);
    expect((await say('fay', 'imported')).status).toBe(409);
    expect([await reasonFor('fay', 'events'), await reasonFor('fay')]).toEqual([null, 'no_consent']);
  });

  it('of whoever left everything lifts that for what it is about and for them, not for what others agreed to before', async () => {
    await contact('gus', 'both@people.example');
    await contact('hal', 'both@people.example');
    await say('gus', 'granted', { topics: ['events'] });
    await say('hal', 'granted');
    await say('gus', 'withdrawn', { topics: [] });
    await say('gus', 'granted', { topics: ['events'], occurredAt: soon() });
    expect([await reasonFor('gus', 'events'), await reasonFor('hal')]).toEqual([null, 'consent_withdrawn']);
    await say('hal', 'granted', { topics: ['events'], occurredAt: soon() });
    expect([await reasonFor('hal', 'events'), await reasonFor('hal')]).toEqual([null, 'consent_withdrawn']);
    const standing = (await api.send('GET', '/v1/contacts/hal/consents', { key })).json<{
      contactPoints: { states: { topic: string | null; status: string; elsewhere: boolean }[] }[];
    }>();
    expect(standing.contactPoints[0]?.states).toMatchObject([
      { topic: null, status: 'granted', elsewhere: false },
      { topic: 'events', status: 'granted', elsewhere: false },
      { topic: 'newsletter', status: 'withdrawn', elsewhere: true },
    ]);
    await contact('ivy', 'both@people.example');
    expect((await say('ivy', 'granted', { occurredAt: '2025-01-01T00:00:00Z' })).status).toBe(409);
    await say('hal', 'granted', { occurredAt: soon() });
    expect(await reasonFor('hal')).toBeNull();
  });

  it('of one person does not pass by that of another with the same address', async () => {
    await contact('dee', 'family@people.example');
    await contact('eve', 'family@people.example');
    await say('dee', 'granted');
    await say('dee', 'withdrawn');
    expect((await say('eve', 'granted')).status).toBe(409);
    expect(await reasonFor('eve')).not.toBeNull();
  });
});
