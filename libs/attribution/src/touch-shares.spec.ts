import { describe, expect, it } from '@jest/globals';
import { attribute, MODELS } from './attribute.js';
import { PathTableBuilder } from './path-table-builder.js';
import { CREDITS_NAMES, touchShares } from './touch-shares.js';

const path = {
  names: ['ads', 'email', 'ads', 'direct'],
  ages: [30, 12, 5, 0],
  milestones: { leadCreation: 1, opportunityCreation: 2, closedWon: 3 },
};
const set = {
  ...{ name: 'agreed', version: 1, otherwise: 1, signedOff: [] },
  weights: new Map([
    ['email', 3],
    ['direct', 0],
  ]),
};

describe('shares of the touches of a path', () => {
  it.each(MODELS.filter((model) => !CREDITS_NAMES.includes(model)))('add up by name to what %s gives', (model) => {
    const builder = new PathTableBuilder({ halfLifeDays: 7 });
    builder.add({ path: path.names, conversions: 1, ages: path.ages, milestones: path.milestones });
    const table = builder.build();
    const whole = attribute(table, [model]).get(model)?.conversions ?? [];
    const shares = touchShares(model, path, { halfLifeDays: 7 }) ?? [];
    expect(shares).toHaveLength(4);
    table.channels.forEach((name, i) => {
      let sum = 0;
      shares.forEach((share, place) => (sum += path.names[place] === name ? share : 0));
      expect(sum).toBeCloseTo(whole[i] ?? NaN, 12);
    });
  });

  it('are by weight of the names in a weight set', () => {
    expect([...(touchShares(set, path) ?? [])]).toEqual([0.2, 0.6, 0.2, 0]);
  });

  it('tell apart the touches of a name', () => {
    expect([...(touchShares('position_based', path) ?? [])].map((share) => Math.round(share * 100))).toEqual([
      ...[40, 10, 10, 40],
    ]);
    expect([...(touchShares('last_non_direct', path) ?? [])]).toEqual([0, 0, 1, 0]);
  });

  it.each(CREDITS_NAMES)('are none of %s', (model) => expect(touchShares(model, path)).toBeNull());
});
