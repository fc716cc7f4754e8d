import { describe, expect, it } from '@jest/globals';
import { dataProblems, mapTexts, textsOf } from './template-data.js';

const nested = (depth: number): Record<string, never> => (depth === 0 ? {} : ({ a: nested(depth - 1) } as never));

describe('a structured form of a template', () => {
  it.each<[string, never, string[]]>([
    ['an object', { a: 1, b: [true, null, 'x'] } as never, []],
    ['a list', ['x'] as never, ['must be an object']],
    ['a text', 'x' as never, ['must be an object']],
    ['nothing', null as never, ['must be an object']],
    ['sixteen levels', nested(15) as never, []],
    ['seventeen levels', nested(16) as never, ['is nested deeper than 16 levels']],
    ['500 texts', { a: Array(500).fill('x') } as never, []],
    ['501 texts', { a: Array(501).fill('x') } as never, ['has more than 500 texts']],
    ['too many bytes', { a: 'x'.repeat(70_000) } as never, ['is larger than 65536 bytes']],
    ['a prototype', JSON.parse('{"a":{"__proto__":"x"}}') as never, ['reaches into a prototype']],
  ])('%s', (_what, data, problems) => expect(dataProblems(data)).toEqual(problems));

  it('knows its texts and where they stand', () => {
    const data = { a: 'x', b: [{ c: 'y' }, 2], d: null };
    expect(textsOf(data)).toEqual([
      { path: ['a'], text: 'x' },
      { path: ['b', '0', 'c'], text: 'y' },
    ]);
    expect(mapTexts(data, (text) => text.toUpperCase())).toEqual({ a: 'X', b: [{ c: 'Y' }, 2], d: null });
  });
});
