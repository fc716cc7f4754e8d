import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ago, columnOf, eur, MoneyWorld, PERIOD, visit } from '../testing/money-world.js';

/** Beside the world's own two leads, one of `spring` and one of nothing. */
const PEOPLE = [
  ...Array.from({ length: 8 }, (_, i) => ({ name: `big${i}`, campaign: 'big', value: 10_000 })),
  ...Array.from({ length: 6 }, (_, i) => ({ name: `mid${i}`, campaign: 'mid', value: 10_000 })),
  { name: 'tiny', campaign: 'tiny', value: 77_713 },
];
const COSTS = [...new Set(PEOPLE.map(({ campaign }) => campaign))].map((campaign) => ({
  ...{ type: 'cost', id: `cost of ${campaign}`, category: 'ad_spend', campaign, value: eur(5000) },
  ...{ from: ago(9).slice(0, 10), to: ago(0).slice(0, 10) },
}));

describe('names that few conversions had a touch of', () => {
  let world: MoneyWorld;
  let finance: string;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    finance = await world.api.key({ brand: 'acme', scopes: ['reports:read'] });
    for (const { name } of PEOPLE) await world.person(name, `House of ${name}`);
    const facts = PEOPLE.flatMap(({ name, campaign, value }) => [
      visit(`visit of ${name}`, name, 20, { channel: `${campaign} channel`, campaign }),
      { type: 'stage', id: `stage of ${name}`, at: ago(10), lead: `lead ${name}`, stage: 'mql', contact: name },
      { type: 'order', id: `order of ${name}`, at: ago(9), contact: name, value: eur(value) },
      { type: 'custom', id: `demo of ${name}`, at: ago(8), name: 'Demo', contact: name, value: eur(value) },
    ]);
    const results = await world.report([...facts, ...COSTS]);
    expect(results.filter(({ result }) => result !== 'kept')).toEqual([]);
  }, 90_000);
  afterAll(() => world.stop());

  /** Figures of a column by the first cell of each row, and of the total. */
  const shown = async (path: string, query: string, column: string, by = finance) => {
    const report = await world.asked(`${PERIOD}&${query}`, by, path);
    // A report of names without a sum has no total.
    return columnOf({ ...report, total: Object.assign({ cells: [] }, report.total) }, column);
  };

  it.each([
    ['campaigns', 'conversion=lead&model=first_touch', ['conversions', 'revenue', 'cost_per_conversion', 'roi']],
    ['attribution', 'by=campaign&conversion=lead&show=conversions&models=first_touch,linear', ['first_touch', 'linear', 'roi']],
    ['positions', 'by=campaign&conversion=lead', ['place_1', 'conversions']],
    ['models', 'by=campaign&conversion=lead', ['lowest', 'lowest_model', 'highest', 'highest_model', 'spread', 'spread_share']],
    ['attribution', 'by=campaign&conversion=lead&show=conversions&model=linear&intervals=true', ['interval_low', 'interval_high']],
  ])('are told what they earn by no column of %s?%s', async (path, query, columns) => {
    for (const column of columns) {
      const few = { spring: 'too_few', tiny: 'too_few', mid: 'too_few' };
      expect([column, await shown(path, query, column)]).toMatchObject([column, few]);
      // Whoever may see single messages is told all of it.
      const { spring: _s, tiny, mid } = await shown(path, query, column, world.key);
      expect([column, tiny, mid]).not.toContain('too_few');
    }
  }); // prettier-ignore

  it('do not hide what many conversions had a touch of, nor what all are', async () => {
    const query = 'by=campaign&conversion=lead&show=conversions&models=first_touch';
    const told = await shown('attribution', query, 'first_touch');
    expect(told).toMatchObject({ big: 8, unattributed: 'too_few', total: 17 });
    expect((await shown('campaigns', 'conversion=lead', 'roi')).total).toBe('too_few');
    expect((await shown('models', 'by=campaign&conversion=order', 'spread_share'))['big']).toBe(0);
    const whole = await shown('attribution', query, 'first_touch', world.key);
    expect(whole).toMatchObject({ big: 8, mid: 6, tiny: 1, spring: 1, unattributed: 1, total: 17 });
    const { notes, rows } = await world.asked(`${PERIOD}&${query}`);
    expect(notes.map(({ key }) => key)).toContain('rows_of_few');
    expect(rows.flatMap((row) => Object.keys(row)).filter((key) => key !== 'cells')).toEqual([]);
  });

  it('are not told by orders and by what happened otherwise, in figures, in files and beside a number', async () => {
    for (const conversion of ['order', 'custom']) {
      for (const path of ['attribution?by=campaign', 'attribution?by=channel', 'campaigns?', 'models?by=campaign']) {
        const get = async (key: string, more = '') =>
          (await world.api.send('GET', `/v1/reports/${path}&${PERIOD}&conversion=${conversion}${more}`, { key })).text;
        for (const more of ['', '&format=csv']) {
          expect([path, more, await get(finance, more)]).toEqual([path, more, expect.not.stringMatching(/777[.,]?13/)]);
          expect([path, more, await get(world.key, more)]).toEqual([path, more, expect.stringMatching(/777[.,]?13/)]);
        }
      }
    }
    for (const column of ['revenue', 'cost_per_conversion', 'roi']) {
      const figure = `/v1/reports/figure?report=campaigns&${PERIOD}&conversion=order&row=tiny&column=${column}`;
      const told = await Promise.all([finance, world.key].map((key) => world.api.send('GET', figure, { key })));
      expect([column, ...told.map(({ status }) => status)]).toEqual([column, 404, 200]);
    }
  });

  it('are told by how many touches they are no more than by what those earn', async () => {
    const touches = await shown('campaigns', 'conversion=lead', 'touches');
    expect(touches).toMatchObject({ tiny: 'too_few', big: 8 });
    expect(await shown('attribution', 'by=campaign', 'touches')).toMatchObject({ tiny: 'too_few', big: 8 });
  });

  it('are topics and contents too, of deals as of leads', async () => {
    for (const by of ['topic', 'content']) {
      const query = `by=${by}&show=conversions&models=linear`;
      const { unattributed: _, total, ...told } = await shown('attribution', query, 'linear');
      expect([by, total, [...new Set(Object.values(told))]]).toEqual([by, 4, ['too_few']]);
      const { total: all, ...whole } = await shown('attribution', query, 'linear', world.key);
      expect([by, all, Object.values(whole).includes('too_few')]).toEqual([by, 4, false]);
    }
  });

  it('are in no sentence beneath a table, neither how many want a rate nor of which day', async () => {
    const franc = {
      type: 'order',
      id: 'in francs',
      at: ago(7),
      contact: 'tiny',
      value: { amount: 1, currency: 'CHF' },
    };
    expect(await world.report([franc])).toMatchObject([{ result: 'kept' }]);
    for (const path of ['attribution?by=campaign', 'campaigns?', 'models?by=campaign', 'paths?', 'revenue?']) {
      const notes = async (by: string, conversion: string) => {
        const [name = '', query = ''] = path.split('?');
        const told = (await world.asked(`${PERIOD}&${query}&conversion=${conversion}`, by, name)).notes;
        return told.filter(({ key }) => /rate/.test(key)).map(({ key, values }) => [key, values]);
      };
      expect([path, await notes(finance, 'order')]).toEqual([
        path,
        [
          ['few_without_rate', { few: 5 }],
          ['rate_of_few', { currency: 'CHF', to: 'EUR' }],
        ],
      ]);
      const days = { first: ago(7).slice(0, 10), last: ago(7).slice(0, 10) };
      expect([path, await notes(world.key, 'order')]).toEqual([
        path,
        [
          ['conversions_without_rate', { conversions: 1 }],
          ['missing_rate', { currency: 'CHF', to: 'EUR', amounts: 1, ...days }],
        ],
      ]);
      // Deals are of companies.
      expect([path, await notes(finance, 'won')]).toEqual([path, await notes(world.key, 'won')]);
    }
    await world.report([{ type: 'retraction', id: 'in francs', of: 'order' }]);
  });

  it('are found in no number of what is missing', async () => {
    const missing = async (key: string) => (await shown('quality', 'conversion=lead', 'found', key))['conversions_without_touch']; // prettier-ignore
    expect([await missing(finance), await missing(world.key)]).toEqual(['too_few', 1]);
  });
});
