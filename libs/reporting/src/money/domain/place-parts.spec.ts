import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MOST_PLACES, partsByPlace, PlaceWeights } from './place-parts.js';

describe('what a name has on places of paths', () => {
  it('is whole units that add up to what it has', () => {
    expect(partsByPlace(1_000_000, [1, 1, 1])).toEqual([333_334, 333_333, 333_333, 0, 0, 0, 0, 0, 0]);
    expect(partsByPlace(7, [...Array.from({ length: 8 }, () => 0), 1, 2])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 7]);
  });

  it('is what its touches there have, whichever of them are asked for', () => {
    const touch = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      place: fc.integer({ min: 1, max: 12 }),
      weight: fc.constantFrom(1, 1 / 3, 0.5, 0.2),
    });
    const touches = fc.array(touch, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(touches, fc.integer({ min: 1, max: 2_000_000 }), (all, whole) => {
        const creditOf = (isMeant: (place: number) => boolean, named: string | null): number => {
          const weights = new PlaceWeights(isMeant);
          for (const { name, place, weight } of all)
            if (named === null || name === named) weights.add(name, place, weight);
          return weights.credit(() => whole);
        };
        const places = Array.from({ length: MOST_PLACES }, (_, i) => i + 1);
        const names = [...new Set(all.map(({ name }) => name))];
        for (const name of names) {
          const byPlace = Array.from({ length: 12 }, (_, i) =>
            all.reduce((sum, one) => sum + (one.name === name && one.place === i + 1 ? one.weight : 0), 0),
          );
          const told = [
            ...places.map((at) => creditOf((place) => place === at, name)),
            creditOf((place) => place > MOST_PLACES, name),
          ];
          expect(told).toEqual(partsByPlace(whole, byPlace));
          expect(told.reduce((sum, part) => sum + part, 0)).toBe(whole);
        }
        for (const at of places) {
          const each = names.map((name) => creditOf((place) => place === at, name));
          expect(creditOf((place) => place === at, null)).toBe(each.reduce((sum, part) => sum + part, 0));
        }
      }),
    );
  });
});
