import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FEW } from '../../domain/small-rows.js';
import type { Conversion } from './books.js';
import { fewFindings, fewNames } from './few-conversions.js';
import type { ConversionTouches } from './path-gatherer.js';

const conversions = (paths: readonly (readonly string[])[]): ConversionTouches[] =>
  paths.map((path) => ({
    conversion: { amount: 0 } as Conversion,
    touches: path.length,
    firstAt: null,
    path,
  }));
const times = (n: number, ...path: string[]) => Array.from({ length: n }, () => path);
const hidden = (...paths: (readonly string[])[]) => {
  const { names, unattributed } = fewNames(conversions(paths));
  return [...names].sort().concat(unattributed ? ['unattributed'] : []);
};

describe('rows of few conversions', () => {
  it.each([
    ['are none where each has many', [...times(5, 'a'), ...times(6, 'b'), ...times(7)], []],
    ['take the next smallest with them', [...times(1, 'a'), ...times(6, 'b'), ...times(7, 'c')], ['a', 'b']],
    ['need nobody beside them where they are many together', [...times(3, 'a'), ...times(3, 'b'), ...times(7, 'c')], ['a', 'b']],
    ['are not many together when they are of the same', [...times(3, 'a', 'b'), ...times(7, 'c')], ['a', 'b', 'c']],
    ['count a conversion once, however often it was touched', [...times(1, 'a', 'a', 'a', 'a', 'a'), ...times(9, 'b')], ['a', 'b']],
    ['hide what is unattributed with them when they are all that there is', [...times(2, 'a'), ...times(9)], ['a', 'unattributed']],
    ['may be what is unattributed, beside the least that earns as many by every model', [...times(2), ...times(5, 'b', 'c'), ...times(6, 'c'), ...times(9, 'd')], ['c', 'unattributed']],
    ['may be what is unattributed, and then nobody is told where none earns as much alone', [...times(2), ...times(9, 'a', 'b')], ['a', 'b', 'unattributed']],
  ] as const)('%s', (_what, paths, wanted) => {
    expect(hidden(...paths)).toEqual(wanted);
  }); // prettier-ignore

  it('leave nothing of few between what is told and its total', () => {
    const path = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(path, { minLength: FEW, maxLength: 40 }), (paths) => {
        const { names, unattributed } = fewNames(conversions(paths));
        const touched = paths.filter(({ length }) => length > 0);
        const all = new Set(paths.flat());
        for (const name of all)
          if (!names.has(name)) expect(paths.filter((one) => one.includes(name)).length).toBeGreaterThanOrEqual(FEW);
        const without = paths.length - touched.length;
        if (!unattributed) expect(without === 0 || without >= FEW).toBe(true);
        const behind = paths.filter((one) => one.some((name) => names.has(name)) || (unattributed && one.length === 0));
        expect(behind.length === 0 || behind.length >= FEW).toBe(true);
        // What stands beside it earns whole conversions by every model, or nothing at all is told of names.
        const covered = touched.filter((one) => one.every((name) => names.has(name))).length;
        if (unattributed && without < FEW) expect(covered >= FEW || names.size === all.size).toBe(true);
      }),
    );
  });

  it('are findings of few, and of all but few', () => {
    const found = (paths: readonly (readonly string[])[]) => [...fewFindings(conversions(paths)).names];
    expect(found([...times(2), ...times(9, 'a')])).toEqual(['conversions_without_touch']);
    expect(found([...times(9), ...times(2, 'a')])).toEqual(['conversions_without_touch']);
    expect(found([...times(9), ...times(9, 'a')])).toEqual([]);
  });
});
