import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SomeBrand } from '../testing/some-brand.js';

describe('what is said of a channel on which somebody has several addresses, and which names none', () => {
  let brand: SomeBrand;
  beforeAll(async () => {
    brand = await SomeBrand.start();
  });
  afterAll(() => brand.stop());

  const addressesOf = (id: string) => [`${id}-one@people.example`, `${id}-two@people.example`];
  /** Somebody who agreed at two addresses. */
  const person = async (id: string): Promise<void> => {
    const contactPoints = addressesOf(id).map((address) => ({ channel: 'email', address }));
    await brand.send('PUT', `/v1/contacts/${id}`, { contactPoints });
    for (const address of addressesOf(id)) expect((await brand.say(id, 'granted', { address })).status).toBe(201);
  };
  /** Where the newsletter stands at each address in use. */
  const standing = async (id: string): Promise<(string | undefined)[]> =>
    (await brand.send('GET', `/v1/contacts/${id}/consents`))
      .json<{ contactPoints: { inUse: boolean; states: { topic: string | null; status: string }[] }[] }>()
      .contactPoints.filter(({ inUse }) => inUse)
      .map(({ states }) => states.find(({ topic }) => topic === 'newsletter')?.status);

  it.each(['withdrawn', 'refused', 'revoked', 'objected'])('is, of a no, said at all of them: %s', async (kind) => {
    const id = `no-${kind}`;
    await person(id);
    const answer = await brand.say(id, kind, { legalBasis: 'withdrawal' });
    expect([answer.status, answer.json<{ events: unknown[] }>().events.length]).toEqual([201, 2]);
    expect(await standing(id)).toEqual([kind, kind]);
    expect(await brand.reason(id)).not.toBeNull();
  });

  it('is, of a no that names one, said there alone', async () => {
    await person('named');
    const [address] = addressesOf('named');
    expect((await brand.say('named', 'withdrawn', { address })).status).toBe(201);
    expect((await standing('named')).toSorted()).toEqual(['granted', 'withdrawn']);
  });

  it.each(['granted', 'confirmed', 'imported', 'invalidated'])('is asked about when it is no no: %s', async (kind) => {
    await person(`yes-${kind}`);
    const answer = await brand.say(`yes-${kind}`, kind);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('"/address"')]);
    expect(await standing(`yes-${kind}`)).toEqual(['granted', 'granted']);
  });

  it.each(['before', 'after'])('is heard of somebody who turns out to be two, said %s that', async (when) => {
    const [id, other] = [`kept-${when}`, `gone-${when}`];
    await brand.person(id);
    await brand.person(other);
    const merge = async () =>
      expect((await brand.send('POST', `/v1/contacts/${id}/merge`, { from: other })).status).toBe(200);
    const leave = async () => expect((await brand.say(id, 'withdrawn', { topics: [] })).status).toBe(201);
    await (when === 'before' ? leave() : merge());
    await (when === 'before' ? merge() : leave());
    expect(await standing(id)).toEqual(
      when === 'before' ? ['withdrawn', expect.anything()] : ['withdrawn', 'withdrawn'],
    );
    expect(await brand.reason(id)).toBe('consent_withdrawn');
  });
});
