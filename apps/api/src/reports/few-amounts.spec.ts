import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { everyNth } from '../../../../test/support/form.js';
import { ago, columnOf, eur, MoneyWorld, PERIOD, visit } from '../testing/money-world.js';

const REPORTS = ['campaigns', 'attribution', 'models', 'positions', 'revenue', 'paths', 'acquisition'];

describe.each(
  everyNth(2, [
    { what: 'one euro order among five without a rate', odd: 'EUR' },
    { what: 'one franc order among six without a rate', odd: 'CHF' },
  ]),
)('$what', ({ odd }) => {
  let world: MoneyWorld;
  let finance: string;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    finance = await world.api.key({ brand: 'acme', scopes: ['reports:read'] });
    for (let i = 0; i < 6; i++) {
      await world.person(`p${i}`, `House ${i}`);
      const value = { amount: 77_713, currency: i === 0 ? odd : 'NOK' };
      const order = { type: 'order', id: `o${i}`, at: ago(9 - i), contact: `p${i}`, value };
      const reported = await world.report([visit(`v${i}`, `p${i}`, 20, { channel: 'c', campaign: 'k' }), order]);
      expect(reported).toMatchObject([{ result: 'kept' }, { result: 'kept' }]);
    }
  }, 90_000);
  afterAll(() => world.stop());

  it('is told by no cell and no note to whoever may not see single people', async () => {
    const told: string[] = [];
    let whole = 0;
    for (const path of REPORTS)
      for (const [key, reader] of [
        ['finance', finance],
        ['all', world.key],
      ] as const) {
        const { columns, rows, total, notes } = await world.asked(`${PERIOD}&conversion=order`, reader, path);
        const cells = [...rows, ...(total === null ? [] : [total])].flatMap((row) =>
          row.cells.flatMap((cell, i) => ('value' in cell && cell.value === 77_713 ? [columns[i]?.key] : [])),
        );
        const few = notes.filter(({ key: note, values }) => note === 'missing_rate' && Number(values['amounts']) < 5);
        if (key === 'all') whole += cells.length + few.length;
        else told.push(...cells.map((cell) => `${path}: ${cell}`), ...few.map(({ key: note }) => `${path}: ${note}`));
      }
    expect(told).toEqual([]);
    // What is hidden is there.
    expect(whole).toBeGreaterThan(0);
  }, 60_000);
});

describe.each(
  everyNth(2, [
    { what: 'one order that no touch led to, among six that one led to', isLed: (i: number) => i > 0 },
    { what: 'one order that a touch led to, among six that none led to', isLed: (i: number) => i === 0 },
  ]),
)('$what', ({ isLed }) => {
  let world: MoneyWorld;
  let finance: string;
  beforeAll(async () => {
    world = await MoneyWorld.start();
    finance = await world.api.key({ brand: 'acme', scopes: ['reports:read'] });
    for (let i = 0; i < 7; i++) {
      await world.person(`p${i}`, `House ${i}`);
      const order = { type: 'order', id: `o${i}`, at: ago(9), contact: `p${i}`, value: eur(i === 0 ? 77_713 : 10_000) };
      const led = isLed(i) ? [visit(`v${i}`, `p${i}`, 20, { channel: 'c', campaign: 'k' })] : [];
      const reported = await world.report([...led, order]);
      expect(reported.map(({ result }) => result)).not.toContain('refused');
    }
  }, 90_000);
  afterAll(() => world.stop());

  const asked = async (path: string, column: string, by: string) => {
    const report = await world.asked(`${PERIOD}&conversion=order`, by, path);
    return columnOf(report, column);
  };

  it('is told neither by what is told of it nor by what is left beside it', async () => {
    const hidden = [
      ['revenue', 'influenced'],
      ['revenue', 'influenced_share'],
      ['revenue', 'sourced'],
      ['revenue', 'sourced_share'],
      ['acquisition', 'attributed'],
      ['acquisition', 'return'],
    ] as const;
    for (const [path, column] of hidden) {
      const told = await asked(path, column, finance);
      const whole = await asked(path, column, world.key);
      expect([path, column, told.total]).toEqual([path, column, 'too_few']);
      expect([path, column, typeof whole.total]).toEqual([path, column, 'number']);
      // By no row either, where rows are not of a month without orders.
      const rows = Object.values(told).filter((value) => typeof value === 'number' && value > 0);
      expect([path, column, rows]).toEqual([path, column, []]);
    }
    // What all are worth is of seven.
    expect((await asked('revenue', 'revenue', finance)).total).toBe(137_713);
    expect((await asked('paths', 'revenue', finance)).total).toBe(137_713);
    // Deals are of companies: what all of them have is told, and by day.
    const deals = (by: string) =>
      world.asked(PERIOD, by, 'acquisition').then((report) => columnOf(report, 'attributed'));
    expect(await deals(finance)).toEqual(await deals(world.key));
    for (const format of ['revenue', 'acquisition', 'paths']) {
      const csv = await world.api.send('GET', `/v1/reports/${format}?${PERIOD}&conversion=order&format=csv`, {
        key: finance,
      });
      expect(csv.text).not.toMatch(/777[.,]?13|600[.,]?00/);
    }
  }, 60_000);
});
