import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ago, MoneyWorld, PERIOD, visit } from '../testing/money-world.js';

const REPORTS = ['campaigns', 'attribution', 'models', 'positions'];

describe.each([
  { what: 'one euro order among five without a rate', odd: 'EUR' },
  { what: 'one franc order among six without a rate', odd: 'CHF' },
])('$what', ({ odd }) => {
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
