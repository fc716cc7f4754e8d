import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Followed } from './followed.js';

interface Fact {
  readonly id: number;
}

describe('what follows from facts', () => {
  it('is worked out once for each, whatever came, went or was corrected', () => {
    const facts: readonly Fact[] = Array.from({ length: 8 }, (_, id) => ({ id }));
    const lists = fc.array(fc.shuffledSubarray([...facts]), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lists, (some) => {
        const followed = new Followed<Fact, number>();
        const derived: number[] = [];
        const derive = ({ id }: Fact): number => {
          derived.push(id);
          return id * 10;
        };
        for (const list of some) expect(followed.of(list, derive)).toEqual(list.map(({ id }) => id * 10));
        expect(derived.toSorted()).toEqual([...new Set(some.flat().map(({ id }) => id))].sort());
      }),
    );
  });

  it('is the same list for the same facts', () => {
    const followed = new Followed<Fact, { readonly of: number }>();
    const facts = [{ id: 1 }, { id: 2 }];
    const first = followed.of(facts, ({ id }) => ({ of: id }));
    expect(followed.of(facts, ({ id }) => ({ of: id }))).toBe(first);
    expect(followed.of([{ id: 3 }, ...facts], ({ id }) => ({ of: id })).slice(1)).toEqual(first);
  });

  it('may be that nothing does', () => {
    const followed = new Followed<Fact, null>();
    let asked = 0;
    const none = (): null => {
      asked++;
      return null;
    };
    const one = { id: 1 };
    followed.of([one], none);
    followed.of([], none);
    expect(followed.of([one], none)).toEqual([null]);
    expect(asked).toBe(1);
  });
});
