import { describe, expect, it } from '@jest/globals';
import { type Exposure, listedExposures } from './exposures.js';
import { type HeldOut, withHeldOut } from './held-out.js';

describe('whom an experiment left alone', () => {
  const met = (unit: string, variant: string, at: number): Exposure => ({ campaign: 'spring', variant, unit, at });
  const held = (unit: string, at: number, sent: HeldOut['sent'] = null): HeldOut => ({
    ...{ campaign: 'spring', unit, at, sent },
  });
  const period = { from: 10, to: 100 };
  const shown = (exposures: readonly Exposure[], heldOut: readonly HeldOut[], before = 50) => {
    const all = withHeldOut(listedExposures(exposures), heldOut, period);
    return {
      arms: all.arms(before).map(({ variant, exposed, before: ripe }) => [variant, exposed, ripe]),
      some: all.some.map(({ unit, variant, at }) => [unit, variant, at]),
    };
  };

  it('are an arm of their campaign, before the others, with whom they are compared', () => {
    expect(shown([met('1', 'a', 20), met('2', 'b', 60)], [held('3', 30), held('4', 70)])).toEqual({
      arms: [['holdout', 2, 1], ['a', 1, 1], ['b', 1, 0]], // prettier-ignore
      some: [['1', 'a', 20], ['2', 'b', 60], ['3', 'holdout', 30], ['4', 'holdout', 70]], // prettier-ignore
    });
  });

  it.each<[string, HeldOut, unknown]>([
    ['stay that, whatever they are sent afterwards', held('1', 15, { variant: 'a', at: 20 }), [['holdout', 1, 1]]],
    ['stay with what they were sent before', held('1', 25, { variant: 'a', at: 20 }), [['a', 1, 1]]],
    ['stay with what they were sent in that instant', held('1', 20, { variant: 'a', at: 20 }), [['a', 1, 1]]],
    ['are of a period before, and of no variant of this one', held('1', 5, { variant: 'a', at: 20 }), []],
  ])('%s', (_name, one, arms) => {
    expect(shown([met('1', 'a', 20)], [one]).arms).toEqual(arms);
  });

  it('take nobody out of a period in which they were sent nothing', () => {
    const later = held('1', 15, { variant: 'a', at: 200 });
    expect(shown([met('2', 'a', 20)], [later]).arms).toEqual([['holdout', 1, 1], ['a', 1, 1]]); // prettier-ignore
  });

  it('are nobody’s business in another campaign', () => {
    const other = { ...held('1', 15), campaign: 'autumn' };
    expect(shown([met('1', 'a', 20)], [other])).toEqual({
      arms: [['holdout', 1, 1], ['a', 1, 1]], // prettier-ignore
      some: [['1', 'a', 20], ['1', 'holdout', 15]], // prettier-ignore
    });
  });

  it('change nothing where nobody was left alone', () => {
    const exposures = listedExposures([met('1', 'a', 20)]);
    expect(withHeldOut(exposures, [], period)).toBe(exposures);
  });
});
