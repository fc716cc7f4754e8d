import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ago, columnOf, deal, MoneyWorld, PERIOD, visit } from '../testing/money-world.js';

/** Ann and Bob are of Acme, Eve of another company, and Kim of none. */
describe('a deal in which people of other accounts have a role', () => {
  let world: MoneyWorld;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    const { api, key } = world;
    const contactPoints = [{ channel: 'email', address: 'kim@people.example' }];
    await api.send('PUT', '/v1/contacts/kim', { key, body: { contactPoints } });
    const roles = ['bob', 'eve', 'kim'].map((contact) => ({ contact, role: 'buyer' }));
    const reported = await world.report([
      visit('k1', 'kim', 25, { channel: 'webinar' }),
      // Before the look-back.
      visit('k2', 'kim', 200, { channel: 'webinar' }),
      { ...deal('d1', 10_001), lead: 'l1', roles },
    ]);
    expect(reported.filter(({ result }) => result !== 'kept')).toEqual([]);
  }, 60_000);
  afterAll(() => world.stop());

  const told = async (query: string, column: string, path = 'attribution') =>
    columnOf(await world.asked(`${PERIOD}&${query}`, world.key, path), column);

  it('is led to by the touches of all of them, and of nobody else, oldest first', async () => {
    // Eve at 30 and 29 days, Kim at 25, Bob at 20 and by the mail of today; nothing of Ann.
    const first = await told('', 'first_touch');
    expect(first).toMatchObject({ fair: 10_001, webinar: 0 });
    // Of the other deal of Acme no roles are known: a quarter of its 1.80 EUR is that of each touch of Ann and Bob.
    const { rows, columns } = await world.asked(PERIOD);
    const at = columns.findIndex(({ key }) => key === 'linear');
    expect(rows.map(({ cells }) => [cells[0]?.standsFor ?? `${cells[0]?.value}`, cells[at]?.value])).toEqual(
      expect.arrayContaining([
        ['fair', 4_046],
        ['unattributed', 2_000],
        ['webinar', 2_000],
        ['email', 2_090],
        ['cpc', 45],
        ['unattributed', 5_000],
      ]),
    );
    const { items } = (
      await world.api.send('GET', `/v1/reports/attribution/touches?${PERIOD}&model=linear`, { key: world.key })
    ).json<{
      items: { conversion: string; place: number; of: number; name: string; touch: string; message: string | null }[];
    }>();
    const path = items.filter(({ conversion }) => conversion === 'd1').sort((a, b) => a.place - b.place);
    expect(path.map(({ name }) => name)).toEqual(['fair', 'unattributed', 'webinar', 'fair', 'email']);
    expect(path.map(({ place, of }) => [place, of])).toEqual([1, 2, 3, 4, 5].map((place) => [place, 5]));
    expect(path.map(({ touch }) => touch === '')).toEqual([false, false, false, false, false]);
    expect(path.at(-1)?.message).toMatch(/^\/v1\/messages\//);
  });

  it('has its path in feeds and by every model, also when one of them is erased', async () => {
    const before = await told('', 'linear');
    for (const model of ['markov_1', 'shapley_rate', 'time_decay'])
      expect([model, Number((await told('', model))['webinar']) > 0]).toEqual([model, true]);
    const wanted = `Model eq 'linear' and Dimension eq 'channel' and Conversion eq 'd1' and From ge ${ago(60)}`;
    const feed = encodeURI(`/odata/v4/Credits?$filter=${wanted}&$orderby=Place`);
    const { value } = (await world.api.send('GET', feed, { key: world.key })).json<{ value: { Name: string }[] }>();
    expect(value.map(({ Name }) => Name)).toEqual(['fair', 'unattributed', 'webinar', 'fair', 'email']);
    const erased = await world.api.send('POST', '/v1/contacts/kim/erasure', { key: world.key, body: {} });
    expect(erased.status).toBeLessThan(300);
    expect(await told('', 'linear')).toEqual(before);
  });
});
